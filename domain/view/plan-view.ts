import type { Failure, ProbeOutcome, StoredEvent } from '@/domain/events';
import type { Lane } from '@/domain/lane';
import type { Halt, PlanIntent, PlanStatus } from '@/domain/plan';
import type { Policies } from '@/domain/policies/choice';
import type { HeldBy, OpenRequest, TaskStatus } from '@/domain/task';
import type { Thresholds } from '@/domain/threshold';
import type { WaveDefinition } from '@/domain/wave';

/** A task as the live plan page shows it. The same shape comes from a snapshot and from applying events to one. */
export interface TaskView {
  taskId: string;
  tenantId: string;
  tenantName: string;
  ordinal: number;
  wave: number;
  status: TaskStatus;
  direction: 'forward' | 'rollback';
  stageIndex: number;
  currentStage: string | null;
  attempt: number;
  retryCount: number;
  request: OpenRequest | null;
  heldBy: HeldBy | null;
  failure: Failure | null;
  /** It failed and was not retried since: it holds up its wave, also when it was rolled back. */
  counted: boolean;
  stageStarted: boolean;
  configSent: boolean;
  /** Something may have left for its instances since they last were as before. */
  callsSent: boolean;
  startedAt: string | null;
  endedAt: string | null;
  durationMillis: number | null;
  heartbeatAt: string | null;
  /** Version before the switch; null until it is frozen, or when there is none. */
  previousVersion: string | null;
  newerTaskStarted: boolean;
  lane: Lane;
  /** The last health round. */
  probe: { round: number; rounds: number; instances: ProbeOutcome[]; at: string } | null;
}

export interface PlanView {
  planId: string;
  name: string;
  status: PlanStatus;
  intent: PlanIntent;
  intentBy: string | null;
  halted: Halt | null;
  maxConcurrency: number;
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
  /** When it starts by itself; null when nobody set a time. */
  startAt: string | null;
  /** The latest start; without a `startAt` it was missed. */
  startBy: string | null;
  startedAt: string | null;
  endedAt: string | null;
  policies: Policies;
  waves: WaveDefinition[];
  thresholds: Thresholds;
  driftGuard: boolean;
  /** The wave that may start tasks now, and the last one that has any. */
  wave: number;
  lastWave: number;
  bakeUntil: string | null;
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

/** A stored event as it travels: its time is ISO 8601. */
export type LiveEvent = Travelling<StoredEvent>;

/** Kind by kind, so that the kind still tells the payload. */
type Travelling<E> = E extends { at: Date } ? Omit<E, 'at'> & { at: string } : never;

/** What a share link shows: an allow-list, nothing of configs, addresses, errors or people. */
export interface PublicStatus {
  planId: string;
  name: string;
  status: PlanStatus;
  version: string;
  total: number;
  /** How it stands, in one sentence. */
  headline: string;
  percent: number;
  /** Tenants the percent and the stages are about: without those left out, cancelled or taken back on purpose. */
  of: number;
  byStatus: Partial<Record<TaskStatus, number>>;
  /** How many tasks have finished each stage. */
  funnel: { stage: string; done: number }[];
  startedAt: string | null;
  endedAt: string | null;
  updatedAt: string;
  /** The last things that happened, as sentences without names. */
  milestones: { at: string; text: string }[];
  /** Tenant names with their status, only when the link allows it. */
  tasks: { name: string; status: TaskStatus; stageIndex: number }[] | null;
  stages: string[];
  expiresAt: string;
}
