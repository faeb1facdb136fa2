import type { Dispatcher as HttpDispatcher } from 'undici';
import type { ProbeOutcome } from '@/domain/events';
import type { Failure } from '@/domain/failure';
import type { StepDefinition } from '@/domain/playbook';
import type { HealthCheckPolicy } from '@/domain/policies/choice';
import type { AppSettings, SettingKey } from '@/domain/settings';
import type { StepCourse } from '@/domain/task';
import type { Snapshot } from '@/domain/tenant';
import type { Veil } from '@/server/security/veil';
import type { Reached } from './reach';

/** What a step sees of its task: no state machine, no database. */
export interface TaskRuntimeContext {
  planId: string;
  taskId: string;
  tenantId: string;
  stage: string;
  step: string;
  direction: 'forward' | 'rollback';
  attempt: number;
  epoch: number;
  /** The configuration to establish: the target, or in a rollback the previous one. */
  config: Snapshot;
  /** What the tenant had before the switch, in both directions; null when nobody knows. */
  previous: Snapshot | null;
  /** What else may run there, of other contents: the other side of the switch, and what a task before left unconfirmed. */
  others: readonly Snapshot[];
  /** Secrets of the tenant by name, resolved for this run only; they never reach events or logs. */
  secrets: Readonly<Record<string, string>>;
  /**
   * What of this run nobody may see: the secrets, what is made of them, what a target hands out. A step adds what it
   * learns before it uses it; whatever a step returns is seen through it before it is kept.
   */
  veil: Veil;
  /** The value that holds (SPEC 8); what the step itself says counts as the playbook's. */
  setting<K extends SettingKey>(key: K, fromStep?: AppSettings[K]): AppSettings[K];
  healthCheckPolicy: HealthCheckPolicy;
  /** The playbook's first health-check: it knows how an instance tells its version. Null when there is none. */
  versionProbe: StepDefinition | null;
  /** When this step was first announced, also across a recovery. */
  since: Date;
  /** How far it came under the process before: waits and tries are counted on from here. */
  course: StepCourse;
  /** The step was announced before and no answer is on record: it may have been sent. */
  inDoubt: boolean;
  /** What an operator asked of the task or its plan meanwhile; read-only, granted at the boundary alone. */
  requested(): Promise<{ pause: boolean; cancel: boolean; rollback: boolean }>;
  /** Why an instance needs not be told by a step that sends configuration or tells of it; null when it must be. */
  whyNotTell(instance: string): Promise<string | null>;
  /** Where whoever sends says what leaves, so that nothing sent can be told from something sent. */
  reached: Reached;
  /** What earlier stages left for later ones. */
  data: Readonly<Record<string, unknown>>;
  signal: AbortSignal;
  http: HttpDispatcher;
  /** Database time. */
  now(): Date;
  /** Waits, and rejects as soon as the run is aborted or the step is stopped. */
  delay(millis: number): Promise<void>;
  /** The same until a time of the database, ISO 8601; null does not wait. */
  until(time: string | null): Promise<void>;
  /** Stores one health round, with what whoever takes the step over has to know. */
  probed(round: ProbedRound): Promise<void>;
  /** Stores that a call failed and is tried again, then waits until it may be. */
  retrying(next: { key: string; tries: number; inMillis: number; because: string }): Promise<void>;
  /** The key of one call: the same after a recovery, another after a retry or rollback (SPEC 4). */
  idempotencyKey(call: number, endpoint: string): string;
}

export interface ProbedRound {
  round: number;
  rounds: number;
  instances: ProbeOutcome[];
  /** So many of the last ones were good, in a row. */
  good: number;
  /** What was wrong in this one. */
  told: string | null;
  /** When the next one begins, ISO 8601. */
  nextAt: string;
  /** What else is counted on from here. */
  tries?: Readonly<Record<string, number>>;
  /** In words, where a round is not one of versions. */
  message?: string;
}

/** One request and its answer as the task page shows them; secrets are masked by the caller. */
export interface CallRecord {
  instance: string;
  request: string;
  response: string;
  ok: boolean;
  millis: number;
}

export type StepResult =
  | {
      ok: true;
      detail: string;
      calls: CallRecord[];
      /** What an operator should know although it went well; `detail` tells it as well. */
      warnings?: string[];
      /** False: what was seen would be the same if something else ran there. */
      confirms?: boolean;
      /** The stage is an approval that somebody is to give now. */
      asks?: true;
      /** Kept for later stages; what has the same name is replaced. */
      data?: Record<string, unknown>;
    }
  | { ok: false; failure: Failure; calls: CallRecord[] };
