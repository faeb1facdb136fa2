import type { Logger } from 'pino';
import type { Database } from '@/db/client';
import { type DriftRecord, storeDrift, type ToCheck, tenantsToCheck } from '@/db/queries/drift';
import type { JobKind } from '@/server/jobs/jobs';
import { askFleet, type FleetDeps, type InstanceAnswer } from './ask-fleet';

const BATCH = 200;
/** The job comes every ten minutes; a tenant checked by hand meanwhile is left out. */
const EVERY_TEN_MINUTES = '*/10 * * * *';
const FRESH_SECONDS = 9 * 60;
const TIME_LIMIT_MS = 60_000;

/** The background look at every tenant that no task holds; one process does it for all. */
export function driftJob(deps: FleetDeps & { db: Database; log: Logger }): JobKind<object> {
  return {
    queue: 'drift',
    concurrency: 1,
    expireInSeconds: 15 * 60,
    cron: EVERY_TEN_MINUTES,
    run: async (_data, signal) => {
      for (;;) {
        const checked = await checkBatch(deps, { limit: BATCH, notSinceSeconds: FRESH_SECONDS }, signal);
        const drifted = checked.filter((one) => one.drifted).map((one) => one.tenantId);
        if (drifted.length > 0) deps.log.warn({ tenants: drifted }, 'Tenants do not run what is on record');
        if (checked.length < BATCH || signal.aborted) return;
      }
    },
  };
}

/**
 * Asks the instances of these tenants now and keeps what they run; tenants that a task holds, or whose version nobody
 * knows, are left out. Takes a minute at most.
 */
export function checkDriftNow(
  deps: FleetDeps & { db: Database },
  tenantIds: readonly string[],
): Promise<DriftRecord[]> {
  const which = { limit: tenantIds.length, notSinceSeconds: 0, tenantIds };
  return checkBatch(deps, which, AbortSignal.timeout(TIME_LIMIT_MS));
}

async function checkBatch(
  deps: FleetDeps & { db: Database },
  which: Parameters<typeof tenantsToCheck>[1],
  signal: AbortSignal,
): Promise<DriftRecord[]> {
  const wanted = await tenantsToCheck(deps.db, which);
  // A tenant may have several units; each is asked as its own playbook does.
  const records: DriftRecord[] = [];
  for (const unit of new Set(wanted.map(({ unitId }) => unitId))) {
    const ofUnit = wanted.filter(({ unitId }) => unitId === unit);
    const asked = ofUnit.map(({ tenant, probe, playbook, config }) => ({
      tenant,
      probe,
      layers: { playbook },
      candidates: config ? [config] : [],
    }));
    const answers = await askFleet(deps, asked, signal);
    if (signal.aborted) break;
    records.push(...ofUnit.map((one) => compared(one, answers.get(one.tenant.tenantId) ?? [])));
  }
  await storeDrift(deps.db, records);
  return records;
}

/** An instance that does not say what it runs is told, and counts as no drift. */
function compared(
  { tenant, unitId, expected, digest }: ToCheck,
  answers: readonly InstanceAnswer[],
): DriftRecord {
  const differs = (answer: InstanceAnswer) =>
    answer.version !== null &&
    (answer.version !== expected || (digest !== null && answer.digest !== null && answer.digest !== digest));
  return {
    tenantId: tenant.tenantId,
    unitId,
    expected,
    drifted: answers.some(differs),
    instances: answers.map((answer) => ({
      instance: answer.instance,
      expected,
      observed: answer.version,
      detail: answer.detail,
    })),
  };
}
