import { isSettled } from '@/domain/plan';
import { type PlanCommand, type PlanTransitionContext, whyNotPlan } from '@/domain/plan-transition';
import { type PlanSummary, summarise, type TaskGroup } from '@/domain/plan-words';
import { TASK_STATUSES, type TaskStatus, type TaskTransitionContext } from '@/domain/task';
import type { TaskCommand } from '@/domain/task-input';
import { transitionTask, whyNot } from '@/domain/task-transition';
import type { PlanSnapshot, PlanView, TaskView } from '@/domain/view/plan-view';
import { mayGoBack, planStateOf, taskStateOf } from '@/domain/view/state-of';

/** What the task machine has to know, from what the page shows. */
function taskContext(task: TaskView, plan: PlanView): TaskTransitionContext {
  return {
    task: taskStateOf(task, plan),
    flags: {
      planIntent: isSettled(plan.status) ? 'none' : plan.intent,
      planStarted: plan.startedAt !== null,
      planRollbackTo: plan.rollbackTo,
      newerTaskStarted: task.newerTaskStarted,
      maxRetry: plan.maxRetry,
      policies: plan.policies,
    },
    totalStages: plan.stages.length,
  };
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
): { reason: string | null; wantsReason: boolean } {
  const context = taskContext(task, plan);
  const rejection =
    command === 'retry' && as === 'command' && task.failure?.errorType === 'IN_DOUBT'
      ? retryRejection(context)
      : whyNot(context, command);
  if (rejection?.code === 'RETRY_LIMIT') return { reason: null, wantsReason: true };
  return { reason: rejection?.message ?? null, wantsReason: false };
}

function retryRejection(context: TaskTransitionContext) {
  const asked = { type: 'retry', actor: '', reason: null, fromCheckpoint: true } as const;
  const outcome = transitionTask(context, asked, new Date(0));
  return outcome.ok ? null : outcome.rejection;
}

/** Everything that is counted over a plan's tasks. */
export interface Figures extends PlanSummary {
  byStatus: Record<TaskStatus, number>;
  total: number;
  openRequests: number;
  startedNotRolledBack: number;
  ableToGoBack: number;
  backOnPurpose: number;
  /** Under way or waiting for a slot. */
  rollbacks: number;
  /** Of the present wave. */
  wave: { inWave: number; unsettledInWave: number; notCompletedInWave: number };
}

const UNSETTLED: readonly TaskStatus[] = ['PENDING', 'RUNNING', 'PAUSED', 'ROLLING_BACK'];

/** Counts a plan's tasks. */
export function figuresOf({ plan, tasks }: PlanSnapshot): Figures {
  const byStatus = Object.fromEntries(TASK_STATUSES.map((status) => [status, 0])) as Figures['byStatus'];
  const groups = new Map<string, TaskGroup>();
  let [openRequests, startedNotRolledBack, ableToGoBack, backOnPurpose, rollbacks] = [0, 0, 0, 0, 0];
  const wave = { inWave: 0, unsettledInWave: 0, notCompletedInWave: 0 };
  for (const task of tasks) {
    byStatus[task.status] += 1;
    const { status, direction, stageIndex } = task;
    const failed = task.counted !== null;
    const sent = task.sent.calls;
    const alike = `${status} ${direction} ${failed} ${sent} ${stageIndex}`;
    const group = groups.get(alike);
    if (group) group.count += 1;
    else
      groups.set(alike, {
        status,
        back: direction === 'rollback',
        failed,
        sent,
        count: 1,
        stages: stageIndex,
      });
    if (task.request) openRequests += 1;
    if (task.status === 'ROLLING_BACK' || task.request?.kind === 'rollback') rollbacks += 1;
    if (sent && task.status !== 'ROLLED_BACK') startedNotRolledBack += 1;
    if (mayGoBack(task, plan)) ableToGoBack += 1;
    if (task.status === 'ROLLED_BACK' && !failed) backOnPurpose += 1;
    if (task.wave !== plan.wave || task.status === 'VALIDATION_FAILED') continue;
    wave.inWave += 1;
    if (UNSETTLED.includes(task.status) || task.request) wave.unsettledInWave += 1;
    if (task.status !== 'COMPLETED') wave.notCompletedInWave += 1;
  }
  const { status, intent, stages } = plan;
  return {
    byStatus,
    total: tasks.length,
    ...summarise({ status, intent, stages: stages.length }, [...groups.values()]),
    openRequests,
    startedNotRolledBack,
    ableToGoBack,
    backOnPurpose,
    rollbacks,
    wave,
  };
}

