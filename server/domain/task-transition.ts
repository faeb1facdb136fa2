import type { DomainEvent, EventKind, EventPayloads, Failure } from './events';
import { type Rejection, reject } from './rejection';
import {
  type HeldBy,
  type OpenRequest,
  percentDone,
  type RequestKind,
  type TaskState,
  type TaskStatus,
  type TaskTransitionContext,
} from './task';

/** Everything that can happen to a task. Commands come from operators, the rest from the executor. */
export type TaskInput =
  | { type: 'validate'; actor: string }
  | { type: 'validationPassed'; actor: string; warnings: EventPayloads['TaskValidated']['warnings'] }
  | { type: 'validationFailed'; actor: string; errors: EventPayloads['TaskValidationFailed']['errors'] }
  | { type: 'pause'; actor: string; reason: string | null }
  | { type: 'resume'; actor: string; reason: string | null }
  | { type: 'cancel'; actor: string; reason: string | null }
  | { type: 'retry'; actor: string; reason: string | null; fromCheckpoint: boolean }
  | { type: 'rollback'; actor: string; reason: string | null }
  | { type: 'withdraw'; actor: string; reason: string }
  | { type: 'admit' }
  | { type: 'stageStarted'; stage: string }
  | { type: 'stageSkipped'; stage: string; reason: string }
  | { type: 'stepStarted'; stage: string; step: string; stepIndex: number; stepType: string }
  | {
      type: 'stepSucceeded';
      stage: string;
      step: string;
      stepIndex: number;
      stepType: string;
      detail: string;
      attempts: unknown[];
    }
  | {
      type: 'stepFailed';
      stage: string;
      step: string;
      stepIndex: number;
      failure: Failure;
      attempts: unknown[];
    }
  | { type: 'stageSucceeded'; stage: string }
  | { type: 'stageFailed'; stage: string; failure: Failure }
  | { type: 'boundary' }
  | { type: 'recovered'; epoch: number }
  | { type: 'heartbeat' };

export type TaskInputType = TaskInput['type'];
export type TaskCommand = Extract<TaskInputType, RequestKind>;
type InputOf<T extends TaskInputType> = Extract<TaskInput, { type: T }>;

export type TaskTransition =
  | { ok: true; state: TaskState; events: DomainEvent[] }
  | { ok: false; rejection: Rejection };

type Handler<T extends TaskInputType> = (
  context: TaskTransitionContext,
  input: InputOf<T>,
  now: Date,
) => TaskTransition;
type Row<T extends TaskInputType> = Partial<Record<TaskStatus, Handler<T>>>;

/** Who acts when nobody asked: the executor itself. */
export const EXECUTOR = 'executor';

const SYSTEM_WITHDRAWAL = 'The task reached its end first.';

/**
 * The task machine as a table: input × status → handler. A pair without a handler is refused and changes nothing.
 */
