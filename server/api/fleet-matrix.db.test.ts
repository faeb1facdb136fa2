import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import type { FleetConvergence, FleetInstances } from '@/db/queries/fleet-matrix';
import type { Page } from '@/db/queries/page';
import { testApiServer } from './testing/api-server';
import { query } from './testing/call';

const server = testApiServer();
const matrix = async (input: object = {}) =>
  (await query(server.url, server.viewerKey, 'fleet.matrix', { unitId: 'edge-router', ...input }))
    .data as Page<FleetInstances>;
const course = async () =>
  (await query(server.url, server.viewerKey, 'fleet.convergence')).data as FleetConvergence;

it('has every tenant once, page by page, and those that differ from what they should run first', async () => {
  const finding = (observed: string | null) =>
    JSON.stringify([{ instance: 'one', expected: 'v1', observed, detail: 'told' }]);
  for (const [tenantId, drifted, observed] of [
    ['willow-care', true, 'v9'],
    ['borealis', false, null],
    ['acme-eu', false, 'v1'],
  ] as const)
    await server.db.execute(sql`insert into drift_check (tenant_id, unit_id, expected, drifted, instances, checked_at)
      values (${tenantId}, 'edge-router', 'v1', ${drifted}, ${finding(observed)}::text::jsonb, now())`);
  const seen: FleetInstances[] = [];
  let next: string | null = null;
  do {
    const page = await matrix({ limit: 7, cursor: next });
    expect(page.total).toBe(24);
    seen.push(...page.items);
    next = page.next;
  } while (next !== null);
  expect(new Set(seen.map(({ tenantId }) => tenantId)).size).toBe(24);
  expect(seen.map(({ tenantId }) => tenantId).slice(0, 3)).toEqual(['willow-care', 'borealis', 'acme-us']);
  expect(seen.at(-1)?.tenantId).toBe('acme-eu');
  expect(seen[0]).toMatchObject({
    expected: 'v1',
    instances: [{ instance: 'one', observed: 'v9', ok: true }],
    planId: null,
  });
  expect(seen[1]?.instances).toEqual([{ instance: 'one', observed: null, ok: false, detail: 'told' }]);
});

it('does not show what was found before the tenant was switched', async () => {
  await server.db.execute(sql`update tenant_unit set current_version = 'v2' where tenant_id = 'willow-care'`);
  const { items } = await matrix();
  expect(items.find(({ tenantId }) => tenantId === 'willow-care')).toMatchObject({
    ...{ expected: 'v2', instances: [], at: null },
  });
});

it('draws how the fleet came to its newest version', async () => {
  for (const [place, tenantId] of ['acme-eu', 'acme-us', 'borealis'].entries()) {
    await server.db.execute(sql`update tenant_unit set current_version = 'v2' where tenant_id = ${tenantId}`);
    await server.db.execute(sql`insert into tenant_history (tenant_id, unit_id, to_version, actor, at)
      values (${tenantId}, 'edge-router', 'v2', 'Li Wei', now() - make_interval(mins => ${30 - place}))`);
  }
  const { version, of, points, units } = await course();
  expect({ version, of, units: units.length > 0 }).toEqual({ version: 'v2', of: 24, units: true });
  expect(points.map(({ done }) => done)).toEqual([1, 2, 3]);
});
