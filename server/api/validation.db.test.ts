import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { tenant, tenantUnit } from '@/db/schema/catalogue';
import type { Endpoint } from '@/domain/tenant';
import type { PlanPreview } from '@/server/commands/prepare-plan';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';
import { rowCounts } from './testing/row-counts';

const server = testApiServer();

const operator = (procedure: string, input: unknown) => mutate(server.url, server.key, procedure, input);
const endpoint = (key: string, url = 'http://127.0.0.1:9'): Endpoint => ({ key, url });
const TWO = [endpoint('a'), endpoint('b')];

/** Straight into the table: some of them no door lets in today, but older rows may look like this. */
const TENANTS: Record<string, { endpoints: Endpoint[]; current?: string }> = {
  fine: { endpoints: TWO },
  'no-endpoint': { endpoints: [] },
  'no-key': { endpoints: [endpoint('a'), endpoint('')] },
  'bad-url': { endpoints: [endpoint('a'), endpoint('b', 'ftp://b')] },
  'bad-health': { endpoints: [endpoint('a'), { ...endpoint('b'), healthUrl: '/health' }] },
  current: { endpoints: TWO, current: 'v3' },
  single: { endpoints: [endpoint('a')] },
  eleven: { endpoints: Array.from({ length: 11 }, (_, index) => endpoint(`e${index}`)) },
  test_one: { endpoints: TWO },
};

beforeAll(async () => {
  const rows = Object.entries(TENANTS);
  await server.db
    .insert(tenant)
    .values(rows.map(([tenantId, { endpoints }]) => ({ tenantId, name: tenantId, endpoints })));
  await server.db.insert(tenantUnit).values(
    rows.map(([tenantId, { current = 'v1' }]) => ({
      tenantId,
      unitId: 'edge-router',
      unitName: 'Edge router',
      currentVersion: current,
    })),
  );
  const v3 = { unitId: 'edge-router', version: 'v3', payload: '{"backend":"amber"}' };
  expect(await operator('versions.create', v3)).toMatchObject({ status: 200 });
});

const plan = (tenantIds: string[], change: object = {}) => ({
  name: 'Amber',
  tenantIds,
  unitId: 'edge-router',
  version: 'v3',
  playbookId: 'blue-green',
  ...change,
});

async function preview(input: object): Promise<PlanPreview> {
  const { status, data } = await mutate(server.url, server.viewerKey, 'plans.preview', input);
  expect(status).toBe(200);
  return data as PlanPreview;
}

/** A plan that may not be created as it is: refused, and nothing of it is left. */
async function expectNothingCreated(input: object, status: number, message: RegExp): Promise<void> {
  const before = await rowCounts(server.db);
  const answer = await operator('plans.create', input);
  expect(answer).toMatchObject({ status, error: { message: expect.stringMatching(message) } });
  expect(answer.text).not.toMatch(/stack|node_modules/);
  expect(await rowCounts(server.db)).toEqual(before);
}

describe('a plan with something wrong', () => {
  it.each<[string, string[], object, string, string, RegExp]>([
    ['a tenant twice', ['fine', 'fine'], {}, 'TENANT_TWICE', 'tenantId', /listed 2 times/],
    ['an unknown tenant', ['nobody'], {}, 'TENANT_UNKNOWN', 'tenantId', /no tenant nobody/],
    ['a bad id', ['a b'], {}, 'TENANT_ID', 'tenantId', /not a tenant id/],
    ['an id of 65 letters', ['x'.repeat(65)], {}, 'TENANT_ID', 'tenantId', /not a tenant id/],
    ['no endpoint', ['no-endpoint'], {}, 'NO_ENDPOINT', 'endpoints', /no endpoint/],
    ['an endpoint without key', ['no-key'], {}, 'ENDPOINT_KEY', 'endpoints[1].key', /without a key/],
    ['a bad URL', ['bad-url'], {}, 'ENDPOINT_URL', 'endpoints[1].url', /"ftp:\/\/b" is not/],
    ['a bad health URL', ['bad-health'], {}, 'ENDPOINT_URL', 'endpoints[1].healthUrl', /"\/health" is not/],
    ['the version it runs', ['current'], {}, 'ALREADY_RUNNING', 'version', /runs v3 already/],
    ['what is planned', ['acme-eu'], { version: 'v2' }, 'ALREADY_PLANNED', 'tenantId', /in PLN-1/],
  ])('shows and refuses %s', async (_name, tenantIds, change, code, field, message) => {
    const input = plan(tenantIds, change);
    const { report } = await preview(input);
    expect(report).toMatchObject({ total: 1, valid: 0, invalid: 1 });
    expect(report.results[0]?.errors).toEqual([
      { code, field, value: expect.any(String), message: expect.stringMatching(message) },
    ]);
    await expectNothingCreated(input, 400, message);
    // There would be nothing left to do.
    await expectNothingCreated({ ...input, leaveOutInvalid: true }, 400, /No tenant is left/);
  });

  it('shows everything of every tenant at once', async () => {
    const { report } = await preview(plan(['nobody', 'fine', 'no-endpoint', 'current']));
    expect(report).toMatchObject({ total: 4, valid: 1, invalid: 3 });
    expect(
      report.results.map(({ tenantId, errors }) => [tenantId, ...errors.map((one) => one.code)]),
    ).toEqual([
      ['nobody', 'TENANT_UNKNOWN'],
      ['fine'],
      ['no-endpoint', 'NO_ENDPOINT'],
      ['current', 'ALREADY_RUNNING'],
    ]);
  });
});

