import { describe, expect, it } from 'vitest';
import { canGoBack, whyNotBack } from './going-back';
import { NOTHING_SENT } from './sent';
import { TASK_STATUS_CHANGES, TASK_STATUSES } from './task';
import { transitionTask } from './task-transition';
import { contextOf, NOW, taskIn } from './testing-states';

const V1 = { unitId: 'router', unitName: 'Router', version: 'v1' };
const V2 = { ...V1, version: 'v2' };

const CHANGES = [
  {},
  { previous: null },
  { previous: V2 },
  { sent: NOTHING_SENT },
  { stageStarted: false, sent: NOTHING_SENT },
] as const;

describe('the one rule of going back', () => {
  it.each(TASK_STATUSES.flatMap((status) => CHANGES.map((change) => [status, change] as const)))(
    'is what the machine says of %s with %o',
    (status, change) => {
      const task = taskIn(status, change);
      const outcome = transitionTask(
        contextOf(task),
        { type: 'rollback', actor: 'op', reason: 'because' },
        NOW,
      );
      const already = !TASK_STATUS_CHANGES[status].includes('ROLLING_BACK');
      expect(outcome.ok).toBe(!already && whyNotBack(task) === null);
      expect(canGoBack(task)).toBe(outcome.ok);
    },
  );

  it('refuses the version it comes from, and takes one that was chosen', () => {
    const task = taskIn('COMPLETED', { previous: V2 });
    expect(whyNotBack(task)).toMatchObject({
      code: 'SAME_VERSION',
      message: 'v2 is what it runs; choose a version to go back to.',
    });
    expect(whyNotBack(task, V1)).toBeNull();
    expect(whyNotBack(taskIn('COMPLETED', { previous: null }), V1)).toBeNull();
  });
});
