import type { StartApproval } from './approval';
import type { Failure } from './failure';
import type { MeasureVerdict } from './metric-gate';
import type { AtDeadline, PlanState, PlanStatus } from './plan';
import type { HeldBy, RequestKind, TaskState, TaskStatus } from './task';
import type { ValidationFinding } from './validation';

/** One instance's answer in a health round. */
export interface ProbeOutcome {
  instance: string;
  ok: boolean;
  version: string | null;
  detail: string;
}

/** A tenant that no longer runs what its task had confirmed, when its plan was looked at once more. */
export interface TenantLeft {
  taskId: string;
  tenantId: string;
  detail: string;
}

interface StepRef {
  stage: string;
  stageIndex: number;
  step: string;
  stepIndex: number;
}

interface Progress {
  currentStage: string | null;
  completedStages: number;
  totalStages: number;
  percent: number;
}

interface Requested {
  by: string;
  reason: string | null;
}

/** Every event kind and what its payload holds. Task events first, then the plan's own. */
export interface EventPayloads {
  TaskCreated: { ordinal: number };
  TaskValidated: { warnings: ValidationFinding[] };
  TaskValidationFailed: { errors: ValidationFinding[] };
  TaskStarted: { totalStages: number };
  TaskPaused: { by: string; heldBy: HeldBy; currentStage: string | null };
  ApprovalGiven: { by: string; stage: string; given: number; needs: number };
  TaskResumed: { by: string; resumeFromStage: number };
  TaskCompleted: { durationMillis: number; completedStages: number };
  TaskFailed: { failure: Failure; failedStage: string; completedStages: number; durationMillis: number };
  TaskCancelled: { by: string; lastStage: string | null; durationMillis: number };
  PauseRequested: Requested;
  ResumeRequested: Requested;
  CancelRequested: Requested & { now?: boolean };
  RetryRequested: Requested & { fromCheckpoint: boolean; notBefore?: string };
  RollbackRequested: Requested & { now?: boolean; toVersion?: string };
  RequestWithdrawn: { kind: RequestKind; by: string; reason: string };
  TaskProgress: Progress;
  StageStarted: { stage: string; stageIndex: number };
  StageSucceeded: { stage: string; stageIndex: number; durationMillis: number };
  StageFailed: { stage: string; stageIndex: number; failure: Failure };
  StageSkipped: { stage: string; stageIndex: number; reason: string };
  StageRollingBack: { stage: string; stageIndex: number };
  StageRolledBack: { stage: string; stageIndex: number; durationMillis: number };
  StageRollbackFailed: { stage: string; stageIndex: number; failure: Failure };
  StepStarted: StepRef & { type: string };
  StepSucceeded: StepRef & { detail: string; attempts: unknown[] };
  StepFailed: StepRef & { failure: Failure; attempts: unknown[] };
  StepInDoubt: StepRef & { detail: string };
  StepRetrying: StepRef & { detail: string; notBefore: string | null };
  /** `guard`: no health round but the look before a configuration is sent, where it found a drift. */
  ProbeResult: StepRef & { round: number; rounds: number; instances: ProbeOutcome[]; guard?: true };
  TaskRetryStarted: { fromCheckpoint: boolean; retryCount: number; stageIndex: number };
  TaskRetryCompleted: { fromCheckpoint: boolean; outcome: string };
  TaskRollingBack: { reason: string; stages: string[] };
  TaskRolledBack: {
    stages: string[];
    previous: { unitId: string; unitName: string; version: string } | null;
    durationMillis: number;
  };
  TaskRollbackFailed: { failure: Failure; stages: string[]; durationMillis: number };
  TaskRecovered: { epoch: number; fromStage: number };
  PlanCreated: { tasks: number };
  PlanValidated: { valid: number; invalid: number };
  PlanStarted: Record<string, never>;
  PlanPaused: { by: string | null };
  PlanResumed: { by: string | null };
  PlanCompleted: { completed: number; left?: TenantLeft[] };
  PlanPartiallyFailed: { failed: number; completed: number };
  PlanFailed: { reason: string };
  PlanCancelled: { cancelled: number };
  PlanRollingBack: { by: string; reason: string | null };
  PlanRolledBack: { rolledBack: number };
  PlanHalted: { by: string; reason: string; threshold?: string };
  StartApprovalNeeded: { needs: number; because: StartApproval['because'] };
  StartApproved: { by: string; given: number; needs: number };
  FreezeOverrideAsked: { by: string; until: string; reason: string; needs: number };
  FreezeOverrideApproved: { by: string; given: number; needs: number };
  FreezeOverrideGranted: { by: string; until: string; reason: string; given: number; needs: number };
  FreezeOverrideWithdrawn: { by: string; reason: string | null; granted: boolean };
  /** Null when it was taken away. */
  DeadlineSet: { by: string; finishBy: string | null; otherwise: AtDeadline | null };
  DeadlinePassed: { finishBy: string; otherwise: AtDeadline };
  PlanScheduled: { by: string; startAt: string | null; startBy: string | null };
  PlanStartMissed: { startAt: string; startBy: string };
  WaveStarted: { wave: number; by: string | null };
  WaveFinished: { wave: number; bakeUntil: string };
  WaveReopened: { wave: number };
  WaveMeasured: { wave: number; round: number; rounds: number; verdict: MeasureVerdict; told: string };
  ConcurrencyChanged: { from: number; to: number };
}

export type EventKind = keyof EventPayloads;

/** An event as the domain makes it; ids and sequence numbers are given by the statement that stores it. */
export type DomainEvent = {
  [K in EventKind]: {
    kind: K;
    status: TaskStatus | PlanStatus;
    actor: string;
    at: Date;
    message: string;
    payload: EventPayloads[K];
  };
}[EventKind];

/** As JSON has it: a time is ISO 8601. */
export type InJson<T> = {
  [K in keyof T]: T[K] extends Date ? string : T[K] extends Date | null ? string | null : T[K];
};

/** The fields of a task's or plan's state that a commit changed, as it left them. */
export type StateChange = Partial<InJson<TaskState>> | Partial<InJson<PlanState>>;

/** An event as it is stored and sent: `planSeq` is gapless per plan, `sequenceId` per task (and per plan's own events). */
export type StoredEvent = DomainEvent & {
  eventId: string;
  planId: string;
  planSeq: number;
  taskId: string | null;
  tenantId: string | null;
  sequenceId: number;
  /** With the last event of a commit: what that made of the state. Applied to the state before, it is the one after. */
  change?: StateChange | null | undefined;
};
