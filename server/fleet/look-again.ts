import type { Database } from '@/db/client';
import { completedForLook } from '@/db/queries/drift';
import type { TenantLeft } from '@/domain/events';
import { askFleet, type FleetDeps } from './ask-fleet';

/** A fleet with many silent instances must not keep its plan from being told as completed for longer. */
const TIME_LIMIT_MS = 30_000;

/**
 * Asks every instance of the tenants that completed a plan once more, and says who runs something else by now. Who does
 * not answer, or was not asked in half a minute, has not left. Without a health-check nobody can be asked.
 */
export async function lookAgain(deps: FleetDeps & { db: Database }, planId: string): Promise<TenantLeft[]> {
  const { probe, layers, tenants } = await completedForLook(deps.db, planId);
  if (!probe) return [];
  const asked = tenants.map(({ tenant, config }) => ({
    tenant,
    probe,
    layers,
    candidates: config ? [config] : [],
  }));
  const answers = await askFleet(deps, asked, AbortSignal.timeout(TIME_LIMIT_MS));
  return tenants.flatMap(({ taskId, tenant, version, digest }) => {
    const wrong = (answers.get(tenant.tenantId) ?? []).filter(
      (one) =>
        one.version !== null && (one.version !== version || (one.digest !== null && one.digest !== digest)),
    );
    if (wrong.length === 0) return [];
    const detail = wrong.map(({ instance, detail: told }) => `${instance} ${told}`).join('; ');
    return [{ taskId, tenantId: tenant.tenantId, detail: detail.slice(0, 300) }];
  });
}
