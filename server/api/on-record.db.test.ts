import { sql } from 'drizzle-orm';
import { expect, it, vi } from 'vitest';
import { ensureFirstAdmin } from '@/server/auth/setup';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';

const server = testApiServer();
const ADA = { email: 'ada@example.com', password: 'correct horse battery' };

const audited = async () =>
  (
    await server.db.execute<{ actor: string; action: string; target: string }>(
      sql`select actor, action, target from audit order by id`,
    )
  ).map(({ actor, action, target }) => `${actor}: ${action} ${target}`);
const signIn = (password: string) =>
  fetch(`${server.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify({ email: ADA.email, password }),
  });

it('what nobody known is refused is counted by address and minute, and makes no entries', async () => {
  await ensureFirstAdmin(server.db, ADA);
  expect((await signIn(ADA.password)).status).toBe(200);
  const before = await audited();
  expect(before.at(-1)).toBe('ada: login ada@example.com');
  for (let at = 0; at < 8; at += 1) await signIn('guess');
  for (let at = 0; at < 20; at += 1) await query(server.url, `swy_unknown${at}`, 'plans.list');
  // They are counted beside the answer.
  await vi.waitUntil(async () => {
    const [row] = await server.db.execute<{ n: number }>(
      sql`select sum(count)::int as n from refused_access`,
    );
    return (row?.n ?? 0) >= 28;
  });
  expect(await audited()).toEqual(before);
  const { items } = (await query(server.url, server.adminKey, 'audit.refused', {})).data as {
    items: { action: string; address: string; count: number; subject: string }[];
  };
  const counts = new Map<string, number>();
  for (const { action, count } of items) counts.set(action, (counts.get(action) ?? 0) + count);
  expect(Object.fromEntries(counts)).toEqual({ 'login.denied': 5, 'login.limited': 3, 'key.unknown': 20 });
  expect(new Set(items.map(({ address }) => address))).toEqual(new Set(['127.0.0.1']));
  // One for each minute that has passed meanwhile, at most two.
  expect(items.length).toBeLessThanOrEqual(6);
});

it('an export is on record, with what it is of', async () => {
  const before = await audited();
  const input = { what: 'failures', of: 'PLN-1', format: 'csv', filter: { stage: 'Health' } };
  expect((await mutate(server.url, server.viewerKey, 'audit.exported', input)).status).toBe(200);
  const after = await audited();
  expect(after.slice(before.length)).toEqual([expect.stringMatching(/: failures\.export PLN-1$/)]);
  expect(
    (await mutate(server.url, server.viewerKey, 'audit.exported', { ...input, what: 'all' })).status,
  ).toBe(400);
});

it('a refused read, a rehearsal and a look for drift are on record', async () => {
  expect((await query(server.url, server.viewerKey, 'apiKeys.list', {})).status).toBe(403);
  await mutate(server.url, server.key, 'tenants.checkDrift', { tenantIds: ['acme-eu'] });
  await mutate(server.url, server.key, 'plans.rehearse', {
    ...{
      name: 'Look',
      unitId: 'edge-router',
      version: 'v2',
      playbookId: 'blue-green',
      tenantIds: ['acme-eu'],
    },
  });
  const entries = (await audited()).join('\n');
  expect(entries).toMatch(/reader \(swy_[\w-]{8}\): apiKey\.list\.refused apiKey/);
  expect(entries).toContain('SWITCHYARD_API_KEY: tenant.checkDrift acme-eu');
  expect(entries).toContain('SWITCHYARD_API_KEY: plan.rehearse edge-router v2');
});
