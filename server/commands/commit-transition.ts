import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { preparedQuery } from '@/db/prepared';
import type { DomainEvent } from '@/domain/events';
import type { TaskState } from '@/domain/task';
import { storableJson } from '@/server/security/foreign-text';
import type { Commit, CommitResult } from './commit';

/** Told of every stored commit: the plans it touched with their events, and how long the statement took. */
export type CommitListener = (stored: {
  plans: ReadonlyMap<string, DomainEvent[]>;
  seconds: number;
  /** Stage data that nothing points at any more. */
  dropped: { taskId: string; direction: TaskState['direction']; epoch: number }[];
  /** Plans that somebody has to drive from now on. */
  woken: readonly string[];
  /** Plans that may have waited for a tenant given back by this. */
  waiting: readonly string[];
}) => void;

const commitStatement = preparedQuery<{ result: Omit<CommitResult, 'now'> & { now: string } }>(
  sql`select commit_transition(${sql.placeholder('change')}::text::jsonb) as result`,
);

/**
 * The one way to change the state of plans and tasks: one call of the database function `commit_transition`, which
 * writes state, events, checkpoint, holds and audit together or not at all.
 * Throws what the driver throws when no answer came; the caller then asks {@link wasCommitted} with the commitId.
 */
export function createCommitter(db: Database, onCommitted: CommitListener = () => {}) {
  async function commitTransition(commit: Commit, commitId: string = randomUUID()): Promise<CommitResult> {
    const began = performance.now();
    const change = storableJson(
      JSON.stringify({ commitId, ...commit, plans: commit.plans.map(slim), tasks: commit.tasks.map(slim) }),
    );
    const [row] = await commitStatement(db, { change });
    if (!row) throw new Error('commit_transition returned no row');
    const result = { ...row.result, commitId, now: new Date(row.result.now) };
    const plans = storedEvents(commit, result);
    if (plans.size > 0) {
      const dropped = commit.tasks.flatMap(({ taskId, dropsData }) => {
        const outcome = result.tasks[taskId];
        return dropsData && outcome?.ok ? [{ taskId, ...dropsData, epoch: outcome.epoch }] : [];
      });
      const seconds = (performance.now() - began) / 1000;
      const { woken = [], waiting = [] } = result;
      onCommitted({ plans, seconds, dropped, woken, waiting });
    }
    return result;
  }

  /** After a lost answer: whether that commit reached the log of this task. */
  async function wasCommitted(taskId: string, commitId: string, afterSequenceId: number): Promise<boolean> {
    const [row] = await db.execute<{ found: boolean }>(
      sql`select exists (select 1 from event where task_id = ${taskId} and sequence_id > ${afterSequenceId} and commit_id = ${commitId}) as found`,
    );
    return row?.found ?? false;
  }

  return { commitTransition, wasCommitted };
}

/** By plan; of a bulk action there is news also when everything in it was refused. */
function storedEvents(commit: Commit, { plans, tasks }: Pick<CommitResult, 'plans' | 'tasks'>) {
  const stored = new Map<string, DomainEvent[]>(commit.bulk ? [[commit.bulk.planId, []]] : []);
  const add = ({ planId, events }: { planId: string; events: DomainEvent[] }) => {
    const before = stored.get(planId);
    if (before) before.push(...events);
    else if (events.length > 0) stored.set(planId, [...events]);
  };
  for (const change of commit.plans) if (plans[change.planId]) add(change);
  for (const change of commit.tasks) if (tasks[change.taskId]?.ok) add(change);
  return stored;
}

/** Of the state travels what differs from the one the decision was made on. */
function slim<State extends object>(change: { state?: State; before?: State }): object {
  const { before, state } = change;
  return { ...change, before: undefined, state: state && before ? changed(before, state) : state };
}

/** The fields of a state that a transition changed. */
export function changed<State extends object>(before: State, state: State): Partial<State> {
  const part: Partial<State> = {};
  for (const key in state) if (state[key] !== before[key]) part[key] = state[key];
  return part;
}

export type Committer = ReturnType<typeof createCommitter>;