const TABLE: { [T in TaskInputType]: Row<T> } = {
  validate: {
    CREATED: ({ task }, input, now) =>
      moved(task, { status: 'VALIDATING' }, now, input.actor, 'TaskCreated', 'Task created', {
        ordinal: task.ordinal,
      }),
  },
  validationPassed: {
    VALIDATING: ({ task }, input, now) =>
      moved(task, { status: 'PENDING' }, now, input.actor, 'TaskValidated', 'Ready to start', {
        warnings: input.warnings,
      }),
  },
  validationFailed: {
    VALIDATING: ({ task }, input, now) =>
      moved(
        task,
        { status: 'VALIDATION_FAILED' },
        now,
        input.actor,
        'TaskValidationFailed',
        sentence(input.errors),
        {
          errors: input.errors,
        },
      ),
  },
  pause: {
    PENDING: ({ task }, input, now) => paused(task, input.actor, 'operator', now),
    RUNNING: (context, input, now) => requested(context.task, input, now),
  },
  resume: {
    PAUSED: ({ task }, input, now) =>
      task.startedAt === null
        ? moved(
            task,
            { status: 'PENDING', heldBy: null },
            now,
            input.actor,
            'TaskResumed',
            'Back in the queue',
            {
              by: input.actor,
              resumeFromStage: 0,
            },
          )
        : requested(task, input, now),
  },
  cancel: {
    PENDING: ({ task }, input, now) => cancelled(task, input.actor, now),
    PAUSED: ({ task }, input, now) => cancelled(task, input.actor, now),
    RUNNING: ({ task }, input, now) => requested(task, input, now),
  },
  retry: {
    FAILED: ({ task }, input, now) => requested(task, input, now),
    CANCELLED: ({ task }, input, now) => requested(task, { ...input, fromCheckpoint: false }, now),
    ROLLED_BACK: ({ task }, input, now) => requested(task, { ...input, fromCheckpoint: false }, now),
  },
  rollback: {
    RUNNING: ({ task }, input, now) => requested(task, input, now),
    PAUSED: ({ task }, input, now) => requested(task, input, now),
    COMPLETED: ({ task }, input, now) => requested(task, input, now),
    FAILED: ({ task }, input, now) => requested(task, input, now),
    CANCELLED: ({ task }, input, now) => requested(task, input, now),
    ROLLBACK_FAILED: ({ task }, input, now) => requested(task, input, now),
  },
  withdraw: {
    RUNNING: ({ task }, input, now) => withdrawn(task, input, now),
    PAUSED: ({ task }, input, now) => withdrawn(task, input, now),
    COMPLETED: ({ task }, input, now) => withdrawn(task, input, now),
    FAILED: ({ task }, input, now) => withdrawn(task, input, now),
    CANCELLED: ({ task }, input, now) => withdrawn(task, input, now),
    ROLLED_BACK: ({ task }, input, now) => withdrawn(task, input, now),
    ROLLBACK_FAILED: ({ task }, input, now) => withdrawn(task, input, now),
  },
  admit: {
    PENDING: ({ task }, _input, now) =>
      moved(
        task,
        { status: 'RUNNING', attempt: 1, startedAt: now, endedAt: null },
        now,
        EXECUTOR,
        'TaskStarted',
        `Started, ${task.stages.length} stages`,
        { totalStages: task.stages.length },
      ),
    PAUSED: grantResting,
    COMPLETED: grantResting,
    FAILED: grantResting,
    CANCELLED: grantResting,
    ROLLED_BACK: grantResting,
    ROLLBACK_FAILED: grantResting,
  },
  stageStarted: {
    RUNNING: ({ task }, input, now) =>
      moved(
        task,
        stageBegun(input.stage, now),
        now,
        EXECUTOR,
        'StageStarted',
        `Stage ${input.stage} started`,
        {
          stage: input.stage,
          stageIndex: task.stageIndex,
        },
      ),
    ROLLING_BACK: ({ task }, input, now) =>
      moved(
        task,
        stageBegun(input.stage, now),
        now,
        EXECUTOR,
        'StageRollingBack',
        `Rolling back stage ${input.stage}`,
        {
          stage: input.stage,
          stageIndex: task.stageIndex,
        },
      ),
  },
  stageSkipped: { RUNNING: skipStage, ROLLING_BACK: skipStage },
  stepStarted: { RUNNING: startStep, ROLLING_BACK: startStep },
  stepSucceeded: { RUNNING: succeedStep, ROLLING_BACK: succeedStep },
  stepFailed: { RUNNING: failStep, ROLLING_BACK: failStep },
  stageSucceeded: {
    RUNNING: ({ task }, input, now) =>
      moved(task, stageDone(task), now, EXECUTOR, 'StageSucceeded', `Stage ${input.stage} done`, {
        stage: input.stage,
        stageIndex: task.stageIndex,
        durationMillis: millisSince(task.stageStartedAt, now),
      }),
    ROLLING_BACK: ({ task }, input, now) =>
      moved(task, stageDone(task), now, EXECUTOR, 'StageRolledBack', `Stage ${input.stage} rolled back`, {
        stage: input.stage,
        stageIndex: task.stageIndex,
        durationMillis: millisSince(task.stageStartedAt, now),
      }),
  },
  stageFailed: { RUNNING: failForward, ROLLING_BACK: failRollback },
  boundary: { RUNNING: forwardBoundary, ROLLING_BACK: rollbackBoundary },
  recovered: { RUNNING: recover, ROLLING_BACK: recover },
  heartbeat: {
    RUNNING: ({ task }, _input, now) => ({ ok: true, state: task, events: [progress(task, now)] }),
    ROLLING_BACK: ({ task }, _input, now) => ({ ok: true, state: task, events: [progress(task, now)] }),
  },
};

