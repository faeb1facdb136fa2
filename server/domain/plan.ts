import type { TaskStatus } from './task';

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

/** Decides whether a settled plan counts as completed: default all, VALIDATION_FAILED and CANCELLED not counted. */
export type CompletionPolicy = (counts: TaskCounts) => boolean;

const completeWhenAll: CompletionPolicy = ({ byStatus }) =>
  byStatus.COMPLETED > 0 &&
  total(byStatus) === byStatus.COMPLETED + byStatus.CANCELLED + byStatus.VALIDATION_FAILED;

export const isSettled = (status: PlanStatus): boolean => (SETTLED as readonly PlanStatus[]).includes(status);

/** Started and not settled: what a list of running plans means. */
export const isOpen = (status: PlanStatus): boolean =>
  status === 'RUNNING' || status === 'PAUSED' || status === 'ROLLING_BACK';

/** A started plan's status: a pure function of its tasks and the operator's intent (SPEC 2). */
export function planStatus(intent: PlanIntent, counts: TaskCounts, policy = completeWhenAll): PlanStatus {
  const { byStatus } = counts;
  const running = byStatus.RUNNING + byStatus.ROLLING_BACK;
  const open = running + byStatus.PENDING + byStatus.PAUSED + counts.openRequests > 0;
  if (open) {
    if (intent === 'rollback') return 'ROLLING_BACK';
    return intent === 'pause' && running === 0 ? 'PAUSED' : 'RUNNING';
  }
  if (intent === 'rollback') return counts.startedNotRolledBack === 0 ? 'ROLLED_BACK' : 'FAILED';
  const counted = total(byStatus) - byStatus.VALIDATION_FAILED;
  if (intent === 'cancel' || (counted > 0 && counted === byStatus.CANCELLED)) return 'CANCELLED';
  if (policy(counts)) return 'COMPLETED';
  return intent === 'close' ? 'FAILED' : 'PARTIAL_FAILED';
}

function total(byStatus: TaskCounts['byStatus']): number {
  return Object.values(byStatus).reduce((sum, count) => sum + count, 0);
}
