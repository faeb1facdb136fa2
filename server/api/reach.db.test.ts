import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { displayName } from '@/demo/tenants';
import { appRouter } from './router';
import { testApiServer } from './testing/api-server';
import { type Answer, mutate, query } from './testing/call';
import { EU, FOREIGN, foreign, limitedPeople, MIXED, OWN, planOf, WHOLE } from './testing/limited-people';

const server = testApiServer();

const { keys, newKey } = limitedPeople(server);
const ask = (name: string, input?: unknown, key = keys.operator): Promise<Answer> =>
  (typeOf(name) === 'query' ? query : mutate)(server.url, key, name, input);

type Declared = { _def: { type: string; meta?: { role?: string; reach?: string } } };
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Declared>);
const typeOf = (name: string) => procedures.find(([one]) => one === name)?.[1]._def.type;
const open = procedures.filter(([, { _def }]) => _def.meta?.reach !== undefined).map(([name]) => name);
const closed = procedures
  .filter(
    ([, { _def }]) =>
      _def.meta?.reach === undefined && ['viewer', 'operator'].includes(_def.meta?.role ?? ''),
  )
  .map(([name]) => name);

const REASON = { reason: 'As the test says' };
const CHOICE = { choice: [{ take: true, filter: {} }] };
const DECISION = { ...REASON, stage: 'Approve' };

/**
 * What every procedure for people with limits is asked: about theirs, and about others. A procedure without others has
 * nothing that could name them. What it answers about theirs may be a refusal by the state of things, never by rights.
 */
