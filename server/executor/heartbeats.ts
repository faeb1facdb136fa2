import { occupiesSlot } from '@/domain/task';
import type { Committer } from '@/server/commands/commit-transition';
import { RunLost } from '@/server/steps/run-lost';
import { Fenced, type RunSession } from './run-session';

/** A run under way in this process, and how to stop it. */
export interface LiveRun {
  session: RunSession;
  abort: AbortController;
}

/**
 * One batched write for all running tasks. Each names the revision it tells of: a task that came to rest meanwhile must
 * not be told to be running. Where only something was asked of the task its row is read and told at once, so that a
 * request costs no beat; any other refusal means that the task has moved on, and its run is stopped here.
 */
export async function writeHeartbeats(committer: Committer, runs: Iterable<LiveRun>): Promise<void> {
  const moved = await beat(committer, [...runs]);
  await beat(committer, moved);
}

/** Returns the runs whose row had moved on, with what it is now. */
async function beat(committer: Committer, runs: readonly LiveRun[]): Promise<LiveRun[]> {
  const running = runs.filter(({ session }) => occupiesSlot(session.state.status));
  if (running.length === 0) return [];
  const tasks = running.map(({ session }) => session.heartbeat());
  const result = await committer.commitTransition({ atomic: false, plans: [], tasks });
  const moved: LiveRun[] = [];
  for (const run of running) {
    const outcome = result.tasks[run.session.state.taskId];
    if (!outcome || outcome.ok) continue;
    if (outcome.refusal === 'conflict') moved.push(run);
    else run.abort.abort(new RunLost(`refused: ${outcome.refusal}`));
  }
  await Promise.all(moved.map(catchUp));
  return moved;
}

async function catchUp({ session, abort }: LiveRun): Promise<void> {
  try {
    await session.catchUp();
  } catch (error) {
    if (!(error instanceof Fenced)) throw error;
    abort.abort(error);
  }
}