export type Guard = (context: TaskTransitionContext, input: TaskInput) => Rejection | null;

/** Guards per input, asked in order before the handler; more can be registered with `withGuards`. */
const GUARDS: Partial<Record<TaskInputType, readonly Guard[]>> = {
  resume: [
    ({ flags }) =>
      flags.planIntent === 'pause'
        ? { code: 'PLAN_PAUSED', message: 'The plan is paused. Resume the plan first.' }
        : planIsLeaving(flags.planIntent, 'resumed'),
  ],
  retry: [
    ({ flags }) => planIsLeaving(flags.planIntent, 'retried'),
    notOvertaken,
    ({ task, flags }, input) =>
      input.type === 'retry' && task.retryCount >= flags.maxRetry && !input.reason
        ? {
            code: 'RETRY_LIMIT',
            message: `Retry limit reached (${task.retryCount} of ${flags.maxRetry}). Give a reason to go beyond it.`,
          }
        : null,
  ],
  rollback: [
    ({ task }) =>
      task.previous === null
        ? { code: 'NO_PREVIOUS', message: 'There is no earlier configuration to go back to.' }
        : null,
    ({ task }) =>
      task.stageStarted
        ? null
        : {
            code: 'NOTHING_TO_ROLL_BACK',
            message: 'No stage has started, so there is nothing to roll back. Cancel it instead.',
          },
    notOvertaken,
  ],
  admit: [
    ({ task, flags }) =>
      task.status === 'PENDING' && flags.planIntent !== 'none'
        ? { code: 'PLAN_PAUSED', message: 'The plan takes in no new tasks now.' }
        : null,
    (context, input) =>
      context.task.request?.kind === 'retry' || context.task.request?.kind === 'rollback'
        ? notOvertaken(context, input)
        : null,
  ],
};

/** Sees every transition: metrics and traces hang here, the machine does not know them. */
export interface TransitionInstrumentation {
  beforeGuard?(context: TaskTransitionContext, input: TaskInput): void;
  afterTransition?(context: TaskTransitionContext, input: TaskInput, outcome: TaskTransition): void;
}

/**
 * Builds a task machine with extra guards and instrumentation on top of the table.
 * The returned function is pure as long as what is hung on it is.
 */
export function createTaskMachine(
  options: {
    guards?: Partial<Record<TaskInputType, readonly Guard[]>>;
    instrumentation?: TransitionInstrumentation[];
  } = {},
) {
  const { guards = {}, instrumentation = [] } = options;
  return (context: TaskTransitionContext, input: TaskInput, now: Date): TaskTransition => {
    for (const hook of instrumentation) hook.beforeGuard?.(context, input);
    const outcome = decide(context, input, now, guards[input.type] ?? []);
    for (const hook of instrumentation) hook.afterTransition?.(context, input, outcome);
    return outcome;
  };
}

/** The machine without extras. `now` is database time; a refusal leaves the state as it was and says why. */
export const transitionTask = createTaskMachine();

