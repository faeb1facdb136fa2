import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '@/db/client';
import { readFreezes } from '@/db/queries/execution';
import {
  findPlaybook,
  findVersion,
  SNAPSHOT_CHUNK,
  tenantsForPlan,
  type VersionWithPayload,
} from '@/db/queries/planning';
import { readStartProtection } from '@/db/queries/settings';
import type { StartApproval } from '@/domain/approval';
import { type ActiveFreeze, activeFreezes, frozenBy } from '@/domain/freeze';
import { confirmsHealth, type PlaybookDefinition } from '@/domain/playbook';
import type { PlanSettings } from '@/domain/settings';
import { startApprovalFor } from '@/domain/start-approval';
import { TemplateError } from '@/domain/template';
import type { Tenant } from '@/domain/tenant';
import { type PayloadError, type ValidationReport, validateTenants } from '@/domain/validation';
import { assignWaves, gateSeconds, type WaveDefinition, waveName } from '@/domain/wave';
import { fieldName } from '@/server/input/closed-input';
import { InvalidInput, NotFound } from '@/server/input/refused';
import { checkPlaybook, missingForGate, missingOf, needsOf } from '@/server/steps/check-playbook';
import { resolveSnapshot, type StoredSnapshot } from './resolve-snapshot';

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
  /** A playbook that is not stored, looked at in place of the one that is; no plan is made with it. */
  definition?: PlaybookDefinition | undefined;
}

export interface PlanPreview {
  report: ValidationReport;
  /** Changes with anything the operator looked at; a creation that names another hash is refused. */
  hash: string;
  /** So many tasks run at once. */
  maxConcurrency: number;
  /** A finished switch moves lastKnownGoodVersion only if this is true. */
  confirmsHealth: boolean;
  /** Tenants with nothing on record to go back to. */
  withoutPrevious: string[];
  /** How many tenants each wave has; one wave holds all when none is defined. */
  waves: { name: string; tenants: number; bakeSeconds: number; gateSeconds: number }[];
  /** Tenants that a freeze holds back now. */
  frozen: { tenantId: string; name: string; until: Date }[];
  /** Who has to approve its start; null when nobody has to. */
  startApproval: StartApproval | null;
}

/** What is kept of a configuration once it is made: ten thousand whole ones are gigabytes. */
type MadeSnapshot = Pick<StoredSnapshot, 'snapshotId' | 'digest'>;

export interface Prepared extends PlanPreview {
  snapshots: Map<string, MadeSnapshot>;
  sources: Map<string, StoredSnapshot>;
  playbook: { playbookId: string; version: number; definition: PlaybookDefinition };
  unitName: string;
  /** Index of the wave of each tenant that takes part. */
  waveOf: Map<string, number>;
  /** What is on record of each known tenant. */
  tenants: Map<string, { tenant: Tenant; currentVersion: string | null; busyIn: string | null }>;
}

/** Everything the review page shows; nothing is written. Throws {@link NotFound} for unit, version or playbook. */
export async function previewPlan(db: Database, request: PlanRequest): Promise<PlanPreview> {
  return previewOf(await preparePlan(db, request));
}

/** What of it the console and the API show. */
export function previewOf(prepared: Prepared): PlanPreview {
  const { report, hash, maxConcurrency, confirmsHealth, withoutPrevious, waves, frozen } = prepared;
  const { startApproval } = prepared;
  return { report, hash, maxConcurrency, confirmsHealth, withoutPrevious, waves, frozen, startApproval };
}

/** Draws the tenants' configurations, chunk by chunk as they are made, while there are any. */
type Taker = (made: Iterable<StoredSnapshot[]>) => Promise<unknown>;

/** Making ten thousand takes as long as several requests, which get their turn in between. */
const makeOnly: Taker = async (made) => {
  for (const _ of made) await nextTurn();
};

