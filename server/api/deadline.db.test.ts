import { sql } from 'drizzle-orm';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';
import { type Person, signedIn } from './testing/people';

const server = testApiServer();
let ann: Person;
let bob: Person;
let vic: Person;
beforeAll(async () => {
  [ann, bob, vic] = await Promise.all([
    signedIn(server, 'Ann'),
    signedIn(server, 'Bob'),
    signedIn(server, 'Vic', 'viewer'),
  ]);
});
afterEach(() => expect(server.errors).toEqual([]));

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
let count = 0;
/** A plan whose first stage waits for an approval, so that it stays under way. */
async function create(more: object = {}, tenantIds = ['acme-eu', 'acme-us']) {
  count += 1;
  const version = { unitId: 'edge-router', version: `due-${count}` };
  expect((await ann.mutate('versions.create', { ...version, payload: '{}' })).error).toBeNull();
  const definition = {
    stages: [{ name: 'Sign off', steps: [{ name: 'Look', type: 'approval', instructions: 'Look' }] }],
  };
  const playbook = { playbookId: 'signed', name: 'Signed', definition };
  expect((await ann.mutate('playbooks.save', playbook)).error).toBeNull();
  return ann.mutate('plans.create', { name: 'Due', playbookId: 'signed', tenantIds, ...version, ...more });
}
const idOf = ({ data, error }: { data: unknown; error: unknown }) => {
  expect(error).toBeNull();
  return (data as { planId: string }).planId;
};
const plan = async (planId: string) =>
  (await vic.query('plans.get', { planId })).data as {
    status: string;
    late: boolean;
    inTime: object | null;
    deadline: { finishBy: string; otherwise: string; by: string } | null;
  };
const done = async (planId: string) => {
  await ann.mutate('plans.cancel', { planId });
  await server.untilPlan(planId, 'CANCELLED', 'COMPLETED', 'ROLLED_BACK', 'FAILED');
};

it('is given with a plan, moved and taken away, and in the audit log', async () => {
  const planId = idOf(await create({ finishBy: inSeconds(600), atDeadline: 'rollback' }));
  expect(await plan(planId)).toMatchObject({
    ...{ late: false, inTime: null, deadline: { otherwise: 'rollback', by: 'Ann' } },
  });
  const moved = inSeconds(1200);
  expect((await bob.mutate('plans.setDeadline', { planId, finishBy: moved })).error).toBeNull();
  expect((await plan(planId)).deadline).toMatchObject({ finishBy: moved, otherwise: 'rollback', by: 'Bob' });
  expect((await bob.mutate('plans.setDeadline', { planId, finishBy: null })).error).toBeNull();
  expect((await plan(planId)).deadline).toBeNull();
  const audit = await query(server.url, server.adminKey, 'audit.list', { target: planId, limit: 50 });
  const actions = (audit.data as { items: { action: string; actor: string }[] }).items;
  expect(actions.filter(({ action }) => action === 'plan.setDeadline').map(({ actor }) => actor)).toEqual([
    'Bob',
    'Bob',
  ]);
  const { events } = (await vic.query('plans.events', { planId })).data as { events: { kind: string }[] };
  expect(events.filter(({ kind }) => kind === 'DeadlineSet')).toHaveLength(3);
  await done(planId);
});

it.each([
  ['that has passed', '2020-01-01T00:00:00Z', 'finishBy'],
  ['without a zone', '2099-12-24T06:00:00', 'finishBy'],
  ['that is no day', '2099-02-30T06:00:00Z', 'finishBy'],
  ['in words', 'noon', 'finishBy'],
])('is refused with its field: one %s', async (_name, finishBy, field) => {
  const planId = idOf(await create());
  const answers = [await create({ finishBy }), await ann.mutate('plans.setDeadline', { planId, finishBy })];
  expect(answers.map(({ status, error }) => [status, error?.field])).toEqual([
    [400, field],
    [400, field],
  ]);
  await done(planId);
});

it('is refused where it contradicts the start, or says what happens at none', async () => {
  const planId = idOf(await create());
  expect((await ann.mutate('plans.schedule', { planId, startAt: inSeconds(600) })).error).toBeNull();
  const early = await ann.mutate('plans.setDeadline', { planId, finishBy: inSeconds(300) });
  expect([early.status, early.error?.field]).toEqual([400, 'finishBy']);
  const none = await ann.mutate('plans.setDeadline', { planId, finishBy: null, atDeadline: 'hold' });
  expect([none.status, none.error?.field]).toEqual([400, 'atDeadline']);
  const made = await create({ atDeadline: 'hold' });
  expect([made.status, made.error?.field]).toEqual([400, 'atDeadline']);
  expect((await vic.mutate('plans.setDeadline', { planId, finishBy: inSeconds(900) })).status).toBe(403);
  await done(planId);
  expect((await ann.mutate('plans.setDeadline', { planId, finishBy: inSeconds(900) })).status).toBe(409);
});

