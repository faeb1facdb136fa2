import type { TaskView } from '@/domain/view/plan-view';
import type { PendingCommand } from './plan-command';

/** How many lines of notes a lane has: what was asked, what went wrong, and a decision with its buttons. */
export type NoteLines = 0 | 1 | 2;

/** Lines of notes of a task, as `lane.tsx` shows them. */
export function noteLines(task: TaskView, command: PendingCommand | undefined): NoteLines {
  const { status, request, failure, heldBy } = task;
  if (request || (command && command.kind !== 'withdraw')) return 1;
  if (status === 'PAUSED') return heldBy === 'approval' ? 2 : heldBy === 'policy' ? 1 : 0;
  if (status !== 'FAILED' && status !== 'ROLLBACK_FAILED') return 0;
  return failure?.errorType === 'DRIFT' || failure?.errorType === 'IN_DOUBT' ? 2 : 1;
}