describe('a plan with something to know', () => {
  it.each<[string, string, string, string]>([
    ['one endpoint', 'single', 'ONE_ENDPOINT', 'endpoints'],
    ['eleven endpoints', 'eleven', 'MANY_ENDPOINTS', 'endpoints'],
    ['a test tenant', 'test_one', 'TENANT_TEST', 'tenantId'],
  ])('is warned of %s', async (_name, tenantId, code, field) => {
    const { report } = await preview(plan([tenantId]));
    expect(report).toMatchObject({ valid: 1, invalid: 0 });
    expect(report.results[0]).toMatchObject({ errors: [], warnings: [{ code, field }] });
  });

  it('is warned of a tenant that another plan holds', async () => {
    server.fleet.setFault('borealis', { kind: 'stuck' });
    const held = await operator('plans.create', plan(['borealis']));
    const { planId } = held.data as { planId: string };
    expect(await operator('plans.start', { planId })).toMatchObject({ status: 200 });
    await server.untilTask(`${planId}.1`, 'RUNNING');
    const { report } = await preview(plan(['borealis'], { version: 'v1' }));
    expect(report.results[0]?.warnings).toEqual([
      { code: 'BUSY', field: 'tenantId', value: planId, message: expect.stringContaining(planId) },
    ]);
  });

  it('has the tenants that were chosen and no others', async () => {
    const named = await preview(plan(['fine', 'single']));
    expect(named.report.results.map((one) => one.tenantId)).toEqual(['fine', 'single']);
    const chosen = await preview(plan(['fine'], { selector: { region: 'eu', tier: 'gold' } }));
    const { data } = await query(server.url, server.key, 'tenants.select', {
      labels: { region: 'eu', tier: 'gold' },
    });
    const labelled = data as string[];
    expect(labelled.length).toBeGreaterThan(0);
    expect(chosen.report.results.map((one) => one.tenantId)).toEqual(['fine', ...labelled]);
  });
});

describe('creating a plan', () => {
  it('refuses it once what was reviewed has changed', async () => {
    const input = plan(['fine', 'single']);
    const { hash } = await preview(input);
    const changed = { ...input, tenantIds: ['fine'], previewHash: hash };
    await expectNothingCreated(changed, 409, /changed since you reviewed/);
    await expectNothingCreated({ ...input, previewHash: 'x'.repeat(65) }, 400, /previewHash/);
    const made = await operator('plans.create', { ...input, previewHash: hash });
    expect(made).toMatchObject({ status: 200, data: { planId: expect.stringMatching(/^PLN-\d+$/) } });
    // Now both are planned, which is another thing than what was reviewed.
    await expectNothingCreated({ ...input, previewHash: hash }, 409, /changed since you reviewed/);
  });

  it('keeps the tenants left out, and says why', async () => {
    const input = plan(['eleven', 'nobody', 'no-endpoint']);
    await expectNothingCreated(input, 400, /2 of 3 tenants cannot be switched/);
    const made = await operator('plans.create', { ...input, leaveOutInvalid: true });
    const { planId } = made.data as { planId: string };
    const { data } = await query(server.url, server.key, 'tasks.list', { planId });
    const { items: tasks } = data as { items: { tenantId: string; status: string }[] };
    expect(tasks.map(({ tenantId, status }) => [tenantId, status])).toEqual([
      ['eleven', 'PENDING'],
      ['nobody', 'VALIDATION_FAILED'],
      ['no-endpoint', 'VALIDATION_FAILED'],
    ]);
    const { data: log } = await query(server.url, server.key, 'tasks.events', { taskId: `${planId}.3` });
    expect((log as { events: unknown[] }).events).toContainEqual(
      expect.objectContaining({
        kind: 'TaskValidationFailed',
        payload: { errors: [expect.objectContaining({ code: 'NO_ENDPOINT', field: 'endpoints' })] },
      }),
    );
  });

  it('happens once, however often it is asked with the same requestId', async () => {
    const input = plan(['test_one'], { requestId: randomUUID() });
    const first = await operator('plans.create', input);
    expect(first.status).toBe(200);
    const before = await rowCounts(server.db);
    expect((await operator('plans.create', input)).data).toEqual(first.data);
    expect(await rowCounts(server.db)).toEqual(before);
  });
});
