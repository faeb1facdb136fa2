import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { createVersion, savePlaybook } from '@/db/queries/catalogue';
import { CONFIG_BODY } from '@/demo/fleet/playbook';
import type { PlaybookDefinition, StageDefinition } from '@/domain/playbook';
import type { WaveDefinition } from '@/domain/wave';
import { createCommitter } from '@/server/commands/commit-transition';
import { createPlan } from '@/server/commands/create-plan';
import { importTenants } from '@/server/commands/save-tenants';
import { DEMO_TENANTS, displayName, FIRST_PORT } from './tenants';

const REGIONS = ['eu', 'us', 'apac'];
const TIERS = ['gold', 'silver'];
const UNIT = { unitId: 'edge-router', unitName: 'Edge router' };

const SEND: StageDefinition = {
  name: 'Config',
  steps: [
    {
      name: 'Send configuration',
      type: 'config-update',
      request: { method: 'PUT', url: '/config', body: CONFIG_BODY, timeoutMillis: 5000 },
    },
  ],
};

const RELOAD: StageDefinition = {
  name: 'Reload',
  steps: [
    {
      name: 'Tell instances',
      type: 'broadcast',
      request: { method: 'POST', url: '/reload', timeoutMillis: 5000 },
    },
  ],
};

const HEALTH: StageDefinition = {
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
};

/** Traffic moves over before anybody looks; also long enough to be watched. */
const SETTLE: StageDefinition = {
  name: 'Settle',
  steps: [{ name: 'Let traffic move', type: 'wait', seconds: 7 }],
};

const PLAYBOOKS = {
  'blue-green': { name: 'Blue/green switch', definition: { stages: [SEND, RELOAD, HEALTH] } },
  careful: {
    name: 'Blue/green, with a pause to settle',
    definition: { stages: [SEND, RELOAD, SETTLE, HEALTH] },
  },
} satisfies Record<string, { name: string; definition: PlaybookDefinition }>;

const VERSIONS = [
  { version: 'v1', payload: payload('blue', 30, false), note: 'What runs today' },
  { version: 'v2', payload: payload('green', 20, true), note: 'Green backend, HTTP/3' },
  { version: 'v2.1', payload: payload('green', 25, true), note: 'Green backend, a little more patient' },
];

/**
 * Fills an empty database with the demo fleet and two plans that wait to be started: one to watch (a canary, a bake, a
 * failure, two to three minutes), and one for whatever one likes to try.
 */
export async function seedDemo(db: Database): Promise<void> {
  const [row] = await db.execute<{ tenants: number }>(sql`select count(*)::int as tenants from tenant`);
  if (row && row.tenants > 0) return;
  await seedFleet(db);
  await plan(db, {
    name: 'Switch the edge routers to green',
    version: 'v2',
    playbookId: 'careful',
    maxConcurrency: 3,
    waves: [{ name: 'Canary', size: { count: 2 }, bakeSeconds: 40 }],
  });
  await plan(db, {
    name: 'For your own experiments',
    version: 'v2.1',
    playbookId: 'blue-green',
    maxConcurrency: 4,
    waves: [],
  });
}

/** Versions, playbooks and tenants of the demo, without a plan. */
export async function seedFleet(db: Database): Promise<void> {
  for (const version of VERSIONS)
    await createVersion(db, { ...UNIT, format: 'json', createdBy: 'demo', ...version });
  for (const [playbookId, playbook] of Object.entries(PLAYBOOKS))
    await savePlaybook(db, { playbookId, createdBy: 'demo', ...playbook });
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
}

async function plan(
  db: Database,
  wanted: {
    name: string;
    version: string;
    playbookId: keyof typeof PLAYBOOKS;
    maxConcurrency: number;
    waves: WaveDefinition[];
  },
): Promise<void> {
  const { waves, ...named } = wanted;
  await createPlan(
    { db, committer: createCommitter(db) },
    {
      ...named,
      tenantIds: DEMO_TENANTS.map(({ tenantId }) => tenantId),
      unitId: UNIT.unitId,
      settings: { maxRetry: null, healthIntervalSeconds: 1, healthAttempts: null, waves },
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
