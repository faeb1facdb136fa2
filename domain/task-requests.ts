import type { DomainEvent, EventKind } from './events';
import { reject } from './rejection';
import { NOTHING_SENT } from './sent';
import {
  type HeldBy,
  type OpenRequest,
  occupiesSlot,
  type RequestKind,
  type TaskState,
  type TaskStatus,
} from './task';
import type { Handler, InputOf, Moved, TaskCommand, TaskTransition } from './task-input';
import { ended, event, finishRetry, followedBy, moved, POLICY, progress, workedUntil } from './task-outcome';

const SYSTEM_WITHDRAWAL = 'The task reached its end first.';

const REQUEST_EVENTS = {
  pause: 'PauseRequested',
  resume: 'ResumeRequested',
  cancel: 'CancelRequested',
  retry: 'RetryRequested',
  rollback: 'RollbackRequested',
} as const satisfies Record<RequestKind, EventKind>;

export function requested(task: TaskState, input: InputOf<TaskCommand>, now: Date): TaskTransition {
  if (task.request?.kind === input.type && !saysMore(task.request, input)) {
    return reject('ALREADY_REQUESTED', `A ${input.type} is already requested by ${task.request.by}.`);
  }
  const fromCheckpoint = input.type === 'retry' && input.fromCheckpoint;
  const resolution = 'resolution' in input ? input.resolution : undefined;
  const atOnce = 'now' in input && input.now === true && occupiesSlot(task.status);
  // Who only hurries on means the version that was chosen.
  const chosen = input.type === 'rollback' && task.request?.kind === 'rollback' ? task.request.to : undefined;
  const to = ('to' in input ? input.to : undefined) ?? chosen;
  const request: OpenRequest = {
    kind: input.type,
    by: input.actor,
    at: now.toISOString(),
    reason: input.reason,
    fromCheckpoint,
    ...(resolution ? { resolution } : {}),
    ...(atOnce ? { now: true } : {}),
    ...(to ? { to } : {}),
  };
  const asked = {
    by: input.actor,
    reason: input.reason,
    ...(atOnce ? { now: true } : {}),
    ...(to ? { toVersion: to.version } : {}),
  };
  const goal = to ? ` to ${to.version}` : '';
  const message = `${input.type[0]?.toUpperCase()}${input.type.slice(1)}${goal} requested by ${input.actor}${atOnce ? ', at once' : ''}`;
  const events: DomainEvent[] = [
    input.type === 'retry'
      ? event('RetryRequested', task.status, input.actor, now, message, { ...asked, fromCheckpoint })
      : event(REQUEST_EVENTS[input.type], task.status, input.actor, now, message, asked as never),
  ];
  // Without the retry that was to follow, the failure counts.
  const dropsRetry = task.status === 'FAILED' && task.request?.by === POLICY && input.type === 'rollback';
  const counted = dropsRetry ? countedFailure(task) : task.counted;
  const replaced = task.request
    ? withdrawnEvent(task, task.request, input.actor, `Replaced by a ${input.type} request.`, now)
    : [];
  const heldBy = holderWithout(task);
  return { ok: true, state: { ...task, request, counted, heldBy }, events: [...replaced, ...events] };
}

/** The same request again says more when it no longer wants to wait, or names another version. */
function saysMore(open: OpenRequest, input: InputOf<TaskCommand>): boolean {
  const hurries = 'now' in input && input.now === true && open.now !== true;
  const differs = 'to' in input && input.to !== undefined && input.to.version !== open.to?.version;
  return hurries || differs;
}

export function withdrawn(task: TaskState, input: InputOf<'withdraw'>, now: Date): TaskTransition {
  if (!task.request) return reject('NO_OPEN_REQUEST', 'There is no open request to withdraw.');
  // Without the retry that was to follow, the failure counts.
  const counted =
    task.status === 'FAILED' && task.request.by === POLICY ? countedFailure(task) : task.counted;
  return {
    ok: true,
    state: { ...task, request: null, counted, heldBy: holderWithout(task) },
    events: withdrawnEvent(task, task.request, input.actor, input.reason || 'Taken back.', now),
  };
}

/** Its plan let it go with the resume it asked for; whoever takes that back holds the task. */
const holderWithout = ({ request, heldBy }: TaskState) =>
  request?.kind === 'resume' && heldBy === 'plan' ? 'operator' : heldBy;

function withdrawnEvent(
  task: TaskState,
  request: OpenRequest,
  by: string,
  reason: string,
  now: Date,
): DomainEvent[] {
  return [
    event('RequestWithdrawn', task.status, by, now, `${request.kind} request withdrawn: ${reason}`, {
      kind: request.kind,
      by,
      reason,
    }),
  ];
}

/** An open pause or cancel has lost its point once the task ended; the log says so. */
export function dropRequest(task: TaskState, now: Date): Moved {
  if (!task.request) return { state: task, events: [] };
  return {
    state: { ...task, request: null },
    events: withdrawnEvent(task, task.request, 'system', SYSTEM_WITHDRAWAL, now),
  };
}

/** The request that is being granted leaves silently; any other is logged as withdrawn. */
function dropRequestUnless(task: TaskState, kind: RequestKind, now: Date) {
  return task.request?.kind === kind
    ? { state: { ...task, request: null }, events: [] }
    : dropRequest(task, now);
}

