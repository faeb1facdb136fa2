import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { NEWS_KINDS, TOPICS } from '@/domain/view/news';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';

const server = testApiServer();

const BEGINNING = '2026-01-01T00:00:00.000Z';
const ask = async (input: object) =>
  (await query(server.url, server.viewerKey, 'fleet.news', input)).data as {
    now: string;
    items: { eventId: string; topic: string; kind: string; planId: string; tenantName: string | null }[];
    total: number;
  };
async function cancelled(key: string): Promise<string> {
  await mutate(server.url, key, 'versions.create', { unitId: 'edge-router', version: 'v3', payload: '{}' });
  const plan = {
    name: 'Amber',
    tenantIds: ['acme-eu'],
    unitId: 'edge-router',
    version: 'v3',
    playbookId: 'blue-green',
  };
  const { data } = await mutate(server.url, key, 'plans.create', plan);
  const { planId } = data as { planId: string };
  await mutate(server.url, key, 'plans.cancel', { planId, reason: null });
  await server.untilPlan(planId, 'CANCELLED');
  return planId;
}

it('tells of plans what happened since a moment, of others nothing, and who wants it only of their own', async () => {
  const planId = await cancelled(server.adminKey);
  const { now, items, total } = await ask({ planIds: [planId], after: BEGINNING });
  expect(items).toMatchObject([{ topic: 'planFinished', kind: 'PlanCancelled', planId, planName: 'Amber' }]);
  expect(total).toBe(1);
  expect((await ask({ planIds: [planId], after: now })).items).toEqual([]);
  expect((await ask({ planIds: [planId] })).items).toEqual([]);
  expect((await ask({ planIds: [], after: BEGINNING })).items).toEqual([]);
  expect((await ask({ planIds: [planId], after: BEGINNING, mine: true })).items).toEqual([]);
  const own = await query(server.url, server.adminKey, 'fleet.news', {
    ...{ planIds: [planId], after: BEGINNING, mine: true },
  });
  expect(own.data).toMatchObject({ total: 1 });
});

it('has the topics that webhooks have', () => {
  const source = readFileSync('db/functions/collect_notifications.sql', 'utf8');
  for (const topic of TOPICS) {
    const [line] = source.match(new RegExp(`WHEN .* THEN '${topic}'`)) ?? [];
    expect([...(line ?? '').matchAll(/'((?:Plan|Task)\w+)'/g)].map(([, kind]) => kind)).toEqual(
      NEWS_KINDS[topic],
    );
  }
});
