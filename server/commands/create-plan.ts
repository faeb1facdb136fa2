import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import {
  findPlaybook,
  findVersion,
  insertSnapshots,
  tenantsForPlan,
  type VersionWithPayload,
} from '@/db/queries/planning';
import type { PlanState } from '@/server/domain/plan';
import { transitionPlan } from '@/server/domain/plan-transition';
import { confirmsHealth, type PlaybookDefinition } from '@/server/domain/playbook';
import { DEFAULT_POLICIES } from '@/server/domain/policies/choice';
import type { PlanSettings } from '@/server/domain/settings';
import type { TaskState } from '@/server/domain/task';
import { type TaskInput, transitionTask } from '@/server/domain/task-transition';
import { TemplateError } from '@/server/domain/template';
import type { Tenant } from '@/server/domain/tenant';
import { type ValidationReport, type ValidationResult, validateTenants } from '@/server/domain/validation';
import { assignWaves } from '@/server/domain/wave';
import type { Committer } from './commit-transition';
import { CommandRefused, InvalidInput, NotFound } from './refused';
import { resolveSnapshot, type StoredSnapshot } from './resolve-snapshot';
import { firstAnswer } from './task-commands';

export interface PlanRequest {
  name: string;
  tenantIds: string[];
  unitId: string;
  version: string;
  playbookId: string;
  maxConcurrency: number;
  settings: PlanSettings;
  /** The version a tenant runs now, where the operator knows better than the record: it becomes what a rollback restores. */
  sources: Record<string, string>;
}

export interface PlanPreview {
  report: ValidationReport;
  /** Changes with anything the operator looked at; a creation that names another hash is refused. */
  hash: string;
  /** A finished switch moves lastKnownGoodVersion only if this is true. */
  confirmsHealth: boolean;
  /** Tenants with nothing on record to go back to. */
  withoutPrevious: string[];
}

interface Prepared extends PlanPreview {
  snapshots: Map<string, StoredSnapshot>;
  sources: Map<string, StoredSnapshot>;
  playbook: { playbookId: string; version: number; definition: PlaybookDefinition };
  unitName: string;
  labels: Map<string, Record<string, string>>;
}

/** Everything the review page shows; nothing is written. Throws {@link NotFound} for unit, version or playbook. */
export async function previewPlan(db: Database, request: PlanRequest): Promise<PlanPreview> {
  const { report, hash, confirmsHealth: confirms, withoutPrevious } = await prepare(db, request);
  return { report, hash, confirmsHealth: confirms, withoutPrevious };
}

export interface CreateOptions {
  actor: string;
  requestId: string | null;
  /** Creates the plan although some tenants are invalid; they stay on it as VALIDATION_FAILED. */
  leaveOutInvalid: boolean;
  previewHash: string | null;
}

/**
 * Creates a READY plan with one task for each tenant, its configuration frozen.
 * Throws {@link CommandRefused} while there are errors that were not left out on purpose.
 */
