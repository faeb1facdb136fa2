import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { removeLeftovers } from '@/db/queries/leftovers';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';

interface Tenant {
  tenantId: string;
  name: string;
  labels: Record<string, string>;
  endpoints: { key: string; url: string; healthUrl?: string }[];
  variables: Record<string, string>;
  overrides: Record<string, unknown>;
  units: { unitId: string; current: string }[];
}
interface Imported {
  importId: string;
  imported: number;
  created: string[];
  changed: { tenantId: string; fields: { field: string; before: unknown; after: unknown }[] }[];
  removed: { tenantId: string; field: string }[];
  unchanged: number;
  totals: { created: number; changed: number; removed: number };
}

const server = testApiServer();

async function ask<T>(name: string, input: object): Promise<T> {
  const { data, error } = await mutate(server.url, server.key, name, input);
  expect(error).toBeNull();
  return data as T;
}
const refusal = async (name: string, input: object) =>
  (await mutate(server.url, server.key, name, input)).error?.message;
const take = (input: object) => ask<Imported>('tenants.import', input);
const undo = (importId: string, requestId: string = randomUUID()) =>
  ask<object>('tenants.undoImport', { importId, requestId });
async function get(tenantId: string): Promise<Tenant | null> {
  const { data } = await query(server.url, server.key, 'tenants.get', { tenantId });
  if (!data) return null;
  // Its record changes also when it becomes what it was.
  const { updatedAt: _updatedAt, ...tenant } = data as Tenant & Record<'updatedAt', string>;
  return tenant;
}
const currentOf = (tenant: Tenant | null) =>
  Object.fromEntries((tenant?.units ?? []).map(({ unitId, current }) => [unitId, current]));

const whole = (tenantId: string) => ({
  tenantId,
  name: `Name of ${tenantId}`,
  labels: { region: 'eu', tier: 'gold' },
  endpoints: [
    { key: 'one', url: 'http://10.0.0.1/', healthUrl: 'http://10.0.0.1/up' },
    { key: 'two', url: 'http://10.0.0.2/' },
  ],
  variables: { SIZE: '1' },
  overrides: { maxRetry: 5 },
});

describe('what a tenant has', () => {
  it('is kept by an import that does not mention it', async () => {
    await take({ tenants: [{ ...whole('kept'), current: { router: 'v1' } }] });
    await take({ csv: 'tenantId,labels\nkept,tier=lead\n' });
    expect(await get('kept')).toMatchObject({
      ...whole('kept'),
      labels: { region: 'eu', tier: 'lead' },
      units: [{ unitId: 'router', current: 'v1' }],
    });
    await ask('tenants.upsert', { tenantId: 'kept', endpoints: [{ key: 'two', url: 'http://10.0.0.9/' }] });
    expect(await get('kept')).toMatchObject({
      variables: { SIZE: '1' },
      endpoints: [
        { key: 'one', url: 'http://10.0.0.1/' },
        { key: 'two', url: 'http://10.0.0.9/' },
      ],
    });
  });

  it('goes where replacing is asked for', async () => {
    await take({ tenants: [{ ...whole('bare'), current: { router: 'v1' } }] });
    await ask('tenants.upsert', { tenantId: 'bare', labels: { tier: 'gold' }, replace: true });
    expect(await get('bare')).toMatchObject({
      name: 'bare',
      labels: { tier: 'gold' },
      endpoints: [],
      variables: {},
      overrides: {},
      units: [{ unitId: 'router', current: 'v1' }],
    });
  });

  it('is known by its URL where a file gives no key', async () => {
    await take({ csv: 'tenantId,endpointUrl\nkeyless,http://10.0.0.1\nkeyless,http://10.0.0.2\n' });
    await take({
      csv: 'tenantId,endpointUrl,healthUrl\nkeyless,http://10.0.0.2,http://10.0.0.2/up\nkeyless,http://10.0.0.3,\n',
    });
    expect((await get('keyless'))?.endpoints).toEqual([
      { key: 'keyless-1', url: 'http://10.0.0.1' },
      { key: 'keyless-2', url: 'http://10.0.0.2', healthUrl: 'http://10.0.0.2/up' },
      { key: 'keyless-3', url: 'http://10.0.0.3' },
    ]);
  });

  it('loses nothing when several save it at once', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `L${index}`);
    await Promise.all(ids.map((id) => ask('tenants.upsert', { tenantId: 'busy', labels: { [id]: id } })));
    expect(Object.keys((await get('busy'))?.labels ?? {}).sort()).toEqual(ids.sort());
  });
});

