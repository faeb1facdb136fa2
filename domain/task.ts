import type { OpenApproval } from './approval';
import type { Failure } from './failure';
import type { PlanIntent } from './plan-intent';
import type { Policies } from './policies/choice';
import { NOTHING_SENT, type Sent } from './sent';
import type { Takeover } from './takeover';
import type { WayBack } from './tenant';

/** The vocabulary of one tenant's switch. What may happen to it is in `task-transition.ts`. */
export const TASK_STATUSES = [
  'CREATED',
  'VALIDATING',
  'VALIDATION_FAILED',
  'PENDING',
  'RUNNING',
  'PAUSED',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'ROLLING_BACK',
  'ROLLED_BACK',
  'ROLLBACK_FAILED',
] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** Every permitted change of status. A database trigger refuses the same pairs; a test compares the two. */
export const TASK_STATUS_CHANGES: Record<TaskStatus, readonly TaskStatus[]> = {
  CREATED: ['VALIDATING'],
  VALIDATING: ['PENDING', 'VALIDATION_FAILED'],
  VALIDATION_FAILED: [],
  PENDING: ['RUNNING', 'PAUSED', 'CANCELLED'],
  RUNNING: ['PAUSED', 'COMPLETED', 'CANCELLED', 'ROLLING_BACK', 'FAILED'],
  PAUSED: ['RUNNING', 'PENDING', 'ROLLING_BACK', 'CANCELLED'],
  COMPLETED: ['ROLLING_BACK'],
  FAILED: ['RUNNING', 'ROLLING_BACK'],
  CANCELLED: ['ROLLING_BACK', 'RUNNING'],
  ROLLING_BACK: ['ROLLED_BACK', 'ROLLBACK_FAILED'],
  ROLLED_BACK: ['RUNNING'],
  ROLLBACK_FAILED: ['ROLLING_BACK'],
};