const ASKED: Record<string, { own: unknown; others?: unknown[] }> = {
  'fleet.map': { own: {} },
  'fleet.matrix': { own: { unitId: 'edge-router' } },
  'fleet.convergence': { own: {} },
  'fleet.overview': { own: undefined },
  'fleet.news': { own: { topics: ['taskFailed'], after: '2020-01-01T00:00:00Z' } },
  'fleet.attention': { own: undefined },
  'plans.list': { own: {} },
  'plans.snapshot': { own: { planId: MIXED }, others: [{ planId: FOREIGN }] },
  'plans.get': { own: { planId: MIXED }, others: [{ planId: FOREIGN }] },
  'plans.events': { own: { planId: MIXED }, others: [{ planId: FOREIGN }] },
  'plans.steps': {
    own: { planId: MIXED, taskIds: ['PLN-1.1'] },
    others: [
      { planId: MIXED, taskIds: ['PLN-1.2'] },
      { planId: FOREIGN, taskIds: ['PLN-3.1'] },
    ],
  },
  'plans.labels': { own: { planId: MIXED, key: 'region' }, others: [{ planId: FOREIGN, key: 'region' }] },
  'plans.summary': { own: { planId: WHOLE }, others: [{ planId: MIXED }, { planId: FOREIGN }] },
  'plans.preview': { own: { ...planOf([]), ...CHOICE }, others: [planOf(['acme-us'])] },
  'plans.project': { own: { playbookId: 'blue-green', ...CHOICE } },
  'plans.rehearse': { own: planOf(['acme-eu']), others: [planOf(['acme-us'])] },
  'plans.create': {
    own: planOf(['redwood']),
    others: [
      planOf(['acme-us']),
      planOf(['redwood', 'acme-us']),
      { ...planOf(['redwood']), choice: [{ take: true, ids: ['acme-us'] }] },
    ],
  },
  'plans.approveStart': { own: { planId: WHOLE }, others: [{ planId: MIXED }, { planId: FOREIGN }] },
  'plans.freezes': { own: { planId: MIXED }, others: [{ planId: FOREIGN }] },
  'plans.setDeadline': {
    own: { planId: WHOLE, finishBy: '2099-01-01T00:00:00Z' },
    others: [MIXED, FOREIGN].map((planId) => ({ planId, finishBy: '2099-01-01T00:00:00Z' })),
  },
  'plans.overrideFreezes': {
    own: { planId: WHOLE, reason: 'A leak' },
    others: [MIXED, FOREIGN].map((planId) => ({ planId, reason: 'A leak' })),
  },
  'plans.approveOverride': { own: { planId: WHOLE }, others: [{ planId: MIXED }, { planId: FOREIGN }] },
  'plans.withdrawOverride': { own: { planId: WHOLE }, others: [{ planId: MIXED }, { planId: FOREIGN }] },
  'plans.setConcurrency': {
    own: { planId: WHOLE, maxConcurrency: 1 },
    others: [MIXED, FOREIGN].map((planId) => ({ planId, maxConcurrency: 1 })),
  },
  'plans.schedule': {
    own: { planId: WHOLE, startAt: null },
    others: [MIXED, FOREIGN].map((planId) => ({ planId, startAt: null })),
  },
  'plans.start': { own: { planId: WHOLE }, others: [{ planId: MIXED }, { planId: FOREIGN }] },
  'plans.pause': { own: { planId: WHOLE }, others: [{ planId: MIXED }, { planId: FOREIGN }] },
  'plans.resume': { own: { planId: WHOLE }, others: [{ planId: MIXED }, { planId: FOREIGN }] },
  'plans.continue': { own: { planId: WHOLE }, others: [{ planId: MIXED }, { planId: FOREIGN }] },
  'plans.retryFailed': { own: { planId: MIXED }, others: [{ planId: FOREIGN }] },
  'plans.reconcile': {
    own: { planId: WHOLE, ...REASON },
    others: [MIXED, FOREIGN].map((planId) => ({ planId, ...REASON })),
  },
  'tasks.get': { own: { taskId: 'PLN-1.1' }, others: [{ taskId: 'PLN-1.2' }, { tenantId: 'acme-us' }] },
  'tasks.list': { own: { planId: MIXED }, others: [{ planId: FOREIGN }] },
  'tasks.events': { own: { taskId: 'PLN-1.1' }, others: [{ taskId: 'PLN-1.2' }, { tenantId: 'acme-us' }] },
  'tasks.bulk': {
    own: { planId: MIXED, action: 'pause', filter: {}, ...REASON },
    others: [
      { planId: MIXED, action: 'pause', filter: { taskIds: ['PLN-1.2'] }, ...REASON },
      { planId: FOREIGN, action: 'pause', filter: {}, ...REASON },
    ],
  },
  'tasks.bulkStatus': { own: { bulkId: randomUUID() } },
  ...Object.fromEntries(
    ['pause', 'resume', 'retry', 'rollback', 'withdraw', 'cancel'].map((verb) => [
      `tasks.${verb}`,
      {
        own: { taskId: 'PLN-1.1', ...REASON },
        others: [
          { taskId: 'PLN-1.2', ...REASON },
          { tenantId: 'acme-us', ...REASON },
        ],
      },
    ]),
  ),
  'tasks.resolve': {
    own: { taskId: 'PLN-1.1', resolution: 'applied', ...REASON },
    others: [{ taskId: 'PLN-1.2', resolution: 'applied', ...REASON }],
  },
  'tasks.approve': { own: { taskId: 'PLN-1.1', ...DECISION }, others: [{ taskId: 'PLN-1.2', ...DECISION }] },
  'tasks.reject': { own: { taskId: 'PLN-1.1', ...DECISION }, others: [{ taskId: 'PLN-1.2', ...DECISION }] },
  'tenants.list': { own: {} },
  'tenants.counts': { own: undefined },
  'tenants.labels': { own: undefined },
  'tenants.select': { own: {} },
  'tenants.chosen': { own: CHOICE },
  'tenants.get': { own: { tenantId: 'acme-eu' }, others: [{ tenantId: 'acme-us' }] },
  'tenants.history': { own: { tenantId: 'acme-eu' }, others: [{ tenantId: 'acme-us' }] },
  'tenants.checkDrift': { own: { tenantIds: ['acme-eu'] }, others: [{ tenantIds: ['acme-eu', 'acme-us'] }] },
  'tenants.reconcile': {
    own: { unitId: 'edge-router', playbookId: 'blue-green', tenantIds: ['acme-eu'], ...REASON },
    others: [{ unitId: 'edge-router', playbookId: 'blue-green', tenantIds: ['acme-us'], ...REASON }],
  },
  'tenants.upsert': {
    own: { tenantId: 'acme-eu', labels: { region: 'eu' } },
    others: [
      { tenantId: 'acme-us', labels: { region: 'eu' } },
      { tenantId: 'acme-eu', labels: { region: 'us' } },
      {
        tenantId: 'brand-new',
        name: 'Brand new',
        labels: { region: 'us' },
        endpoints: [{ key: 'a', url: 'http://127.0.0.1:1' }],
      },
    ],
  },
  'tenants.update': {
    own: { tenantId: 'acme-eu', name: 'Acme EU' },
    others: [
      { tenantId: 'acme-us', name: 'Mine' },
      { tenantId: 'acme-eu', labels: { region: null } },
    ],
  },
  'tenants.editLabels': {
    own: { filter: {}, labels: { team: 'a' }, dryRun: true },
    others: [
      { tenantIds: ['acme-us'], labels: { region: 'eu' } },
      { tenantIds: ['acme-eu'], labels: { region: 'us' } },
    ],
  },
  'tenants.import': {
    own: { tenants: [{ tenantId: 'acme-eu', labels: { region: 'eu' } }] },
    others: [
      { tenants: [{ tenantId: 'acme-us', labels: { region: 'eu' } }] },
      { tenants: [{ tenantId: 'acme-eu', labels: { region: 'us' } }] },
      { csv: 'tenantId,label:region\nacme-us,eu\n' },
    ],
  },
  'tenants.undoImport': { own: undefined, others: [] },
  'tenants.setSecret': {
    own: { tenantId: 'acme-eu', name: 'TOKEN', value: 'a long secret' },
    others: [{ tenantId: 'acme-us', name: 'TOKEN', value: 'a long secret' }],
  },
  'tenants.removeSecret': {
    own: { tenantId: 'acme-eu', name: 'TOKEN' },
    others: [{ tenantId: 'acme-us', name: 'TOKEN' }],
  },
  'tenants.remove': { own: { tenantId: 'umbra-studio' }, others: [{ tenantId: 'acme-us' }] },
  'versions.list': { own: {} },
  'versions.ofUnit': { own: { unitId: 'edge-router' } },
  'versions.get': { own: { unitId: 'edge-router', version: 'v1' } },
  'versions.current': {
    own: { unitId: 'edge-router', tenantIds: ['acme-eu'], ...CHOICE },
    others: [{ unitId: 'edge-router', tenantIds: ['acme-us'] }],
  },
  'versions.create': { own: { unitId: 'edge-router', version: 'v9', payload: '{}' } },
  'playbooks.list': { own: {} },
  'playbooks.get': { own: { playbookId: 'blue-green' } },
  'playbooks.versions': { own: { playbookId: 'blue-green' } },
  'playbooks.forms': { own: undefined },
  'playbooks.check': { own: { definition: {} } },
  'shares.create': { own: { planId: WHOLE }, others: [{ planId: MIXED }, { planId: FOREIGN }] },
  'shares.list': { own: {} },
  'shares.revoke': { own: undefined, others: [] },
  'executor.nodes': { own: undefined },
  'executor.waiting': { own: {} },
  'executor.unapprovedStarts': { own: undefined },
  'executor.askedOverrides': { own: undefined },
  'executor.latePlans': { own: undefined },
  'audit.exported': {
    own: { what: 'failures', of: MIXED, format: 'csv' },
    others: [
      { what: 'failures', of: FOREIGN, format: 'csv' },
      { what: 'audit', format: 'csv' },
    ],
  },
  'settings.get': {
    own: { tenantId: 'acme-eu', planId: MIXED },
    others: [{ tenantId: 'acme-us' }, { planId: FOREIGN }],
  },
  'settings.startProtection': { own: undefined },
  'settings.freezeOverride': { own: undefined },
  'freezes.list': { own: {} },
  'freezes.create': {
    own: {
      name: 'Ours',
      labels: { region: 'eu', tier: 'gold' },
      window: { kind: 'once', from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' },
    },
    others: [null, { tier: 'gold' }, { region: 'us' }].map((labels) => ({
      ...{
        name: 'Theirs',
        labels,
        window: { kind: 'once', from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' },
      },
    })),
  },
  'freezes.remove': { own: undefined, others: [] },
  'plans.close': { own: { planId: WHOLE }, others: [{ planId: MIXED }, { planId: FOREIGN }] },
  'plans.rollback': {
    own: { planId: WHOLE, ...REASON },
    others: [MIXED, FOREIGN].map((planId) => ({ planId, ...REASON })),
  },
  'plans.cancel': {
    own: { planId: WHOLE, ...REASON },
    others: [MIXED, FOREIGN].map((planId) => ({ planId, ...REASON })),
  },
};

/** Asked for what is made further down. */
const NOTHING_THERE = new Set(['tasks.bulkStatus', 'tenants.undoImport', 'shares.revoke', 'freezes.remove']);

describe('somebody whose rights are for some tenants', () => {
  it('is thought of by every procedure', () => {
    expect(Object.keys(ASKED).sort()).toEqual([...open].sort());
  });

  it.each(closed)('is refused %s, which is about the whole fleet', async (name) => {
    expect(await ask(name, {})).toMatchObject({
      status: 403,
      error: { message: 'This concerns the whole fleet; your rights are for tenants with region=eu.' },
    });
  });

  const each = open.map((name) => [name, ASKED[name] ?? { own: undefined }] as const);

  it.each(each)('is refused %s about others', async (name, { others = [] }) => {
    for (const input of others) {
      const answer = await ask(name, input);
      expect([400, 403, 404], JSON.stringify([input, answer])).toContain(answer.status);
      expect(foreign(answer.text.replaceAll(/There is no tenant [\w-]+|tenantId: [\w-]+/g, ''))).toEqual([]);
    }
  });

  it.each(each)('hears of nobody else from %s', async (name, { own }) => {
    const answer = await ask(name, own);
    expect(NOTHING_THERE.has(name) ? [400, 404] : [200, 409], answer.text).toContain(answer.status);
    expect(foreign(answer.text)).toEqual([]);
    expect(server.errors).toEqual([]);
  });
});

describe('what they act on by another name', () => {
  const made = async (name: string, input: unknown, key: string) =>
    (await ask(name, input, key)).data as Record<string, string>;
  const ONCE = { kind: 'once', from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' };

  it('is a link to a plan that is theirs as a whole', async () => {
    const own = await made('shares.create', { planId: WHOLE }, server.key);
    const mixed = await made('shares.create', { planId: MIXED }, server.key);
    const other = await made('shares.create', { planId: FOREIGN }, server.key);
    expect(await ask('shares.revoke', { id: mixed.id })).toMatchObject({ status: 403 });
    expect(await ask('shares.revoke', { id: other.id })).toMatchObject({ status: 404 });
    expect(await ask('shares.revoke', { id: own.id })).toMatchObject({ status: 200 });
  });

  it('is a freeze of tenants of theirs alone', async () => {
    const freeze = (scope: object) =>
      made('freezes.create', { name: 'F', window: ONCE, ...scope }, server.key);
    const all = await freeze({});
    const other = await freeze({ tenantId: 'acme-us' });
    const own = await freeze({ tenantId: 'acme-eu' });
    expect(await ask('freezes.remove', { freezeId: all.freezeId })).toMatchObject({ status: 400 });
    expect(await ask('freezes.remove', { freezeId: other.freezeId })).toMatchObject({ status: 404 });
    expect(await ask('freezes.remove', { freezeId: own.freezeId })).toMatchObject({ status: 200 });
  });

  it('is an import of their own', async () => {
    const labels = { team: 'theirs' };
    const theirs = await made('tenants.editLabels', { filter: {}, labels }, server.key);
    const own = await made('tenants.editLabels', { filter: {}, labels: { team: 'ours' } }, keys.operator);
    expect(await ask('tenants.undoImport', { importId: theirs.importId })).toMatchObject({ status: 404 });
    expect(await ask('tenants.undoImport', { importId: own.importId })).toMatchObject({
      status: 200,
      data: { restored: OWN.length },
    });
  });

  it('is of an import what is theirs by now, and would be afterwards', async () => {
    const name = (named: string) => ({
      tenants: ['acme-eu', 'redwood'].map((tenantId) => ({ tenantId, name: named })),
    });
    const move = (key: string, tenantId: string, region: string) =>
      ask('tenants.update', { tenantId, labels: { region } }, key);
    const nameOf = async (tenantId: string) => (await made('tenants.get', { tenantId }, server.key)).name;
    const { importId } = await made('tenants.import', name('Theirs'), keys.operator);
    await move(server.key, 'acme-eu', 'us');
    expect(await ask('tenants.undoImport', { importId })).toMatchObject({
      status: 200,
      data: {
        restored: 1,
        leftOut: [{ tenantId: 'acme-eu', reason: 'It is not among your tenants any more.' }],
      },
    });
    expect([await nameOf('acme-eu'), await nameOf('redwood')]).toEqual(['Theirs', displayName('redwood')]);
    await move(server.key, 'acme-eu', 'eu');

    const both = await newKey('operator', [...EU, { region: 'us' }]);
    const labels = { region: 'eu' };
    const brought = await made('tenants.editLabels', { tenantIds: ['acme-us'], labels }, both);
    await server.db.execute(sql`update api_key set limited_to = ${JSON.stringify(EU)}::text::jsonb
      where limited_to = '[{"region": "eu"}, {"region": "us"}]'`);
    expect(await ask('tenants.undoImport', { importId: brought.importId }, both)).toMatchObject({
      status: 200,
      data: {
        restored: 0,
        leftOut: [{ reason: 'With its labels from before it would not be among your tenants.' }],
      },
    });
    await move(server.key, 'acme-us', 'us');
  });

  it('is, of many tasks, those of their tenants', async () => {
    const bulk = { planId: MIXED, action: 'cancel', filter: {}, ...REASON };
    const { bulkId, total, leftOut } = await made('tasks.bulk', bulk, keys.operator);
    expect(leftOut).toEqual([]);
    await server.untilBulksEnded();
    const status = (await ask('tasks.bulkStatus', { bulkId })).data as { items: { tenantId: string }[] };
    expect([total, status.items.map(({ tenantId }) => tenantId).sort()]).toEqual([
      OWN.length,
      [...OWN].sort(),
    ]);
    const rows = await server.db.execute<{ tenantId: string }>(
      sql`select tenant_id from task where plan_id = ${MIXED} and status = 'CANCELLED'`,
    );
    expect(rows.map(({ tenantId }) => tenantId).sort()).toEqual([...OWN].sort());
  });

  it('is no tenant that was removed: whose it was is not known any more', async () => {
    await server.db.execute(sql`update tenant set removed_at = now() where tenant_id = 'willow-care'`);
    const again = { tenantId: 'willow-care', name: 'Ours', labels: { region: 'eu' }, endpoints: [] };
    expect((await ask('tenants.upsert', again)).error?.message).toContain(
      'There was a tenant willow-care before',
    );
  });
});
