import type { Dispatcher as HttpDispatcher } from 'undici';
import type { z } from 'zod';
import type { ErrorType, Failure, ProbeOutcome } from '@/domain/events';
import type { StepDefinition } from '@/domain/playbook';
import type { HealthCheckPolicy } from '@/domain/policies/choice';
import type { AppSettings, SettingKey } from '@/domain/settings';
import type { StepCourse } from '@/domain/task';
import type { Snapshot } from '@/domain/tenant';
import type { Problem } from '@/server/input/closed-input';
import type { Target } from './http-settings';
import type { Reached } from './reach';
import { ownSettings, settingsProblems, storedSettings } from './step-settings';
import type { StepTemplate, StepUrl } from './step-templates';

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
  /** Secrets of the tenant by name, resolved for this run only; they never reach events or logs. */
  secrets: Readonly<Record<string, string>>;
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
      /** Kept for later stages; what has the same name is replaced. */
      data?: Record<string, unknown>;
    }
  | { ok: false; failure: Failure; calls: CallRecord[] };

/** A kind of step, its settings checked before it runs. Adding one is one file and one line in the registry. */
export interface Step {
  type: string;
  /** What it can be told, besides its name and type. */
  settings: z.ZodType;
  check(definition: StepDefinition): Problem[];
  /** Its texts that are filled in, in that order; none when the settings are wrong. */
  templates(definition: StepDefinition): StepTemplate[];
  /** Names of the values it leaves for later stages. */
  saves(definition: StepDefinition): string[];
  /** Whether it is sent to each instance or once for the tenant; null when nothing is sent. */
  target(definition: StepDefinition): Target | null;
  /** The addresses it calls, as the playbook writes them. */
  urls(definition: StepDefinition): StepUrl[];
  run(definition: StepDefinition, context: TaskRuntimeContext): Promise<StepResult>;
}

/** What can be known of a step without running it. */
interface Told<Settings> {
  templates?(settings: Settings, definition: StepDefinition): StepTemplate[];
  saves?(settings: Settings): string[];
  target?(settings: Settings): Target;
  urls?(settings: Settings, definition: StepDefinition): StepUrl[];
}

/** Ties a step's settings (all but `name` and `type`, which every step has) to the code that uses them. */
export function defineStep<Settings>(
  type: string,
  settings: z.ZodType<Settings>,
  run: (settings: Settings, context: TaskRuntimeContext) => Promise<StepResult>,
  { templates, saves, target, urls }: Told<Settings> = {},
): Step {
  const read = (definition: StepDefinition) => settings.safeParse(ownSettings(definition)).data;
  return {
    type,
    settings,
    check: (definition) => settingsProblems(settings, definition),
    templates: (definition) => {
      const own = read(definition);
      return own === undefined ? [] : (templates?.(own, definition) ?? []);
    },
    saves: (definition) => {
      const own = read(definition);
      return own === undefined ? [] : (saves?.(own) ?? []);
    },
    target: (definition) => {
      const own = read(definition);
      return own === undefined ? null : (target?.(own) ?? null);
    },
    urls: (definition) => {
      const own = read(definition);
      return own === undefined ? [] : (urls?.(own, definition) ?? []);
    },
    run: (definition, context) => run(storedSettings(settings, definition), context),
  };
}

/** A failure of this step, stamped with database time. */
export function failure(
  context: Pick<TaskRuntimeContext, 'now' | 'step'>,
  errorType: ErrorType,
  code: string,
  message: string,
  options: { retryable?: boolean; instance?: string | null } = {},
): Failure {
  return {
    errorType,
    code,
    message,
    at: context.now().toISOString(),
    retryable: options.retryable ?? false,
    step: context.step,
    instance: options.instance ?? null,
  };
}