describe('a dry run', () => {
  it('tells what an import would do, and does nothing', async () => {
    await take({ tenants: [whole('seen'), whole('same')] });
    const before = await get('seen');
    const input = {
      tenants: [{ tenantId: 'seen', labels: { region: 'us' } }, whole('same'), whole('new')],
      dryRun: true,
    };
    expect(await take(input)).toEqual({
      importId: null,
      imported: 0,
      created: ['new'],
      changed: [
        { tenantId: 'seen', fields: [{ field: 'labels.region', before: 'eu', after: 'us' }], fieldsTotal: 1 },
      ],
      removed: [],
      keptVersions: [],
      unchanged: 1,
      totals: { created: 1, changed: 1, removed: 0, keptVersions: 0 },
    });
    const replacing = await take({
      csv: 'tenantId,name,labels\nseen,Name of seen,region=eu\n',
      replace: true,
      dryRun: true,
    });
    expect(replacing.removed.map(({ field }) => field)).toEqual([
      'labels.tier',
      'endpoints.one',
      'endpoints.two',
      'variables.SIZE',
      'overrides.maxRetry',
    ]);
    expect(await get('seen')).toEqual(before);
    expect(await get('new')).toBeNull();
  });

  it('tells which versions stay as they are on record', async () => {
    await take({ tenants: [{ tenantId: 'moved', current: { router: 'v2' } }] });
    const csv = 'tenantId,unit,version\nmoved,router,v1\nmoved,cache,v1\n';
    expect(await take({ csv, dryRun: true })).toMatchObject({
      changed: [{ tenantId: 'moved', fields: [{ field: 'current.cache', before: null, after: 'v1' }] }],
      keptVersions: [{ tenantId: 'moved', unitId: 'router', given: 'v1', onRecord: 'v2' }],
    });
  });

  it('is what an import can be held to', async () => {
    const input = { tenants: [whole('held')] };
    const { totals } = await take({ ...input, dryRun: true });
    const { created, changed, removed } = totals;
    const expected = { created, changed, removed };
    await take({ tenants: [{ tenantId: 'held', name: 'Of somebody else' }] });
    expect(await refusal('tenants.import', { ...input, expected })).toMatch(
      /changed since the preview, and nothing was imported\. It would now create 0, change 1/,
    );
    expect(await get('held')).toMatchObject({ name: 'Of somebody else', labels: {} });
    expect(await take({ ...input, expected: { created: 0, changed: 1, removed: 0 } })).toMatchObject({
      imported: 1,
    });
  });

  it('answers ten thousand with the first of them and their number', async () => {
    const tenants = Array.from({ length: 10_000 }, (_, index) => ({ tenantId: `many-${index}` }));
    const told = await take({ tenants, dryRun: true });
    expect(told.totals.created).toBe(10_000);
    expect(told.created).toHaveLength(50);
  });
});

