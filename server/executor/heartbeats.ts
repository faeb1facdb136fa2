import type { Committer } from '@/server/commands/commit-transition';
import { occupiesSlot } from '@/server/domain/task';
import { RunLost } from './run-lost';
import type { RunSession } from './run-session';

/** A run under way in this process, and how to stop it. */
export interface LiveRun {
  session: RunSession;
  abort: AbortController;
}

/**
 * One batched write for all running tasks. Each names the revision it tells of: a task that came to rest meanwhile must
 * not be told to be running. Where only something was asked of the task the next beat tells it; any other refusal means
 * that the task has moved on, and its run is stopped here.
 */
export async function writeHeartbeats(committer: Committer, runs: Iterable<LiveRun>): Promise<void> {
  const running = [...runs].filter(({ session }) => occupiesSlot(session.state.status));
  if (running.length === 0) return;
  const tasks = running.map(({ session }) => session.heartbeat());
  const result = await committer.commitTransition({ atomic: false, plans: [], tasks });
  for (const { session, abort } of running) {
    const outcome = result.tasks[session.state.taskId];
    if (!outcome || outcome.ok) continue;
    if (outcome.refusal === 'conflict') await session.catchUp();
    else abort.abort(new RunLost(`refused: ${outcome.refusal}`));
  }
}