function decide(
  context: TaskTransitionContext,
  input: TaskInput,
  now: Date,
  extraGuards: readonly Guard[],
): TaskTransition {
  // The mapped type above guarantees that the row fits the input; TypeScript cannot follow the index.
  const handler = (TABLE[input.type] as Row<TaskInputType>)[context.task.status] as
    | Handler<TaskInputType>
    | undefined;
  if (!handler) return reject('NOT_ALLOWED_IN_STATE', notAllowed(input.type, context.task.status));
  for (const guard of [...(GUARDS[input.type] ?? []), ...extraGuards]) {
    const refusal = guard(context, input);
    if (refusal) return { ok: false, rejection: refusal };
  }
  return handler(context, input, now);
}

/**
 * Whether an operator may give this command now: the console's buttons and the server's refusals are this one answer.
 * Returns null when allowed, else the reason to show.
 */
export function whyNot(context: TaskTransitionContext, command: TaskCommand | 'withdraw'): Rejection | null {
  const asked = (
    command === 'withdraw'
      ? { type: 'withdraw', actor: '', reason: '' }
      : { type: command, actor: '', reason: null, fromCheckpoint: false }
  ) as TaskInput;
  const outcome = decide(context, asked, new Date(0), []);
  return outcome.ok ? null : outcome.rejection;
}

function planIsLeaving(intent: TaskTransitionContext['flags']['planIntent'], verb: string): Rejection | null {
  if (intent === 'cancel')
    return {
      code: 'PLAN_CANCELLING',
      message: `The plan is being cancelled; a task can be ${verb} once it has settled.`,
    };
  if (intent === 'rollback')
    return {
      code: 'PLAN_ROLLING_BACK',
      message: `The plan is being rolled back; a task can be ${verb} once it has settled.`,
    };
  return null;
}

function notOvertaken({ flags }: TaskTransitionContext, _input: TaskInput): Rejection | null {
  return flags.newerTaskStarted
    ? { code: 'NEWER_TASK', message: 'A newer plan owns this tenant: it has switched it since.' }
    : null;
}

const STATUS_WORDS: Record<TaskStatus, string> = {
  CREATED: 'not validated yet',
  VALIDATING: 'being validated',
  VALIDATION_FAILED: 'left out because its validation failed',
  PENDING: 'waiting to start',
  RUNNING: 'running',
  PAUSED: 'paused',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  ROLLING_BACK: 'rolling back',
  ROLLED_BACK: 'rolled back',
  ROLLBACK_FAILED: 'stopped by a failed rollback',
};

function notAllowed(input: TaskInputType, status: TaskStatus): string {
  return `This task is ${STATUS_WORDS[status]}; ${input} does not apply.`;
}

function sentence(errors: { message: string }[]): string {
  return errors.map((error) => error.message).join(' ') || 'Validation failed';
}

function event<K extends EventKind>(
  kind: K,
  status: TaskStatus,
  actor: string,
  at: Date,
  message: string,
  payload: EventPayloads[K],
): DomainEvent {
  return { kind, status, actor, at, message, payload } as DomainEvent;
}

function moved<K extends EventKind>(
  task: TaskState,
  change: Partial<TaskState>,
  now: Date,
  actor: string,
  kind: K,
  message: string,
  payload: EventPayloads[K],
): { ok: true; state: TaskState; events: DomainEvent[] } {
  const state = { ...task, ...change };
  return { ok: true, state, events: [event(kind, state.status, actor, now, message, payload)] };
}

function progress(task: TaskState, now: Date): DomainEvent {
  const percent = percentDone(task);
  return event('TaskProgress', task.status, EXECUTOR, now, `${percent}%`, {
    currentStage: task.currentStage,
    completedStages: task.stageIndex,
    totalStages: task.stages.length,
    percent,
  });
}

/** Appends what a following step of the same transition produced. */
function then(
  first: { state: TaskState; events: DomainEvent[] },
  second: { state: TaskState; events: DomainEvent[] },
) {
  return { ok: true as const, state: second.state, events: [...first.events, ...second.events] };
}

const REQUEST_EVENTS = {
  pause: 'PauseRequested',
  resume: 'ResumeRequested',
  cancel: 'CancelRequested',
  retry: 'RetryRequested',
  rollback: 'RollbackRequested',
} as const satisfies Record<RequestKind, EventKind>;

