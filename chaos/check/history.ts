import type { StoredEvent } from '@/domain/events';
import type { PlanState } from '@/domain/plan';
import type { CompletionPolicy } from '@/domain/policies/choice';
import type { TaskState } from '@/domain/task';

/**
 * Everything a run left behind, from the two sides that can be believed: the rows of the database, and what the targets
 * themselves were asked. The checker judges nothing else.
 */
export interface History {
  plans: PlanRecord[];
  tasks: TaskRecord[];
  /** Of all plans, by plan and then by planSeq. */
  events: CommittedEvent[];
  tenants: TenantRecord[];
  /** Who holds a tenant now. */
  holds: { tenantId: string; taskId: string }[];
  /** What the checkpoint store holds now. */
  checkpoints: { taskId: string; direction: TaskState['direction']; epoch: number; stageIndex: number }[];
  /** Every request that a target served, in the order in which it came. */
  calls: TargetCall[];
  /** What each instance says it runs; empty where nobody was asked. */
  instances: InstanceRecord[];
  /** While nothing could be admitted anywhere, by the time of commits; `until` is null for a stop that still holds. */
  stops: { from: number; until: number | null }[];
  /** Tenants were frozen at times: above a concurrency of 1 they may have been passed over. */
  freezes: boolean;
  /** Nothing was under way when it was read: also what may lag a moment must be so by now. */
  atRest: boolean;
  /** Who stored something as the driver of a plan, in order, with the epoch the plan then had; where that is known. */
  drives?: { planId: string; epoch: number; driver: string }[];
}

export interface PlanRecord {
  plan: PlanState;
  planSeq: number;
  ownSequenceId: number;
  completion: CompletionPolicy;
  /** How often its playbook sends one call at most, while one process has the run. */
  mostTries: number;
  /** There may be something to do for it; where that was read. */
  awake?: boolean;
}

export interface TaskRecord {
  task: TaskState;
  sequenceId: number;
  epoch: number;
  targetVersion: string | null;
  unitId: string;
}

/** `storedAt` is when it was committed, in milliseconds since 1970, where that is known. */
export type CommittedEvent = StoredEvent & { commitId: string; storedAt?: number | undefined };

export interface InstanceRecord {
  tenantId: string;
  instance: string;
  version: string;
}

export interface TenantRecord {
  tenantId: string;
  unitId: string;
  currentVersion: string | null;
  lastKnownGoodVersion: string | null;
}

/** One request as the target saw it. */
export interface TargetCall {
  tenantId: string;
  instance: string;
  method: string;
  path: string;
  /** The task and epoch of the headers; null for whoever else asked. */
  task: string | null;
  epoch: number | null;
  idempotencyKey: string | null;
  /** The target had served a later epoch of this task before. */
  stale: boolean;
  /** What it did: a stale call that changes something must be refused, or it was applied. */
  outcome: 'applied' | 'refused' | 'failed' | 'read';
}

/** A promise of the specification that a run broke. */
export interface Violation {
  /** Which one; the same word for every case of it. */
  invariant: string;
  /** The task or plan. */
  subject: string;
  message: string;
}
