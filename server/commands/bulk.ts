import { randomUUID } from 'node:crypto';
import { insertBulk, type NewBulk, type OpenBulk, openBulks, type TaskFilter } from '@/db/queries/bulk';
import { readPlan, readTasksById } from '@/db/queries/runs';
import type { TaskInput } from '@/server/domain/task-transition';
import type { Committer, TaskChange } from './commit-transition';
import { CommandRefused, NotFound } from './refused';
import { runtimeFlags } from './runtime-flags';
import { taskChange } from './task-change';
import { type CommandDeps, firstAnswer, mayBeOvertaken, reopened } from './task-commands';

const CHUNK = 200;

/**
 * Stores a bulk action on the tasks that fit the filter now; the executor works it off. One with nothing to do is over
 * at once. Throws {@link NotFound} for an unknown plan.
 */
export async function startBulk(
  deps: CommandDeps,
  bulk: Omit<NewBulk, 'bulkId'>,
  filter: TaskFilter,
): Promise<{ bulkId: string; total: number }> {
  if (!(await readPlan(deps.db, bulk.planId))) throw new NotFound('plan', bulk.planId);
  const bulkId = randomUUID();
  const total = await insertBulk(deps.db, { ...bulk, bulkId }, filter);
  if (total !== null) return { bulkId, total };
  const prior = await firstAnswer(deps.db, bulk.requestId);
  if (typeof prior?.bulkId === 'string') return { bulkId: prior.bulkId, total: Number(prior.total) };
  throw new CommandRefused({
    code: 'REFUSED_BY_GUARD',
    message: 'This requestId was used for something else. Send the action with a new one.',
  });
}

/**
 * Works off the next chunk of every open bulk action: each task's outcome is stored with its change. A task that moved
 * meanwhile keeps its place for the next call. Returns whether anything is left.
 */
export async function workOffBulks(deps: CommandDeps): Promise<boolean> {
  const bulks = (await openBulks(deps.db, CHUNK)).filter((bulk) => bulk.taskIds.length > 0);
  for (const bulk of bulks) await workOff(deps, bulk);
  return bulks.length > 0;
}

async function workOff(deps: CommandDeps, bulk: OpenBulk): Promise<void> {
  const input = inputOf(bulk);
  const reads = await readTasksById(deps.db, bulk.taskIds);
  const [some] = reads;
  const opening = some ? await reopened(deps.db, some, input) : { plans: [], seen: {} };
  const tasks: TaskChange[] = [];
  const items: NonNullable<Parameters<Committer['commitTransition']>[0]['bulk']>['items'] = [];
  for (const read of reads) {
    const flags = runtimeFlags(read, deps.layers());
    const context = { task: read.task, flags, totalStages: read.task.stages.length };
    const outcome = deps.transition(context, input, read.now);
    const { taskId } = read.task;
    if (outcome.ok) {
      const change = taskChange(read, outcome.state, outcome.events);
      tasks.push({ ...change, ...opening.seen, refuseIfOvertaken: mayBeOvertaken(input) });
      items.push({ taskId, outcome: 'done', message: null });
    } else {
      items.push({ taskId, outcome: 'refused', message: outcome.rejection.message });
    }
  }
  await deps.committer.commitTransition({
    atomic: false,
    bulk: { bulkId: bulk.bulkId, planId: bulk.planId, items },
    plans: tasks.length > 0 ? opening.plans : [],
    tasks,
  });
}

type BulkInput = Extract<TaskInput, { type: OpenBulk['action'] }>;

function inputOf({ action, requestedBy: actor, reason, fromCheckpoint }: OpenBulk): BulkInput {
  return action === 'retry'
    ? { type: action, actor, reason, fromCheckpoint }
    : { type: action, actor, reason };
}
