import { anyApproverOf, whyNotApprove } from './approval';
import { whyNotBack } from './going-back';
import { keepsCheckpoints } from './policies/checkpoint';
import { type Rejection, reject } from './rejection';
import { CHECKPOINT_LOST, type TaskState, type TaskStatus, type TaskTransitionContext } from './task';
import type { Handler, InputOf, TaskCommand, TaskInput, TaskInputType, TaskTransition } from './task-input';
import { EXECUTOR, millisSince, moved, progress } from './task-outcome';
import { cancelled, grantResting, paused, requested, withdrawn } from './task-requests';
import {
  approve,
  decideWhenDue,
  failForward,
  failRollback,
  forwardBoundary,
  recover,
  rejectApproval,
  rollbackBoundary,
  skipStage,
  stageBegun,
  stageDone,
  takeoverBoundary,
  waitForApproval,
} from './task-run';
import { breakRun, failStep, probeStep, retryStep, startStep, succeedStep } from './task-steps';

export type { TaskCommand, TaskInput, TaskInputType, TaskTransition } from './task-input';

type Row<T extends TaskInputType> = Partial<Record<TaskStatus, Handler<T>>>;

/** The same in each of these states. */
const inEach = <T extends TaskInputType>(states: readonly TaskStatus[], handler: Handler<T>): Row<T> =>
  Object.fromEntries(states.map((state): [TaskStatus, Handler<T>] => [state, handler])) as Row<T>;

const WORKING: readonly TaskStatus[] = ['RUNNING', 'ROLLING_BACK'];
const request = ({ task }: TaskTransitionContext, input: InputOf<TaskCommand>, now: Date) =>
  requested(task, input, now);

/**
 * The task machine as a table: input × status → handler. A pair without a handler is refused and changes nothing.
 */
