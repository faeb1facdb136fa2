import type { Database } from '@/db/client';
import { findVersion } from '@/db/queries/planning';
import type { StepDefinition } from '@/domain/playbook';
import type { Tenant } from '@/domain/tenant';
import type { ValidationFinding, ValidationReport } from '@/domain/validation';
import { type PlanPreview, type PlanRequest, preparePlan, previewOf } from '@/server/commands/prepare-plan';
import { resolveOrNone } from '@/server/commands/resolve-snapshot';
import { type AskedTenant, askFleet, type FleetDeps, type InstanceAnswer } from './ask-fleet';
import { projectedSchedule, type Schedule } from './projected-schedule';

/** A big fleet with many dead instances must not keep the operator waiting for longer. */
const TIME_LIMIT_MS = 60_000;

export interface RehearsedTenant {
  tenantId: string;
  /** What is on record; null when nothing is. */
  expected: string | null;
  instances: InstanceAnswer[];
  /** Some instance runs neither what is on record nor the target. */
  drifted: boolean;
  /** Instances that did not say what they run. */
  silent: number;
  busyIn: string | null;
}

export interface Rehearsal extends PlanPreview {
  tenants: RehearsedTenant[];
  summary: {
    tenants: number;
    instances: number;
    silent: number;
    drifted: number;
    busy: number;
    frozen: number;
  };
  /** Null when the playbook has no health-check: then nobody can say what an instance runs. */
  asked: boolean;
  schedule: Schedule;
}

/**
 * A dry run: the whole validation, every instance asked what it runs, freezes and conflicts, and when each wave would
 * start and end. Nothing is changed on the targets and nothing is stored. Takes a minute at most.
 */
export async function rehearsePlan(
  deps: FleetDeps & { db: Database },
  request: PlanRequest,
): Promise<Rehearsal> {
  const prepared = await preparePlan(deps.db, request);
  const { definition } = prepared.playbook;
  const steps = definition.stages.flatMap((stage) => stage.steps);
  const probe = steps.find((step) => step.type === 'health-check') ?? null;
  const valid = [...prepared.waveOf.keys()].flatMap((id) => prepared.tenants.get(id) ?? []);
  const layers = { plan: request.settings, playbook: definition.settings ?? {} };
  const answers = probe
    ? await askFleet(
        deps,
        await asked(deps.db, request, probe, valid, layers),
        AbortSignal.timeout(TIME_LIMIT_MS),
      )
    : new Map<string, InstanceAnswer[]>();
  const tenants = valid.map(({ tenant, currentVersion, busyIn }): RehearsedTenant => {
    const instances = answers.get(tenant.tenantId) ?? [];
    const source = request.sources[tenant.tenantId];
    const known = [currentVersion, source, request.version];
    const drifted =
      currentVersion !== null &&
      instances.some(({ version }) => version !== null && !known.includes(version));
    const silent = instances.filter(({ version }) => version === null).length;
    return {
      tenantId: tenant.tenantId,
      expected: source ?? currentVersion,
      instances,
      drifted,
      silent,
      busyIn,
    };
  });
  const preview = previewOf(prepared);
  return {
    ...preview,
    report: withReachability(preview.report, tenants),
    tenants,
    summary: {
      tenants: tenants.length,
      instances: tenants.reduce((sum, { instances }) => sum + instances.length, 0),
      silent: tenants.reduce((sum, { silent }) => sum + silent, 0),
      drifted: tenants.filter(({ drifted }) => drifted).length,
      busy: tenants.filter(({ busyIn }) => busyIn !== null).length,
      frozen: prepared.frozen.length,
    },
    asked: probe !== null,
    schedule: await projectedSchedule(deps.db, prepared.playbook, prepared.waves, request.maxConcurrency),
  };
}

/** Where a condition tells what runs, it is held against what is on record and against what is to come. */
async function asked(
  db: Database,
  { unitId, version }: PlanRequest,
  probe: StepDefinition,
  valid: readonly { tenant: Tenant; currentVersion: string | null }[],
  layers: AskedTenant['layers'],
): Promise<AskedTenant[]> {
  const names = new Set(
    probe.applied === undefined ? [] : [version, ...valid.map((one) => one.currentVersion ?? version)],
  );
  const found = await Promise.all([...names].map((name) => findVersion(db, unitId, name)));
  const versions = new Map(found.flatMap((one) => (one ? [[one.version, one]] : [])));
  return valid.map(({ tenant, currentVersion }) => {
    const candidates = [currentVersion, version].flatMap((name) => {
      const known = name === null ? undefined : versions.get(name);
      return known ? (resolveOrNone(tenant, known) ?? []) : [];
    });
    return { tenant, probe, layers, candidates };
  });
}

/** The chain's last validator: an instance that does not answer now may not answer then. */
function withReachability(report: ValidationReport, tenants: readonly RehearsedTenant[]): ValidationReport {
  const byTenant = new Map(tenants.map((one) => [one.tenantId, one]));
  return {
    ...report,
    results: report.results.map((result) => {
      const silent = (byTenant.get(result.tenantId)?.instances ?? []).flatMap((answer, index) =>
        answer.version === null ? [unreachable(answer, index)] : [],
      );
      return { ...result, warnings: [...result.warnings, ...silent] };
    }),
  };
}

function unreachable({ instance, url, detail }: InstanceAnswer, index: number): ValidationFinding {
  return {
    code: 'UNREACHABLE',
    field: `endpoints[${index}].url`,
    value: url,
    message: `${instance} ${detail}: its switch could not be confirmed.`,
  };
}
