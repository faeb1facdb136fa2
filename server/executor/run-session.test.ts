import { expect, it, vi } from 'vitest';
import type { Database } from '@/db/client';
import { readTask, type TaskWithContext } from '@/db/queries/runs';
import type { Commit, Committer, TaskResult } from '@/server/commands/commit-transition';
import { DEFAULT_POLICIES } from '@/server/domain/policies/choice';
import { transitionTask } from '@/server/domain/task-transition';
import { asked, NOW, taskIn } from '@/server/domain/testing-states';
import { DatabaseClock } from './database-clock';
import { writeHeartbeats } from './heartbeats';
import { RunSession } from './run-session';

vi.mock('@/db/queries/runs', () => ({ readTask: vi.fn() }));

function readAt(revision: number, change: Partial<TaskWithContext['task']> = {}): TaskWithContext {
  return {
    now: NOW,
    task: taskIn('RUNNING', { openStep: { stageIndex: 1, stepIndex: 0 }, ...change }),
    revision,
    epoch: 1,
    run: 1,
    claimed: true,
    sequenceId: 9,
    planRevision: 1,
    flags: { planIntent: 'none', planStarted: true, newerTaskStarted: false, policies: DEFAULT_POLICIES },
    layers: {},
    settings: { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null },
    unitId: 'router',
    target: null,
    previousSnapshotId: null,
  };
}

/** A session on revision 3, and a committer that answers as told and remembers what it was given. */
function sessionAnswered(...answers: TaskResult[]) {
  const given: Commit[] = [];
  const committer: Committer = {
    commitTransition: async (commit) => {
      given.push(commit);
      const answer = answers.shift();
      if (!answer) throw new Error('No more answers');
      return { commitId: '', now: NOW, plans: {}, tasks: { 'PLN-1.1': answer } };
    },
    wasCommitted: async () => false,
  };
  const deps = {
    db: {} as Database,
    committer,
    clock: new DatabaseClock(),
    layers: () => ({}),
    transition: transitionTask,
    delay: async () => {},
  };
  const session = new RunSession(deps, readAt(3), new AbortController().signal);
  return { session, committer, revisions: () => given.map((commit) => commit.tasks[0]?.revision) };
}

const stored = (revision: number): TaskResult => ({ ok: true, revision, epoch: 1, run: 1, sequenceId: 10 });

it('does not take a health round that was stored for having seen what was asked meanwhile', async () => {
  // An operator asked something: the row is at 4 when the round is stored.
  const { session, revisions } = sessionAnswered(stored(4), { ok: false, refusal: 'conflict' }, stored(5));
  vi.mocked(readTask).mockResolvedValue(readAt(4, { request: asked('rollback') }));
  await session.append([]);
  await session.commit((draft) => {
    draft.apply({ type: 'stageSucceeded', stage: 'Reload' });
    draft.apply({ type: 'boundary' });
  });
  expect(revisions()).toEqual([undefined, 3, 4]);
  expect(session.state.status).toBe('ROLLING_BACK');
});

it('tells no heartbeat of a state that is over, and tells the new one at once when only something was asked', async () => {
  const { session, committer, revisions } = sessionAnswered({ ok: false, refusal: 'conflict' }, stored(4));
  vi.mocked(readTask).mockResolvedValue(readAt(4, { request: asked('pause') }));
  const abort = new AbortController();
  await writeHeartbeats(committer, [{ session, abort }]);
  expect(revisions()).toEqual([3, 4]);
  expect(abort.signal.aborted).toBe(false);
});

it('stops the run of a task that another process took', async () => {
  const { session, committer } = sessionAnswered({ ok: false, refusal: 'fenced' });
  const abort = new AbortController();
  await writeHeartbeats(committer, [{ session, abort }]);
  expect(abort.signal.aborted).toBe(true);
});
