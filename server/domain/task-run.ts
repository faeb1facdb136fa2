import type { TaskState, TaskTransitionContext } from './task';
import type { InputOf, TaskTransition } from './task-input';
import {
  EXECUTOR,
  ended,
  event,
  finishRetry,
  followedBy,
  millisSince,
  moved,
  progress,
} from './task-outcome';
import { cancelled, dropRequest, paused, startRollback } from './task-requests';

export function stageBegun(stage: string, now: Date): Partial<TaskState> {
  return { currentStage: stage, stageStarted: true, stageStartedAt: now };
}

export function stageDone(task: TaskState): Partial<TaskState> {
  return { stageIndex: task.stageIndex + 1, openStep: null };
}

export function skipStage(
  { task }: TaskTransitionContext,
  input: InputOf<'stageSkipped'>,
  now: Date,
): TaskTransition {
  return moved(
    task,
    { ...stageDone(task), currentStage: input.stage },
    now,
    EXECUTOR,
    'StageSkipped',
    `Stage ${input.stage} skipped: ${input.reason}`,
    {
      stage: input.stage,
      stageIndex: task.stageIndex,
      reason: input.reason,
    },
  );
}

function stepRef(task: TaskState, input: { stage: string; step: string; stepIndex: number }) {
  return { stage: input.stage, stageIndex: task.stageIndex, step: input.step, stepIndex: input.stepIndex };
}

export function startStep(
  { task }: TaskTransitionContext,
  input: InputOf<'stepStarted'>,
  now: Date,
): TaskTransition {
  // A step that was announced before and never answered: the process that sent it is gone.
  const again = task.openStep?.stageIndex === task.stageIndex && task.openStep.stepIndex === input.stepIndex;
  const since = (again && task.openStep?.since) || now.toISOString();
  const openStep = { stageIndex: task.stageIndex, stepIndex: input.stepIndex, since };
  const sends = input.stepType === 'config-update';
  const state = sends ? { openStep, configSent: true, healthConfirmed: false } : { openStep };
  const doubt = again
    ? [
        event(
          'StepInDoubt',
          task.status,
          EXECUTOR,
          now,
          `No answer is on record for ${input.step}; it is sent again with the same key`,
          {
            ...stepRef(task, input),
            detail: 'The process that ran it stopped before its answer was stored.',
          },
        ),
      ]
    : [];
  const started = moved(task, state, now, EXECUTOR, 'StepStarted', `${input.step} started`, {
    ...stepRef(task, input),
    type: input.stepType,
  });
  return { ...started, events: [...doubt, ...started.events] };
}

export function succeedStep(
  { task }: TaskTransitionContext,
  input: InputOf<'stepSucceeded'>,
  now: Date,
): TaskTransition {
  const confirmed = input.stepType === 'health-check' ? { healthConfirmed: true } : {};
  return moved(task, { openStep: null, ...confirmed }, now, EXECUTOR, 'StepSucceeded', input.detail, {
    ...stepRef(task, input),
    detail: input.detail,
    attempts: input.attempts,
  });
}

export function failStep(
  { task }: TaskTransitionContext,
  input: InputOf<'stepFailed'>,
  now: Date,
): TaskTransition {
  return moved(task, { openStep: null }, now, EXECUTOR, 'StepFailed', input.failure.message, {
    ...stepRef(task, input),
    failure: input.failure,
    attempts: input.attempts,
  });
}

export function failForward(
  { task, flags }: TaskTransitionContext,
  input: InputOf<'stageFailed'>,
  now: Date,
): TaskTransition {
  const { failure, stage } = input;
  const failed = moved(task, { failure, openStep: null }, now, EXECUTOR, 'StageFailed', failure.message, {
    stage,
    stageIndex: task.stageIndex,
    failure,
  });
  const rollback = rollbackWanted(failed.state, flags.planIntent);
  if (rollback) {
    const granted = startRollback({ ...failed.state, request: null }, rollback.by, rollback.reason, now);
    return granted.ok ? followedBy(failed, granted) : granted;
  }
  const before = dropRequest(failed.state, now);
  const end = finishRetry(
    moved(
      before.state,
      { status: 'FAILED', ...ended(task, now) },
      now,
      EXECUTOR,
      'TaskFailed',
      failure.message,
      {
        failure,
        failedStage: stage,
        completedStages: task.stageIndex,
      },
    ),
    'failed',
    now,
  );
  return followedBy(followedBy(failed, before), end);
}

export function failRollback(
  { task }: TaskTransitionContext,
  input: InputOf<'stageFailed'>,
  now: Date,
): TaskTransition {
  const { failure, stage } = input;
  const failed = moved(
    task,
    { failure, openStep: null },
    now,
    EXECUTOR,
    'StageRollbackFailed',
    failure.message,
    {
      stage,
      stageIndex: task.stageIndex,
      failure,
    },
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
      },
    ),
  );
}

function rollbackWanted(task: TaskState, intent: TaskTransitionContext['flags']['planIntent']) {
  if (!task.previous || !task.stageStarted) return null;
  if (task.request?.kind === 'rollback') return { by: task.request.by, reason: task.request.reason };
  return intent === 'rollback' ? { by: 'plan', reason: 'The plan is being rolled back.' } : null;
}

/** Order at a boundary: rollback, cancel, task pause, plan pause (SPEC 5). Nothing asked: go on, without an event. */
export function forwardBoundary(
  { task, flags, totalStages }: TaskTransitionContext,
  _input: InputOf<'boundary'>,
  now: Date,
): TaskTransition {
  const rollback = rollbackWanted(task, flags.planIntent);
  if (rollback) return startRollback({ ...task, request: null }, rollback.by, rollback.reason, now);
  if (task.stageIndex >= totalStages) return complete(task, now);
  const { request } = task;
  if (request?.kind === 'cancel') return cancelled(task, request.by, now);
  if (flags.planIntent === 'cancel' || flags.planIntent === 'rollback') return cancelled(task, 'plan', now);
  if (request?.kind === 'pause') return paused(task, request.by, 'operator', now);
  if (flags.planIntent === 'pause') return paused(task, 'plan', 'plan', now);
  return { ok: true, state: task, events: [] };
}

function complete(task: TaskState, now: Date): TaskTransition {
  const before = dropRequest(task, now);
  const durationMillis = millisSince(task.startedAt, now);
  const end = moved(
    before.state,
    { status: 'COMPLETED', failure: null, ...ended(task, now) },
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

export function rollbackBoundary(
  { task, totalStages }: TaskTransitionContext,
  _input: InputOf<'boundary'>,
  now: Date,
): TaskTransition {
  if (task.stageIndex < totalStages) return { ok: true, state: task, events: [] };
  return moved(
    task,
    { status: 'ROLLED_BACK', failure: null, ...ended(task, now) },
    now,
    EXECUTOR,
    'TaskRolledBack',
    `Rolled back to ${task.previous?.version ?? 'the version before'}`,
    { stages: [...task.stages], previous: task.previous, durationMillis: millisSince(task.startedAt, now) },
  );
}

export function recover(
  { task }: TaskTransitionContext,
  input: InputOf<'recovered'>,
  now: Date,
): TaskTransition {
  const back = moved(
    task,
    {},
    now,
    EXECUTOR,
    'TaskRecovered',
    `Goes on after stage ${task.stageIndex} of ${task.stages.length}`,
    {
      epoch: input.epoch,
      fromStage: task.stageIndex,
    },
  );
  return { ...back, events: [...back.events, progress(task, now)] };
}