const TABLE: { [T in TaskInputType]: Row<T> } = {
  validate: {
    CREATED: ({ task }, { actor }, now) =>
      moved(task, { status: 'VALIDATING' }, now, actor, 'TaskCreated', 'Task created', {
        ordinal: task.ordinal,
      }),
  },
  validationPassed: {
    VALIDATING: ({ task }, { actor, warnings }, now) =>
      moved(task, { status: 'PENDING' }, now, actor, 'TaskValidated', 'Ready to start', { warnings }),
  },
  validationFailed: {
    VALIDATING: ({ task }, { actor, errors }, now) => {
      const change = { status: 'VALIDATION_FAILED' } as const;
      return moved(task, change, now, actor, 'TaskValidationFailed', sentence(errors), { errors });
    },
  },
  pause: {
    PENDING: ({ task }, input, now) => paused(task, input.actor, 'operator', now),
    RUNNING: request,
  },
  resume: {
    PAUSED: ({ task }, input, now) => {
      if (task.startedAt !== null) return requested(task, input, now);
      const change = { status: 'PENDING', heldBy: null } as const;
      const payload = { by: input.actor, resumeFromStage: 0 };
      return moved(task, change, now, input.actor, 'TaskResumed', 'Back in the queue', payload);
    },
  },
  cancel: {
    ...inEach(['PENDING', 'PAUSED'], ({ task }, input, now) => cancelled(task, input.actor, now)),
    RUNNING: request,
  },
  retry: {
    FAILED: (context, input, now) => {
      const fromCheckpoint = input.fromCheckpoint && hasCheckpoint(context);
      return requested(context.task, { ...input, fromCheckpoint }, now);
    },
    ...inEach(['CANCELLED', 'ROLLED_BACK'], ({ task }, input, now) =>
      requested(task, { ...input, fromCheckpoint: false }, now),
    ),
  },
  rollback: inEach<'rollback'>(
    ['RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED', 'ROLLBACK_FAILED'],
    request,
  ),
  approve: { PAUSED: approve },
  reject: { PAUSED: rejectApproval },
  withdraw: inEach(
    ['RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED', 'ROLLED_BACK', 'ROLLBACK_FAILED'],
    ({ task }, input, now) => withdrawn(task, input, now),
  ),
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
    ...inEach(['PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED', 'ROLLED_BACK', 'ROLLBACK_FAILED'], grantResting),
  },
  stageStarted: {
    RUNNING: ({ task }, { stage }, now) =>
      moved(task, stageBegun(stage, now), now, EXECUTOR, 'StageStarted', `Stage ${stage} started`, {
        stage,
        stageIndex: task.stageIndex,
      }),
    ROLLING_BACK: ({ task }, { stage }, now) =>
      moved(task, stageBegun(stage, now), now, EXECUTOR, 'StageRollingBack', `Rolling back stage ${stage}`, {
        stage,
        stageIndex: task.stageIndex,
      }),
  },
  stageSkipped: inEach(WORKING, skipStage),
  stepStarted: inEach(WORKING, startStep),
  stepSucceeded: inEach(WORKING, succeedStep),
  stepFailed: inEach(WORKING, failStep),
  stageSucceeded: {
    RUNNING: ({ task }, { stage }, now) =>
      moved(task, stageDone(task), now, EXECUTOR, 'StageSucceeded', `Stage ${stage} done`, {
        stage,
        stageIndex: task.stageIndex,
        durationMillis: millisSince(task.stageStartedAt, now),
      }),
    ROLLING_BACK: ({ task }, { stage }, now) =>
      moved(task, stageDone(task), now, EXECUTOR, 'StageRolledBack', `Stage ${stage} rolled back`, {
        stage,
        stageIndex: task.stageIndex,
        durationMillis: millisSince(task.stageStartedAt, now),
      }),
  },
  stageFailed: { RUNNING: failForward, ROLLING_BACK: failRollback },
  approvalNeeded: { RUNNING: waitForApproval },
  approvalDue: { PAUSED: decideWhenDue },
  probed: inEach(WORKING, probeStep),
  retrying: inEach(WORKING, retryStep),
  broke: inEach(WORKING, breakRun),
  boundary: { RUNNING: forwardBoundary, ROLLING_BACK: rollbackBoundary },
  takeoverBoundary: {
    RUNNING: takeoverBoundary,
    ROLLING_BACK: ({ task }) => ({ ok: true, state: task, events: [] }),
  },
  recovered: inEach(WORKING, recover),
  heartbeat: inEach(WORKING, ({ task }, _input, now) => ({
    ok: true,
    state: task,
    events: [progress(task, now)],
  })),
};

export type Guard = (context: TaskTransitionContext, input: TaskInput) => Rejection | null;

