import { type PlanWithCounts, readPlan, readTasksOfPlan, type TaskSelection } from '@/db/queries/runs';
import type { DomainEvent } from '@/domain/events';
import type { PlanState, PlanStatus } from '@/domain/plan';
import type { PlanIntent } from '@/domain/plan-intent';
import { type PlanCommand, type PlanInput, transitionPlan } from '@/domain/plan-transition';
import type { TaskInput } from '@/domain/task-input';
import { CommandRefused, NotFound } from '@/server/input/refused';
import type { TaskChange } from './commit';
import { planChange } from './plan-change';
import { runtimeFlags } from './runtime-flags';
import { taskChange } from './task-change';
import { type CommandDeps, firstAnswer } from './task-commands';
import { waysBack } from './way-back';

const MAX_TRIES = 20;
/** No plan has more. */
const MAX_TASKS = 10_000;

export type PlanCommandInput = Extract<PlanInput, { type: PlanCommand }>;

export interface PlanOutcome {
  planId: string;
  status: PlanStatus;
  intent: PlanIntent;
  maxConcurrency: number;
}

/**
 * Carries out one operator command on a plan. What concerns single tasks (cancelling the pending, rolling back the
 * started) is followed up by the executor in chunks; a resume frees the tasks the plan held in the same statement, and
 * the executor those that reach their boundary just then.
 * Throws {@link CommandRefused} or {@link NotFound}.
 */
export async function commandPlan(
  deps: CommandDeps,
  planId: string,
  input: PlanCommandInput,
  requestId: string | null,
): Promise<PlanOutcome> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const read = await readPlan(deps.db, planId);
    if (!read) throw new NotFound('plan', planId);
    const outcome = transitionPlan(read, input, read.now);
    const prior = outcome.ok ? null : await firstAnswer<PlanOutcome>(deps.db, requestId);
    if (prior) return prior;
    if (!outcome.ok) throw new CommandRefused(outcome.rejection);
    const { status, intent, maxConcurrency } = outcome.state;
    const answer: PlanOutcome = { planId, status, intent, maxConcurrency };
    const counted = (followsFromTasks(input) && status !== read.plan.status) || opensWave(outcome.events);
    const result = await deps.committer.commitTransition({
      atomic: true,
      audit: {
        actor: input.actor,
        action: `plan.${input.type}`,
        target: planId,
        reason: 'reason' in input ? input.reason : null,
        requestId,
        outcome: { ...answer },
      },
      plans: [planChange(read, outcome, { counted })],
      tasks: await alongWith(deps, read, input, outcome.state),
    });
    if (result.repeated) return result.repeated as unknown as PlanOutcome;
    if (result.plans[planId]) return answer;
  }
  throw new CommandRefused({
    code: 'NOT_ALLOWED_IN_STATE',
    message: 'This plan changes faster than the command could be placed. Try again.',
  });
}

/** These come with the status that the tasks give the plan, which must not have changed since they were counted. */
const followsFromTasks = ({ type }: PlanCommandInput) =>
  type === 'pause' || type === 'resume' || type === 'cancel' || type === 'close';

/** So does going on past a wave: none of its tasks may have moved meanwhile. */
const opensWave = (events: readonly DomainEvent[]) => events.some(({ kind }) => kind === 'WaveStarted');

/** What a task is told that its plan held. */
export const freed = (actor: string) => ({
  type: 'resume' as const,
  actor,
  reason: 'The plan was resumed.',
});

/** What is told as done is done in the statement that tells it: the tasks that follow their plan at once. */
async function alongWith(
  deps: CommandDeps,
  { plan }: PlanWithCounts,
  input: PlanCommandInput,
  after: PlanState,
): Promise<TaskChange[]> {
  const { actor } = input;
  const reason = 'reason' in input ? input.reason : null;
  // A plan resume frees the tasks the plan held, not those an operator paused; lifting a halt leaves them as they are.
  if (input.type === 'resume' && after.intent === 'none')
    return each(deps, plan.planId, 'heldByPlan', freed(actor), 'none');
  // Never started: nothing has to be waited for, and others may plan these tenants.
  if (input.type === 'cancel' && plan.status === 'READY')
    return each(deps, plan.planId, 'notRunning', { type: 'cancel', actor, reason });
  // Asked once more after a rollback that failed for some: it goes on until everything is back.
  if (input.type === 'rollback') {
    const asked = { type: 'rollback', actor, reason: reason ?? 'The plan is being rolled back.' } as const;
    return each(deps, plan.planId, 'notBack', asked, undefined, after.rollbackTo);
  }
  return [];
}

/** One input for each selected task; those that refuse it are left as they are. */
async function each(
  deps: CommandDeps,
  planId: string,
  selection: TaskSelection,
  input: TaskInput,
  planIntent?: PlanIntent,
  /** Where a rollback goes, when it is not to the version before. */
  toVersion: string | null = null,
): Promise<TaskChange[]> {
  const found = await readTasksOfPlan(deps.db, planId, selection, { after: '', limit: MAX_TASKS });
  const goals = await waysBack(deps.db, found, toVersion ?? undefined);
  return found.flatMap((one) => {
    const to = goals.get(one.task.tenantId);
    if (toVersion !== null && !to) return [];
    const flags = runtimeFlags(one, deps.layers());
    const context = {
      task: one.task,
      flags: planIntent ? { ...flags, planIntent } : flags,
      totalStages: one.task.stages.length,
    };
    const asked = to ? ({ ...input, to } as TaskInput) : input;
    const outcome = deps.transition(context, asked, one.now);
    return outcome.ok ? [taskChange(one, outcome.state, outcome.events)] : [];
  });
}