export async function createPlan(
  deps: { db: Database; committer: Committer },
  request: PlanRequest,
  options: CreateOptions,
): Promise<{ planId: string }> {
  const prior = await firstAnswer(deps.db, options.requestId);
  if (prior) return { planId: prior.planId as string };
  const prepared = await prepare(deps.db, request);
  refuseUnfit(prepared, options);
  await insertSnapshots(deps.db, [...prepared.snapshots.values(), ...prepared.sources.values()]);
  const [next] = await deps.db.execute<{ number: number; now: string }>(
    sql`select nextval(pg_get_serial_sequence('plan', 'number'))::int as number, clock_timestamp() as now`,
  );
  if (!next) throw new Error('No plan number');
  const planId = `PLN-${next.number}`;
  const now = new Date(next.now);
  const stages = prepared.playbook.definition.stages.map((stage) => stage.name);
  const { report } = prepared;
  const waveOf = wavesOf(request, prepared);
  const planEvents = validatedPlan(planId, report, options.actor, request.maxConcurrency, now);
  const tasks = report.results.map((result, index) =>
    validatedTask(planId, result, index, stages, options.actor, now),
  );
  const result = await deps.committer.commitTransition({
    atomic: true,
    create: {
      plan: {
        planId,
        number: next.number,
        name: request.name,
        status: planEvents.state.status,
        maxConcurrency: request.maxConcurrency,
        settings: request.settings,
        unitId: request.unitId,
        unitName: prepared.unitName,
        version: request.version,
        playbookId: prepared.playbook.playbookId,
        playbookVersion: prepared.playbook.version,
        playbook: prepared.playbook.definition,
        createdBy: options.actor,
        endedAt: planEvents.state.endedAt,
      },
      stages,
      tasks: tasks.map(({ state }) => ({
        taskId: state.taskId,
        tenantId: state.tenantId,
        ordinal: state.ordinal,
        wave: waveOf.get(state.tenantId) ?? 0,
        status: state.status,
        targetSnapshotId: prepared.snapshots.get(state.tenantId)?.snapshotId ?? null,
        previousSnapshotId: prepared.sources.get(state.tenantId)?.snapshotId ?? null,
      })),
    },
    audit: {
      actor: options.actor,
      action: 'plan.create',
      target: planId,
      reason: null,
      requestId: options.requestId,
      outcome: { planId, total: report.total, invalid: report.invalid },
    },
    plans: [{ planId, events: planEvents.events }],
    tasks: tasks.map(({ state, events }) => ({
      taskId: state.taskId,
      planId,
      tenantId: state.tenantId,
      events,
    })),
  });
  return { planId: (result.repeated?.planId as string | undefined) ?? planId };
}

/** The wave of each tenant that takes part; those left out belong to none. */
function wavesOf({ settings }: PlanRequest, { report, labels }: Prepared): Map<string, number> {
  const valid = report.results.filter((result) => result.errors.length === 0);
  const waves = assignWaves(
    settings.waves ?? [],
    valid.map(({ tenantId }) => ({ labels: labels.get(tenantId) ?? {} })),
  );
  return new Map(valid.map(({ tenantId }, index) => [tenantId, waves[index] ?? 0]));
}

async function prepare(db: Database, request: PlanRequest): Promise<Prepared> {
  const version = await findVersion(db, request.unitId, request.version);
  if (!version) throw new NotFound('version', `${request.unitId} ${request.version}`);
  const playbook = await findPlaybook(db, request.playbookId);
  if (!playbook) throw new NotFound('playbook', request.playbookId);
  if (request.tenantIds.length === 0) throw new InvalidInput('tenantIds', 'Choose at least one tenant.');

  const mentions = new Map<string, number>();
  for (const id of request.tenantIds) mentions.set(id, (mentions.get(id) ?? 0) + 1);
  const known = await tenantsForPlan(db, [...mentions.keys()], request.unitId, request.version);

  const snapshots = new Map<string, StoredSnapshot>();
  const sources = new Map<string, StoredSnapshot>();
  const subjects = known.map((one) => {
    let payloadError: string | null = null;
    if (one.tenant) {
      try {
        snapshots.set(one.tenantId, resolveSnapshot(one.tenant, version));
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        payloadError = error.message;
      }
    }
    return { ...one, mentions: mentions.get(one.tenantId) ?? 1, payloadError };
  });
  for (const one of known) {
    const source = request.sources[one.tenantId];
    if (!source || !one.tenant) continue;
    const found = await findVersion(db, request.unitId, source);
    if (!found)
      throw new InvalidInput(
        `sources.${one.tenantId}`,
        `There is no version ${source} of ${request.unitId}.`,
      );
    sources.set(one.tenantId, resolveSource(one.tenant, found));
  }

  const report = validateTenants(subjects, request);
  for (const result of report.results) if (result.errors.length > 0) snapshots.delete(result.tenantId);
  return {
    report,
    hash: previewHash(request, report, snapshots, playbook.version),
    confirmsHealth: confirmsHealth(playbook.definition),
    withoutPrevious: known
      .filter((one) => one.tenant && one.currentVersion === null && !sources.has(one.tenantId))
      .map((one) => one.tenantId),
    snapshots,
    sources,
    playbook,
    unitName: version.unitName,
    labels: new Map(known.flatMap((one) => (one.tenant ? [[one.tenantId, one.tenant.labels]] : []))),
  };
}

