import type { Rejection } from './rejection';
import type { TaskState, TaskStatus } from './task';
import type { WayBack } from './tenant';

/** Where a rollback may begin (SPEC 2). */
export const GOES_BACK_FROM: readonly TaskStatus[] = [
  'RUNNING',
  'PAUSED',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'ROLLBACK_FAILED',
];

/**
 * Why a task cannot be taken back, or null when it can: the one rule for the command, the machine, the plan's own
 * rollback and the screen. `to` is a version the operator chose; without it the one before is meant.
 */
export function whyNotBack(
  task: Pick<TaskState, 'status' | 'stageStarted' | 'sent' | 'previous' | 'targetVersion'>,
  to: WayBack | null = null,
): Rejection | null {
  const goal = to ?? task.previous;
  if (goal === null)
    return { code: 'NO_PREVIOUS', message: 'There is no earlier configuration to go back to.' };
  if (!task.stageStarted) {
    const message = 'No stage has started, so there is nothing to roll back. Cancel it instead.';
    return { code: 'NOTHING_TO_ROLL_BACK', message };
  }
  // What runs may send yet.
  if (!task.sent.calls && task.status !== 'RUNNING') {
    const message = 'Nothing was sent to its instances, so there is nothing to take back.';
    return { code: 'NOTHING_TO_ROLL_BACK', message };
  }
  return goal.version === task.targetVersion
    ? { code: 'SAME_VERSION', message: `${goal.version} is what it runs; choose a version to go back to.` }
    : null;
}

/** Whether a plan's rollback has something to do for the task. */
export const canGoBack = (task: Parameters<typeof whyNotBack>[0]): boolean =>
  GOES_BACK_FROM.includes(task.status) && whyNotBack(task) === null;
