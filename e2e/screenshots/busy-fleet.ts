import { Fleet } from '@/demo/fleet/fleet';
import { CONFIG_BODY } from '@/demo/fleet/playbook';
import { call } from '@/server/testing/switchyard';

const TENANTS = 1000;
/** Names as fleets have them: of several scripts, and one that is as long as a name may be. */
const NAMES = [
  'Acme',
  '上海云图数据',
  'شركة النور',
  'Grand Hôtel Zürich',
  'O’Brien & Söhne',
  'ООО Вектор',
  'Kestrel Labs',
];
const REGIONS = ['eu', 'us', 'apac'];
/** One in so many does not apply what it took, or answers with an error. */
const STUCK_EVERY = 97;
const FAILS_EVERY = 61;

const step = (name: string, type: string, more: object = {}) => ({ name, type, ...more });
const request = (method: string, url: string, more: object = {}) => ({ request: { method, url, ...more } });

const SEND = {
  name: 'Config',
  steps: [step('Send', 'config-update', request('PUT', '/config', { body: CONFIG_BODY }))],
};
const RELOAD = { name: 'Reload', steps: [step('Tell', 'broadcast', request('POST', '/reload'))] };
const HEALTH = {
  name: 'Health',
  steps: [
    step('Confirm', 'health-check', {
      path: '/health',
      versionKey: 'version',
      intervalSeconds: 1,
      attempts: 3,
    }),
  ],
};
const ASK = {
  name: 'Sign-off',
  when: { label: 'region', equals: 'eu' },
  steps: [step('Ask', 'approval', { instructions: 'Is the region quiet?', approvers: 'EU operations' })],
};

/** A thousand tenants, one instance each, that answer like services do. */
export const startFleet = (): Promise<Fleet> =>
  Fleet.start({
    version: 'v1',
    tenants: Array.from({ length: TENANTS }, (_, index) => ({
      tenantId: `tenant-${String(index + 1).padStart(4, '0')}`,
      instances: 1,
      latencyMillis: 40 + ((index * 53) % 160),
    })),
  });

/**
 * Fills a server with a fleet at work: a plan that has ended with failures, one under way, one that waits for decisions, one
 * that waits for its time. Resolves when there is something of all of it to be seen.
 */
export async function makeBusy(url: string, fleet: Fleet): Promise<{ share: string }> {
  const act = <T = unknown>(procedure: string, input: object) => call<T>(url, procedure, 'mutation', input);
  const ask = <T>(procedure: string, input: object) => call<T>(url, procedure, 'query', input);
  const ids = [...fleet.tenants.keys()];
  for (const [version, backend] of [
    ['v1', 'blue'],
    ['v2', 'green'],
    ['v3', 'amber'],
  ])
    await act('versions.create', {
      ...{ unitId: 'edge-router', unitName: 'Edge router', version },
      payload: JSON.stringify(
        { upstream: `${backend}.{{tenant.id}}.internal`, timeoutSeconds: 20, http3: version !== 'v1' },
        null,
        2,
      ),
    });
  await act('playbooks.save', {
    playbookId: 'blue-green',
    name: 'Blue/green switch',
    definition: { stages: [SEND, RELOAD, HEALTH] },
  });
  await act('playbooks.save', {
    playbookId: 'signed-off',
    name: 'Signed off',
    definition: { stages: [SEND, ASK, RELOAD, HEALTH] },
  });
  await act('tenants.import', {
    tenants: ids.map((tenantId, index) => ({
      tenantId,
      name:
        index === 3
          ? 'A name that is as long as a name may be, which is sixty-four chars'
          : `${NAMES[index % NAMES.length]} ${index + 1}`,
      labels: { region: REGIONS[index % REGIONS.length], tier: index % 5 === 0 ? 'gold' : 'silver' },
      endpoints: fleet.endpoints(tenantId),
      current: { 'edge-router': 'v1' },
    })),
  });
  for (const [index, tenantId] of ids.entries()) {
    if (index % STUCK_EVERY === STUCK_EVERY - 1) fleet.setFault(tenantId, { kind: 'stuck' });
    if (index % FAILS_EVERY === FAILS_EVERY - 1) fleet.setFault(tenantId, { kind: 'deny' });
  }
  const create = (
    name: string,
    tenantIds: string[],
    version: string,
    more: { playbookId?: string; maxConcurrency?: number; settings?: object },
  ) =>
    act<{ planId: string }>('plans.create', {
      ...{
        name,
        tenantIds,
        unitId: 'edge-router',
        version,
        playbookId: 'blue-green',
        maxConcurrency: 20,
        settings: {},
      },
      ...more,
    });
  const count = async (planId: string, status: string) =>
    (await ask<{ byStatus: Record<string, number> }>('plans.get', { planId })).byStatus[status] ?? 0;
  const until = async (holds: () => Promise<boolean>) => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 500));
  };

  const over = await create('Green for the first two hundred', ids.slice(0, 200), 'v2', {
    maxConcurrency: 50,
  });
  await act('plans.start', { planId: over.planId });
  await until(
    async () => (await count(over.planId, 'PENDING')) + (await count(over.planId, 'RUNNING')) === 0,
  );

  const asked = await create('Green for those who sign off', ids.slice(200, 230), 'v2', {
    playbookId: 'signed-off',
  });
  await act('plans.start', { planId: asked.planId });
  await until(async () => (await count(asked.planId, 'PAUSED')) >= 5);

  const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();
  const later = await create('Amber, on Saturday night', ids.slice(900), 'v3', {});
  await act('plans.schedule', { planId: later.planId, startAt: hours(36) });
  await act('freezes.create', {
    name: 'Winter sale',
    tenantId: 'tenant-0890',
    window: { kind: 'once', from: hours(-1), to: hours(72) },
  });

  // None of the canary fails: a wave passes when all of it has completed.
  const main = await create('Switch the edge routers to green', ids.slice(230, 900), 'v2', {
    maxConcurrency: 4,
    settings: { waves: [{ name: 'Canary', size: { count: 10 }, bakeSeconds: 3 }] },
  });
  await act('plans.start', { planId: main.planId });
  await until(async () => (await count(main.planId, 'FAILED')) >= 3);
  const { path } = await act<{ path: string }>('shares.create', {
    planId: main.planId,
    days: 30,
    showNames: false,
  });
  return { share: path };
}
