import type { EventKind, EventPayloads } from '@/domain/events';
import { extendLane } from '@/domain/lane';
import { isSettled, type PlanStatus } from '@/domain/plan';
import { sends } from '@/domain/sent';
import type { RequestKind, TaskStatus } from '@/domain/task';
import { EXECUTOR, POLICY } from '@/domain/task-outcome';
import type { LiveEvent, PlanSnapshot, PlanView, TaskView } from './plan-view';

/** What became of a batch: `gap` says that events are missing after `snapshot.planSeq`. */
export interface Applied {
  snapshot: PlanSnapshot;
  gap: boolean;
}

/** A live event whose kind tells its payload: leaving out a key loses that on the way. */
type Told = {
  [K in EventKind]: {
    kind: K;
    payload: EventPayloads[K];
    at: string;
    actor: string;
    status: LiveEvent['status'];
  };
}[EventKind];
const told = (event: LiveEvent): Told => event as unknown as Told;

/** Applies one event; what was seen before changes nothing, and a hole answers `gap`. */
export function applyEvent(snapshot: PlanSnapshot, event: LiveEvent): PlanSnapshot | 'gap' {
  const { snapshot: next, gap } = applyEvents(snapshot, [event]);
  return gap ? 'gap' : next;
}

/** Applies a batch in order up to the first hole; the list of tasks is copied once, not once for each event. */
export function applyEvents(snapshot: PlanSnapshot, events: readonly LiveEvent[]): Applied {
  let { planSeq, now, plan } = snapshot;
  let tasks: TaskView[] | null = null;
  let gap = false;
  for (const event of events) {
    if (event.planId !== plan.planId || event.planSeq <= planSeq) continue;
    if (event.planSeq !== planSeq + 1) {
      gap = true;
      break;
    }
    planSeq = event.planSeq;
    if (event.at > now) now = event.at;
    if (event.taskId === null) {
      plan = planAfter(plan, event);
      continue;
    }
    tasks ??= [...snapshot.tasks];
    const index = indexOf(tasks, event.taskId);
    const task = tasks[index];
    if (task) tasks[index] = taskAfter(task, event);
  }
  if (planSeq === snapshot.planSeq) return { snapshot, gap };
  return { snapshot: { planSeq, now, plan, tasks: tasks ?? snapshot.tasks }, gap };
}

/** Tasks come by ordinal, which ends their id: nearly always the place is known without a search. */
function indexOf(tasks: readonly TaskView[], taskId: string): number {
  const ordinal = Number(taskId.slice(taskId.lastIndexOf('.') + 1));
  for (const guess of [ordinal - 1, ordinal]) if (tasks[guess]?.taskId === taskId) return guess;
  return tasks.findIndex((task) => task.taskId === taskId);
}

const REQUESTS: Partial<Record<EventKind, RequestKind>> = {
  PauseRequested: 'pause',
  ResumeRequested: 'resume',
  CancelRequested: 'cancel',
  RetryRequested: 'retry',
  RollbackRequested: 'rollback',
};

function taskAfter(task: TaskView, event: LiveEvent): TaskView {
  return {
    ...task,
    status: event.status as TaskStatus,
    // A beat is anything that the one who runs the task stored.
    heartbeatAt: event.actor === EXECUTOR ? event.at : task.heartbeatAt,
    lane: extendLane(task.lane, event.kind, event.at, { ...event.payload }),
    ...taskChange(task, told(event)),
  };
}