function requested(task: TaskState, input: InputOf<TaskCommand>, now: Date): TaskTransition {
  if (task.request?.kind === input.type) {
    return reject('ALREADY_REQUESTED', `A ${input.type} is already requested by ${task.request.by}.`);
  }
  const fromCheckpoint = input.type === 'retry' && input.fromCheckpoint;
  const request: OpenRequest = {
    kind: input.type,
    by: input.actor,
    at: now.toISOString(),
    reason: input.reason,
    fromCheckpoint,
  };
  const asked = { by: input.actor, reason: input.reason };
  const message = `${input.type[0]?.toUpperCase()}${input.type.slice(1)} requested by ${input.actor}`;
  const events: DomainEvent[] = [
    input.type === 'retry'
      ? event('RetryRequested', task.status, input.actor, now, message, { ...asked, fromCheckpoint })
      : event(REQUEST_EVENTS[input.type], task.status, input.actor, now, message, asked as never),
  ];
  const replaced = task.request
    ? withdrawnEvent(task, task.request, input.actor, `Replaced by a ${input.type} request.`, now)
    : [];
  return { ok: true, state: { ...task, request }, events: [...replaced, ...events] };
}

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

function withdrawn(task: TaskState, input: InputOf<'withdraw'>, now: Date): TaskTransition {
  if (!task.request) return reject('NO_OPEN_REQUEST', 'There is no open request to withdraw.');
  return {
    ok: true,
    state: { ...task, request: null },
    events: withdrawnEvent(task, task.request, input.actor, input.reason || 'Taken back.', now),
  };
}

/** An open pause or cancel has lost its point once the task ended; the log says so. */
function dropRequest(task: TaskState, now: Date): { state: TaskState; events: DomainEvent[] } {
  if (!task.request) return { state: task, events: [] };
  return {
    state: { ...task, request: null },
    events: withdrawnEvent(task, task.request, 'system', SYSTEM_WITHDRAWAL, now),
  };
}

function paused(task: TaskState, by: string, heldBy: HeldBy, now: Date) {
  const resting = { status: 'PAUSED' as const, heldBy, request: null, openStep: null };
  return moved(task, resting, now, by, 'TaskPaused', pausedMessage(heldBy, by), {
    by,
    heldBy,
    currentStage: task.stages[task.stageIndex] ?? null,
  });
}

function pausedMessage(heldBy: HeldBy, by: string): string {
  return heldBy === 'plan' ? 'Paused with its plan' : `Paused by ${by}`;
}

function ended(task: TaskState, now: Date) {
  return { endedAt: now, durationMillis: millisSince(task.startedAt, now), openStep: null, heldBy: null };
}

function cancelled(task: TaskState, by: string, now: Date) {
  const before = dropRequestUnless(task, 'cancel', now);
  return then(
    before,
    finishRetry(
      moved(
        before.state,
        { status: 'CANCELLED', request: null, ...ended(task, now) },
        now,
        by,
        'TaskCancelled',
        `Cancelled by ${by}`,
        {
          by,
          lastStage: task.stages[task.stageIndex - 1] ?? null,
        },
      ),
      'cancelled',
      now,
    ),
  );
}

/** The request that is being granted leaves silently; any other is logged as withdrawn. */
function dropRequestUnless(task: TaskState, kind: RequestKind, now: Date) {
  return task.request?.kind === kind
    ? { state: { ...task, request: null }, events: [] }
    : dropRequest(task, now);
}

function finishRetry(outcome: { state: TaskState; events: DomainEvent[] }, word: string, now: Date) {
  const { retry } = outcome.state;
  if (!retry) return { ok: true as const, ...outcome };
  return {
    ok: true as const,
    state: { ...outcome.state, retry: null },
    events: [
      ...outcome.events,
      event('TaskRetryCompleted', outcome.state.status, EXECUTOR, now, `Retry ${word}`, {
        fromCheckpoint: retry.fromCheckpoint,
        outcome: word,
      }),
    ],
  };
}