/** Guards per input, asked in order before the handler; `createTaskMachine` takes more. */
const GUARDS: Partial<Record<TaskInputType, readonly Guard[]>> = {
  cancel: [reasonForNow],
  resume: [
    notOvertaken,
    // Also while a rollback is asked: a resume in its place would run the approval's stage again.
    ({ task }) =>
      task.heldBy === 'approval'
        ? { code: 'APPROVAL_NEEDED', message: 'It waits for an approval: approve or reject it.' }
        : null,
    ({ flags }) =>
      flags.planIntent === 'pause'
        ? { code: 'PLAN_PAUSED', message: 'The plan is paused. Resume the plan first.' }
        : planIsLeaving(flags.planIntent, 'resumed'),
  ],
  retry: [
    ({ flags }) =>
      flags.planAbandoned
        ? {
            code: 'PLAN_NOT_STARTED',
            message: 'The plan was over before it began, so nothing of it runs any more. Make a new one.',
          }
        : null,
    ({ flags }) => planIsLeaving(flags.planIntent, 'retried'),
    notOvertaken,
    ({ task }, input) =>
      input.type === 'retry' &&
      input.fromCheckpoint &&
      task.failure?.errorType === 'IN_DOUBT' &&
      input.resolution === undefined
        ? {
            code: 'IN_DOUBT',
            message:
              'Nobody knows whether its last step took effect. Look at the target, then say: it was applied, or send it again.',
          }
        : null,
    ({ task }, input) => unfitResolution(task, input),
    ({ task, flags }, input) =>
      input.type === 'retry' && task.retryCount >= flags.maxRetry && !input.reason
        ? {
            code: 'RETRY_LIMIT',
            message: `Retry limit reached (${task.retryCount} of ${flags.maxRetry}). Give a reason to go beyond it.`,
          }
        : null,
  ],
  rollback: [
    ({ task }, input) => whyNotBack(task, input.type === 'rollback' ? input.to : null),
    reasonForNow,
    notOvertaken,
    ({ task }, input) => unfitResolution(task, input),
  ],
  approve: [
    waitsForApproval,
    asWasSeen,
    ({ flags }) => planIsLeaving(flags.planIntent, 'approved'),
    ({ task }, input) =>
      input.type === 'approve' && task.approval ? whyNotApprove(task.approval, input.approver) : null,
  ],
  reject: [waitsForApproval, asWasSeen],
  approvalDue: [waitsForApproval],
  admit: [
    // Of a plan that is to pause, be cancelled or go back only rollbacks go on, whenever they were asked.
    ({ task, flags }) =>
      flags.planIntent !== 'none' && task.request?.kind !== 'rollback'
        ? { code: 'PLAN_PAUSED', message: 'The plan takes in no new tasks now.' }
        : null,
    notOvertaken,
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

/** Decides what an input does to a task; see {@link createTaskMachine}. */
export type TaskMachine = ReturnType<typeof createTaskMachine>;

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
export function whyNot(
  context: TaskTransitionContext,
  command: TaskCommand | 'withdraw' | 'approve' | 'reject',
): Rejection | null {
  const asked = (
    command === 'withdraw'
      ? { type: 'withdraw', actor: '', reason: '' }
      : {
          type: command,
          actor: '',
          reason: null,
          fromCheckpoint: false,
          approver: anyApproverOf(context.task.approval ?? {}),
        }
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

/** A checkpoint is of use unless the policy keeps none or its data is gone. */
function hasCheckpoint({ task, flags }: TaskTransitionContext): boolean {
  return keepsCheckpoints(flags.policies.checkpoint) && task.failure?.code !== CHECKPOINT_LOST;
}

function waitsForApproval({ task }: TaskTransitionContext): Rejection | null {
  return task.heldBy === 'approval' && task.request === null
    ? null
    : { code: 'NOTHING_TO_DO', message: 'It does not wait for an approval.' };
}

/** Who decides about one stage does not decide about the one that the task has come to since. */
function asWasSeen({ task }: TaskTransitionContext, input: TaskInput): Rejection | null {
  if (input.type !== 'approve' && input.type !== 'reject') return null;
  const stage = task.stages[task.stageIndex] ?? '';
  return input.stage === undefined || input.stage === stage
    ? null
    : { code: 'CHANGED_MEANWHILE', message: `It waits for an approval in ${stage} by now.` };
}

/** A decision must fit what the task stopped for; going on in spite of a drift is on record with its reason. */
function unfitResolution(task: TaskState, input: TaskInput): Rejection | null {
  if (input.type !== 'retry' && input.type !== 'rollback') return null;
  const { resolution } = input;
  if (resolution === undefined) return null;
  const errorType = resolution === 'override' ? 'DRIFT' : 'IN_DOUBT';
  if (task.failure?.errorType !== errorType) {
    const what = errorType === 'DRIFT' ? 'a tenant that does not run what is on record' : 'a step in doubt';
    return { code: 'NOTHING_TO_DO', message: `It did not stop because of ${what}.` };
  }
  return resolution === 'override' && !input.reason
    ? { code: 'REASON_NEEDED', message: 'Give a reason for going on in spite of the drift.' }
    : null;
}

/** It abandons what is under way, so it is on record with its reason. */
function reasonForNow(_context: TaskTransitionContext, input: TaskInput): Rejection | null {
  if (input.type !== 'cancel' && input.type !== 'rollback') return null;
  return input.now && !input.reason
    ? { code: 'REASON_NEEDED', message: 'Give a reason for not waiting until its stage has ended.' }
    : null;
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
