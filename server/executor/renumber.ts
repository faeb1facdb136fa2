import type { Database } from '@/db/client';
import { readTasksById } from '@/db/queries/runs';
import type { Committer } from '@/server/commands/commit-transition';
import type { Dispatch } from './dispatch/dispatcher';

/**
 * Gives lost runs a new number, since a job that the engine gave up cannot be sent again under its id. The state is
 * written as it is, which raises the row's revision: a delivery that was not lost after all, and is being claimed on an
 * older look at the row, is refused.
 */
export async function renumber(
  { db, committer }: { db: Database; committer: Committer },
  lost: readonly Dispatch[],
): Promise<Dispatch[]> {
  const reads = await readTasksById(
    db,
    lost.map((one) => one.taskId),
  );
  const same = reads.filter((read) =>
    lost.some((one) => one.taskId === read.task.taskId && one.run === read.run),
  );
  const result = await committer.commitTransition({
    atomic: false,
    plans: [],
    tasks: same.map(({ task, epoch, revision }) => ({
      taskId: task.taskId,
      planId: task.planId,
      tenantId: task.tenantId,
      epoch,
      revision,
      before: task,
      state: task,
      events: [],
      rerun: true,
    })),
  });
  return same.flatMap(({ task }) => {
    const outcome = result.tasks[task.taskId];
    return outcome?.ok ? [{ taskId: task.taskId, run: outcome.run }] : [];
  });
}