/** Everything a plan is made of, worked out and checked; nothing is written but by `take`. */
export async function preparePlan(
  db: Database,
  request: PlanRequest,
  take: Taker = makeOnly,
): Promise<Prepared> {
  const version = await findVersion(db, request.unitId, request.version);
  if (!version) throw new NotFound('version', `${request.unitId} ${request.version}`);
  const { playbookId, definition } = request;
  const playbook = definition ? { playbookId, version: 0, definition } : await findPlaybook(db, playbookId);
  if (!playbook) throw new NotFound('playbook', request.playbookId);
  refuseUnknownStage(request.settings, playbook.definition);
  await refuseBroken(request.playbookId, playbook.definition);
  if (request.tenantIds.length === 0) throw new InvalidInput('tenantIds', 'Choose at least one tenant.');

  const mentions = new Map<string, number>();
  for (const id of request.tenantIds) mentions.set(id, (mentions.get(id) ?? 0) + 1);
  const known = await tenantsForPlan(db, [...mentions.keys()], request.unitId, request.version);

  const sources = new Map<string, StoredSnapshot>();
  for (const one of known) {
    const source = request.sources[one.tenantId];
    if (!source || !one.tenant) continue;
    const found = await findVersion(db, request.unitId, source);
    if (!found)
      throw new InvalidInput(
        `sources.${one.tenantId}`,
        `There is no version ${source} of ${request.unitId}.`,
      );
    sources.set(one.tenantId, resolveSource(one.tenant, found, one.secrets));
  }
  const made: Made = { snapshots: new Map(), payloadErrors: new Map() };
  await take(makeSnapshots(known, version, made));
  const { snapshots, payloadErrors } = made;
  const needs = needsOf(playbook.definition);
  const subjects = known.map((one) => ({
    ...one,
    missing: one.tenant ? missingOf(needs, playbook.definition, one.tenant, one.secrets) : [],
    mentions: mentions.get(one.tenantId) ?? 1,
    payloadError: payloadErrors.get(one.tenantId) ?? null,
  }));

  const { unitId, settings } = request;
  const target = { unitId, version: request.version, reconcile: settings.reconcile };
  const report = validateTenants(subjects, target);
  for (const result of report.results) if (result.errors.length > 0) snapshots.delete(result.tenantId);
  const waveOf = wavesOf(request.settings.waves ?? [], report, known);
  refuseGatesInWant(request.settings.waves ?? [], waveOf, known);
  const { now, freezes: all } = await readFreezes(db);
  const freezes = activeFreezes(all, now);
  return {
    report,
    hash: previewHash(request, report, snapshots, playbook.version),
    maxConcurrency: request.maxConcurrency,
    confirmsHealth: confirmsHealth(playbook.definition),
    withoutPrevious: known
      .filter((one) => one.tenant && one.wayBack === null && !sources.has(one.tenantId))
      .map((one) => one.tenantId),
    snapshots,
    sources,
    playbook,
    unitName: version.unitName,
    waveOf,
    waves: waveSizes(request.settings.waves ?? [], [...waveOf.values()]),
    startApproval: startApprovalFor(
      await readStartProtection(db),
      known.flatMap(({ tenantId, tenant }) => (tenant && waveOf.has(tenantId) ? [tenant.labels] : [])),
    ),
    frozen: freezes.length === 0 ? [] : frozenAmong(known, freezes),
    tenants: new Map(
      known.flatMap((one) => (one.tenant ? [[one.tenantId, { ...one, tenant: one.tenant }]] : [])),
    ),
  };
}

/** A playbook that was saved before it was checked like this may not work for anybody. */
async function refuseBroken(playbookId: string, definition: PlaybookDefinition): Promise<void> {
  const [problem, ...more] = await checkPlaybook(definition);
  if (!problem) return;
  const others = more.length === 0 ? '' : ` (and ${more.length} more problems)`;
  throw new InvalidInput(
    'playbookId',
    `${playbookId} cannot work as it is: ${fieldName(problem.path)} ${problem.message}${others} Mend it and save it again.`,
  );
}

/** Others get their turn when so much was made. */
const CHUNK_CHARS = 512 * 1024;

