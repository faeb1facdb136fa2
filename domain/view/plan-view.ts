import type { EventKind, InJson, ProbeOutcome, StoredEvent } from '@/domain/events';
import type { Lane } from '@/domain/lane';
import type { PlanState, PlanStatus } from '@/domain/plan';
import type { Headline } from '@/domain/plan-words';
import type { Policies } from '@/domain/policies/choice';
import type { TaskState, TaskStatus } from '@/domain/task';
import type { Thresholds } from '@/domain/threshold';
import type { WaveDefinition } from '@/domain/wave';

/**
 * A task as pages show it: its state, without what is the same for all of its plan, and what else its row and its events
 * tell. The same shape comes from a snapshot and from applying events to one.
 */
export interface TaskView extends InJson<Omit<TaskState, OfThePlan>> {
  tenantName: string;
  heartbeatAt: string | null;
  /** Version before the switch; null until it is frozen, or when there is none. */
  previousVersion: string | null;
  newerTaskStarted: boolean;
  lane: Lane;
  /** The last health round. */
  probe: { round: number; rounds: number; instances: ProbeOutcome[]; at: string } | null;
}

/** What a task's state has of its plan; `previous` is told by its version. */
type OfThePlan = 'planId' | 'stages' | 'targetVersion' | 'previous';

export interface PlanView extends InJson<PlanState> {
  name: string;
  maxRetry: number;
  unitId: string;
  unitName: string;
  version: string;
  playbookId: string;
  playbookVersion: number;
  stages: string[];
  /** What to look at in the stages that wait for an approval, and who is meant to decide. */
  approvals: Record<string, { instructions: string; approvers: string | null }>;
  createdBy: string;
  createdAt: string;
  policies: Policies;
  waves: WaveDefinition[];
  thresholds: Thresholds;
  driftGuard: boolean;
  /** The last wave that has any tasks. */
  lastWave: number;
  /** It has tenants besides those that its reader may see: what it shows is about a part. */
  partly: boolean;
  /** The retention removed the events before this. */
  eventsRemovedAt: string | null;
}

/** A whole plan at one moment: everything up to and including `planSeq` is in it. */
export interface PlanSnapshot {
  planSeq: number;
  /** Database time. */
  now: string;
  plan: PlanView;
  tasks: TaskView[];
}

/** In place of the task in events about tenants that whoever reads them does not see. */
export const OTHERS = '';

/** A stored event as it travels: its time is ISO 8601. */
export type LiveEvent = Travelling<StoredEvent>;

/** Kind by kind, so that the kind still tells the payload. */
type Travelling<E> = E extends { at: Date } ? InJson<E> : never;

/** What a share link shows: an allow-list, nothing of configs, addresses, errors or people. */
export interface PublicStatus {
  planId: string;
  name: string;
  status: PlanStatus;
  version: string;
  total: number;
  /** How it stands, in one sentence, and as data for other languages. */
  headline: string;
  told: Headline | undefined;
  percent: number;
  /** How much longer it takes, in milliseconds, by so many of the last tasks; null while nobody can tell. */
  remaining: { from: number; to: number; basis: number } | null;
  /** How many tenants had ended well by a moment, oldest first: at most 60 of them, evenly spread. */
  progress: { at: string; done: number }[];
  /** Tenants the percent and the stages are about: without those left out, cancelled or taken back on purpose. */
  of: number;
  byStatus: Partial<Record<TaskStatus, number>>;
  /** How many tasks have finished each stage. */
  funnel: { stage: string; done: number }[];
  startedAt: string | null;
  endedAt: string | null;
  updatedAt: string;
  /** The last things that happened, as sentences without names. */
  milestones: { at: string; kind: EventKind; text: string }[];
  /** Tenant names with their status, only when the link allows it. */
  tasks: { name: string; status: TaskStatus; stageIndex: number }[] | null;
  stages: string[];
  expiresAt: string;
}
