import { readTask } from '@/db/queries/runs';
import type { Rejection } from '@/domain/rejection';
import type { Resolution, TaskStatus } from '@/domain/task';
import type { TaskInput } from '@/domain/task-input';
import { CommandRefused, NotFound } from '@/server/input/refused';
import { type CommandDeps, commandTask, type TaskOutcome } from './task-commands';

/**
 * Carries out what an operator decided about a task that stopped in doubt or because of a drift: `applied` and `resend`
 * for a step in doubt, `override` for a tenant that does not run what is on record. It goes on from where it stopped;
 * a rollback starts over, so for one in doubt only sending again makes sense.
 * Throws {@link CommandRefused} or {@link NotFound}.
 */
export async function resolveTask(
  deps: CommandDeps,
  taskId: string,
  decision: Decision,
  requestId: string | null,
): Promise<TaskOutcome> {
  const read = await readTask(deps.db, taskId);
  if (!read) throw new NotFound('task', taskId);
  const input = decided(read.task.status, decision);
  if (!('type' in input)) throw new CommandRefused(input);
  return commandTask(deps, taskId, input, requestId);
}

export interface Decision {
  actor: string;
  resolution: Resolution;
  reason: string | null;
}

/** The command that a decision comes to, or why it makes no sense for a task in this status. */
export function decided(
  status: TaskStatus,
  { actor, resolution, reason }: Decision,
): Extract<TaskInput, { type: 'retry' | 'rollback' }> | Rejection {
  if (status !== 'ROLLBACK_FAILED') return { type: 'retry', actor, reason, fromCheckpoint: true, resolution };
  if (resolution === 'applied') {
    const message =
      'A rollback starts over: send it again. What is in place already is confirmed by its health check.';
    return { code: 'NOTHING_TO_DO', message };
  }
  return { type: 'rollback', actor, reason, ...(resolution === 'override' ? { resolution } : {}) };
}
