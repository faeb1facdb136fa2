import { afterEach, beforeAll, expect, it } from 'vitest';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';
import { type Person, signedIn } from './testing/people';

const server = testApiServer();
const RULE = { overTenants: 2, labels: [{ label: 'region', equals: 'apac' }], needs: 2, role: 'operator' };

let ann: Person;
let bob: Person;
let cem: Person;
beforeAll(async () => {
  [ann, bob, cem] = await Promise.all([
    signedIn(server, 'Ann'),
    signedIn(server, 'Bob'),
    signedIn(server, 'Cem'),
  ]);
});
afterEach(async () => {
  await protect(null);
  expect(server.errors).toEqual([]);
});

const protect = async (protection: object | null) => {
  const { error } = await mutate(server.url, server.adminKey, 'settings.protectStart', { protection });
  expect(error).toBeNull();
};
let count = 0;
async function created(by: Person, tenantIds: string[]): Promise<string> {
  count += 1;
  const version = { unitId: 'edge-router', version: `protected-${count}` };
  expect((await by.mutate('versions.create', { ...version, payload: '{}' })).error).toBeNull();
  const plan = { name: 'Protected', playbookId: 'blue-green', tenantIds, ...version };
  const preview = await by.mutate('plans.preview', plan);
  const made = await by.mutate('plans.create', plan);
  expect(made.error).toBeNull();
  const { planId } = made.data as { planId: string };
  const read = (await query(server.url, server.viewerKey, 'plans.get', { planId })).data as {
    startApproval: unknown;
  };
  // What the review tells is what comes.
  expect((preview.data as { startApproval: unknown }).startApproval).toEqual(read.startApproval);
  return planId;
}
const ask = async (who: Person, procedure: string, planId: string) => {
  const { error } = await who.mutate(procedure, { planId });
  return error ? (error.reason ?? error.message) : 'granted';
};
const waits = async (who: Person) =>
  ((await who.query('executor.unapprovedStarts')).data as { planId: string; forYou: boolean }[]).map(
    ({ planId, forYou }) => [planId, forYou],
  );

it('holds a plan of many tenants until two others have approved it', async () => {
  await protect(RULE);
  const planId = await created(ann, ['acme-eu', 'acme-us', 'borealis']);
  expect(await ask(bob, 'plans.start', planId)).toBe('APPROVAL_NEEDED');
  const news = await bob.query('fleet.news', {
    topics: ['planUnapproved'],
    after: new Date(Date.now() - 3_600_000).toISOString(),
  });
  expect(news.data).toMatchObject({ items: [{ kind: 'StartApprovalNeeded', planId }] });
  expect(await ask(ann, 'plans.approveStart', planId)).toBe('NOT_AN_APPROVER');
  expect(await waits(ann)).toEqual([[planId, false]]);
  expect(await waits(bob)).toEqual([[planId, true]]);
  const before = (await bob.query('fleet.attention')).data as { waiting: number; forYou: number };
  expect(await ask(bob, 'plans.approveStart', planId)).toBe('granted');
  expect(await waits(bob)).toEqual([[planId, false]]);
  expect((await bob.query('fleet.attention')).data).toMatchObject({
    waiting: before.waiting,
    forYou: before.forYou - 1,
  });
  expect(await ask(bob, 'plans.approveStart', planId)).toBe('NOT_AN_APPROVER');
  const key = await mutate(server.url, server.adminKey, 'plans.approveStart', { planId });
  expect(key.error?.reason).toBe('NOT_AN_APPROVER');
  expect(await ask(cem, 'plans.approveStart', planId)).toBe('granted');
  expect(await waits(ann)).toEqual([]);
  expect(await ask(ann, 'plans.start', planId)).toBe('granted');
  await ask(ann, 'plans.cancel', planId);
  await server.untilPlan(planId, 'CANCELLED', 'COMPLETED', 'PARTIAL_FAILED', 'FAILED');
});

it('asks for none of a small plan, and of one for a labelled tenant', async () => {
  await protect({ ...RULE, notMaker: false, needs: 1 });
  const small = await created(ann, ['acme-eu']);
  expect(await ask(ann, 'plans.approveStart', small)).toBe('NOTHING_TO_DO');
  const labels = (await query(server.url, server.adminKey, 'tenants.list', { limit: 200 })).data as {
    items: { tenantId: string; labels: Record<string, string> }[];
  };
  const apac = labels.items.find((tenant) => tenant.labels.region === 'apac')?.tenantId ?? '';
  const labelled = await created(ann, [apac]);
  expect(await ask(ann, 'plans.start', labelled)).toBe('APPROVAL_NEEDED');
  // The rule of when it was made holds, whatever is set since.
  await protect(null);
  expect(await ask(ann, 'plans.start', labelled)).toBe('APPROVAL_NEEDED');
  expect(await ask(ann, 'plans.approveStart', labelled)).toBe('granted');
  expect(await ask(ann, 'plans.start', labelled)).toBe('granted');
  for (const planId of [small, labelled]) await ask(ann, 'plans.cancel', planId);
});

it('holds what is sent again, which says so', async () => {
  const ids = { unitId: 'edge-router', tenantIds: ['acme-eu'] };
  const again = async () =>
    (await ann.mutate('tenants.reconcile', { ...ids, playbookId: 'blue-green', reason: 'Restarted' }))
      .data as { plans: { planId: string; waitsForApproval: boolean }[] };
  for (const holds of [true, false]) {
    await protect(holds ? { ...RULE, overTenants: 0 } : null);
    const [plan] = (await again()).plans;
    expect(plan?.waitsForApproval).toBe(holds);
    const { data } = await ann.query('plans.get', { planId: plan?.planId });
    expect((data as { status: string }).status === 'READY').toBe(holds);
    await ask(ann, 'plans.cancel', plan?.planId ?? '');
    await server.untilPlan(plan?.planId ?? '', 'CANCELLED', 'COMPLETED', 'PARTIAL_FAILED', 'FAILED');
  }
});

it('leaves nothing open in a plan that was cancelled while it waited', async () => {
  await protect(RULE);
  const planId = await created(ann, ['acme-eu', 'acme-us', 'borealis']);
  expect(await ask(ann, 'plans.cancel', planId)).toBe('granted');
  await server.untilPlan(planId, 'CANCELLED');
  const { error } = await bob.mutate('tasks.retry', { taskId: `${planId}.1` });
  expect(error?.reason).toBe('PLAN_NOT_STARTED');
  expect(await waits(bob)).toEqual([]);
});

it('is set by administrators alone, and says when it would hold nothing', async () => {
  expect((await ann.mutate('settings.protectStart', { protection: RULE })).status).toBe(403);
  const empty = await mutate(server.url, server.adminKey, 'settings.protectStart', {
    protection: { overTenants: null, labels: [] },
  });
  expect([empty.status, empty.error?.field]).toEqual([400, 'protection.overTenants']);
  await protect(RULE);
  expect((await ann.query('settings.startProtection')).data).toEqual({ ...RULE, notMaker: true });
});
