import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
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

const ALL = { topics: [...TOPICS], after: BEGINNING };

it('tells what happened since a moment, of the topics asked for, and who wants it only of their own plans', async () => {
  const planId = await cancelled(server.adminKey);
  const { now, items } = await ask(ALL);
  expect(items).toMatchObject([{ topic: 'planFinished', kind: 'PlanCancelled', planId, planName: 'Amber' }]);
  expect((await ask({ ...ALL, after: now })).items).toEqual([]);
  expect((await ask({ topics: [...TOPICS] })).items).toEqual([]);
  expect((await ask({ ...ALL, topics: ['taskFailed', 'approvalNeeded'] })).items).toEqual([]);
  expect((await ask({ ...ALL, topics: ['planFinished'] })).items).toEqual(items);
  expect((await ask({ ...ALL, mine: true })).items).toEqual([]);
  const own = await query(server.url, server.adminKey, 'fleet.news', { ...ALL, mine: true });
  expect(own.data).toMatchObject({ items });
  expect(await query(server.url, server.viewerKey, 'fleet.news', { ...ALL, topics: [] })).toMatchObject({
    status: 400,
  });
});

it('is found by an index that holds every kind of news', async () => {
  const [index] = await server.db.execute<{ definition: string }>(
    sql`select indexdef as definition from pg_indexes where indexname = 'event_news'`,
  );
  const kinds = [...(index?.definition.matchAll(/'(\w+)'/g) ?? [])].map(([, kind]) => kind);
  expect(kinds.sort()).toEqual(Object.values(NEWS_KINDS).flat().sort());
});

it('has the topics that webhooks have', () => {
  const source = readFileSync('db/functions/collect_notifications.sql', 'utf8');
  for (const topic of TOPICS) {
    const [line] = source.match(new RegExp(`WHEN .* THEN '${topic}'`)) ?? [];
    expect(
      [...(line ?? '').matchAll(/'((?:Plan|Deadline|Start|Freeze|Task)\w+)'/g)].map(([, kind]) => kind),
    ).toEqual(NEWS_KINDS[topic]);
  }
});
