import type { OpenApproval } from './approval';
import type { Failure } from './failure';
import { GOES_BACK_FROM } from './going-back';
import { PLAN_STATUSES, type PlanState, type PlanStatus, type TaskCounts } from './plan';
import { DEFAULT_POLICIES } from './policies/choice';
import { NOTHING_SENT } from './sent';
import {
  type OpenRequest,
  occupiesSlot,
  type RequestKind,
  type RuntimeFlags,
  TASK_STATUSES,
  type TaskState,
  type TaskStatus,
  type TaskTransitionContext,
  UNSTARTED,
} from './task';

/** Two minutes after {@link STARTED}: what tests hand in as database time. */
export const NOW = new Date('2026-01-01T10:02:00Z');
export const STARTED = new Date('2026-01-01T10:00:00Z');

/** What an approval asks for that says nothing of it. */
export const PLAIN_APPROVAL: OpenApproval = {
  needs: 1,
  role: 'operator',
  notMaker: false,
  given: [],
  due: null,
  otherwise: 'reject',
};

export const FAILURE: Failure = {
  errorType: 'BUSINESS',
  code: 'HTTP_500',
  message: 'answered 500',
  at: NOW.toISOString(),
  retryable: true,
  step: 'send',
  instance: 'a-1',
};

const NEVER_ADMITTED: readonly TaskStatus[] = ['CREATED', 'VALIDATING', 'VALIDATION_FAILED', 'PENDING'];
const ENDED: readonly TaskStatus[] = ['COMPLETED', 'FAILED', 'CANCELLED', 'ROLLED_BACK', 'ROLLBACK_FAILED'];
const BACK: readonly TaskStatus[] = ['ROLLING_BACK', 'ROLLED_BACK', 'ROLLBACK_FAILED'];
const FINISHED: readonly TaskStatus[] = ['COMPLETED', 'ROLLED_BACK'];

/** A task of three stages as it usually is in a status: one stage done, and something to go back to. */
export function taskIn(status: TaskStatus, change: Partial<TaskState> = {}): TaskState {
  const admitted = !NEVER_ADMITTED.includes(status);
  const ended = ENDED.includes(status);
  return {
    ...UNSTARTED,
    taskId: 'PLN-1.1',
    planId: 'PLN-1',
    tenantId: 'acme',
    ordinal: 1,
    wave: 0,
    status,
    direction: BACK.includes(status) ? 'rollback' : 'forward',
    stageIndex: FINISHED.includes(status) ? 3 : admitted ? 1 : 0,
    stages: ['Config', 'Reload', 'Health'],
    currentStage: admitted ? 'Config' : null,
    attempt: admitted ? 1 : 0,
    heldBy: status === 'PAUSED' ? 'operator' : null,
    failure: status === 'FAILED' ? FAILURE : null,
    sent: admitted && status !== 'ROLLED_BACK' ? { calls: true, config: { 'a-1': 'taken' } } : NOTHING_SENT,
    stageStarted: admitted,
    configSent: admitted,
    previous: { unitId: 'router', unitName: 'Router', version: 'v1' },
    targetVersion: 'v2',
    startedAt: admitted ? STARTED : null,
    endedAt: ended ? NOW : null,
    durationMillis: ended ? 120_000 : null,
    worked: { millis: ended ? 120_000 : 0, since: occupiesSlot(status) ? STARTED.toISOString() : null },
    stageStartedAt: admitted ? STARTED : null,
    ...change,
  };
}

export function asked(kind: RequestKind, fromCheckpoint = false): OpenRequest {
  return { kind, by: 'op', at: STARTED.toISOString(), reason: null, fromCheckpoint };
}

export function contextOf(task: TaskState, flags: Partial<RuntimeFlags> = {}): TaskTransitionContext {
  return {
    task,
    flags: {
      planIntent: 'none',
      planAbandoned: false,
      newerTaskStarted: false,
      maxRetry: 3,
      policies: DEFAULT_POLICIES,
      ...flags,
    },
    totalStages: task.stages.length,
  };
}

const SETTLED: readonly PlanStatus[] = PLAN_STATUSES.slice(PLAN_STATUSES.indexOf('COMPLETED'));
const NOT_STARTED: readonly PlanStatus[] = ['CREATED', 'VALIDATING', 'READY'];

export function planIn(status: PlanStatus, change: Partial<PlanState> = {}): PlanState {
  return {
    planId: 'PLN-1',
    status,
    intent: status === 'PAUSED' ? 'pause' : status.startsWith('ROLL') ? 'rollback' : 'none',
    intentBy: null,
    halted: null,
    urgent: null,
    rollbackTo: null,
    maxConcurrency: 10,
    wave: 0,
    bakeUntil: null,
    startApproval: null,
    freezeOverride: null,
    deadline: null,
    gate: null,
    countingSince: null,
    startAt: null,
    startBy: null,
    startedAt: NOT_STARTED.includes(status) ? null : STARTED,
    endedAt: SETTLED.includes(status) && status !== 'ROLLING_BACK' ? NOW : null,
    ...change,
  };
}

/** Counts of a plan with so many tasks in each status; every task that may have started a stage has. */
export function countsOf(
  tasks: Partial<Record<TaskStatus, number>>,
  rest: Partial<Omit<TaskCounts, 'byStatus'>> = {},
): TaskCounts {
  const byStatus = Object.fromEntries(TASK_STATUSES.map((status) => [status, tasks[status] ?? 0])) as Record<
    TaskStatus,
    number
  >;
  const started = TASK_STATUSES.filter(
    (status) => !NEVER_ADMITTED.includes(status) && status !== 'ROLLED_BACK',
  ).reduce((sum, status) => sum + byStatus[status], 0);
  const able = GOES_BACK_FROM.reduce((sum, status) => sum + byStatus[status], 0);
  const backOnPurpose = byStatus.ROLLED_BACK;
  return {
    byStatus,
    openRequests: 0,
    startedNotRolledBack: started,
    ableToGoBack: able,
    backOnPurpose,
    ...rest,
  };
}
