import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { createVersion, savePlaybook } from '@/db/queries/catalogue';
import { CONFIG_BODY } from '@/demo/fleet/playbook';
import type { PlaybookDefinition } from '@/domain/playbook';
import { createCommitter } from '@/server/commands/commit-transition';
import { createPlan } from '@/server/commands/create-plan';
import { importTenants } from '@/server/commands/save-tenants';
import { DEMO_TENANTS, displayName, FIRST_PORT } from './tenants';

const REGIONS = ['eu', 'us', 'apac'];
const TIERS = ['gold', 'silver'];
const UNIT = { unitId: 'edge-router', unitName: 'Edge router' };

const PLAYBOOK: PlaybookDefinition = {
  stages: [
    {
      name: 'Config',
      steps: [
        {
          name: 'Send configuration',
          type: 'config-update',
          request: {
            method: 'PUT',
            url: '/config',
            body: CONFIG_BODY,
            timeoutMillis: 5000,
          },
        },
      ],
    },
    {
      name: 'Reload',
      steps: [
        {
          name: 'Tell instances',
          type: 'broadcast',
          request: { method: 'POST', url: '/reload', timeoutMillis: 5000 },
        },
      ],
    },
    {
      name: 'Health',
      steps: [
        {
          name: 'Confirm version',
          type: 'health-check',
          path: '/health',
          versionKey: 'version',
          timeoutMillis: 5000,
        },
      ],
    },
  ],
};

/** Fills an empty database with the demo fleet, two versions, a playbook and a plan that waits to be started. */
export async function seedDemo(db: Database): Promise<void> {
  const [row] = await db.execute<{ tenants: number }>(sql`select count(*)::int as tenants from tenant`);
  if (row && row.tenants > 0) return;
  await createVersion(db, {
    ...UNIT,
    version: 'v1',
    format: 'json',
    payload: payload('blue', 30, false),
    note: 'What runs today',
    createdBy: 'demo',
  });
  await createVersion(db, {
    ...UNIT,
    version: 'v2',
    format: 'json',
    payload: payload('green', 20, true),
    note: 'Green backend, HTTP/3',
    createdBy: 'demo',
  });
  let port = FIRST_PORT;
  await importTenants(
    db,
    DEMO_TENANTS.map(({ tenantId, instances }, index) => ({
      tenantId,
      name: displayName(tenantId),
      labels: { region: REGIONS[index % REGIONS.length] ?? '', tier: TIERS[index % TIERS.length] ?? '' },
      endpoints: Array.from({ length: instances }, (_, one) => ({
        key: `${tenantId}-${one + 1}`,
        url: `http://127.0.0.1:${port++}`,
      })),
      variables: {},
      overrides: {},
      current: { [UNIT.unitId]: 'v1' },
    })),
    { actor: 'demo' },
  );
  await savePlaybook(db, {
    playbookId: 'blue-green',
    name: 'Blue/green switch',
    definition: PLAYBOOK,
    createdBy: 'demo',
  });
  await createPlan(
    { db, committer: createCommitter(db) },
    {
      name: 'Switch the edge routers to green',
      tenantIds: DEMO_TENANTS.map(({ tenantId }) => tenantId),
      unitId: UNIT.unitId,
      version: 'v2',
      playbookId: 'blue-green',
      maxConcurrency: 4,
      settings: { maxRetry: null, healthIntervalSeconds: 1, healthAttempts: null },
      sources: {},
    },
    { actor: 'demo', requestId: null, leaveOutInvalid: false, previewHash: null },
  );
}

function payload(backend: string, timeoutSeconds: number, http3: boolean): string {
  const config = {
    upstream: `${backend}.{{tenant.id}}.internal`,
    region: '{{tenant.labels.region}}',
    timeoutSeconds,
    features: { http3, tier: '{{tenant.labels.tier}}' },
  };
  return JSON.stringify(config, null, 2);
}
