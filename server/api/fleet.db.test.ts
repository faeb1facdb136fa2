import { gzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { fromColumn } from '@/domain/view/columns';
import type { FleetMap, FleetTenant } from '@/domain/view/fleet-view';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';

const server = testApiServer();

const NEVER_ENDING = { kind: 'once', from: '2020-01-01T00:00:00Z', to: '2999-01-01T00:00:00Z' };

async function mapOf(input: object = {}): Promise<FleetMap> {
  const { data } = await query(server.url, server.viewerKey, 'fleet.map', input);
  return data as FleetMap;
}
async function tenants(input: object = {}): Promise<Map<string, FleetTenant>> {
  const map = await mapOf(input);
  const rows = fromColumn(map.tenants, map.count) as unknown as FleetTenant[];
  return new Map(rows.map((row) => [row.tenantId, row]));
}
const read = async (procedure: string) =>
  (await query(server.url, server.viewerKey, procedure)).data as Record<string, never>;

/** A plan that ended with this tenant failed. */
async function failedPlan(tenantId: string): Promise<void> {
  const change = (fields: object) => JSON.stringify({ request_id: null, ...fields });
  const plan = { plan_id: 'PLN-7', number: 7, name: 'Bad luck', status: 'PARTIAL_FAILED' };
  await server.db.execute(sql`
    insert into plan select (jsonb_populate_record(p, ${change(plan)}::text::jsonb)).* from plan p where plan_id = 'PLN-1'`);
  const task = { task_id: 'PLN-7.1', plan_id: 'PLN-7', ordinal: 1, tenant_id: tenantId, status: 'FAILED' };
  await server.db.execute(sql`
    insert into task select (jsonb_populate_record(t, ${change(task)}::text::jsonb)).* from task t where task_id = 'PLN-1.1'`);
}

describe('the map', () => {
  it('has every tenant once, with what it runs and is in', async () => {
    const map = await mapOf();
    expect(map).toMatchObject({ unitId: 'edge-router', count: 24 });
    expect(map.versions).toContain('v1');
    expect((await tenants()).get('acme-eu')).toMatchObject({
      name: 'Acme EU',
      version: 'v1',
      state: 'settled',
      planId: null,
      frozen: null,
    });
  });

  it('says who failed and in which plan, until the plan is closed', async () => {
    await failedPlan('acme-us');
    expect((await tenants()).get('acme-us')).toMatchObject({ state: 'failed', planId: 'PLN-7' });
    expect(await read('fleet.attention')).toEqual({ waiting: 0, forYou: 0, failures: 1 });
    expect((await read('fleet.overview')).failures).toEqual([
      { planId: 'PLN-7', name: 'Bad luck', count: 1 },
    ]);
    await server.db.execute(sql`update plan set intent = 'close' where plan_id = 'PLN-7'`);
    expect((await tenants()).get('acme-us')).toMatchObject({ state: 'settled', planId: null });
    expect(await read('fleet.attention')).toEqual({ waiting: 0, forYou: 0, failures: 0 });
  });

  it('says whose version nobody knows, who drifted and who has nothing on record', async () => {
    await server.db.execute(
      sql`update tenant_unit set current_version = 'unknown' where tenant_id = 'borealis'`,
    );
    await server.db.execute(sql`insert into drift_check (tenant_id, unit_id, expected, drifted, instances, checked_at)
      values ('evergreen', 'edge-router', 'v1', true, '[]', now())`);
    await server.db.execute(sql`insert into tenant (tenant_id, name) values ('newcomer', 'Newcomer')`);
    const now = await tenants();
    expect(now.get('borealis')).toMatchObject({ state: 'unknown', version: 'unknown' });
    expect(now.get('evergreen')).toMatchObject({ state: 'drifted', version: 'v1' });
    expect(now.get('newcomer')).toMatchObject({ state: 'none', version: null });
  });

  it('says who is frozen, and so does the overview', async () => {
    const freeze = { name: 'Audit week', tenantId: 'acme-eu', window: NEVER_ENDING };
    expect((await mutate(server.url, server.key, 'freezes.create', freeze)).error).toBeNull();
    const now = await tenants();
    expect(now.get('acme-eu')?.frozen).toBe('Audit week');
    expect(now.get('acme-us')?.frozen).toBeNull();
    expect((await read('fleet.overview')).freezes).toMatchObject([
      { name: 'Audit week', tenantId: 'acme-eu' },
    ]);
  });

  it('of ten thousand tenants is small', async () => {
    await server.db.execute(sql`insert into tenant (tenant_id, name, labels)
      select 'tenant-' || n, 'Tenant ' || n, jsonb_build_object('region', (array['eu','us','ap'])[n % 3 + 1], 'tier', n % 5)
      from generate_series(1, 10000) n`);
    await server.db.execute(sql`insert into tenant_unit (tenant_id, unit_id, unit_name, current_version)
      select 'tenant-' || n, 'edge-router', 'Edge router', 'v' || (n % 4 + 1) from generate_series(1, 10000) n`);
    const map = await mapOf();
    expect(map.count).toBe(10_025);
    expect(gzipSync(JSON.stringify(map)).length).toBeLessThan(150_000);
  });
});

it('an unknown unit is answered with the one that most tenants run', async () => {
  expect((await mapOf({ unitId: 'nothing' })).unitId).toBe('edge-router');
});
