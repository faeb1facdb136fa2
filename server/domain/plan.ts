import { type CompletionPolicy, DEFAULT_POLICIES, type Policies } from './policies/choice';
import { completes } from './policies/completion';
import type { TaskStatus } from './task';
import type { WaveDefinition } from './wave';

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

export const PLAN_INTENTS = ['none', 'pause', 'cancel', 'rollback', 'close'] as const;
/** What the operator wants of the whole plan; tasks follow it at their next boundary. */
export type PlanIntent = (typeof PLAN_INTENTS)[number];

/** A halt stops admission and nothing else. `at` is ISO 8601, database time. */
export interface Halt {
  by: string;
  reason: string;
  at: string;
}

export interface PlanState {
  planId: string;
  status: PlanStatus;
  intent: PlanIntent;
  /** Who set the intent, and why. */
  intentBy: string | null;
  halted: Halt | null;
  maxConcurrency: number;
  /** The wave that may start tasks now. */
  wave: number;
  /** The present wave finished; the next one starts then. */
  bakeUntil: Date | null;
  /** Failures before this do not count against the thresholds any more. */
  countingSince: Date | null;
  /** Started by itself at this time. */
  startAt: Date | null;
  startedAt: Date | null;
  endedAt: Date | null;
}

/** How many of a plan's tasks are where. `openRequests` counts tasks with a request waiting. */
export interface TaskCounts {
  byStatus: Readonly<Record<TaskStatus, number>>;
  openRequests: number;
  /** Tasks that started a stage and are not ROLLED_BACK. */
  startedNotRolledBack: number;
}

/** What a plan's waves and policies add to its counts. */
export interface PlanFacts {
  policies: Policies;
  waves: readonly WaveDefinition[];
  /** Index of the last wave that has tasks. */
  lastWave: number;
  /** Of the present wave: tasks that did not come to rest, failed ones, and all. */
  unsettledInWave: number;
  failedInWave: number;
  inWave: number;
}

/** A plan with one wave and no policy of its own. */
export const PLAIN_FACTS: PlanFacts = {
  policies: DEFAULT_POLICIES,
  waves: [],
  lastWave: 0,
  unsettledInWave: 0,
  failedInWave: 0,
  inWave: 0,
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
  if (completes(policy, byStatus.COMPLETED, valid - byStatus.CANCELLED)) return 'COMPLETED';
  return intent === 'close' ? 'FAILED' : 'PARTIAL_FAILED';
}

function total(byStatus: TaskCounts['byStatus']): number {
  return Object.values(byStatus).reduce((sum, count) => sum + count, 0);
}
