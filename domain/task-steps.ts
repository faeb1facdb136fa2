import type { Failure } from './failure';
import { announced, reached, sends } from './sent';
import { broken } from './takeover';
import { NO_COURSE, type OpenStep, type TaskState } from './task';
import type { Handler, InputOf } from './task-input';
import { EXECUTOR, event, moved } from './task-outcome';

function stepRef(task: TaskState, input: { stage: string; step: string; stepIndex: number }) {
  return { stage: input.stage, stageIndex: task.stageIndex, step: input.step, stepIndex: input.stepIndex };
}

export const startStep: Handler<'stepStarted'> = ({ task }, input, now) => {
  // A step that was announced before and never answered: the process that sent it is gone.
  const again = task.openStep?.stageIndex === task.stageIndex && task.openStep.stepIndex === input.stepIndex;
  const since = (again && task.openStep?.since) || now.toISOString();
  const openStep: OpenStep = {
    stageIndex: task.stageIndex,
    stepIndex: input.stepIndex,
    since,
    course: (again && task.openStep?.course) || NO_COURSE,
    // What another process may have sent cannot be told any more.
    ...(again ? {} : { sentBefore: task.sent }),
  };
  const sent = announced(task.sent, input.stepType);
  const sendsConfig = input.stepType === 'config-update';
  const state = sendsConfig
    ? { openStep, sent, configSent: true, healthConfirmed: false }
    : { openStep, sent };
  const doubt = again
    ? [
        event(
          'StepInDoubt',
          task.status,
          EXECUTOR,
          now,
          sends(input.stepType)
            ? `No answer is on record for ${input.step}; it is sent again with the same key`
            : `No answer is on record for ${input.step}; it begins anew, for it changes nothing`,
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
};

export const succeedStep: Handler<'stepSucceeded'> = ({ task }, input, now) => {
  const confirms = input.stepType === 'health-check' && input.confirms !== false;
  const confirmed = confirms ? { healthConfirmed: true } : {};
  // The decision about a step in doubt is used up with it.
  const retry = task.retry && { fromCheckpoint: task.retry.fromCheckpoint };
  const change = {
    openStep: null,
    takeover: null,
    sent: sentAfter(task, input),
    retry,
    dataAt: input.dataAt ?? task.dataAt,
    ...confirmed,
  };
  return moved(task, change, now, input.by ?? EXECUTOR, 'StepSucceeded', input.detail, {
    ...stepRef(task, input),
    detail: input.detail,
    attempts: input.attempts,
  });
};

export const failStep: Handler<'stepFailed'> = ({ task }, input, now) =>
  moved(
    task,
    { openStep: leftOpen(task, input.failure), takeover: null, sent: sentAfter(task, input) },
    now,
    EXECUTOR,
    'StepFailed',
    input.failure.message,
    {
      ...stepRef(task, input),
      failure: input.failure,
      attempts: input.attempts,
    },
  );

/** What is known to have been sent once a step is over; without word of it everything may have arrived. */
function sentAfter(
  task: TaskState,
  input: InputOf<'stepSucceeded'> | InputOf<'stepFailed'>,
): TaskState['sent'] {
  const before = task.openStep?.sentBefore;
  if (!input.reached) return task.sent;
  return reached(before ?? task.sent, input.stepType, input.reached, task.direction);
}

/** A health round is over. */
export const probeStep: Handler<'probed'> = ({ task }, input, now) => {
  const { round, rounds, instances, guard, course } = input;
  return moved(task, onCourse(task, course), now, EXECUTOR, 'ProbeResult', input.message, {
    ...stepRef(task, input),
    round,
    rounds,
    instances,
    ...(guard ? { guard } : {}),
  });
};

/** A call failed and is tried again after a while. */
export const retryStep: Handler<'retrying'> = ({ task }, input, now) => {
  const { detail, course } = input;
  return moved(task, onCourse(task, course), now, EXECUTOR, 'StepRetrying', detail, {
    ...stepRef(task, input),
    detail,
    notBefore: course.notBefore,
  });
};

/** A step that tells of itself gets on: whoever took it over did not do so in vain. */
const onCourse = (task: TaskState, course: OpenStep['course']): Partial<TaskState> => ({
  openStep: task.openStep && { ...task.openStep, course },
  takeover: null,
});

/** Something ended the run that was no failure of its step: the next process waits before it tries. */
export const breakRun: Handler<'broke'> = ({ task }, input, now) => {
  const takeover = broken(task.takeover, input.reason, now);
  const stage = task.stages[task.stageIndex] ?? '';
  const detail = `Its run ended early: ${input.reason}. It is taken over, not before ${takeover.notBefore}.`;
  return moved(task, { takeover }, now, EXECUTOR, 'StepInDoubt', detail, {
    stage,
    stageIndex: task.stageIndex,
    step: stage,
    stepIndex: task.openStep?.stepIndex ?? 0,
    detail,
  });
};

/** A step in doubt stays open in a failed task: what the operator decides is about this step. */
export function leftOpen(task: TaskState, failure: Failure): TaskState['openStep'] {
  return failure.errorType === 'IN_DOUBT' ? task.openStep : null;
}
