import { randomUUID } from 'node:crypto';
import {
  insertBulk,
  type NewBulk,
  notChosen,
  type OpenBulk,
  openBulks,
  type TaskFilter,
} from '@/db/queries/bulk';
import { readPlan, readTasksById } from '@/db/queries/runs';
import type { Rejection } from '@/domain/rejection';
import type { TaskState } from '@/domain/task';
import type { TaskInput } from '@/domain/task-transition';
import type { WayBack } from '@/domain/tenant';
import { CommandRefused, NotFound } from '@/server/input/refused';
import type { TaskChange } from './commit';
import type { Committer } from './commit-transition';
import { decided } from './resolve-task';
import { runtimeFlags } from './runtime-flags';
import { taskChange } from './task-change';
import { type CommandDeps, firstAnswer, mayBeOvertaken, reopened } from './task-commands';
import { neverConfirmed, waysBack } from './way-back';

const CHUNK = 200;

/** Tasks that were named and are not part of the action are told with the reason. */
export interface StartedBulk {
  bulkId: string;
  total: number;
  leftOut: { taskId: string; reason: string }[];
}

/**
 * Stores a bulk action on the tasks that fit the filter now; the executor works it off. One with nothing to do is over
 * at once. Throws {@link NotFound} for an unknown plan.
 */
export async function startBulk(
  deps: CommandDeps,
  bulk: Omit<NewBulk, 'bulkId'>,
  filter: TaskFilter,
): Promise<StartedBulk> {
  if (!(await readPlan(deps.db, bulk.planId))) throw new NotFound('plan', bulk.planId);
  const bulkId = randomUUID();
  const total = await insertBulk(deps.db, { ...bulk, bulkId }, filter);
  if (total !== null)
    return { bulkId, total, leftOut: await notChosen(deps.db, bulkId, bulk.planId, filter) };
  const prior = await firstAnswer<{ bulkId?: string; total: number }>(deps.db, bulk.requestId);
  if (prior?.bulkId) {
    const leftOut = await notChosen(deps.db, prior.bulkId, bulk.planId, filter);
    return { bulkId: prior.bulkId, total: prior.total, leftOut };
  }
  throw new CommandRefused({
    code: 'REFUSED_BY_GUARD',
    message: 'This requestId was used for something else. Send the action with a new one.',
  });
}

/**
 * Works off the next chunk of every open bulk action on a plan's tasks: each task's outcome is stored with its change. A
 * task that moved meanwhile keeps its place for the next call. Returns whether anything is left.
 */
export async function workOffBulks(deps: CommandDeps, planId: string): Promise<boolean> {
  const bulks = (await openBulks(deps.db, planId, CHUNK)).filter((bulk) => bulk.taskIds.length > 0);
  for (const bulk of bulks) await workOff(deps, bulk);
  return bulks.length > 0;
}

async function workOff(deps: CommandDeps, bulk: OpenBulk): Promise<void> {
  const reads = await readTasksById(deps.db, bulk.taskIds);
  const [some] = reads;
  const asked = { type: bulk.action === 'resolve' ? 'retry' : bulk.action, actor: bulk.requestedBy } as const;
  const opening = some ? await reopened(deps.db, some, asked) : { plans: [], seen: {} };
  const goals = await waysBack(deps.db, reads, bulk.options.toVersion);
  const tasks: TaskChange[] = [];
  const items: NonNullable<Parameters<Committer['commitTransition']>[0]['bulk']>['items'] = [];
  for (const read of reads) {
    const flags = runtimeFlags(read, deps.layers());
    const context = { task: read.task, flags, totalStages: read.task.stages.length };
    const { taskId } = read.task;
    const input = inputOf(bulk, read.task, goals);
    if (!('type' in input)) {
      items.push({ taskId, outcome: 'refused', message: input.message });
      continue;
    }
    const outcome = deps.transition(context, input, read.now);
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

/** What the action means for this task, or why it means nothing. */
function inputOf(
  { action, requestedBy: actor, reason, createdAt, fromCheckpoint, options }: OpenBulk,
  task: TaskState,
  goals: ReadonlyMap<string, WayBack>,
): TaskInput | Rejection {
  const { now, toVersion, resolution, approver } = options;
  // Who asked for it has looked at what waited then.
  const decides = action === 'approve' || action === 'reject';
  if (decides && task.status === 'PAUSED' && task.stageStartedAt !== null && task.stageStartedAt > createdAt)
    return {
      code: 'CHANGED_MEANWHILE',
      message: 'It waits for another approval by now than the one this was asked about.',
    };
  switch (action) {
    case 'retry':
      return { type: action, actor, reason, fromCheckpoint };
    case 'resolve':
      return decided(task.status, { actor, reason, resolution: resolution ?? 'resend' });
    case 'cancel':
      return { type: action, actor, reason, now };
    case 'approve':
      return approver
        ? { type: action, actor, reason, approver }
        : { code: 'NOT_AN_APPROVER', message: 'Nobody is named who approves it.' };
    case 'rollback': {
      const to = goals.get(task.tenantId);
      if (toVersion !== undefined && !to) return neverConfirmed(task.tenantId, toVersion);
      return { type: action, actor, reason, now, to };
    }
    default:
      return { type: action, actor, reason };
  }
}
