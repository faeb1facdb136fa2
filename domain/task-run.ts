import { isOver, namesOf } from './approval';
import type { Failure } from './failure';
import { keepsCheckpoints } from './policies/checkpoint';
import { pausesBefore } from './policies/pause';
import { retryDelaySeconds } from './policies/retry';
import { rollsBack } from './policies/rollback';
import { reject } from './rejection';
import { NOTHING_SENT } from './sent';
import { takenOver } from './takeover';
import { type RuntimeFlags, STOPPED, type TaskState, type TaskTransitionContext } from './task';
import type { Handler, Moved, TaskTransition } from './task-input';
import {
  EXECUTOR,
  ended,
  event,
  finishRetry,
  followedBy,
  millisSince,
  moved,
  POLICY,
  progress,
  workedUntil,
} from './task-outcome';
import { cancelled, countedFailure, dropRequest, paused, requested, startRollback } from './task-requests';
import { leftOpen } from './task-steps';

export function stageBegun(stage: string, now: Date): Partial<TaskState> {
  return { currentStage: stage, stageStarted: true, stageStartedAt: now };
}

export function stageDone(task: TaskState): Partial<TaskState> {
  return { stageIndex: task.stageIndex + 1, openStep: null, takeover: null };
}

export const skipStage: Handler<'stageSkipped'> = ({ task }, input, now) =>
  moved(
    task,
    { ...stageDone(task), currentStage: input.stage },
    now,
    EXECUTOR,
    'StageSkipped',
    `Stage ${input.stage} skipped: ${input.reason}`,
    { stage: input.stage, stageIndex: task.stageIndex, reason: input.reason },
  );

/**
 * A stage failed. What an operator asked comes first, then what the policies say: a retry that is left, else an
 * automatic rollback, else the task rests as FAILED.
 */
export const failForward: Handler<'stageFailed'> = ({ task, flags }, input, now) => {
  const { failure, stage } = input;
  const openStep = leftOpen(task, failure);
  const failed = moved(task, { failure, openStep }, now, EXECUTOR, 'StageFailed', failure.message, {
    stage,
    stageIndex: task.stageIndex,
    failure,
  });
  const asked = rollbackWanted(failed.state, flags);
  const delay = asked ? null : retryDelay(failed.state, failure, flags);
  const cancel = cancelWanted(task, flags.planIntent);
  // What somebody ended at once did not fail by itself.
  const onPurpose = failure.code === STOPPED && (asked !== null || cancel !== null);
  const counted = delay === null && !onPurpose ? countedFailure(failed.state) : null;
  const lost = { ...failed, state: { ...failed.state, counted } };
  if (asked) return rolledBackInstead(lost, asked, now);
  // It did not wait in vain: the end of a stage is its boundary, also a bad one. The failure stands beside it.
  if (cancel) return followedBy(lost, cancelled(lost.state, cancel, now));
  if (delay === null && undoneByPolicy(task, failure, flags))
    return rolledBackInstead(lost, { by: POLICY, reason: `Rolled back by policy: ${failure.message}` }, now);
  const before = dropRequest(failed.state, now);
  const end = finishRetry(
    moved(
      before.state,
      { status: 'FAILED', counted, ...ended(task, now) },
      now,
      EXECUTOR,
      'TaskFailed',
      failure.message,
      {
        failure,
        failedStage: stage,
        completedStages: task.stageIndex,
        durationMillis: workedUntil(task, now),
      },
    ),
    'failed',
    now,
  );
  const rested = followedBy(followedBy(failed, before), end);
  return delay === null ? rested : followedBy(rested, retriedByPolicy(rested.state, flags, delay, now));
};

/** Where another version was chosen for its plan, it is taken there, and not to the one before. */
function undoneByPolicy(task: TaskState, { errorType }: Failure, flags: RuntimeFlags): boolean {
  if (flags.planIntent === 'rollback' && flags.planRollbackTo) return false;
  return task.previous !== null && task.sent.calls && rollsBack(flags.policies.rollback, errorType);
}

function rolledBackInstead(
  failed: Moved,
  { by, reason, to }: { by: string; reason: string | null; to?: TaskState['previous'] },
  now: Date,
): TaskTransition {
  const { state } = failed;
  const previous = to ?? state.previous;
  const granted = startRollback({ ...state, request: null, driftAccepted: false, previous }, by, reason, now);
  return granted.ok ? followedBy(failed, granted) : granted;
}

/** Seconds until the retry policy tries again; null when it does not or the plan is leaving. */
function retryDelay(task: TaskState, failure: Failure, flags: RuntimeFlags): number | null {
  const leaving = flags.planIntent === 'cancel' || flags.planIntent === 'rollback';
  const asked = task.request?.kind === 'cancel';
  if (!failure.retryable || leaving || asked || task.retryCount >= flags.maxRetry) return null;
  return retryDelaySeconds(flags.policies.retry, task.retryCount);
}