function taskChange(task: TaskView, event: Told): Partial<TaskView> {
  const kind = REQUESTS[event.kind];
  if (kind) {
    const { by, reason } = event.payload as { by: string; reason: string | null };
    const fromCheckpoint = event.kind === 'RetryRequested' && event.payload.fromCheckpoint;
    const notBefore = event.kind === 'RetryRequested' ? event.payload.notBefore : undefined;
    const atOnce = 'now' in event.payload && event.payload.now === true;
    const request = {
      kind,
      by,
      at: event.at,
      reason,
      fromCheckpoint,
      ...(notBefore ? { notBefore } : {}),
      ...(atOnce ? { now: true } : {}),
    };
    // A failure that the policy retries does not count.
    return by === POLICY && kind === 'retry' ? { request, counted: false } : { request };
  }
  const { at } = event;
  switch (event.kind) {
    case 'RequestWithdrawn':
      if (event.payload.kind === 'resume' && task.heldBy === 'plan')
        return { request: null, heldBy: 'operator' };
      return task.request?.by === POLICY && task.status === 'FAILED'
        ? { request: null, counted: true }
        : { request: null };
    case 'TaskStarted':
      return { startedAt: at, endedAt: null, durationMillis: null, attempt: 1, request: null };
    case 'TaskPaused':
      return { request: null, heldBy: event.payload.heldBy };
    case 'TaskResumed':
      return { request: null, heldBy: null };
    case 'TaskRetryStarted':
      return {
        ...restarted(task),
        direction: 'forward',
        stageIndex: event.payload.stageIndex,
        retryCount: event.payload.retryCount,
        failure: null,
        counted: false,
        configSent: event.payload.fromCheckpoint && task.configSent,
      };
    case 'TaskRollingBack':
      return { ...restarted(task), direction: 'rollback', stageIndex: 0, configSent: false };
    case 'StageStarted':
    case 'StageRollingBack':
      return { currentStage: event.payload.stage, stageStarted: true };
    case 'StageSucceeded':
    case 'StageRolledBack':
      return { stageIndex: event.payload.stageIndex + 1 };
    case 'StageSkipped':
      return { stageIndex: event.payload.stageIndex + 1, currentStage: event.payload.stage };
    case 'StepStarted':
      return {
        ...(event.payload.type === 'config-update' ? { configSent: true } : {}),
        callsSent: task.callsSent || sends(event.payload.type),
      };
    case 'ProbeResult': {
      const { round, rounds, instances } = event.payload;
      return { probe: { round, rounds, instances, at } };
    }
    case 'StageFailed':
    case 'StageRollbackFailed':
      return { failure: event.payload.failure, counted: true };
    case 'TaskRolledBack':
      return {
        ...ended(at),
        durationMillis: event.payload.durationMillis,
        failure: null,
        callsSent: false,
        previousVersion: event.payload.previous?.version ?? task.previousVersion,
      };
    case 'TaskCompleted':
      return { ...ended(at), durationMillis: event.payload.durationMillis, failure: null };
    case 'TaskFailed':
    case 'TaskRollbackFailed':
      return { ...ended(at), durationMillis: event.payload.durationMillis, failure: event.payload.failure };
    case 'TaskCancelled':
      return { ...ended(at), durationMillis: event.payload.durationMillis };
    default:
      return {};
  }
}

function restarted(task: TaskView): Partial<TaskView> {
  return {
    request: null,
    heldBy: null,
    endedAt: null,
    durationMillis: null,
    currentStage: null,
    attempt: task.attempt + 1,
  };
}

const ended = (at: string): Partial<TaskView> => ({ endedAt: at, heldBy: null, request: null });

function planAfter(plan: PlanView, event: LiveEvent): PlanView {
  const status = event.status as PlanStatus;
  const endedAt = isSettled(status) ? (isSettled(plan.status) ? plan.endedAt : event.at) : null;
  return { ...plan, status, endedAt, ...planChange(plan, told(event)) };
}

function planChange(plan: PlanView, event: Told): Partial<PlanView> {
  const byOperator = event.actor !== EXECUTOR;
  switch (event.kind) {
    case 'PauseRequested':
      return { intent: 'pause', intentBy: event.payload.by };
    case 'CancelRequested':
      return { intent: 'cancel', intentBy: event.payload.by, halted: null };
    case 'PlanCancelled':
      return byOperator ? { intent: 'cancel', intentBy: event.actor } : {};
    case 'PlanFailed':
      return byOperator && plan.intent !== 'rollback' ? { intent: 'close', intentBy: event.actor } : {};
    case 'PlanRollingBack':
      return byOperator ? { intent: 'rollback', intentBy: event.payload.by, halted: null } : {};
    case 'PlanStarted':
      return { startedAt: event.at, startAt: null, startBy: null, intent: 'none', intentBy: null };
    case 'PlanResumed':
      if (!byOperator) return {};
      // Lifting a halt keeps the intent, also of a plan that has ended; opening that again drops the intent and not the halt.
      return plan.halted && isSettled(event.status as PlanStatus) === isSettled(plan.status)
        ? { halted: null }
        : { intent: 'none', intentBy: null };
    case 'PlanHalted':
      return { halted: { by: event.payload.by, reason: event.payload.reason, at: event.at } };
    case 'PlanScheduled':
      return { startAt: event.payload.startAt, startBy: event.payload.startBy };
    case 'PlanStartMissed':
      return { startAt: null, startBy: event.payload.startBy };
    case 'WaveFinished':
      return { bakeUntil: event.payload.bakeUntil };
    case 'WaveStarted':
      return { wave: event.payload.wave, bakeUntil: null, halted: null };
    case 'ConcurrencyChanged':
      return { maxConcurrency: event.payload.to };
    default:
      return {};
  }
}