describe('an import', () => {
  it('is on record with what was before and after', async () => {
    await take({ tenants: [whole('noted')] });
    const { importId } = await take({
      tenants: [{ tenantId: 'noted', name: 'Other' }, { tenantId: 'noted-2' }],
    });
    const [row] = await server.db.execute<{ outcome: object }>(
      sql`select outcome from audit where action = 'tenant.import' order by id desc limit 1`,
    );
    expect(row?.outcome).toEqual({
      importId,
      replace: false,
      total: 2,
      created: 1,
      updated: 1,
      unchanged: 0,
      createdTenants: ['noted-2'],
      changes: [
        {
          tenantId: 'noted',
          fields: [{ field: 'name', before: 'Name of noted', after: 'Other' }],
          fieldsTotal: 1,
        },
      ],
    });
  });

  it('can be taken back, once', async () => {
    await take({ tenants: [whole('back')] });
    const before = await get('back');
    const { importId } = await take({
      tenants: [{ tenantId: 'back', name: 'Other', current: { router: 'v1' } }, whole('fresh')],
      replace: true,
    });
    expect(currentOf(await get('back'))).toEqual({ router: 'v1' });
    const requestId = randomUUID();
    const answer = { restored: 1, removed: 1, leftOut: [], leftOutTotal: 0 };
    expect(await undo(importId, requestId)).toEqual(answer);
    expect(await get('back')).toEqual(before);
    expect(await get('fresh')).toBeNull();
    expect(await undo(importId, requestId)).toEqual(answer);
    expect(await refusal('tenants.undoImport', { importId })).toMatch(/has taken this import back already/);
    expect(await refusal('tenants.undoImport', { importId: randomUUID() })).toMatch(/There is no import/);
  });

  it('is taken back only where nothing was changed since, and the rest is told', async () => {
    await take({ tenants: [whole('t-a'), whole('t-b')] });
    const { importId } = await take({
      tenants: ['t-a', 't-b', 't-new', 't-planned', 't-secret', 't-gone'].map((tenantId) => ({
        tenantId,
        labels: { region: 'us', tier: 'gold' },
        endpoints: [{ key: 'x', url: 'http://10.0.0.7/' }],
        current: { 'edge-router': 'v1' },
      })),
    });
    await ask('tenants.upsert', { tenantId: 't-a', labels: { region: 'ap' } });
    await ask('tenants.upsert', { tenantId: 't-b', name: 'Kept' });
    await ask('tenants.setSecret', { tenantId: 't-secret', name: 'TOKEN', value: 'a-long-one' });
    await ask('tenants.remove', { tenantId: 't-gone' });
    const { planId } = await ask<{ planId: string }>('plans.create', {
      name: 'Later',
      tenantIds: ['t-planned'],
      unitId: 'edge-router',
      version: 'v2',
      playbookId: 'blue-green',
    });
    expect(await undo(importId)).toEqual({
      restored: 1,
      removed: 1,
      leftOut: [
        { tenantId: 't-a', reason: 'Changed since: labels.' },
        { tenantId: 't-gone', reason: 'It was removed since.' },
        { tenantId: 't-planned', reason: `It is in ${planId}.` },
        { tenantId: 't-secret', reason: 'A secret of it was set since.' },
      ],
      leftOutTotal: 4,
    });
    expect(await get('t-b')).toMatchObject({ ...whole('t-b'), name: 'Kept', units: [] });
    expect(await get('t-new')).toBeNull();
    expect(await get('t-planned')).toMatchObject({ labels: { region: 'us' } });
  });

  it('is taken back by one of two who ask at once', async () => {
    const { importId } = await take({ tenants: [whole('twice')] });
    const asked = await Promise.all(
      [1, 2].map(() => mutate(server.url, server.key, 'tenants.undoImport', { importId })),
    );
    expect(asked.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(server.errors).toEqual([]);
  });

  it('after another can be taken back after it', async () => {
    await take({ tenants: [whole('stack')] });
    const before = await get('stack');
    const first = await take({ tenants: [{ tenantId: 'stack', labels: { region: 'us' } }] });
    const second = await take({ tenants: [{ tenantId: 'stack', labels: { region: 'ap' } }] });
    expect(await undo(first.importId)).toMatchObject({ leftOutTotal: 1 });
    expect(await undo(second.importId)).toMatchObject({ restored: 1 });
    expect((await get('stack'))?.labels.region).toBe('us');
    expect(before?.labels.region).toBe('eu');
  });

  it('can be taken back as long as it is kept', async () => {
    const { importId } = await take({ tenants: [whole('aged')] });
    await server.db.execute(
      sql`update tenant_import set at = at - interval '91 days' where import_id = ${importId}::uuid`,
    );
    expect(await removeLeftovers(server.db, 'imports', { days: 90, batch: 100 })).toBe(1);
    expect(await refusal('tenants.undoImport', { importId })).toMatch(/There is no import/);
    expect(await get('aged')).toMatchObject(whole('aged'));
  });

  it('that changes nothing has nothing to take back', async () => {
    await take({ tenants: [whole('still')] });
    expect(await take({ tenants: [whole('still')] })).toMatchObject({
      importId: null,
      imported: 1,
      unchanged: 1,
    });
  });
});

describe('a tenant that is removed', () => {
  it('takes its secrets and versions along, and begins anew when it is made again', async () => {
    await take({ tenants: [{ ...whole('phoenix'), current: { router: 'v1', cache: 'v1' } }] });
    await ask('tenants.setSecret', { tenantId: 'phoenix', name: 'TOKEN', value: 'a-long-one' });
    await ask('tenants.remove', { tenantId: 'phoenix' });
    const [left] = await server.db.execute<{ secrets: number; units: number }>(sql`
      select (select count(*)::int from secret where tenant_id = 'phoenix') as secrets,
        (select count(*)::int from tenant_unit where tenant_id = 'phoenix') as units`);
    expect(left).toEqual({ secrets: 0, units: 0 });
    await take({ tenants: [{ tenantId: 'phoenix', current: { router: 'v9' } }] });
    const again = await get('phoenix');
    expect(again).toMatchObject({ name: 'phoenix', labels: {}, endpoints: [], secrets: [] });
    expect(currentOf(again)).toEqual({ router: 'v9' });
  });

  it('begins anew also where something was put on record after its removal', async () => {
    await take({ tenants: [{ tenantId: 'ghost', current: { router: 'v1' } }] });
    await ask('tenants.remove', { tenantId: 'ghost' });
    await server.db.execute(sql`insert into tenant_unit (tenant_id, unit_id, unit_name, current_version, last_known_good_version)
      values ('ghost', 'router', 'router', 'v1', 'v1'), ('ghost', 'cache', 'cache', 'v1', 'v1')`);
    await ask('tenants.upsert', { tenantId: 'ghost', current: { router: 'v9' } });
    expect((await get('ghost'))?.units).toMatchObject([
      { unitId: 'router', current: 'v9', lastKnownGood: null },
    ]);
  });
});
