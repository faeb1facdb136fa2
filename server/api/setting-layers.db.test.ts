import { beforeAll, expect, it } from 'vitest';
import { tenant, tenantUnit } from '@/db/schema/catalogue';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';

const server = testApiServer();
const ask = (procedure: string, input: unknown) => query(server.url, server.viewerKey, procedure, input);
const act = (procedure: string, input: unknown) => mutate(server.url, server.adminKey, procedure, input);

/** What one layer says of every setting. */
function settingsOf(first: number) {
  return {
    maxConcurrency: first,
    maxRetry: first + 1,
    healthIntervalSeconds: first + 2,
    healthAttempts: first + 3,
    healthPath: `/health-${first}`,
    versionKey: `version-${first}`,
    heartbeatSeconds: first + 4,
  };
}

const plan = (playbookId: string, change: object = {}) => ({
  ...{ name: 'Amber', tenantIds: ['acme'], unitId: 'edge-router', version: 'v3', playbookId },
  ...change,
});

beforeAll(async () => {
  const endpoints = [{ key: 'a', url: 'http://127.0.0.1:9' }];
  await server.db.insert(tenant).values({ tenantId: 'acme', name: 'Acme', endpoints });
  const unit = { unitId: 'edge-router', unitName: 'Edge router', currentVersion: 'v1' };
  await server.db.insert(tenantUnit).values({ tenantId: 'acme', ...unit });
  await act('versions.create', { unitId: 'edge-router', version: 'v3', payload: '{}' });
  const stages = [{ name: 'Config', steps: [{ name: 'send', type: 'config-update' }] }];
  for (const [playbookId, settings] of Object.entries({ silent: {}, says: settingsOf(30) }))
    expect(
      await act('playbooks.save', { playbookId, name: playbookId, definition: { stages, settings } }),
    ).toMatchObject({ status: 200 });
  expect(await act('settings.set', { values: settingsOf(40) })).toMatchObject({ status: 200 });
});

it.each([
  ['silent', undefined, 40],
  ['says', undefined, 30],
  ['says', 20, 20],
])('a plan by the playbook "%s" that asks for %s at once has %i', async (playbookId, asked, limit) => {
  const request = plan(playbookId, asked === undefined ? {} : { maxConcurrency: asked });
  expect(await act('plans.preview', request)).toMatchObject({ data: { maxConcurrency: limit } });
  const { data } = await act('plans.create', { ...request, requestId: null });
  const { planId } = data as { planId: string };
  expect(await ask('plans.get', { planId })).toMatchObject({ data: { maxConcurrency: limit } });
  await act('plans.cancel', { planId, reason: null });
});

it('tells of each setting what holds for a plan, and by whom', async () => {
  const { data } = await act(
    'plans.create',
    plan('says', { maxConcurrency: 20, settings: { maxRetry: 21 } }),
  );
  const { planId } = data as { planId: string };
  const told = (await ask('settings.get', { planId })).data as {
    key: string;
    value: unknown;
    source: string;
  }[];
  expect(told.map(({ key, value, source }) => [key, value, source])).toEqual([
    ['maxConcurrency', 20, 'plan'],
    ['maxRetry', 21, 'plan'],
    ['healthIntervalSeconds', 32, 'playbook'],
    ['healthAttempts', 33, 'playbook'],
    ['healthPath', '/health-30', 'playbook'],
    ['versionKey', 'version-30', 'playbook'],
    ['heartbeatSeconds', 34, 'playbook'],
  ]);
});
