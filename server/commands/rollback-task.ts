import { readTask } from '@/db/queries/runs';
import { CommandRefused, NotFound } from '@/server/input/refused';
import { type CommandDeps, commandTask, type TaskOutcome } from './task-commands';
import { neverConfirmed, waysBack } from './way-back';

/**
 * Asks for a rollback, to the version before or to `toVersion`, which every instance of the tenant must once have
 * confirmed. Throws {@link CommandRefused} with the reason, or {@link NotFound}.
 */
export async function rollbackTask(
  deps: CommandDeps,
  taskId: string,
  command: { actor: string; reason: string | null; now: boolean; toVersion: string | undefined },
  requestId: string | null,
): Promise<TaskOutcome> {
  const { toVersion, ...asked } = command;
  if (toVersion === undefined) return commandTask(deps, taskId, { type: 'rollback', ...asked }, requestId);
  const read = await readTask(deps.db, taskId);
  if (!read) throw new NotFound('task', taskId);
  const to = (await waysBack(deps.db, [read], toVersion)).get(read.task.tenantId);
  if (!to) throw new CommandRefused(neverConfirmed(read.task.tenantId, toVersion));
  return commandTask(deps, taskId, { type: 'rollback', ...asked, to }, requestId);
}
