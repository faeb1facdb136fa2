import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';
import { expectRefusal } from './testing/expect-refusal';

interface LabelsOutcome {
  importId: string | null;
  changed: number;
  unchanged: number;
  changes: { tenantId: string; fields: { field: string; before: unknown; after: unknown }[] }[];
}

const server = testApiServer();

async function ask<T>(name: string, input: object): Promise<T> {
  const { data, error } = await mutate(server.url, server.key, name, input);
  expect(error).toBeNull();
  return data as T;
}
async function get(tenantId: string): Promise<Record<string, unknown>> {
  const { data } = await query(server.url, server.key, 'tenants.get', { tenantId });
  return data as Record<string, unknown>;
}
async function audited(filter: object) {
  const { data } = await query(server.url, server.key, 'audit.list', filter);
  return (data as { items: { outcome: { before?: object; after?: object } }[] }).items;
}

it('changes what is given, and keeps what another changed meanwhile', async () => {
  await ask('tenants.upsert', {
    tenantId: 'edited',
    labels: { region: 'eu', tier: 'gold' },
    endpoints: [{ key: 'one', url: 'http://10.0.0.1/', healthUrl: 'http://10.0.0.1/up' }],
    variables: { SIZE: '1' },
    overrides: { maxRetry: 5 },
  });
  await ask('tenants.update', { tenantId: 'edited', labels: { ring: '1' } });
  const edit = {
    tenantId: 'edited',
    name: 'Edited',
    labels: { region: null, tier: 'lead' },
    endpoints: { one: { url: 'http://10.0.0.9/' }, two: { url: 'http://10.0.0.2/' } },
    variables: { SIZE: null, ZONE: 'a' },
  };
  await ask('tenants.update', edit);
  expect(await get('edited')).toMatchObject({
    name: 'Edited',
    labels: { ring: '1', tier: 'lead' },
    endpoints: [
      { key: 'one', url: 'http://10.0.0.9/' },
      { key: 'two', url: 'http://10.0.0.2/' },
    ],
    variables: { ZONE: 'a' },
    overrides: { maxRetry: 5 },
  });
  const [entry] = await audited({ action: 'tenant.update', target: 'edited' });
  expect(entry?.outcome).toMatchObject({
    before: { labels: { region: 'eu', tier: 'gold', ring: '1' } },
    after: { labels: { tier: 'lead', ring: '1' } },
  });
});

it('is on record once, however often the same is sent', async () => {
  await ask('tenants.upsert', { tenantId: 'repeated', labels: { ring: '1' } });
  const edit = { tenantId: 'repeated', labels: { ring: '2' }, requestId: randomUUID() };
  await ask('tenants.update', edit);
  await ask('tenants.update', { tenantId: 'repeated', labels: { ring: '3' } });
  await ask('tenants.update', edit);
  await ask('tenants.update', { tenantId: 'repeated', labels: { ring: '3' } });
  expect(await get('repeated')).toMatchObject({ labels: { ring: '3' } });
  expect(await audited({ action: 'tenant.update', target: 'repeated' })).toHaveLength(2);
});

it('is refused at the field that is wrong', async () => {
  const refused = (input: object) => mutate(server.url, server.key, 'tenants.update', input);
  const wrong = { tenantId: 'edited', endpoints: { one: { url: 'ftp://10.0.0.1' } } };
  expectRefusal(await refused(wrong), 400, 'endpoints.one.url', /must be an http or https URL/);
  expectRefusal(await refused({ tenantId: 'nobody' }), 404, null, /nobody/);
  const many = Object.fromEntries(
    Array.from({ length: 201 }, (_, index) => [`n-${index}`, { url: 'http://10.0.0.1' }]),
  );
  expectRefusal(await refused({ tenantId: 'edited', endpoints: many }), 400, 'endpoints', /at most 200/);
});

it('sets labels of all that fit a filter, as it was looked at, and takes them back', async () => {
  for (const tenantId of ['many-1', 'many-2', 'many-3'])
    await ask('tenants.upsert', {
      tenantId,
      labels: { of: 'many', ring: tenantId === 'many-3' ? '2' : '1' },
    });
  const edit = { filter: { labels: { of: 'many' } }, labels: { ring: '2', team: 'a' }, except: ['many-2'] };
  const seen = await ask<LabelsOutcome>('tenants.editLabels', { ...edit, dryRun: true });
  expect(seen).toMatchObject({ importId: null, changed: 2, unchanged: 0 });
  expect(seen.changes).toContainEqual({
    tenantId: 'many-1',
    fields: [
      { field: 'labels.ring', before: '1', after: '2' },
      { field: 'labels.team', before: null, after: 'a' },
    ],
    fieldsTotal: 2,
  });
  expect(await get('many-1')).toMatchObject({ labels: { of: 'many', ring: '1' } });

  const others = await mutate(server.url, server.key, 'tenants.editLabels', { ...edit, expected: 3 });
  expectRefusal(others, 409, null, /It would now change 2/);

  const sent = { ...edit, expected: seen.changed, requestId: randomUUID() };
  const done = await ask<LabelsOutcome>('tenants.editLabels', sent);
  expect(done).toMatchObject({ changed: 2, importId: expect.any(String) });
  expect(await ask<LabelsOutcome>('tenants.editLabels', sent)).toEqual(done);
  expect(await get('many-1')).toMatchObject({ labels: { of: 'many', ring: '2', team: 'a' } });
  expect(await get('many-2')).toMatchObject({ labels: { of: 'many', ring: '1' } });

  await ask('tenants.undoImport', { importId: done.importId });
  expect((await get('many-1')).labels).toEqual({ of: 'many', ring: '1' });
});

it('takes labels away from those that are named', async () => {
  await ask('tenants.upsert', { tenantId: 'named', labels: { old: '1', kept: '1' } });
  await ask('tenants.editLabels', { tenantIds: ['named', 'nobody'], labels: { old: null } });
  expect((await get('named')).labels).toEqual({ kept: '1' });
});

it('needs somebody or a filter, and a label', async () => {
  const refused = (input: object) => mutate(server.url, server.key, 'tenants.editLabels', input);
  expectRefusal(await refused({ labels: { a: 'b' } }), 400, 'tenantIds', /Give tenantIds or a filter/);
  expectRefusal(await refused({ tenantIds: ['named'], labels: {} }), 400, 'labels', /at least one label/);
});
