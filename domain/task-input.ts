import type { Approver, OpenApproval } from './approval';
import type { DomainEvent, EventPayloads, ProbeOutcome } from './events';
import type { Failure } from './failure';
import type { Rejection } from './rejection';
import type { Reach } from './sent';
import type { RequestKind, Resolution, StepCourse, TaskState, TaskTransitionContext } from './task';
import type { WayBack } from './tenant';

/** Everything that can happen to a task. Commands come from operators, the rest from the executor. */
export type TaskInput =
  | { type: 'validate'; actor: string }
  | { type: 'validationPassed'; actor: string; warnings: EventPayloads['TaskValidated']['warnings'] }
  | { type: 'validationFailed'; actor: string; errors: EventPayloads['TaskValidationFailed']['errors'] }
  | { type: 'pause'; actor: string; reason: string | null }
  | { type: 'resume'; actor: string; reason: string | null }
  | { type: 'cancel'; actor: string; reason: string | null; now?: boolean | undefined }
  | {
      type: 'retry';
      actor: string;
      reason: string | null;
      fromCheckpoint: boolean;
      resolution?: Resolution | undefined;
    }
  | {
      type: 'rollback';
      actor: string;
      reason: string | null;
      resolution?: 'override' | undefined;
      now?: boolean | undefined;
      to?: WayBack | undefined;
    }
  | { type: 'approve'; actor: string; reason: string | null; approver: Approver; stage?: string | undefined }
  | { type: 'reject'; actor: string; reason: string | null; stage?: string | undefined }
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
      /** False: a health-check that does not tell what runs there; it shows that the request was accepted. */
      confirms?: boolean;
      /** Who said so, when it was not the executor that saw it. */
      by?: string;
      /** Where the checkpoint store has what this step left for later ones. */
      dataAt?: TaskState['dataAt'];
      reached?: Reached;
    }
  | {
      type: 'stepFailed';
      stage: string;
      step: string;
      stepIndex: number;
      stepType: string;
      failure: Failure;
      attempts: unknown[];
      reached?: Reached;
    }
  /** A health round is over; the next one is not before `course.notBefore`. */
  | {
      type: 'probed';
      stage: string;
      step: string;
      stepIndex: number;
      message: string;
      round: number;
      rounds: number;
      instances: ProbeOutcome[];
      /** It is the drift guard's look, no round of a health-check. */
      guard?: true;
      course: StepCourse;
    }
  /** A call failed and is tried again. */
  | { type: 'retrying'; stage: string; step: string; stepIndex: number; detail: string; course: StepCourse }
  /** Something ended the run that was none of its step's failures. */
  | { type: 'broke'; reason: string }
  | { type: 'stageSucceeded'; stage: string }
  | { type: 'stageFailed'; stage: string; failure: Failure }
  | { type: 'approvalNeeded'; stage: string; approval: OpenApproval }
  /** Nobody decided in time. */
  | { type: 'approvalDue' }
  | { type: 'boundary' }
  | { type: 'takeoverBoundary' }
  | { type: 'recovered'; epoch: number }
  | { type: 'heartbeat' };

/** What became of what a step sent, by instance. Absent: nobody can tell, so it may have arrived anywhere. */
type Reached = Readonly<Record<string, Exclude<Reach, 'back'>>> | undefined;

export type TaskInputType = TaskInput['type'];
export type TaskCommand = Extract<TaskInputType, RequestKind>;
export type InputOf<T extends TaskInputType> = Extract<TaskInput, { type: T }>;

/** A state with the events that led to it. */
export interface Moved {
  state: TaskState;
  events: DomainEvent[];
}

export type TaskTransition = ({ ok: true } & Moved) | { ok: false; rejection: Rejection };

/** What an input of this type does in one state. */
export type Handler<T extends TaskInputType> = (
  context: TaskTransitionContext,
  input: InputOf<T>,
  now: Date,
) => TaskTransition;
