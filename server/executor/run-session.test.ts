import { afterEach, expect, it, vi } from 'vitest';
import type { Database } from '@/db/client';
import * as runs from '@/db/queries/runs';
import { DEFAULT_POLICIES } from '@/domain/policies/choice';
import { transitionTask } from '@/domain/task-transition';
import { asked, NOW, taskIn } from '@/domain/testing-states';
import type { Commit, TaskResult } from '@/server/commands/commit';
import type { Committer } from '@/server/commands/commit-transition';
import { DatabaseClock } from './database-clock';
import { writeHeartbeats } from './heartbeats';
import { RunSession } from './run-session';

afterEach(() => {
  vi.restoreAllMocks();
});

function readAt(revision: number, change: Partial<runs.TaskWithContext['task']> = {}): runs.TaskWithContext {
  return {
    now: NOW,
    task: taskIn('RUNNING', { openStep: { stageIndex: 1, stepIndex: 0 }, ...change }),
    revision,
    epoch: 1,
    claimed: true,
    sequenceId: 9,
    planRevision: 1,
    flags: { planIntent: 'none', planAbandoned: false, newerTaskStarted: false, policies: DEFAULT_POLICIES },
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

it('decides again on what was asked while it stored something', async () => {
  const { session, revisions } = sessionAnswered({ ok: false, refusal: 'conflict' }, stored(5));
  vi.spyOn(runs, 'readTask').mockResolvedValue(readAt(4, { request: asked('rollback') }));
  await session.commit((draft) => {
    draft.apply({ type: 'stageSucceeded', stage: 'Reload' });
    draft.apply({ type: 'boundary' });
  });
  expect(revisions()).toEqual([3, 4]);
  expect(session.state.status).toBe('ROLLING_BACK');
});

it('finds what it stored when its answer was lost and a heartbeat has read the row in between', async () => {
  const { session, committer, revisions } = sessionAnswered();
  vi.spyOn(runs, 'readTask').mockResolvedValue({ ...readAt(4), sequenceId: 11 });
  const looks: number[] = [];
  committer.commitTransition = async () => {
    await session.catchUp();
    throw Object.assign(new Error('The connection was closed'), { code: 'CONNECTION_CLOSED' });
  };
  committer.wasCommitted = async (_taskId, _commitId, after) => {
    looks.push(after);
    return after < 11;
  };
  await session.commit((draft) => draft.apply({ type: 'stageSucceeded', stage: 'Reload' }));
  expect(looks).toEqual([9]);
  expect(revisions()).toEqual([]);
});

it('drops what was saved for the very commit that ends the task', async () => {
  const { session, committer } = sessionAnswered(stored(4));
  const commit = vi.spyOn(committer, 'commitTransition');
  const step = { stage: 'Health', step: 's', stepIndex: 0, stepType: 'http-request' };
  const dataAt = { epoch: 1, stageIndex: 2 };
  await session.commit((draft) => {
    draft.apply({ type: 'stepSucceeded', ...step, detail: '', attempts: [], dataAt });
    for (let stage = draft.state.stageIndex; stage < draft.state.stages.length; stage += 1)
      draft.apply({ type: 'stageSucceeded', stage: draft.state.stages[stage] ?? '' });
    draft.apply({ type: 'boundary' });
  });
  expect(session.state.status).toBe('COMPLETED');
  expect(commit.mock.calls[0]?.[0].tasks[0]).toMatchObject({ dropsData: { direction: 'forward' } });
});

it('tells no heartbeat of a state that is over, and tells the new one at once when only something was asked', async () => {
  const { session, committer, revisions } = sessionAnswered({ ok: false, refusal: 'conflict' }, stored(4));
  vi.spyOn(runs, 'readTask').mockResolvedValue(readAt(4, { request: asked('pause') }));
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

it.each([
  ['RUNNING', true],
  ['ROLLING_BACK', false],
] as const)(
  'a step of a task that is %s ends for who asked that of the way forward: %s',
  async (status, ends) => {
    const { session } = sessionAnswered({ ok: false, refusal: 'conflict' }, stored(5));
    vi.spyOn(runs, 'readTask').mockResolvedValue({ ...readAt(4), task: taskIn(status) });
    await session.commit(() => {});
    const step = new AbortController();
    await session.stoppable(step, async () => session.stop({ by: 'op', reason: 'no use' }));
    expect(step.signal.aborted).toBe(ends);
  },
);
