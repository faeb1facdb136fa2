import { afterEach, beforeAll, expect, it } from 'vitest';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';
import { type Person, signedIn } from './testing/people';

const server = testApiServer();
const RULE = { needs: 2, role: 'operator' };

let ann: Person;
let bob: Person;
let cem: Person;
let root: Person;
let vic: Person;
beforeAll(async () => {
  [ann, bob, cem, root, vic] = await Promise.all([
    signedIn(server, 'Ann'),
    signedIn(server, 'Bob'),
    signedIn(server, 'Cem'),
    signedIn(server, 'Root', 'admin'),
    signedIn(server, 'Vic', 'viewer'),
  ]);
});
const frozen: string[] = [];
afterEach(async () => {
  await guard(null);
  for (const freezeId of frozen.splice(0)) await root.mutate('freezes.remove', { freezeId });
  expect(server.errors).toEqual([]);
});

const guard = async (rule: object | null) => {
  const { error } = await mutate(server.url, server.adminKey, 'settings.guardOverrides', { rule });
  expect(error).toBeNull();
};
const END = new Date(Date.now() + 3_600_000).toISOString();
async function freeze(tenantId: string, name = 'Audit'): Promise<string> {
  const window = { kind: 'once', from: '2020-01-01T00:00:00Z', to: END };
  const { data, error } = await ann.mutate('freezes.create', { name, tenantId, window });
  expect(error).toBeNull();
  const { freezeId } = data as { freezeId: string };
  frozen.push(freezeId);
  return freezeId;
}
let count = 0;
async function created(by: Person, tenantIds: string[]): Promise<string> {
  count += 1;
  const version = { unitId: 'edge-router', version: `overridden-${count}` };
  expect((await by.mutate('versions.create', { ...version, payload: '{}' })).error).toBeNull();
  const plan = { name: 'Urgent', playbookId: 'blue-green', tenantIds, ...version };
  const made = await by.mutate('plans.create', plan);
  expect(made.error).toBeNull();
  return (made.data as { planId: string }).planId;
}
const ask = async (who: Person, procedure: string, planId: string, more: object = {}) => {
  const { error } = await who.mutate(procedure, { planId, ...more });
  return error ? (error.reason ?? error.field ?? error.code ?? error.message) : 'granted';
};
const REASON = { reason: 'Closes a leak' };
const waits = async (who: Person) =>
  ((await who.query('executor.askedOverrides')).data as { planId: string; forYou: boolean }[]).map(
    ({ planId, forYou }) => [planId, forYou],
  );
const stands = async (planId: string) =>
  (await vic.query('plans.freezes', { planId })).data as {
    freezes: { name: string; tenants: number; until: string }[];
    override: { at: string; until: string; by: string; given: { by: string }[] } | null;
    stands: string;
    rule: object;
  };
const done = async (planId: string) => {
  await root.mutate('plans.cancel', { planId });
  await server.untilPlan(planId, 'CANCELLED', 'COMPLETED', 'PARTIAL_FAILED', 'FAILED');
};

it('lets an administrator grant it alone, and an operator ask for it, where nothing is set', async () => {
  await freeze('acme-eu');
  const planId = await created(ann, ['acme-eu', 'acme-us']);
  expect(await stands(planId)).toMatchObject({
    freezes: [{ name: 'Audit', tenants: 1, until: END }],
    override: null,
    stands: 'none',
    rule: { needs: 1, role: 'admin' },
  });
  expect(await ask(ann, 'plans.overrideFreezes', planId, REASON)).toBe('granted');
  expect(await stands(planId)).toMatchObject({ stands: 'waits', override: { until: END, by: 'Ann' } });
  expect(await ask(bob, 'plans.approveOverride', planId)).toBe('NOT_AN_APPROVER');
  expect([await waits(bob), await waits(root)]).toEqual([[[planId, false]], [[planId, true]]]);
  expect(await ask(root, 'plans.approveOverride', planId)).toBe('granted');
  expect(await waits(root)).toEqual([]);
  // Until its end the plan goes on as if nothing held it.
  expect(await ask(ann, 'plans.start', planId)).toBe('granted');
  await server.untilTask(`${planId}.1`, 'RUNNING', 'COMPLETED', 'FAILED');
  const overview = (await vic.query('fleet.overview')).data as { overrides: object[]; freezes: object[] };
  expect(overview.freezes).toMatchObject([{ name: 'Audit' }]);
  expect(overview.overrides).toMatchObject([{ planId, override: { reason: REASON.reason, until: END } }]);
  await done(planId);
  const second = await created(ann, ['acme-eu']);
  expect(await ask(root, 'plans.overrideFreezes', second, REASON)).toBe('granted');
  expect((await stands(second)).stands).toBe('holds');
  await done(second);
});