/** The source named by the operator, made for this tenant; a payload that cannot be made is the operator's to mend. */
function resolveSource(tenant: Tenant, version: VersionWithPayload): StoredSnapshot {
  try {
    return resolveSnapshot(tenant, version);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new InvalidInput(
      `sources.${tenant.tenantId}`,
      `${version.version} cannot be what it goes back to: ${error.message}`,
    );
  }
}

function previewHash(
  request: PlanRequest,
  report: ValidationReport,
  snapshots: Map<string, StoredSnapshot>,
  playbookVersion: number,
): string {
  const seen = report.results.map((result) => [
    result.tenantId,
    snapshots.get(result.tenantId)?.digest,
    result.errors.map((error) => error.code),
  ]);
  return createHash('sha256')
    .update(
      JSON.stringify([
        request.unitId,
        request.version,
        request.playbookId,
        playbookVersion,
        request.maxConcurrency,
        seen,
      ]),
    )
    .digest('hex');
}

function refuseUnfit({ report, hash }: Prepared, options: CreateOptions): void {
  if (options.previewHash !== null && options.previewHash !== hash) {
    throw new CommandRefused({
      code: 'REFUSED_BY_GUARD',
      message: 'The numbers changed since you reviewed them. Look at the review again.',
    });
  }
  if (report.invalid > 0 && !options.leaveOutInvalid) {
    const first = report.results.find((result) => result.errors.length > 0)?.errors[0];
    throw new InvalidInput(
      'tenantIds',
      `${report.invalid} of ${report.total} tenants cannot be switched (first: ${first?.message}) Fix them, or ask to leave them out.`,
    );
  }
  if (report.valid === 0) throw new InvalidInput('tenantIds', 'No tenant is left that could be switched.');
}

function validatedPlan(
  planId: string,
  report: ValidationReport,
  actor: string,
  maxConcurrency: number,
  now: Date,
) {
  const created: PlanState = {
    planId,
    status: 'CREATED',
    intent: 'none',
    intentBy: null,
    halted: null,
    maxConcurrency,
    wave: 0,
    bakeUntil: null,
    countingSince: null,
    startAt: null,
    startedAt: null,
    endedAt: null,
  };
  const counts = { byStatus: {} as never, openRequests: 0, startedNotRolledBack: 0 };
  const first = transitionPlan(
    { plan: created, counts },
    { type: 'validate', actor, tasks: report.total },
    now,
  );
  if (!first.ok) throw new Error(first.rejection.message);
  const { valid, invalid } = report;
  const second = transitionPlan(
    { plan: first.state, counts },
    { type: 'validationPassed', actor, valid, invalid },
    now,
  );
  if (!second.ok) throw new Error(second.rejection.message);
  return { state: second.state, events: [...first.events, ...second.events] };
}

function validatedTask(
  planId: string,
  result: ValidationResult,
  index: number,
  stages: string[],
  actor: string,
  now: Date,
) {
  const { errors, warnings, tenantId } = result;
  const task: TaskState = {
    taskId: `${planId}.${index + 1}`,
    planId,
    tenantId,
    ordinal: index + 1,
    status: 'CREATED',
    direction: 'forward',
    stageIndex: 0,
    stages,
    currentStage: null,
    openStep: null,
    attempt: 0,
    retryCount: 0,
    request: null,
    heldBy: null,
    retry: null,
    failure: null,
    counted: null,
    wave: 0,
    policyPausedAt: null,
    driftAccepted: false,
    dataAt: null,
    stageStarted: false,
    configSent: false,
    healthConfirmed: false,
    previous: null,
    startedAt: null,
    endedAt: null,
    durationMillis: null,
    stageStartedAt: null,
  };
  const flags = {
    planIntent: 'none' as const,
    planStarted: false,
    newerTaskStarted: false,
    maxRetry: 0,
    policies: DEFAULT_POLICIES,
  };
  const first = transitionTask({ task, flags, totalStages: stages.length }, { type: 'validate', actor }, now);
  if (!first.ok) throw new Error(first.rejection.message);
  const verdict: TaskInput =
    errors.length > 0
      ? { type: 'validationFailed', actor, errors }
      : { type: 'validationPassed', actor, warnings };
  const second = transitionTask({ task: first.state, flags, totalStages: stages.length }, verdict, now);
  if (!second.ok) throw new Error(second.rejection.message);
  return { state: second.state, events: [...first.events, ...second.events] };
}