/** Why a command on the plan is refused now, in the server's words. */
export function planRefusal(plan: PlanView, figures: Figures, command: PlanCommand): string | null {
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
  return whyNotPlan(context, command)?.message ?? null;
}

/** How long the rest takes, from the tasks that completed; null while too few have. */
export function remainingMillis(
  snapshot: PlanSnapshot,
  figures: Figures,
): { from: number; to: number; basis: number } | null {
  const { plan, tasks } = snapshot;
  if (plan.status !== 'RUNNING') return null;
  const lengths = tasks
    .filter((task) => task.status === 'COMPLETED' && task.durationMillis !== null)
    .sort((a, b) => Date.parse(b.endedAt ?? '') - Date.parse(a.endedAt ?? ''))
    .slice(0, 200)
    .map((task) => task.durationMillis ?? 0)
    .sort((a, b) => a - b);
  if (lengths.length < 3) return null;
  const at = (share: number) =>
    lengths[Math.min(lengths.length - 1, Math.floor(lengths.length * share))] ?? 0;
  const { RUNNING, PENDING } = figures.byStatus;
  const rounds = PENDING / plan.maxConcurrency + (RUNNING > 0 ? 0.5 : 0);
  if (rounds === 0) return null;
  return { from: rounds * at(0.25), to: Math.max(rounds, 1) * at(0.75), basis: lengths.length };
}

const URGENCY: readonly TaskStatus[] = [
  'ROLLBACK_FAILED',
  'FAILED',
  'PAUSED',
  'ROLLING_BACK',
  'RUNNING',
  'PENDING',
  'VALIDATION_FAILED',
];

/** The ids of the tasks to show, in the order to show them. */
export function shownTasks(
  tasks: readonly TaskView[],
  filter: { status: readonly TaskStatus[]; q: string; attention: boolean },
): string[] {
  const q = filter.q.trim().toLowerCase();
  const shown = tasks.filter(
    (task) =>
      (filter.status.length === 0 || filter.status.includes(task.status)) &&
      (q === '' || task.tenantId.toLowerCase().includes(q) || task.tenantName.toLowerCase().includes(q)),
  );
  if (filter.attention) {
    const rank = (task: TaskView) => {
      const place = URGENCY.indexOf(task.status);
      return place === -1 ? URGENCY.length : place;
    };
    shown.sort((a, b) => rank(a) - rank(b) || a.ordinal - b.ordinal);
  }
  return shown.map((task) => task.taskId);
}

/** Failures with the same stage, step and message are one problem. */
export interface FailureCluster {
  key: string;
  stage: string;
  step: string | null;
  message: string;
  tasks: TaskView[];
}

/** Groups what failed, the biggest group first; numbers and quoted names in a message do not make it another one. */
export function clusterFailures(tasks: readonly TaskView[]): FailureCluster[] {
  const clusters = new Map<string, FailureCluster>();
  for (const task of tasks) {
    if (!task.failure || (task.status !== 'FAILED' && task.status !== 'ROLLBACK_FAILED')) continue;
    const { step, message } = task.failure;
    const stage = task.currentStage ?? '';
    const normalised = message.replaceAll(task.tenantId, '…').replace(/\d+(\.\d+)?\s?m?s\b|\d{5,}/g, '#');
    const key = `${stage}|${step}|${normalised}`;
    const cluster = clusters.get(key);
    if (cluster) {
      cluster.tasks.push(task);
      cluster.message = normalised;
    } else clusters.set(key, { key, stage, step, message, tasks: [task] });
  }
  return [...clusters.values()].sort((a, b) => b.tasks.length - a.tasks.length);
}