it('takes two others where people have to grant it, and tells them', async () => {
  await guard(RULE);
  await freeze('acme-eu');
  const planId = await created(ann, ['acme-eu']);
  const asked = { ...REASON, until: new Date(Date.now() + 600_000).toISOString() };
  expect(await ask(bob, 'plans.overrideFreezes', planId, asked)).toBe('granted');
  const news = await bob.query('fleet.news', {
    topics: ['planUnapproved'],
    after: new Date(Date.now() - 3_600_000).toISOString(),
  });
  expect((news.data as { items: object[] }).items).toContainEqual(
    expect.objectContaining({ kind: 'FreezeOverrideAsked', planId }),
  );
  // Who made the plan, who asked, a key, somebody who only looks.
  expect(await ask(ann, 'plans.approveOverride', planId)).toBe('NOT_AN_APPROVER');
  expect(await ask(bob, 'plans.approveOverride', planId)).toBe('NOT_AN_APPROVER');
  await bob.rename('Robert');
  expect(await ask(bob, 'plans.approveOverride', planId)).toBe('NOT_AN_APPROVER');
  const key = await mutate(server.url, server.adminKey, 'plans.approveOverride', { planId });
  expect(key.error?.reason).toBe('NOT_AN_APPROVER');
  expect((await vic.mutate('plans.approveOverride', { planId })).status).toBe(403);
  for (const who of [ann, bob]) expect(await waits(who)).toEqual([[planId, false]]);
  const before = (await cem.query('fleet.attention')).data as { waiting: number; forYou: number };
  expect(await ask(cem, 'plans.approveOverride', planId, REASON)).toBe('granted');
  expect(await ask(cem, 'plans.approveOverride', planId, REASON)).toBe('NOT_AN_APPROVER');
  expect((await cem.query('fleet.attention')).data).toMatchObject({
    waiting: before.waiting,
    forYou: before.forYou - 1,
  });
  expect((await stands(planId)).stands).toBe('waits');
  expect(await ask(root, 'plans.approveOverride', planId)).toBe('granted');
  expect((await stands(planId)).override?.given.map(({ by }) => by)).toEqual(['Cem', 'Root']);
  expect((await cem.query('fleet.attention')).data).toMatchObject({ waiting: before.waiting - 1 });
  await bob.rename('Bob');
  await done(planId);
});

it('counts each person once, however many approvals come at once', async () => {
  await guard({ ...RULE, needs: 3 });
  await freeze('acme-eu');
  const planId = await created(ann, ['acme-eu']);
  await ask(ann, 'plans.overrideFreezes', planId, REASON);
  const answers = await Promise.all(
    [bob, bob, bob, bob, cem, cem].map((who) => ask(who, 'plans.approveOverride', planId)),
  );
  expect(answers.filter((answer) => answer === 'granted')).toHaveLength(2);
  expect(await stands(planId)).toMatchObject({ stands: 'waits' });
  await done(planId);
});

