import type { FreezeOverride, StartApproval } from './approval';
import { canGoBack } from './going-back';
import type { PlanIntent } from './plan-intent';
import { type CompletionPolicy, DEFAULT_POLICIES, type Policies } from './policies/choice';
import { completes } from './policies/completion';
import { TASK_STATUSES, type TaskState, type TaskStatus } from './task';
import type { WaveDefinition, WaveMeasurements } from './wave';

/** The vocabulary of a plan. What may happen to it is in `plan-transition.ts`. */
export const PLAN_STATUSES = [
  'CREATED',
  'VALIDATING',
  'READY',
  'RUNNING',
  'PAUSED',
  'COMPLETED',
  'PARTIAL_FAILED',
  'FAILED',
  'CANCELLED',
  'ROLLING_BACK',
  'ROLLED_BACK',
] as const;
export type PlanStatus = (typeof PLAN_STATUSES)[number];

const SETTLED = [
  'COMPLETED',
  'PARTIAL_FAILED',
  'FAILED',
  'CANCELLED',
  'ROLLED_BACK',
] as const satisfies PlanStatus[];

/** Every permitted change of status. Once started the status follows the tasks, so a settled plan may open again. */
export const PLAN_STATUS_CHANGES: Record<PlanStatus, readonly PlanStatus[]> = {
  CREATED: ['VALIDATING'],
  VALIDATING: ['READY', 'FAILED'],
  READY: ['RUNNING', 'CANCELLED'],
  RUNNING: ['PAUSED', 'ROLLING_BACK', ...SETTLED],
  PAUSED: ['RUNNING', 'ROLLING_BACK', ...SETTLED],
  ROLLING_BACK: ['RUNNING', 'PAUSED', ...SETTLED],
  COMPLETED: ['RUNNING', 'ROLLING_BACK'],
  PARTIAL_FAILED: ['RUNNING', 'ROLLING_BACK', 'FAILED', 'COMPLETED', 'CANCELLED'],
  FAILED: ['RUNNING', 'ROLLING_BACK'],
  CANCELLED: ['RUNNING', 'ROLLING_BACK'],
  ROLLED_BACK: ['RUNNING', 'ROLLING_BACK'],
};

/**
 * A halt stops the admission of what goes forward and nothing else; `rollbacks` when an operator halted the plan's own
 * rollback, which then takes in no more either. `at` is ISO 8601, database time.
 */
export interface Halt {
  by: string;
  reason: string;
  at: string;
  rollbacks?: true | undefined;
}

/** What happens at the deadline besides that nothing new begins: a person decides, or the plan goes back. */
export const AT_DEADLINE = ['hold', 'rollback'] as const;
export type AtDeadline = (typeof AT_DEADLINE)[number];

/** When a plan has to be finished: from then on nothing of it begins that goes forward. */
export interface PlanDeadline {
  /** ISO 8601, database time. */
  finishBy: string;
  otherwise: AtDeadline;
  /** Who set it. */
  by: string;
  /** That it passed is on record: it is told once. */
  told: boolean;
}

/** Two brakes at once: the one that holds back more. */
export const strongest = (one: Brake, other: Brake): Brake =>
  one === 'all' || other === 'all' ? 'all' : one === 'forward' || other === 'forward' ? 'forward' : 'none';

/** What a halt, or the stop of everything, holds back. */
export type Brake = 'none' | 'forward' | 'all';

export const brakeOf = (halted: Halt | null): Brake =>
  halted === null ? 'none' : halted.rollbacks ? 'all' : 'forward';

/** What keeps a plan from getting on although nobody holds it back, in the operator's words. Times are ISO 8601. */
export interface PlanTrouble {
  since: string;
  message: string;
}

export interface PlanState {
  planId: string;
  status: PlanStatus;
  intent: PlanIntent;
  /** Who set the intent, and why. */
  intentBy: string | null;
  halted: Halt | null;
  /** Why what runs is to stop at once: the reason given with a cancel or rollback that does not wait. */
  urgent: string | null;
  /** The version its rollback restores, when it is not the one each task had before. */
  rollbackTo: string | null;
  maxConcurrency: number;
  /** The wave that may start tasks now. */
  wave: number;
  /** The present wave finished; the next one starts then. */
  bakeUntil: Date | null;
  /** What was measured of the wave that finished last, where it has a gate. */
  gate: WaveMeasurements | null;
  /** Failures before this do not count against the thresholds any more. */
  countingSince: Date | null;
  /** Who has to approve its start, and who did; null when nobody has to. */
  startApproval: StartApproval | null;
  /** That freezes do not hold it for a while: asked for or granted; null when nobody asked, or it was withdrawn. */
  freezeOverride: FreezeOverride | null;
  /** When it has to be finished; null where it has no deadline. */
  deadline: PlanDeadline | null;
  /** Started by itself at this time. */
  startAt: Date | null;
  /** Not started by itself after this; without a `startAt` it was missed, and a person decides. */
  startBy: Date | null;
  startedAt: Date | null;
  endedAt: Date | null;
}