function grantResting({ task }: TaskTransitionContext, _input: InputOf<'admit'>, now: Date): TaskTransition {
  const { request } = task;
  if (request?.kind === 'resume' && task.status === 'PAUSED') {
    const resumed = moved(
      task,
      { status: 'RUNNING', request: null, heldBy: null },
      now,
      request.by,
      'TaskResumed',
      `Resumed by ${request.by}`,
      {
        by: request.by,
        resumeFromStage: task.stageIndex,
      },
    );
    return then(resumed, { state: resumed.state, events: [progress(resumed.state, now)] });
  }
  if (request?.kind === 'retry' && task.status !== 'PAUSED') return startRetry(task, request, now);
  if (request?.kind === 'rollback' && task.status !== 'ROLLED_BACK') {
    return startRollback({ ...task, request: null }, request.by, request.reason, now);
  }
  return reject('NO_OPEN_REQUEST', 'Nobody asked this task to go on.');
}

function startRetry(task: TaskState, request: OpenRequest, now: Date): TaskTransition {
  const fromCheckpoint = request.fromCheckpoint && task.direction === 'forward';
  const state: Partial<TaskState> = {
    status: 'RUNNING',
    direction: 'forward',
    request: null,
    failure: null,
    endedAt: null,
    durationMillis: null,
    currentStage: null,
    stageIndex: fromCheckpoint ? task.stageIndex : 0,
    retryCount: task.retryCount + 1,
    attempt: task.attempt + 1,
    retry: { fromCheckpoint },
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
  return then(started, again);
}

function startRollback(task: TaskState, by: string, reason: string | null, now: Date): TaskTransition {
  const before = finishRetry({ state: task, events: [] }, 'rolled back', now);
  return then(
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
        attempt: task.attempt + 1,
        configSent: false,
        healthConfirmed: false,
      },
      now,
      by,
      'TaskRollingBack',
      `Rolling back to ${task.previous?.version ?? 'the version before'}`,
      { reason: reason ?? '', stages: [...task.stages] },
    ),
  );
}

function stageBegun(stage: string, now: Date): Partial<TaskState> {
  return { currentStage: stage, stageStarted: true, stageStartedAt: now };
}

function stageDone(task: TaskState): Partial<TaskState> {
  return { stageIndex: task.stageIndex + 1, openStep: null };
}

function skipStage(
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

function startStep(
  { task }: TaskTransitionContext,
  input: InputOf<'stepStarted'>,
  now: Date,
): TaskTransition {
  const openStep = { stageIndex: task.stageIndex, stepIndex: input.stepIndex };
  const sends = input.stepType === 'config-update';
  const state = sends ? { openStep, configSent: true, healthConfirmed: false } : { openStep };
  // A step that was announced before and never answered: the process that sent it is gone.
  const again =
    task.openStep?.stageIndex === openStep.stageIndex && task.openStep.stepIndex === openStep.stepIndex;
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

function succeedStep(
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

function failStep({ task }: TaskTransitionContext, input: InputOf<'stepFailed'>, now: Date): TaskTransition {
  return moved(task, { openStep: null }, now, EXECUTOR, 'StepFailed', input.failure.message, {
    ...stepRef(task, input),
    failure: input.failure,
    attempts: input.attempts,
  });
}

function failForward(
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
    return granted.ok ? then(failed, granted) : granted;
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
  return then(then(failed, before), end);
}

function failRollback(
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
  return then(
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
function forwardBoundary(
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
  return then(before, finishRetry(end, 'completed', now));
}

function rollbackBoundary(
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

function recover({ task }: TaskTransitionContext, input: InputOf<'recovered'>, now: Date): TaskTransition {
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

function millisSince(start: Date | null, now: Date): number {
  return start ? Math.max(0, now.getTime() - start.getTime()) : 0;
}
