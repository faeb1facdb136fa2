import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';

const server = testApiServer();
beforeAll(async () => {
  // The demo's own plan has every tenant.
  await mutate(server.url, server.key, 'plans.cancel', { planId: 'PLN-1' });
});

const plan = (change: Record<string, unknown> = {}) => ({
  name: 'Switch',
  tenantIds: ['acme-eu', 'borealis'],
  unitId: 'edge-router',
  version: 'v2',
  playbookId: 'blue-green',
  ...change,
});
const ask = (procedure: string, input: unknown, key = server.key) =>
  mutate(server.url, key, procedure, input);

describe('a requestId', () => {
  it('is bound to principal, procedure and input: anything else with it is refused, and does nothing', async () => {
    const requestId = randomUUID();
    const input = plan({ requestId, tenantIds: ['cobalt-retail'] });
    const first = await ask('plans.create', input);
    expect(first.error).toBeNull();
    // However its keys are ordered it is the same.
    const again = await ask('plans.create', Object.fromEntries(Object.entries(input).reverse()));
    expect(again.data).toEqual(first.data);
    const { planId } = first.data as { planId: string };
    for (const [procedure, other, key] of [
      ['plans.create', { ...input, name: 'Another' }, server.key],
      ['plans.cancel', { planId, requestId }, server.key],
      ['executor.stop', { reason: 'because', requestId }, server.key],
      ['tasks.cancel', { taskId: `${planId}.1`, requestId }, server.key],
      ['tasks.bulk', { planId, action: 'cancel', requestId }, server.key],
      ['plans.create', input, server.adminKey],
    ] as const) {
      const refused = await ask(procedure, other, key);
      expect([procedure, refused.status, refused.error?.reason]).toEqual([
        procedure,
        409,
        'REFUSED_BY_GUARD',
      ]);
    }
    const found = await query(server.url, server.key, 'plans.get', { planId });
    expect(found.data).toMatchObject({ status: 'READY', intent: 'none' });
    const stopped = await query(server.url, server.key, 'executor.nodes', undefined);
    expect(stopped.data).toMatchObject({ stopped: null });
    await ask('plans.cancel', { planId });
  });
});

describe('two at once', () => {
  it('that plan the same tenants and version make one plan', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map((place) => ask('plans.create', plan({ name: `Plan ${place}` }))),
    );
    const made = answers.filter(({ error }) => error === null);
    expect(made).toHaveLength(1);
    for (const { error, status } of answers.filter((one) => one.error !== null))
      expect([status, error?.message]).toEqual([400, expect.stringContaining('already planned')]);
    const [{ data }] = made as [(typeof made)[number]];
    await ask('plans.cancel', { planId: (data as { planId: string }).planId });
    // Cancelled means cancelled: they can be planned at once.
    const next = await ask('plans.create', plan());
    expect(next.error).toBeNull();
    await ask('plans.cancel', { planId: (next.data as { planId: string }).planId });
  });
});

describe('what was left out', () => {
  it('of a plan is in its answer, by tenant and reason', async () => {
    const { data } = await ask(
      'plans.create',
      plan({ tenantIds: ['acme-eu', 'nobody', 'no one'], leaveOutInvalid: true }),
    );
    expect(data).toMatchObject({
      total: 3,
      leftOutTotal: 2,
      leftOut: [
        { tenantId: 'nobody', reason: 'There is no tenant nobody.' },
        { tenantId: 'no one', reason: expect.stringContaining('is not a tenant id') },
      ],
    });
    const { planId } = data as { planId: string };
    const bulk = await ask('tasks.bulk', {
      ...{ planId, action: 'pause' },
      filter: { taskIds: [`${planId}.1`, `${planId}.2`, 'PLN-99.1'], status: ['PENDING'] },
    });
    expect(bulk.data).toMatchObject({
      total: 1,
      leftOut: [
        { taskId: `${planId}.2`, reason: 'It does not fit the rest of the filter.' },
        { taskId: 'PLN-99.1', reason: `${planId} has no such task.` },
      ],
    });
  });
});