it('is worth nothing once it was withdrawn, also to who looked at it before', async () => {
  await guard({ ...RULE, needs: 1 });
  await freeze('acme-eu');
  const planId = await created(ann, ['acme-eu']);
  await ask(ann, 'plans.overrideFreezes', planId, REASON);
  const askedAt = (await stands(planId)).override?.at;
  // Somebody who is against it withdraws it, too.
  expect(await ask(cem, 'plans.withdrawOverride', planId, { reason: 'It can wait' })).toBe('granted');
  expect(await ask(bob, 'plans.approveOverride', planId, { askedAt })).toBe('NOTHING_TO_DO');
  await ask(ann, 'plans.overrideFreezes', planId, { reason: 'Something else' });
  expect(await ask(bob, 'plans.approveOverride', planId, { askedAt })).toBe('CHANGED_MEANWHILE');
  const again = (await stands(planId)).override?.at;
  expect(await ask(bob, 'plans.approveOverride', planId, { askedAt: again })).toBe('granted');
  expect(await ask(ann, 'plans.overrideFreezes', planId, REASON)).toBe('NOTHING_TO_DO');
  await done(planId);
  expect(await ask(bob, 'plans.overrideFreezes', planId, REASON)).toBe('NOT_ALLOWED_IN_STATE');
  const audit = await query(server.url, server.adminKey, 'audit.list', { target: planId, limit: 50 });
  const actions = (audit.data as { items: { action: string; reason: string | null }[] }).items;
  expect(actions.map(({ action, reason }) => [action, reason])).toEqual(
    expect.arrayContaining([
      ['plan.overrideFreezes', 'Closes a leak'],
      ['plan.withdrawOverride', 'It can wait'],
      ['plan.approveOverride', null],
    ]),
  );
});

it('asks until when where no freeze holds the plan, and keeps the rule of when it was asked for', async () => {
  await guard({ ...RULE, needs: 1 });
  const planId = await created(ann, ['acme-eu']);
  expect(await ask(ann, 'plans.overrideFreezes', planId, REASON)).toBe('OUT_OF_RANGE');
  expect(await ask(ann, 'plans.overrideFreezes', planId, { ...REASON, until: END })).toBe('granted');
  await guard(null);
  expect(await ask(ann, 'plans.approveOverride', planId)).toBe('NOT_AN_APPROVER');
  expect(await ask(bob, 'plans.approveOverride', planId)).toBe('granted');
  expect(await ask(ann, 'plans.overrideFreezes', 'PLN-999', REASON)).toBe('NOT_FOUND');
  await done(planId);
});

it('is not gone around by taking the freeze away', async () => {
  const open = await freeze('acme-eu');
  expect((await bob.mutate('freezes.remove', { freezeId: open })).error).toBeNull();
  await guard(RULE);
  const freezeId = await freeze('acme-eu');
  expect((await bob.mutate('freezes.remove', { freezeId })).error?.reason).toBe('NOT_AN_APPROVER');
  expect((await root.mutate('freezes.remove', { freezeId })).error).toBeNull();
});

it('names no group where nobody comes by single sign-on', async () => {
  const rule = { ...RULE, group: 'eu-leads' };
  const answer = await mutate(server.url, server.adminKey, 'settings.guardOverrides', { rule });
  expect([answer.status, answer.error?.field]).toEqual([400, 'rule.group']);
  expect(answer.error?.message).toMatch(/^rule\.group: names a group, /);
  const protection = { overTenants: 1, group: 'eu-leads' };
  const start = await mutate(server.url, server.adminKey, 'settings.protectStart', { protection });
  expect([start.status, start.error?.field]).toEqual([400, 'protection.group']);
  const step = { name: 'ok', type: 'approval', instructions: 'Look', group: 'eu-leads' };
  const definition = { stages: [{ name: 'Approval', steps: [step] }] };
  const saved = await ann.mutate('playbooks.save', { playbookId: 'grouped', name: 'Grouped', definition });
  expect([saved.status, saved.error?.field]).toEqual([400, 'definition.stages.0.steps.0.group']);
  const { problems } = (await ann.mutate('playbooks.check', { definition })).data as { problems: object[] };
  expect(problems).toMatchObject([{ field: 'stages.0.steps.0.group' }]);
});
