import { describe, expect, it } from 'vitest';
import { PLAN_ACTIONS } from '@/components/actions/action-table';
import { wordsIn } from '@/components/actions/testing-words';
import { LOCALES } from '@/components/i18n/locale';
import { figuresOf } from '@/components/live/situation';
import type { TaskView } from '@/domain/view/plan-view';
import { snapshotOf } from '@/domain/view/testing/plan-snapshot';
import { type PlanQuestion, planQuestion } from './plan-questions';

function ask(
  question: PlanQuestion,
  tasks: readonly Partial<TaskView>[],
  over: Parameters<typeof snapshotOf>[1] = {},
  words = wordsIn('en'),
) {
  const snapshot = snapshotOf(tasks, over);
  const { plan } = snapshot;
  const lengths = { basis: 9, short: 60_000, long: 60_000 };
  return planQuestion(
    question,
    { plan, figures: figuresOf(snapshot), tasks: snapshot.tasks, lengths },
    words,
  );
}

const of = (count: number, task: Partial<TaskView>) => Array.from({ length: count }, () => task);
const completed = {
  status: 'COMPLETED',
  stageStarted: true,
  previousVersion: 'v1',
  sent: { calls: true, config: {} },
} as const;

describe('before', () => {
  it('a pause it is said what stops and when, what does not start and what is not touched', () => {
    const asked = ask('pause', [...of(1, { status: 'RUNNING' }), ...of(2, {}), ...of(3, completed)]);
    expect(asked.body).toEqual([
      '1 running task stops after its current stage, about 30 s.',
      '2 pending tasks do not start.',
      '3 finished tasks are not touched.',
    ]);
    expect(asked).toMatchObject({ friction: 'dialog', action: 'Pause plan' });
  });

  it('a pause of a rollback it is said that it is the rollback that stops', () => {
    const asked = ask('pause', [{ status: 'ROLLING_BACK' }], { intent: 'rollback', status: 'ROLLING_BACK' });
    expect(asked.body).toEqual([
      'Its rollback is halted: no further tenant begins to go back. What runs goes on.',
    ]);
  });

  it('a cancel it is said who may be on the new version already', () => {
    const { body, friction } = ask('cancel', [{ status: 'RUNNING', configSent: true }, {}, completed]);
    expect(body).toContain('1 running task stops at the next stage boundary.');
    expect(body).toContain('1 tenant may be on v2 already and stays there, unverified.');
    expect(friction).toBe('reason');
  });

  it('a rollback it is said how many go back to what, how long it takes, and who is left out', () => {
    const asked = ask('rollback', [...of(2, completed), { ...completed, previousVersion: 'v0' }, {}]);
    expect(asked.action).toBe('Roll back 3 tenants');
    expect(asked.body).toEqual([
      '2 to v1, 1 to v0.',
      '1 is skipped: not started.',
      'At most 5 at once, about 1 min.',
    ]);
    expect(asked.figures).toContain('2 to v1, 1 to v0');
  });

  it('a rollback of many their plan is to be typed', () => {
    expect(ask('rollback', of(51, completed))).toMatchObject({ friction: 'typed', planId: 'PLN-1' });
    expect(ask('rollback', of(50, completed)).friction).toBe('reason');
  });

  it('the next wave comes in spite of failures, it is said who stays behind', () => {
    const { body } = ask('continue', [{ status: 'FAILED' }, completed], { lastWave: 2 });
    expect(body).toContain('Wave 2 of 3 starts although 1');
  });

  it.each(LOCALES)('any of them there are words in %s', (locale) => {
    for (const action of PLAN_ACTIONS) {
      if (action === 'start' || action === 'approveStart' || action === 'resume') continue;
      const asked = ask(
        action,
        [{ status: 'FAILED' }, { status: 'RUNNING' }, completed],
        {},
        wordsIn(locale),
      );
      expect(asked.body).toBeTruthy();
      expect(asked.action).toBeTruthy();
    }
  });
});