/** How many of a plan's tasks are where. `openRequests` counts tasks with a request waiting. */
export interface TaskCounts {
  byStatus: Readonly<Record<TaskStatus, number>>;
  openRequests: number;
  /** Tasks that something was sent to and that are not ROLLED_BACK. */
  startedNotRolledBack: number;
  /** Tasks that a rollback of the plan has something to do for. */
  ableToGoBack: number;
  /** ROLLED_BACK tasks that had not failed: an operator wanted it so. */
  backOnPurpose: number;
}

/** The counts of these tasks: what the database counts, said once more for whoever has the tasks at hand. */
export function countTasks(tasks: readonly TaskState[]): TaskCounts {
  const byStatus = Object.fromEntries(TASK_STATUSES.map((status) => [status, 0])) as Record<
    TaskStatus,
    number
  >;
  for (const task of tasks) byStatus[task.status] += 1;
  const back = (task: TaskState) => task.status === 'ROLLED_BACK';
  return {
    byStatus,
    openRequests: tasks.filter((task) => task.request !== null).length,
    startedNotRolledBack: tasks.filter((task) => task.sent.calls && !back(task)).length,
    ableToGoBack: tasks.filter(canGoBack).length,
    backOnPurpose: tasks.filter((task) => back(task) && task.counted === null).length,
  };
}

/** What a plan's waves and policies add to its counts. */
export interface PlanFacts {
  policies: Policies;
  waves: readonly WaveDefinition[];
  /** Index of the last wave that has tasks. */
  lastWave: number;
  /** Of the present wave: tasks that did not come to rest, those that are not COMPLETED, and all that take part. */
  unsettledInWave: number;
  notCompletedInWave: number;
  inWave: number;
  /** When the last of them came to its end: the bake counts from then. */
  lastEndedInWave: Date | null;
}

/** A plan with one wave and no policy of its own. */
export const PLAIN_FACTS: PlanFacts = {
  policies: DEFAULT_POLICIES,
  waves: [],
  lastWave: 0,
  unsettledInWave: 0,
  notCompletedInWave: 0,
  inWave: 0,
  lastEndedInWave: null,
};

export const isSettled = (status: PlanStatus): boolean => (SETTLED as readonly PlanStatus[]).includes(status);

/** Started and not settled: what a list of running plans means. */
export const isOpen = (status: PlanStatus): boolean =>
  status === 'RUNNING' || status === 'PAUSED' || status === 'ROLLING_BACK';

/** A started plan's status: a pure function of its tasks and the operator's intent (SPEC 2). */
export function planStatus(
  intent: PlanIntent,
  counts: TaskCounts,
  policy: CompletionPolicy = DEFAULT_POLICIES.completion,
): PlanStatus {
  const { byStatus } = counts;
  const running = byStatus.RUNNING + byStatus.ROLLING_BACK;
  const open = running + byStatus.PENDING + byStatus.PAUSED + counts.openRequests > 0;
  if (open) {
    if (intent === 'rollback') return 'ROLLING_BACK';
    return intent === 'pause' && running === 0 ? 'PAUSED' : 'RUNNING';
  }
  if (intent === 'rollback') return counts.startedNotRolledBack === 0 ? 'ROLLED_BACK' : 'FAILED';
  const valid = total(byStatus) - byStatus.VALIDATION_FAILED;
  if (intent === 'cancel' || (valid > 0 && valid === byStatus.CANCELLED)) return 'CANCELLED';
  const counted = valid - byStatus.CANCELLED - counts.backOnPurpose;
  if (completes(policy, byStatus.COMPLETED, counted)) return 'COMPLETED';
  // Every one was taken back by itself.
  if (byStatus.ROLLED_BACK > 0 && byStatus.ROLLED_BACK === valid - byStatus.CANCELLED) return 'ROLLED_BACK';
  return intent === 'close' ? 'FAILED' : 'PARTIAL_FAILED';
}

function total(byStatus: TaskCounts['byStatus']): number {
  return Object.values(byStatus).reduce((sum, count) => sum + count, 0);
}
