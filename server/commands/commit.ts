import type { StartApproval } from '@/domain/approval';
import type { DomainEvent } from '@/domain/events';
import type { PlanDeadline, PlanState } from '@/domain/plan';
import type { PlaybookDefinition } from '@/domain/playbook';
import type { PlanSettings } from '@/domain/settings';
import type { TaskState } from '@/domain/task';

/** Why the statement left a change out. The row had moved on, or a limit was reached; nothing of it was written. */
export type CommitRefusal =
  | 'conflict'
  | 'fenced'
  | 'missing'
  | 'overtaken'
  | 'full'
  | 'tenantBusy'
  | 'stopped'
  | 'locked';

/** A change to one task. Without `state` only its events are added. */
export interface TaskChange {
  taskId: string;
  /** Found again by it in the log; without one it has the commit's. */
  commitId?: string;
  planId: string;
  tenantId: string;
  /** Compare-and-set: the revision the decision was made on. */
  revision?: number;
  /** The plan's revision, for decisions that depend on its intent (boundaries, admission). */
  planRevision?: number;
  /** Executor writes name the epoch they run under; a later one refuses them. */
  epoch?: number;
  state?: TaskState;
  /** What the decision was made on: only what differs from it travels. */
  before?: TaskState;
  events: DomainEvent[];
  /** Takes the run over: the epoch rises by one. */
  claim?: boolean;
  /** Counts against the plan's concurrency. */
  admission?: boolean;
  /** With an admission: the choice holds until then, ISO 8601. Later it is refused as a conflict, and made again. */
  admitBefore?: string;
  refuseIfOvertaken?: boolean;
  hold?: 'take' | 'release';
  beat?: boolean;
  nodeId?: string;
  previousSnapshotId?: string;
  /** With a hold that is taken: what the tenant's record had come to, 0 without one. Refused as a conflict if it moved on. */
  tenantRevision?: number;
  tenantVersion?: TenantVersion;
  /** Stage data that is of no use any more once this is stored; dropped from the checkpoint store. */
  dropsData?: { direction: TaskState['direction'] };
}

/** Where the tenant stands after the change; `unknown` while a send is unconfirmed. */
export interface TenantVersion {
  unitId: string;
  unitName: string;
  /** Nothing has left after all: the record becomes what it was before it was unknown. */
  restore?: true;
  version: string;
  snapshotId: string | null;
  lastKnownGood: boolean;
  actor: string;
  reason: string;
}

export interface PlanChange {
  planId: string;
  revision?: number;
  /** For statuses that follow from the tasks: refused if anything at all happened in the plan since it was counted. */
  planSeq?: number;
  state?: PlanState;
  /** What the decision was made on: only what differs from it travels. */
  before?: PlanState;
  events: DomainEvent[];
  /** The node that takes the plan over: its epoch rises by one, and whoever drove it before is refused from then on. */
  driver?: string;
  /** Its driver found nothing more to do for it. Give `planSeq` as well: refused if anything happened since. */
  rests?: boolean;
  /** How many counted failures the choice of admissions knew of; with another number they are refused. */
  countedSeen?: number;
}

export interface AuditEntry {
  actor: string;
  action: string;
  target: string;
  reason: string | null;
  requestId: string | null;
  outcome: Record<string, unknown>;
}

export interface PlanCreation {
  plan: {
    planId: string;
    number: number;
    name: string;
    status: PlanState['status'];
    maxConcurrency: number;
    settings: PlanSettings;
    unitId: string;
    unitName: string;
    version: string;
    playbookId: string;
    playbookVersion: number;
    playbook: PlaybookDefinition;
    startApproval: StartApproval | null;
    deadline: PlanDeadline | null;
    createdBy: string;
    endedAt: Date | null;
  };
  stages: string[];
  tasks: {
    taskId: string;
    tenantId: string;
    ordinal: number;
    wave: number;
    status: TaskState['status'];
    targetSnapshotId: string | null;
    previousSnapshotId: string | null;
  }[];
}

export interface Commit {
  /** All changes or none; otherwise each task stands for itself. */
  atomic: boolean;
  /**
   * Of drivers: the epoch under which each of the plans is driven; what is of a plan whose epoch moved on is refused as
   * `fenced`. Null while one takes the plan over. Whoever gives none wakes the plans.
   */
  epochs?: Record<string, number | null>;
  /** Waits for no plan that somebody holds: what is of it is refused as `locked`. */
  skipLocked?: true;
  create?: PlanCreation;
  audit?: AuditEntry;
  /** Outcomes of a bulk action; that of a task whose change is refused here is left open. */
  bulk?: {
    bulkId: string;
    planId: string;
    items: { taskId: string; outcome: 'done' | 'refused'; message: string | null }[];
  };
  plans: PlanChange[];
  tasks: TaskChange[];
}

export type TaskResult =
  | { ok: true; revision: number; epoch: number; run: number; sequenceId: number }
  | { ok: false; refusal: CommitRefusal };

export interface CommitResult {
  commitId: string;
  /** Database time. */
  now: Date;
  /** The outcome recorded when this requestId was first used; nothing was written now. */
  repeated?: Record<string, unknown>;
  /** A plan was not made: one with its number exists, or somebody planned the same switch since it was validated. */
  refused?: 'exists' | 'planned';
  /** Plans that somebody else drives by now; nothing of them was written. */
  fenced?: string[];
  /** Plans that somebody holds; nothing of them was written. */
  locked?: string[];
  plans: Record<string, { revision: number; planSeq: number; epoch: number }>;
  /** Plans that nobody had to drive before this. */
  woken?: string[];
  /** Plans with a driver that may have waited for a tenant given back by this. */
  waiting?: string[];
  tasks: Record<string, TaskResult>;
}