it('replaces none that they did not look at', async () => {
  const first = inSeconds(600);
  const planId = idOf(await create({ finishBy: first }));
  const second = inSeconds(1200);
  expect((await bob.mutate('plans.setDeadline', { planId, finishBy: second, seen: first })).error).toBeNull();
  const late = await ann.mutate('plans.setDeadline', { planId, finishBy: inSeconds(900), seen: first });
  expect([late.status, late.error?.reason]).toEqual([409, 'CHANGED_MEANWHILE']);
  expect((await plan(planId)).deadline?.finishBy).toBe(second);
  // At the same moment one of the two is second.
  const both = await Promise.all(
    [ann, bob].map((who, n) =>
      who.mutate('plans.setDeadline', { planId, finishBy: inSeconds(2000 + n), seen: second }),
    ),
  );
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  await done(planId);
});

it('tells beforehand how many are done by then at this pace', async () => {
  const stages = [{ name: 'Wait', steps: [{ name: 'Wait', type: 'wait', seconds: 0 }] }];
  const playbook = { playbookId: 'short', name: 'Short', definition: { stages } };
  expect((await ann.mutate('playbooks.save', playbook)).error).toBeNull();
  const planId = idOf(
    await create(
      {
        playbookId: 'short',
        finishBy: inSeconds(600),
        settings: {
          ...{ maxRetry: null, healthIntervalSeconds: null, healthAttempts: null },
          waves: [{ size: { count: 3 }, bakeSeconds: 3600 }],
        },
      },
      ['acme-eu', 'acme-us', 'borealis', 'cobalt-retail', 'delta-freight'],
    ),
  );
  expect((await ann.mutate('plans.start', { planId })).error).toBeNull();
  for (const n of [1, 2, 3]) await server.untilTask(`${planId}.${n}`, 'COMPLETED');
  expect((await plan(planId)).inTime).toBeNull();
  // As if each of them had taken a minute.
  await server.db.execute(
    sql`update task set duration_millis = 60000 where plan_id = ${planId} and status = 'COMPLETED'`,
  );
  expect((await plan(planId)).inTime).toBeNull();
  expect((await ann.mutate('plans.setDeadline', { planId, finishBy: inSeconds(30) })).error).toBeNull();
  expect((await plan(planId)).inTime).toEqual({ done: 4, of: 5 });
  await done(planId);
});

it('waits for somebody once it has passed, and tells so', async () => {
  const before = (await bob.query('fleet.attention')).data as { waiting: number; forYou: number };
  const since = new Date(Date.now() - 60_000).toISOString();
  const planId = idOf(await create({ finishBy: inSeconds(2) }));
  expect((await ann.mutate('plans.start', { planId })).error).toBeNull();
  await expect.poll(async () => (await plan(planId)).late, { timeout: 20_000 }).toBe(true);
  const late = async (who: Person) =>
    ((await who.query('executor.latePlans')).data as { planId: string; forYou: boolean; left: number }[]).map(
      ({ planId: id, forYou, left }) => [id, forYou, left],
    );
  expect([await late(bob), await late(vic)]).toEqual([[[planId, true, 2]], [[planId, false, 2]]]);
  const told = async () =>
    ((await bob.query('fleet.news', { topics: ['planHalted'], after: since })).data as { items: object[] })
      .items;
  await expect
    .poll(told, { timeout: 20_000 })
    .toContainEqual(expect.objectContaining({ kind: 'DeadlinePassed', planId }));
  // Its two tenants wait for their approval besides.
  expect((await bob.query('fleet.attention')).data).toMatchObject({ waiting: before.waiting + 3 });
  const task = (await vic.query('tasks.get', { taskId: `${planId}.1` })).data as { planLate: string | null };
  expect(task.planLate).not.toBeNull();
  // Approved, it waits for the deadline to be moved.
  expect((await ann.mutate('tasks.approve', { taskId: `${planId}.1` })).error).toBeNull();
  await expect
    .poll(async () => ((await vic.query('tasks.get', { taskId: `${planId}.1` })).data as { why: string }).why)
    .toContain('has passed. Move the deadline to go on, or cancel or roll back.');
  expect((await ann.mutate('plans.setDeadline', { planId, finishBy: inSeconds(600) })).error).toBeNull();
  expect(await late(bob)).toEqual([]);
  await server.untilTask(`${planId}.1`, 'COMPLETED');
  await done(planId);
});

it('is seen by somebody whose rights end at some of its tenants, and moved by others', async () => {
  const planId = idOf(await create({ finishBy: inSeconds(2) }, ['acme-eu', 'acme-us']));
  expect((await ann.mutate('plans.start', { planId })).error).toBeNull();
  await expect.poll(async () => (await plan(planId)).late, { timeout: 20_000 }).toBe(true);
  const made = await mutate(server.url, server.adminKey, 'apiKeys.create', {
    ...{ name: 'Some', role: 'operator', limitedTo: [{ region: 'eu-west' }] },
  });
  expect(made.error).toBeNull();
  const { key } = made.data as { key: string };
  await server.db.execute(
    sql`update tenant set labels = labels || '{"region": "eu-west"}' where tenant_id = 'acme-eu'`,
  );
  const theirs = async (procedure: string, input?: object) =>
    (await query(server.url, key, procedure, input)).data;
  expect(await theirs('plans.get', { planId })).toMatchObject({ late: true, partly: true });
  expect(await theirs('executor.latePlans')).toMatchObject([{ planId, forYou: false, left: 1 }]);
  const refused = await mutate(server.url, key, 'plans.setDeadline', { planId, finishBy: inSeconds(600) });
  expect(refused.status).toBe(403);
  await done(planId);
});