interface Made {
  snapshots: Map<string, MadeSnapshot>;
  /** Why there is none for a tenant. */
  payloadErrors: Map<string, PayloadError>;
}

function* makeSnapshots(
  known: Known,
  version: VersionWithPayload,
  { snapshots, payloadErrors }: Made,
): Generator<StoredSnapshot[]> {
  let chunk: StoredSnapshot[] = [];
  // Also what cannot be made takes its time.
  let made = 0;
  for (const { tenantId, tenant, secrets } of known) {
    if (!tenant) continue;
    try {
      const snapshot = resolveSnapshot(tenant, version, secrets);
      const { snapshotId, digest } = snapshot;
      snapshots.set(tenantId, { snapshotId, digest });
      chunk.push(snapshot);
      made += snapshot.payload.length;
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      payloadErrors.set(tenantId, { message: error.message, placeholder: error.placeholder });
      made += version.payload.length;
    }
    if (chunk.length < SNAPSHOT_CHUNK && made < CHUNK_CHARS) continue;
    yield chunk;
    chunk = [];
    made = 0;
  }
  yield chunk;
}

/** The source named by the operator, made for this tenant; a payload that cannot be made is the operator's to mend. */
function resolveSource(tenant: Tenant, version: VersionWithPayload, secrets: string[]): StoredSnapshot {
  try {
    return resolveSnapshot(tenant, version, secrets);
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
  snapshots: Map<string, MadeSnapshot>,
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
        request.settings,
        seen,
      ]),
    )
    .digest('hex');
}

type Known = Awaited<ReturnType<typeof tenantsForPlan>>;

/** The wave of each tenant that takes part; those left out belong to none. */
function wavesOf(
  waves: readonly WaveDefinition[],
  report: ValidationReport,
  known: Known,
): Map<string, number> {
  const labels = new Map(known.map((one) => [one.tenantId, one.tenant?.labels ?? {}]));
  const valid = report.results.filter((result) => result.errors.length === 0);
  const assigned = assignWaves(
    waves,
    valid.map(({ tenantId }) => ({ labels: labels.get(tenantId) ?? {} })),
  );
  return new Map(valid.map(({ tenantId }, index) => [tenantId, assigned[index] ?? 0]));
}

/** How many of the tenants are in each wave, by the wave of each. */
export function waveSizes(waves: readonly WaveDefinition[], assigned: readonly number[]) {
  const last = Math.max(waves.length - 1, ...assigned, 0);
  return Array.from({ length: last + 1 }, (_, wave) => ({
    name: waveName(waves, wave),
    tenants: assigned.filter((one) => one === wave).length,
    bakeSeconds: waves[wave]?.bakeSeconds ?? 0,
    gateSeconds: gateSeconds(waves[wave]),
  }));
}

/** A gate that cannot be filled in for the tenant in whose name it is measured would end no wave. */
function refuseGatesInWant(
  waves: readonly WaveDefinition[],
  waveOf: ReadonlyMap<string, number>,
  known: Known,
): void {
  for (const [index, { gate }] of waves.entries()) {
    if (!gate) continue;
    const first = known.find(({ tenantId }) => waveOf.get(tenantId) === index);
    const [missing] = first?.tenant ? missingForGate(gate, first.tenant, first.secrets) : [];
    if (missing) throw new InvalidInput(`settings.waves.${index}.gate.${missing.field}`, missing.message);
  }
}

function frozenAmong(known: Known, freezes: readonly ActiveFreeze[]): PlanPreview['frozen'] {
  return known.flatMap(({ tenantId, tenant }) => {
    const freeze = tenant && frozenBy(freezes, tenantId, tenant.labels);
    return freeze ? [{ tenantId, name: freeze.name, until: freeze.until }] : [];
  });
}

function refuseUnknownStage({ policies }: PlanSettings, { stages }: PlaybookDefinition): void {
  const pause = policies?.pause;
  if (pause?.kind !== 'beforeStage' || stages.some(({ name }) => name === pause.stage)) return;
  throw new InvalidInput('settings.policies.pause.stage', `The playbook has no stage ${pause.stage}.`);
}