export function paused(
  task: TaskState,
  by: string,
  heldBy: HeldBy,
  now: Date,
  approval: TaskState['approval'] = null,
) {
  const resting = {
    status: 'PAUSED' as const,
    heldBy,
    approval,
    request: null,
    openStep: null,
    takeover: null,
  };
  const next = task.stages[task.stageIndex] ?? null;
  return moved(task, resting, now, by, 'TaskPaused', pausedMessage(heldBy, by, next), {
    by,
    heldBy,
    currentStage: next,
  });
}

function pausedMessage(heldBy: HeldBy, by: string, stage: string | null): string {
  switch (heldBy) {
    case 'plan':
      return 'Paused with its plan';
    case 'approval':
      return `Waits for an approval in ${stage}`;
    case 'policy':
      return `Paused before ${stage} by the pause policy`;
    case 'operator':
      return `Paused by ${by}`;
  }
}

export function cancelled(task: TaskState, by: string, now: Date) {
  const before = dropRequestUnless(task, 'cancel', now);
  return followedBy(
    before,
    finishRetry(
      moved(
        before.state,
        {
          status: 'CANCELLED',
          request: null,
          openStep: null,
          dataAt: null,
          takeover: null,
          ...ended(task, now),
        },
        now,
        by,
        'TaskCancelled',
        `Cancelled by ${by}`,
        {
          by,
          lastStage: task.stages[task.stageIndex - 1] ?? null,
          durationMillis: workedUntil(task, now),
        },
      ),
      'cancelled',
      now,
    ),
  );
}

const RETRIED: readonly TaskStatus[] = ['FAILED', 'CANCELLED', 'ROLLED_BACK'];

export const grantResting: Handler<'admit'> = ({ task }, _input, now) => {
  const { request } = task;
  if (request?.kind === 'resume' && task.status === 'PAUSED') {
    const resumed = moved(
      task,
      { status: 'RUNNING', request: null, heldBy: null },
      now,
      request.by,
      'TaskResumed',
      `Resumed by ${request.by}`,
      { by: request.by, resumeFromStage: task.stageIndex },
    );
    return followedBy(resumed, { state: resumed.state, events: [progress(resumed.state, now)] });
  }
  if (request?.kind === 'retry' && RETRIED.includes(task.status)) return startRetry(task, request, now);
  if (request?.kind === 'rollback' && task.status !== 'ROLLED_BACK') {
    const driftAccepted = request.resolution === 'override';
    const previous = request.to ?? task.previous;
    return startRollback(
      { ...task, request: null, driftAccepted, previous },
      request.by,
      request.reason,
      now,
    );
  }
  return reject('NO_OPEN_REQUEST', 'Nobody asked this task to go on.');
};

function startRetry(task: TaskState, request: OpenRequest, now: Date): TaskTransition {
  const fromCheckpoint = request.fromCheckpoint && task.direction === 'forward';
  const state: Partial<TaskState> = {
    status: 'RUNNING',
    direction: 'forward',
    request: null,
    failure: null,
    // One cancelled before it was ever admitted starts only now; without this its pause would not keep the tenant.
    startedAt: task.startedAt ?? now,
    endedAt: null,
    durationMillis: null,
    currentStage: null,
    stageIndex: fromCheckpoint ? task.stageIndex : 0,
    // A step in doubt is what the decision is about: it is taken up where it was left.
    openStep:
      fromCheckpoint && request.resolution && request.resolution !== 'override' ? task.openStep : null,
    retryCount: task.retryCount + 1,
    attempt: task.attempt + 1,
    retry: { fromCheckpoint, ...(request.resolution ? { resolution: request.resolution } : {}) },
    counted: null,
    policyPausedAt: fromCheckpoint ? task.policyPausedAt : null,
    driftAccepted: request.resolution === 'override',
    dataAt: fromCheckpoint ? task.dataAt : null,
    takeover: null,
    // It went back and was confirmed: what is sent now is sent to tenants as they were.
    sent: task.status === 'ROLLED_BACK' ? NOTHING_SENT : task.sent,
    configSent: fromCheckpoint && task.configSent,
    healthConfirmed: fromCheckpoint && task.healthConfirmed,
  };
  const started = moved(
    task,
    state,
    now,
    request.by,
    'TaskRetryStarted',
    fromCheckpoint
      ? `Retried by ${request.by} from its checkpoint`
      : `Retried by ${request.by} from the first stage`,
    { fromCheckpoint, retryCount: task.retryCount + 1, stageIndex: state.stageIndex ?? 0 },
  );
  const again = { state: started.state, events: fromCheckpoint ? [progress(started.state, now)] : [] };
  return followedBy(started, again);
}

export function startRollback(task: TaskState, by: string, reason: string | null, now: Date): TaskTransition {
  const before = finishRetry({ state: task, events: [] }, 'rolled back', now);
  return followedBy(
    before,
    moved(
      before.state,
      {
        status: 'ROLLING_BACK',
        direction: 'rollback',
        request: null,
        heldBy: null,
        endedAt: null,
        durationMillis: null,
        stageIndex: 0,
        currentStage: null,
        openStep: null,
        takeover: null,
        attempt: task.attempt + 1,
        configSent: false,
        healthConfirmed: false,
        dataAt: null,
      },
      now,
      by,
      'TaskRollingBack',
      `Rolling back to ${task.previous?.version ?? 'the version before'}`,
      { reason: reason ?? '', stages: [...task.stages] },
    ),
  );
}

/** What a failure leaves behind for the plan's thresholds. */
export function countedFailure(task: TaskState): TaskState['counted'] {
  const { failure, currentStage } = task;
  return failure && { at: failure.at, stage: currentStage ?? '', step: failure.step, code: failure.code };
}