/** The policy's retry is a request like an operator's, granted when its wait is over. */
function retriedByPolicy(task: TaskState, flags: RuntimeFlags, delaySeconds: number, now: Date): Moved {
  const notBefore = new Date(now.getTime() + delaySeconds * 1000).toISOString();
  const fromCheckpoint = keepsCheckpoints(flags.policies.checkpoint) && task.direction === 'forward';
  const reason = `Retry ${task.retryCount + 1} by policy, not before ${notBefore}`;
  return {
    state: {
      ...task,
      request: { kind: 'retry', by: POLICY, at: now.toISOString(), reason, fromCheckpoint, notBefore },
    },
    events: [
      event('RetryRequested', task.status, POLICY, now, reason, {
        by: POLICY,
        reason,
        fromCheckpoint,
        notBefore,
      }),
    ],
  };
}

export const failRollback: Handler<'stageFailed'> = ({ task }, input, now) => {
  const { failure, stage } = input;
  const failed = moved(
    task,
    { failure, openStep: null, takeover: null, counted: countedFailure({ ...task, failure }) },
    now,
    EXECUTOR,
    'StageRollbackFailed',
    failure.message,
    { stage, stageIndex: task.stageIndex, failure },
  );
  return followedBy(
    failed,
    moved(
      failed.state,
      { status: 'ROLLBACK_FAILED', ...ended(task, now) },
      now,
      EXECUTOR,
      'TaskRollbackFailed',
      failure.message,
      {
        failure,
        stages: task.stages.slice(0, task.stageIndex),
        durationMillis: workedUntil(task, now),
      },
    ),
  );
};

function rollbackWanted(task: TaskState, { planIntent, planRollbackTo }: RuntimeFlags) {
  const { request } = task;
  const to = (request?.kind === 'rollback' && request.to) || task.previous;
  if (!to || !task.stageStarted) return null;
  if (request?.kind === 'rollback') return { by: request.by, reason: request.reason, to };
  // Where another version was chosen, it ends here and is taken back from there.
  if (planIntent !== 'rollback' || planRollbackTo) return null;
  if (!task.sent.calls || to.version === task.targetVersion) return null;
  return { by: 'plan', reason: 'The plan is being rolled back.', to };
}

/** Who wants it cancelled at this boundary. */
function cancelWanted(task: TaskState, intent: TaskTransitionContext['flags']['planIntent']): string | null {
  if (task.request?.kind === 'cancel') return task.request.by;
  return intent === 'cancel' ? 'plan' : null;
}

/** Order at a boundary: rollback, cancel, task pause, plan pause (SPEC 5). Nothing asked: go on, without an event. */
export const forwardBoundary: Handler<'boundary'> = ({ task, flags, totalStages }, _input, now) => {
  const rollback = rollbackWanted(task, flags);
  if (rollback) return goBack(task, rollback, now);
  if (task.stageIndex >= totalStages) return complete(task, now);
  const { request } = task;
  const cancel = cancelWanted(task, flags.planIntent) ?? (flags.planIntent === 'rollback' ? 'plan' : null);
  if (cancel) return cancelled(task, cancel, now);
  if (request?.kind === 'pause') return paused(task, request.by, 'operator', now);
  if (flags.planIntent === 'pause') return paused(task, 'plan', 'plan', now);
  if (
    pausesBefore(flags.policies.pause, task.stages[task.stageIndex]) &&
    task.policyPausedAt !== task.stageIndex
  ) {
    return paused({ ...task, policyPausedAt: task.stageIndex }, POLICY, 'policy', now);
  }
  return { ok: true, state: task, events: [] };
};

function goBack(
  task: TaskState,
  { by, reason, to }: NonNullable<ReturnType<typeof rollbackWanted>>,
  now: Date,
): TaskTransition {
  return startRollback({ ...task, request: null, previous: to }, by, reason, now);
}

/**
 * A process took the run over, and a step may be on its way: before it is sent again, a cancel or rollback that waits is
 * granted (SPEC 5). Nothing asked: go on, without an event.
 */
export const takeoverBoundary: Handler<'takeoverBoundary'> = ({ task, flags }, _input, now) => {
  const rollback = rollbackWanted(task, flags);
  if (rollback) return goBack(task, rollback, now);
  const cancel = cancelWanted(task, flags.planIntent) ?? (flags.planIntent === 'rollback' ? 'plan' : null);
  if (cancel) return cancelled(task, cancel, now);
  return { ok: true, state: task, events: [] };
};

/** An approval is a stage of its own: the task rests there, frees its slot and keeps its tenant. */
export const waitForApproval: Handler<'approvalNeeded'> = ({ task }, { approval }, now) =>
  paused(task, EXECUTOR, 'approval', now, approval);

/** One approval is given; it is the end of the stage when it is the last that it takes. */
export const approve: Handler<'approve'> = (context, { actor, reason, approver }, now) => {
  const { task } = context;
  const { needs = 1, due = null } = task.approval ?? {};
  // Also where nobody has come to carry out what happens then.
  if (isOver(due, now)) return reject('NOT_ALLOWED_IN_STATE', 'The time to approve it is over.');
  const because = reason ? `: ${reason}` : '';
  const given = [...(task.approval?.given ?? []), { id: approver.id, by: actor, at: now.toISOString() }];
  if (!task.approval || given.length >= needs)
    return approved(context, { actor, reason }, `approved by ${namesOf(given)}${because}`, now);
  const stage = task.stages[task.stageIndex] ?? '';
  return moved(
    task,
    { approval: { ...task.approval, given } },
    now,
    actor,
    'ApprovalGiven',
    `${stage} approved by ${actor}, ${given.length} of ${needs}${because}`,
    { by: actor, stage, given: given.length, needs },
  );
};

