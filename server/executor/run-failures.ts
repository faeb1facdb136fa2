import type { ErrorType, Failure } from '@/domain/failure';
import type { StepDefinition } from '@/domain/playbook';
import { type Reach, sends } from '@/domain/sent';
import { whyGivenUp } from '@/domain/takeover';
import { CHECKPOINT_LOST, occupiesSlot } from '@/domain/task';
import { failure } from '@/server/steps/step';
import { type Course, stepAt } from './course';
import type { Draft } from './run-session';

/** Where a run is, for what ends its step apart from the step itself. */
export interface RunPlace {
  course: Course;
  /** The process is going down: nothing new begins. */
  draining(): boolean;
}

type Sent = Readonly<Record<string, Exclude<Reach, 'back'>>>;

/**
 * Fails the open step and its stage. `doubtful`: it may have taken effect, so a step that sends leaves it to a person.
 * `reached` says what left where that is known; without it anything may have.
 */
export function failOpenStep(
  { course, draining }: RunPlace,
  draft: Draft,
  { code, message, doubtful }: { code: string; message: string; doubtful: boolean },
  reached?: Sent,
): void {
  const stage = course.stageAt(draft.state);
  const stepIndex = draft.state.openStep?.stepIndex ?? 0;
  const step = stepAt(stage, stepIndex);
  const what = failure({ now: () => draft.now, step: step.name }, typeOf(step, doubtful), code, message);
  draft.apply({
    ...{ type: 'stepFailed', stage: stage.name, step: step.name, stepType: step.type, stepIndex },
    ...{ failure: what, attempts: [], ...(reached ? { reached } : {}) },
  });
  draft.apply({ type: 'stageFailed', stage: stage.name, failure: what });
  if (!draining() && occupiesSlot(draft.state.status)) course.openStage(draft);
}

const typeOf = (step: StepDefinition, doubtful: boolean): ErrorType =>
  doubtful && sends(step.type) ? 'IN_DOUBT' : 'SYSTEM';

/** Taken over again and again without getting on: nobody knows whether it took effect, and a person has to look. */
export function giveUp(place: RunPlace, draft: Draft): void {
  const { takeover } = draft.state;
  if (takeover)
    failOpenStep(place, draft, { code: 'NO_PROGRESS', message: `${whyGivenUp(takeover)}.`, doubtful: true });
}

/** The checkpoint store no longer has what the row points at. */
export function failWithoutData({ course }: RunPlace, draft: Draft): void {
  const what: Failure = {
    errorType: 'SYSTEM',
    code: CHECKPOINT_LOST,
    message:
      'The checkpoint store lost what completed stages left for later ones. Retry it from its first stage.',
    at: draft.now.toISOString(),
    retryable: false,
    step: null,
    instance: null,
  };
  draft.apply({ type: 'stageFailed', stage: course.stageAt(draft.state).name, failure: what });
}

/** What a step is told with that did its work by the word of an operator. */
export const TAKEN_AS_APPLIED = 'Taken as applied, by decision of an operator';

/** The operator looked at the target: the step in doubt did its work. */
export function takeAsApplied({ course }: RunPlace, draft: Draft, stepIndex: number): void {
  const stage = course.stageAt(draft.state);
  const step = stepAt(stage, stepIndex);
  draft.apply({
    ...{ type: 'stepSucceeded', stage: stage.name, step: step.name, stepIndex, stepType: step.type },
    ...{ detail: TAKEN_AS_APPLIED, attempts: [] },
  });
  if (stepIndex < stage.steps.length - 1) {
    course.openStep(draft, stage, stepIndex + 1);
    return;
  }
  draft.apply({ type: 'stageSucceeded', stage: stage.name });
  draft.apply({ type: 'boundary' });
  if (occupiesSlot(draft.state.status)) course.openStage(draft);
}
