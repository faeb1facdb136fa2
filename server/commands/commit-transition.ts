import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { isConnectionLoss } from '@/db/connection-loss';
import { preparedQuery } from '@/db/prepared';
import type { DomainEvent } from '@/domain/events';
import type { TaskState } from '@/domain/task';
import { storableJson } from '@/server/security/foreign-text';
import type { Commit, CommitResult } from './commit';
import { CommitBatches, type Part } from './commit-batches';

/** Told of every stored commit: the plans it touched, the events it holds and how long the statement took. */
export type CommitListener = (stored: {
  planIds: string[];
  events: DomainEvent[];
  seconds: number;
  /** Stage data that nothing points at any more. */
  dropped: { taskId: string; direction: TaskState['direction']; epoch: number }[];
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
  const batches = new CommitBatches(
    (parts) => store(together(parts), randomUUID()),
    (error) => !isConnectionLoss(error),
  );

  /** Changes of one plan that stand for themselves may share their statement with others of this process. */
  async function commitTransition(commit: Commit, commitId: string = randomUUID()): Promise<CommitResult> {
    const part = partOf(commit, commitId);
    return part ? { ...(await batches.add(part)), commitId } : store(commit, commitId);
  }

  async function store({ urgent: _, ...commit }: Commit, commitId: string): Promise<CommitResult> {
    const began = performance.now();
    const change = storableJson(
      JSON.stringify({ commitId, ...commit, plans: commit.plans.map(slim), tasks: commit.tasks.map(slim) }),
    );
    const [row] = await commitStatement(db, { change });
    if (!row) throw new Error('commit_transition returned no row');
    const result = { ...row.result, commitId, now: new Date(row.result.now) };
    // Of a bulk action there is news also when everything in it was refused.
    const planIds = [
      ...new Set([...Object.keys(result.plans), ...(commit.bulk ? [commit.bulk.planId] : [])]),
    ];
    if (planIds.length > 0) {
      const events = [
        ...commit.plans.flatMap((change) => (result.plans[change.planId] ? change.events : [])),
        ...commit.tasks.flatMap((change) => (result.tasks[change.taskId]?.ok ? change.events : [])),
      ];
      const dropped = commit.tasks.flatMap(({ taskId, dropsData }) => {
        const outcome = result.tasks[taskId];
        return dropsData && outcome?.ok ? [{ taskId, ...dropsData, epoch: outcome.epoch }] : [];
      });
      const seconds = (performance.now() - began) / 1000;
      if (events.length > 0 || commit.bulk) onCommitted({ planIds, events, seconds, dropped });
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

/** A commit as a part of a batch; null where it must have a statement of its own. */
function partOf(
  { atomic, urgent, create, audit, bulk, plans, tasks }: Commit,
  commitId: string,
): Part | null {
  const planId = tasks[0]?.planId;
  if (!planId || atomic || urgent || create || audit || bulk) return null;
  const [plan, ...others] = plans;
  const same = tasks.every((task) => task.planId === planId) && (!plan || plan.planId === planId);
  if (!same || others.length > 0 || plan?.state || plan?.events.length) return null;
  return { planId, plan, tasks: tasks.map((task) => ({ ...task, commitId })) };
}

function together(parts: readonly Part[]): Commit {
  // One entry a plan, as the statement expects: choices of one plan follow one another.
  const plans = new Map(parts.flatMap(({ planId, plan }) => (plan ? [[planId, plan]] : [])));
  return { atomic: false, plans: [...plans.values()], tasks: parts.flatMap(({ tasks }) => tasks) };
}

/** Of the state travels what differs from the one the decision was made on. */
function slim<State extends object, Change extends { state?: State; before?: State }>({
  before,
  state,
  ...change
}: Change): object {
  return { ...change, state: state && before ? changed(before, state) : state };
}

/** The fields of a state that a transition changed. */
export function changed<State extends object>(before: State, state: State): Partial<State> {
  const differs = ([key, value]: [string, unknown]) => value !== before[key as keyof State];
  return Object.fromEntries(Object.entries(state).filter(differs)) as Partial<State>;
}

export type Committer = ReturnType<typeof createCommitter>;
