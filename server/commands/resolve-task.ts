import { readTask } from '@/db/queries/runs';
import type { Resolution } from '@/server/domain/task';
import { CommandRefused, NotFound } from './refused';
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
  decision: { actor: string; resolution: Resolution; reason: string },
  requestId: string | null,
): Promise<TaskOutcome> {
  const read = await readTask(deps.db, taskId);
  if (!read) throw new NotFound('task', taskId);
  const { actor, resolution, reason } = decision;
  if (read.task.status !== 'ROLLBACK_FAILED') {
    const input = { type: 'retry', actor, reason, fromCheckpoint: true, resolution } as const;
    return commandTask(deps, taskId, input, requestId);
  }
  if (resolution === 'applied') {
    throw new CommandRefused({
      code: 'NOTHING_TO_DO',
      message:
        'A rollback starts over: send it again. What is in place already is confirmed by its health check.',
    });
  }
  const override = resolution === 'override' ? { resolution } : {};
  return commandTask(deps, taskId, { type: 'rollback', actor, reason, ...override }, requestId);
}
