import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { readPlan, readTask, type TaskWithContext } from '@/db/queries/runs';
import { transitionPlan } from '@/domain/plan-transition';
import type { TaskStatus } from '@/domain/task';
import type { TaskInput, TaskMachine } from '@/domain/task-transition';
import { CommandRefused, NotFound } from '@/server/input/refused';
import type { BaseLayers } from '@/server/settings/live-settings';
import type { PlanChange } from './commit';
import type { Committer } from './commit-transition';
import { planChange } from './plan-change';
import { runtimeFlags } from './runtime-flags';
import { taskChange } from './task-change';

/** Operators race each other and the executor; a decision is made anew this often before giving up. */
const MAX_TRIES = 20;

export type TaskCommandInput = Extract<
  TaskInput,
  { type: 'pause' | 'resume' | 'cancel' | 'retry' | 'rollback' | 'approve' | 'reject' | 'withdraw' }
>;

export interface CommandDeps {
  db: Database;
  committer: Committer;
  layers(): BaseLayers;
  /** The task machine, with whatever watches it. */
  transition: TaskMachine;
}

/** What a command answers: the confirmed status and what is still only requested. */
export interface TaskOutcome {
  taskId: string;
  status: TaskStatus;
  request: string | null;
}

/**
 * Carries out one operator command on a task. Safe to repeat with the same requestId: the first answer comes back.
 * Throws {@link CommandRefused} with the reason, or {@link NotFound}.
 */
export async function commandTask(
  deps: CommandDeps,
  taskId: string,
  input: TaskCommandInput,
  requestId: string | null,
): Promise<TaskOutcome> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const read = await readTask(deps.db, taskId);
    if (!read) throw new NotFound('task', taskId);
    const context = {
      task: read.task,
      flags: runtimeFlags(read, deps.layers()),
      totalStages: read.task.stages.length,
    };
    const outcome = deps.transition(context, input, read.now);
    const prior = outcome.ok ? null : await firstAnswer<TaskOutcome>(deps.db, requestId);
    if (prior) return prior;
    if (!outcome.ok) throw new CommandRefused(outcome.rejection);
    const answer: TaskOutcome = {
      taskId,
      status: outcome.state.status,
      request: outcome.state.request?.kind ?? null,
    };
    const opening = await reopened(deps.db, read, input);
    const result = await deps.committer.commitTransition({
      atomic: true,
      audit: {
        actor: input.actor,
        action: `task.${input.type}`,
        target: taskId,
        reason: input.reason,
        requestId,
        outcome: { ...answer },
      },
      plans: opening.plans,
      tasks: [
        {
          ...taskChange(read, outcome.state, outcome.events),
          ...opening.seen,
          refuseIfOvertaken: mayBeOvertaken(input),
        },
      ],
    });
    if (result.repeated) return result.repeated as unknown as TaskOutcome;
    if (result.tasks[taskId]?.ok) return answer;
  }
  throw new CommandRefused({
    code: 'NOT_ALLOWED_IN_STATE',
    message: 'This task changes faster than the command could be placed. Try again.',
  });
}

/** The outcome stored when this requestId was first used. */
export async function firstAnswer<Answer>(db: Database, requestId: string | null): Promise<Answer | null> {
  if (!requestId) return null;
  const [row] = await db.execute<{ outcome: Answer }>(
    sql`select outcome from audit where request_id = ${requestId}`,
  );
  return row?.outcome ?? null;
}

export const mayBeOvertaken = ({ type }: Pick<TaskInput, 'type'>) =>
  type === 'retry' || type === 'rollback' || type === 'resume';

/**
 * A retry or rollback asked of a settled plan's task opens the plan again, in the same statement. `seen` goes with the
 * task's change: a plan that settles in between must not be left settled with work open.
 */
export async function reopened(
  db: Database,
  read: Pick<TaskWithContext, 'task'>,
  input: Pick<TaskCommandInput, 'type' | 'actor'>,
): Promise<{ plans: PlanChange[]; seen: { planRevision?: number } }> {
  const reopens = input.type === 'retry' || input.type === 'rollback';
  const found = reopens ? await readPlan(db, read.task.planId) : null;
  if (!found) return { plans: [], seen: {} };
  const seen = { planRevision: found.revision };
  const outcome = transitionPlan(found, { type: 'reopen', actor: input.actor }, found.now);
  if (!outcome.ok || outcome.events.length === 0) return { plans: [], seen };
  return { plans: [planChange(found, outcome, { counted: false })], seen };
}
