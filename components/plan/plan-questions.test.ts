import { describe, expect, it } from 'vitest';
import { figuresOf } from '@/components/live/situation';
import type { TaskView } from '@/domain/view/plan-view';
import { snapshotOf } from '@/domain/view/testing/plan-snapshot';
import { PLAN_QUESTIONS, type PlanQuestion } from './plan-questions';

function ask(question: PlanQuestion, tasks: readonly Partial<TaskView>[], plan = {}) {
  const snapshot = snapshotOf(tasks, plan);
  return PLAN_QUESTIONS[question](snapshot.plan, figuresOf(snapshot), snapshot.tasks);
}

const of = (count: number, task: Partial<TaskView>) => Array.from({ length: count }, () => task);
const completed = { status: 'COMPLETED', stageStarted: true, previousVersion: 'v1' } as const;

describe('before', () => {
  it('a pause it is said what stops, what does not start and what is not touched', () => {
    const asked = ask('pause', [...of(1, { status: 'RUNNING' }), ...of(2, {}), ...of(3, completed)]);
    expect(asked.body).toBe(
      '1 running task stops after its current stage. 2 pending tasks do not start. 3 finished tasks are not touched.',
    );
    expect(asked.friction).toBe('dialog');
  });

  it('a cancel it is said who may be on the new version already', () => {
    const { body, friction } = ask('cancel', [{ status: 'RUNNING', configSent: true }, {}, completed]);
    expect(body).toContain('1 running task');
    expect(body).toContain('may be on v2 already');
    expect(friction).toBe('reason');
  });

  it('a rollback it is said how many go back to what, and who is left out', () => {
    const asked = ask('rollback', [...of(2, completed), { ...completed, previousVersion: 'v0' }, {}]);
    expect(asked.action).toMatch(/^Roll back 3 /);
    expect(asked.body).toContain('2 to v1, 1 to v0');
    expect(asked.body).toContain('1 are skipped');
  });

  it('a rollback of many their number is to be typed', () => {
    expect(ask('rollback', of(51, completed)).friction).toBe('typed');
    expect(ask('rollback', of(50, completed)).friction).toBe('reason');
  });

  it('the next wave comes in spite of failures, it is said who stays behind', () => {
    const { body } = ask('continue', [{ status: 'FAILED' }, completed], { lastWave: 2 });
    expect(body).toContain('Wave 2 of 3 starts although 1');
  });
});
