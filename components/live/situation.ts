import { NOT_WHOLE } from '@/domain/limited-to';
import { isSettled } from '@/domain/plan';
import { type PlanCommand, type PlanTransitionContext, whyNotPlan } from '@/domain/plan-transition';
import type { RejectionCode } from '@/domain/rejection';
import type { TaskTransitionContext } from '@/domain/task';
import type { TaskCommand } from '@/domain/task-input';
import { transitionTask, whyNot } from '@/domain/task-transition';
import type { PlanSnapshot, PlanView, TaskView } from '@/domain/view/plan-view';
import { planStateOf, taskStateOf } from '@/domain/view/state-of';
import { type Figures, PlanTally } from './plan-tally';

/** Tasks are never changed, only replaced: all commands on one ask with the same. */
const contexts = new WeakMap<TaskView, { plan: PlanView; context: TaskTransitionContext }>();

function contextOf(task: TaskView, plan: PlanView): TaskTransitionContext {
  const known = contexts.get(task);
  if (known?.plan === plan) return known.context;
  const context = taskContext(task, plan);
  contexts.set(task, { plan, context });
  return context;
}

/** What the task machine has to know, from what the page shows. */
function taskContext(task: TaskView, plan: PlanView): TaskTransitionContext {
  return {
    task: taskStateOf(task, plan),
    flags: {
      planIntent: isSettled(plan.status) ? 'none' : plan.intent,
      planAbandoned: plan.startedAt === null && isSettled(plan.status),
      planRollbackTo: plan.rollbackTo,
      newerTaskStarted: task.newerTaskStarted,
      maxRetry: plan.maxRetry,
      policies: plan.policies,
    },
    totalStages: plan.stages.length,
  };
}

/** Why a command on a task is refused: in words for one, as a code where many are counted. Null and null when it is not. */
export interface TaskRefusal {
  reason: string | null;
  code: RejectionCode | null;
  /** It may be done, but only with a reason. */
  wantsReason: boolean;
}

/**
 * Why a command on a task is refused now, in the server's words; a retry beyond the limit only asks for a reason. A
 * plain retry goes on from the checkpoint, which a step in doubt forbids until somebody decided (`as: 'decision'`).
 */
export function taskRefusal(
  task: TaskView,
  plan: PlanView,
  command: TaskCommand | 'withdraw' | 'approve' | 'reject',
  as: 'command' | 'decision' = 'command',
): TaskRefusal {
  const context = contextOf(task, plan);
  const rejection =
    command === 'retry' && as === 'command' && task.failure?.errorType === 'IN_DOUBT'
      ? retryRejection(context)
      : whyNot(context, command);
  if (rejection?.code === 'RETRY_LIMIT') return { reason: null, code: null, wantsReason: true };
  return { reason: rejection?.message ?? null, code: rejection?.code ?? null, wantsReason: false };
}

function retryRejection(context: TaskTransitionContext) {
  const asked = { type: 'retry', actor: '', reason: null, fromCheckpoint: true } as const;
  const outcome = transitionTask(context, asked, new Date(0));
  return outcome.ok ? null : outcome.rejection;
}

/** Counts a plan's tasks, once. */
export const figuresOf = ({ plan, tasks }: PlanSnapshot): Figures => new PlanTally(plan, tasks).figures(plan);

/** Why a command on the plan is refused now, in the server's words. */
export function planRefusal(
  plan: PlanView,
  figures: Figures,
  command: PlanCommand,
  /** Database time, where it matters. */
  now?: Date,
): string | null {
  if (plan.partly) return NOT_WHOLE;
  const context: PlanTransitionContext = {
    plan: planStateOf(plan),
    counts: figures,
    facts: {
      ...figures.wave,
      lastEndedInWave: null,
      policies: plan.policies,
      waves: plan.waves,
      lastWave: plan.lastWave,
    },
  };
  return whyNotPlan(context, command, now)?.message ?? null;
}