export const REQUEST_KINDS = ['pause', 'resume', 'cancel', 'retry', 'rollback'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** What an operator asked and could not have at once. `at` is ISO 8601, database time. */
export interface OpenRequest {
  kind: RequestKind;
  by: string;
  at: string;
  reason: string | null;
  fromCheckpoint: boolean;
  /** Granted not before this, ISO 8601: the wait of a retry policy. */
  notBefore?: string | undefined;
  /** It does not wait for the stage: a cancel or rollback ends it between two rounds or tries. */
  now?: boolean | undefined;
  /** The version a rollback restores, when it is not the one before. */
  to?: WayBack | undefined;
  /** What the operator decided about a step in doubt, or about a tenant that does not run what is on record. */
  resolution?: Resolution | undefined;
}

/** `applied`: the step in doubt did its work. `resend`: send it again. `override`: go on in spite of the drift. */
export const RESOLUTIONS = ['applied', 'resend', 'override'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** Who holds a paused task: an operator's request, the plan's pause, an approval or a policy. */
export const HOLDERS = ['operator', 'plan', 'approval', 'policy'] as const;
export type HeldBy = (typeof HOLDERS)[number];

/** Time in which a task took a slot: what is over, and since when it does so again (ISO 8601, database time). */
export interface Worked {
  millis: number;
  since: string | null;
}

export const NEVER_WORKED: Worked = { millis: 0, since: null };

/** A step that was announced (StepStarted is stored before every send) and has no stored outcome yet. */
export interface OpenStep {
  stageIndex: number;
  stepIndex: number;
  /** When it was first announced, ISO 8601, database time; a recovery keeps it. */
  since?: string | undefined;
  /** How far it came: whoever takes it over goes on from there. */
  course?: StepCourse | undefined;
  /** What had been sent before it was announced; gone once another process may have sent it. */
  sentBefore?: Sent | undefined;
}

/** How far a step came that waits in between: counted from what is stored, so that a restart never begins anew. */
export interface StepCourse {
  /** Health rounds that are over, and how many of the last ones were good in a row. */
  rounds: number;
  good: number;
  /** What the last round found wrong. */
  told: string | null;
  /** How often each call was tried, by its place and instance. */
  tries: Readonly<Record<string, number>>;
  /** The next round or try is not before this: ISO 8601, database time. */
  notBefore: string | null;
}

export const NO_COURSE: StepCourse = { rounds: 0, good: 0, told: null, tries: {}, notBefore: null };

export interface TaskState {
  taskId: string;
  planId: string;
  tenantId: string;
  ordinal: number;
  status: TaskStatus;
  direction: 'forward' | 'rollback';
  /** Completed (or skipped) stages in the present direction: the checkpoint. */
  stageIndex: number;
  stages: readonly string[];
  currentStage: string | null;
  openStep: OpenStep | null;
  /** Rises with every retry and rollback, never with recovery: part of the idempotency key. */
  attempt: number;
  retryCount: number;
  request: OpenRequest | null;
  heldBy: HeldBy | null;
  /** What is asked of those who approve, and what they gave; null unless it waits for them. */
  approval: OpenApproval | null;
  /** Set while a retry runs, so that its end can be reported. */
  retry: { fromCheckpoint: boolean; resolution?: Resolution | undefined } | null;
  failure: Failure | null;
  /** The failure that counts against the plan's thresholds: kept through a rollback, gone with a retry. */
  counted: { at: string; stage: string; step: string | null; code: string } | null;
  /** Index of the plan's wave the task belongs to. */
  wave: number;
  /** The stage before which the pause policy stopped the task, so that it does so once. */
  policyPausedAt: number | null;
  /** An operator let the task go on although the instances do not run what is on record. */
  driftAccepted: boolean;
  /** Under which key the checkpoint store has the data of completed stages; null when there is none. */
  dataAt: { epoch: number; stageIndex: number } | null;
  /** Its run was taken over and has not got on since. */
  takeover: Takeover | null;
  /** What may have left for the tenant, instance by instance. */
  sent: Sent;
  /** A stage has started at least once, in whatever attempt. */
  stageStarted: boolean;
  /** A config-update was announced in this attempt: the tenant may run the new version already. */
  configSent: boolean;
  /** Every instance passed a health-check after the last config-update. */
  healthConfirmed: boolean;
  /** Unit and version before the switch; null when there is nothing to go back to. */
  previous: WayBack | null;
  /** What the plan sends; null for a task that failed its validation. */
  targetVersion: string | null;
  startedAt: Date | null;
  endedAt: Date | null;
  /** How long it was worked on when it ended, over all tries: without pauses, and without the night before a retry. */
  durationMillis: number | null;
  worked: Worked;
  stageStartedAt: Date | null;
}

/** Fields that are given with the task's creation and stay. */
type Given = 'taskId' | 'planId' | 'tenantId' | 'ordinal' | 'stages' | 'wave' | 'targetVersion';

/** A task that waits for its first turn. */
export const UNSTARTED = {
  status: 'PENDING',
  direction: 'forward',
  stageIndex: 0,
  currentStage: null,
  openStep: null,
  attempt: 0,
  retryCount: 0,
  request: null,
  heldBy: null,
  approval: null,
  retry: null,
  failure: null,
  counted: null,
  policyPausedAt: null,
  driftAccepted: false,
  dataAt: null,
  takeover: null,
  sent: NOTHING_SENT,
  stageStarted: false,
  configSent: false,
  healthConfirmed: false,
  previous: null,
  startedAt: null,
  endedAt: null,
  durationMillis: null,
  worked: NEVER_WORKED,
  stageStartedAt: null,
} as const satisfies Omit<TaskState, Given>;

/** What a guard may know besides the task: facts read with the row, not the executor's internals. */
export interface RuntimeFlags {
  planIntent: PlanIntent;
  /** It was over before it began: nothing of it ever runs. */
  planAbandoned: boolean;
  /** The version the plan's rollback restores, when it is not the one before. */
  planRollbackTo?: string | null | undefined;
  /** A task of the same tenant and unit that was admitted later has started a stage. */
  newerTaskStarted: boolean;
  maxRetry: number;
  policies: Policies;
}

export interface TaskTransitionContext {
  task: TaskState;
  flags: RuntimeFlags;
  totalStages: number;
}

/** Code of the failure of a task whose checkpoint store lost what later stages need. */
export const CHECKPOINT_LOST = 'CHECKPOINT_LOST';

/** Code of the failure of a step that an operator ended at once. */
export const STOPPED = 'STOPPED';

/** A task's id is its plan's and its ordinal: `PLN-12.3`. */
export const planIdOf = (taskId: string): string => taskId.slice(0, taskId.lastIndexOf('.'));

/** RUNNING and ROLLING_BACK take one of the plan's slots. */
export function occupiesSlot(status: TaskStatus): boolean {
  return status === 'RUNNING' || status === 'ROLLING_BACK';
}

/** A task keeps its tenant from admission until it rests: a paused one too, unless it was never admitted. */
export function holdsTenant(task: Pick<TaskState, 'status' | 'startedAt'>): boolean {
  return occupiesSlot(task.status) || (task.status === 'PAUSED' && task.startedAt !== null);
}

/** Share of the stages done, in whole percent. */
export function percentDone(task: Pick<TaskState, 'status' | 'stageIndex' | 'stages'>): number {
  if (task.status === 'COMPLETED' || task.status === 'ROLLED_BACK') return 100;
  return task.stages.length === 0 ? 0 : Math.floor((task.stageIndex / task.stages.length) * 100);
}
