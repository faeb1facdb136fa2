import { describe, expect, it } from 'vitest';
import { LOCALES } from '@/components/i18n/locale';
import { taskRefusal } from '@/components/live/situation';
import { REJECTION_CODES } from '@/domain/rejection';
import { TASK_STATUSES } from '@/domain/task';
import { runningPlan, snapshotOf } from '@/domain/view/testing/plan-snapshot';
import { ACTIONS, type ActionName, frictionFor, PLAN_ACTIONS, TASK_ACTIONS } from './action-table';
import { decisionQuestion, taskQuestion } from './task-question';
import { wordsIn } from './testing-words';

const NAMES = Object.keys(ACTIONS) as ActionName[];

describe.each(LOCALES)('in %s', (locale) => {
  const words = wordsIn(locale);
  const { t } = words;

  it('every action has a verb', () => {
    for (const name of NAMES) expect(t(`verb.${name}`), name).not.toBe('');
    for (const name of PLAN_ACTIONS) expect(t(`plan.${name}`)).not.toBe('');
  });

  it('every action in every state that allows it has a question, or needs none', () => {
    let asked = 0;
    for (const status of TASK_STATUSES)
      for (const configSent of [true, false])
        for (const kind of TASK_ACTIONS) {
          const [task] = snapshotOf([{ status, configSent, previousVersion: 'v1' }]).tasks;
          if (!task) throw new Error('no task');
          const { reason, wantsReason } = taskRefusal(task, runningPlan, kind);
          if (reason !== null) continue;
          const question = taskQuestion(kind, task, runningPlan, wantsReason, words);
          if (ACTIONS[kind].reversible) {
            expect(question, `${kind} ${status}`).toBeNull();
            continue;
          }
          asked += 1;
          expect(question?.body, `${kind} ${status}`).not.toBe('');
          expect(question?.action).toContain(task.tenantId);
        }
    expect(asked).toBeGreaterThan(0);
  });

  it('every decision has a question that names the tenant', () => {
    for (const decision of ['reject', 'resend', 'applied', 'override'] as const)
      for (const goesBack of [true, false]) {
        const question = decisionQuestion(decision, { tenantId: 'acme', stage: 'Canary', goesBack }, words);
        expect(question.action).toContain('acme');
        expect(question.body).not.toBe('');
      }
  });

  it('every reason why one is left out can be said', () => {
    for (const code of REJECTION_CODES) expect(t(`whyCode.${code}`)).not.toBe('');
    for (const status of TASK_STATUSES) expect(t(`whyStatus.${status}`)).not.toBe('');
  });
});

describe('the friction', () => {
  it('grows with what can be lost', () => {
    expect(frictionFor('pause', 1)).toBe('none');
    expect(frictionFor('pause', 2)).toBe('dialog');
    expect(frictionFor('cancel', 1)).toBe('reason');
    expect(frictionFor('rollback', 50)).toBe('reason');
    expect(frictionFor('rollback', 51)).toBe('typed');
    expect(frictionFor('approve', 1)).toBe('none');
  });

  it('of a retry beyond the limit is a reason, however few there are', () => {
    expect(frictionFor('retry', 1, true)).toBe('reason');
    expect(frictionFor('retry', 200, true)).toBe('reason');
  });
});

it('a cancel says what the tenant is left with', () => {
  const words = wordsIn('en');
  const ask = (configSent: boolean) => {
    const [task] = snapshotOf([{ status: 'RUNNING', configSent, previousVersion: 'v1' }]).tasks;
    return task && taskQuestion('cancel', task, runningPlan, false, words);
  };
  expect(ask(false)?.body).toBe(
    'It stops at the next stage boundary and stays on v1. Cancelling does not roll back.',
  );
  expect(ask(true)?.body).toContain('already on v2');
  expect(ask(true)).toMatchObject({ mayHurry: true, destructive: true, wayOut: 'keepRunning' });
});
