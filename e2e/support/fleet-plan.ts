import type { Fleet } from '@/demo/fleet/fleet';
import { threeStages } from '@/demo/fleet/playbook';
import { call } from '@/server/testing/switchyard';

/** A plan for the whole fleet, of the three stages that `seedFleet` wrote. */
export function planOf(fleet: Fleet, version: string, maxConcurrency: number) {
  return {
    name: `Switch to ${version}`,
    tenantIds: [...fleet.tenants.keys()],
    unitId: 'router',
    version,
    playbookId: 'standard',
    maxConcurrency,
    settings: { maxRetry: null, healthIntervalSeconds: 0.2, healthAttempts: null },
  };
}

/** Writes versions v1 to v3, the playbook and the fleet's tenants, which run v1. */
export async function seedFleet(url: string, fleet: Fleet): Promise<void> {
  for (const version of ['v1', 'v2', 'v3']) {
    const payload = `{"backend":"${version}.{{tenant.id}}"}`;
    await call(url, 'versions.create', 'mutation', {
      unitId: 'router',
      unitName: 'Router',
      version,
      payload,
    });
  }
  // All the time there is: what a test holds back, or a busy machine, is not to fail by it.
  await call(url, 'playbooks.save', 'mutation', {
    playbookId: 'standard',
    name: 'Standard',
    definition: threeStages({ timeoutMillis: 300_000 }, { timeoutMillis: 60_000 }),
  });
  const tenants = [...fleet.tenants.keys()].map((tenantId) => ({
    tenantId,
    endpoints: fleet.endpoints(tenantId),
    current: { router: 'v1' },
  }));
  await call(url, 'tenants.import', 'mutation', { tenants });
}