/**
 * The stage is done by whoever approved; the task goes on like a resumed one, or with its plan if that is paused. From
 * here on no approval holds it, so that taking the resume back does not ask for one in the stage that follows.
 */
function approved(
  { task, flags }: TaskTransitionContext,
  { actor, reason }: { actor: string; reason: string | null },
  what: string,
  now: Date,
): TaskTransition {
  const stage = task.stages[task.stageIndex] ?? '';
  const done = moved(
    task,
    { ...stageDone(task), heldBy: flags.planIntent === 'pause' ? 'plan' : 'operator', request: null },
    now,
    actor,
    'StageSucceeded',
    `${stage} ${what}`,
    { stage, stageIndex: task.stageIndex, durationMillis: millisSince(task.stageStartedAt, now) },
  );
  if (flags.planIntent !== 'none') return done;
  const resumed = requested(done.state, { type: 'resume', actor, reason }, now);
  return resumed.ok ? followedBy(done, resumed) : resumed;
}

/** The time to decide is over: what the playbook says about it happens. */
export const decideWhenDue: Handler<'approvalDue'> = (context, _input, now) => {
  const { due, otherwise } = context.task.approval ?? { due: null };
  if (!isOver(due, now)) return reject('NOTHING_TO_DO', 'There is time left to decide about it.');
  const why = `nobody decided until ${due}`;
  return otherwise === 'approve'
    ? approved(context, { actor: POLICY, reason: null }, `approved by ${POLICY}: ${why}`, now)
    : rejected(context, { actor: POLICY, reason: why }, now);
};

export const rejectApproval: Handler<'reject'> = (context, input, now) => rejected(context, input, now);

/** A rejected task does not go on: its stage fails and it is cancelled, or rolled back if the policy says so. */
function rejected(
  { task, flags }: TaskTransitionContext,
  input: { actor: string; reason: string | null },
  now: Date,
): TaskTransition {
  const stage = task.stages[task.stageIndex] ?? '';
  const failure: Failure = {
    errorType: 'BUSINESS',
    code: 'REJECTED',
    message: `${stage} rejected by ${input.actor}${input.reason ? `: ${input.reason}` : ''}`,
    at: now.toISOString(),
    retryable: false,
    step: null,
    instance: null,
  };
  const failed = moved(task, { failure }, now, input.actor, 'StageFailed', failure.message, {
    stage,
    stageIndex: task.stageIndex,
    failure,
  });
  const counted = countedFailure(failed.state);
  const rested = followedBy(failed, cancelled({ ...failed.state, counted }, input.actor, now));
  if (!undoneByPolicy(task, failure, flags)) return rested;
  const back = requested(rested.state, { type: 'rollback', actor: POLICY, reason: failure.message }, now);
  return back.ok ? followedBy(rested, back) : back;
}

function complete(task: TaskState, now: Date): TaskTransition {
  const before = dropRequest(task, now);
  const durationMillis = workedUntil(task, now);
  const end = moved(
    before.state,
    { status: 'COMPLETED', failure: null, openStep: null, dataAt: null, takeover: null, ...ended(task, now) },
    now,
    EXECUTOR,
    'TaskCompleted',
    'Completed',
    {
      durationMillis,
      completedStages: task.stageIndex,
    },
  );
  return followedBy(before, finishRetry(end, 'completed', now));
}

export const rollbackBoundary: Handler<'boundary'> = ({ task, totalStages }, _input, now) => {
  if (task.stageIndex < totalStages) return { ok: true, state: task, events: [] };
  return moved(
    task,
    {
      status: 'ROLLED_BACK',
      failure: null,
      openStep: null,
      dataAt: null,
      takeover: null,
      sent: NOTHING_SENT,
      ...ended(task, now),
    },
    now,
    EXECUTOR,
    'TaskRolledBack',
    `Rolled back to ${task.previous?.version ?? 'the version before'}`,
    {
      stages: [...task.stages],
      previous: previousOf(task),
      durationMillis: workedUntil(task, now),
    },
  );
};

export const recover: Handler<'recovered'> = ({ task }, input, now) => {
  const takeover = takenOver(task.takeover, now);
  const back = moved(
    task,
    { takeover },
    now,
    EXECUTOR,
    'TaskRecovered',
    `Goes on after stage ${task.stageIndex} of ${task.stages.length}`,
    {
      epoch: input.epoch,
      fromStage: task.stageIndex,
    },
  );
  return { ...back, events: [...back.events, progress(back.state, now)] };
};

function previousOf({ previous }: TaskState) {
  if (!previous) return null;
  const { unitId, unitName, version } = previous;
  return { unitId, unitName, version };
}
