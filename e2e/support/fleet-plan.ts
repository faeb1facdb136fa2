import type { Fleet } from '@/demo/fleet/fleet';
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
  const body = '{"version":"{{config.version}}","config":{{config.payload | json}}}';
  // All the time there is: what a test holds back, or a busy machine, is not to fail by it.
  const request = { timeoutMillis: 300_000 };
  const stages = [
    { name: 'Config', steps: [{ name: 'send', type: 'config-update', request: { ...request, body } }] },
    { name: 'Reload', steps: [{ name: 'tell', type: 'broadcast', request }] },
    { name: 'Health', steps: [{ name: 'confirm', type: 'health-check', timeoutMillis: 60_000 }] },
  ];
  await call(url, 'playbooks.save', 'mutation', {
    playbookId: 'standard',
    name: 'Standard',
    definition: { stages },
  });
  const tenants = [...fleet.tenants.keys()].map((tenantId) => ({
    tenantId,
    endpoints: fleet.endpoints(tenantId),
    current: { router: 'v1' },
  }));
  await call(url, 'tenants.import', 'mutation', { tenants });
}
