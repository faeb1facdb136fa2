import type { TaskView } from '@/domain/view/plan-view';
import type { PendingCommand } from './plan-command';

/** How much a lane has to say besides its history: what was asked, what went wrong, a decision with its buttons. */
export type NoteLines = 0 | 1 | 2 | 3;

/** Whether a task waits for somebody to decide: an approval, a step in doubt, a drift. */
export function waitsForDecision({ status, request, failure, heldBy }: TaskView): boolean {
  if (request) return false;
  if (status === 'PAUSED') return heldBy === 'approval';
  return isFailed(status) && (failure?.errorType === 'DRIFT' || failure?.errorType === 'IN_DOUBT');
}

/** A task that runs and was not heard of for so long may have been left alone. */
export const SILENCE_MILLIS = 60_000;

/** Whether somebody has to look at a task: it failed, waits for a decision, or was not heard of for long. */
export function needsSomebody(task: TaskView, now: number): boolean {
  const { status, heartbeatAt } = task;
  if (isFailed(status) || waitsForDecision(task)) return true;
  const moving = status === 'RUNNING' || status === 'ROLLING_BACK';
  return moving && heartbeatAt !== null && now - Date.parse(heartbeatAt) > SILENCE_MILLIS;
}

/** The notes of a task as `lane.tsx` shows them: a decision takes two lines. */
export function noteLines(task: TaskView, command: PendingCommand | undefined): NoteLines {
  const { status, request, heldBy } = task;
  const asked = request !== null || (command !== undefined && command.kind !== 'withdraw');
  const held = status === 'PAUSED' && heldBy === 'policy' && !request;
  const decision = waitsForDecision(task) ? 2 : 0;
  const others = (asked || held ? 1 : 0) + (isFailed(status) ? 1 : 0);
  return Math.min(3, decision + others) as NoteLines;
}

const isFailed = (status: TaskView['status']) => status === 'FAILED' || status === 'ROLLBACK_FAILED';
