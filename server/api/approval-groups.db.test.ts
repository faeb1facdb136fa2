import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Browser } from '@/server/auth/oidc/testing/browser';
import { realProvider } from '@/server/auth/oidc/testing/real-provider';
import { testApiServer } from './testing/api-server';
import { type Answer, mutate, send } from './testing/call';

const made = {} as { idp: Awaited<ReturnType<typeof realProvider>> };
const server = testApiServer({
  env: async (base) => {
    made.idp = await realProvider(base);
    const { issuer, clientId, clientSecret } = made.idp.settings();
    return {
      SWITCHYARD_PUBLIC_URL: base.origin,
      SWITCHYARD_OIDC_ISSUER: issuer,
      SWITCHYARD_OIDC_CLIENT_ID: clientId,
      SWITCHYARD_OIDC_CLIENT_SECRET: clientSecret,
      SWITCHYARD_OIDC_ROLES: 'sre=operator,platform=admin',
    };
  },
});
afterAll(() => made.idp.close());
afterEach(() => expect(server.errors).toEqual([]));

const PEOPLE = { ann: ['sre'], bob: ['sre', 'eu-leads'], cem: ['sre', 'eu-leads'] };
type Name = keyof typeof PEOPLE;

/** What the provider says of somebody from now on. */
const known = (name: Name, groups: string[]) =>
  made.idp.people.set(name, {
    ...{ name: name[0]?.toUpperCase() + name.slice(1), email: `${name}@example.com`, email_verified: true },
    groups,
  });

/** Somebody comes by the provider; what they ask is asked as their browser does. */
async function comes(name: Name) {
  made.idp.state.here = name;
  const browser = new Browser();
  const base = new URL(server.url);
  const begun = await browser.post(new URL('/api/auth/sign-in/sso', base), {});
  const { url } = (await begun.json()) as { url: string };
  await browser.get(await browser.until(base.origin, url));
  const headers = () => ({
    'content-type': 'application/json',
    origin: base.origin,
    cookie: browser.cookiesOf(base.origin),
  });
  return {
    mutate: (procedure: string, input: object): Promise<Answer> =>
      send(server.url, procedure, {
        method: 'POST',
        headers: headers(),
        body: JSON.stringify({ json: input }),
      }),
    query: (procedure: string): Promise<Answer> => send(server.url, procedure, { headers: headers() }),
  };
}
type Person = Awaited<ReturnType<typeof comes>>;

/** As if a quarter of an hour had gone by since the provider was asked. */
const quarterOfAnHour = () =>
  server.db.execute(sql`
    update auth_oidc_session set confirmed_at = confirmed_at - interval '15 minutes',
      next_check_at = next_check_at - interval '15 minutes'`);

const ask = async (who: Person, procedure: string, input: object) => {
  const { error } = await who.mutate(procedure, input);
  return error ? (error.reason ?? error.message) : 'granted';
};
const forYou = async (who: Person) =>
  ((await who.query('fleet.attention')).data as { forYou: number }).forYou;

let ann: Person;
let bob: Person;
let cem: Person;
beforeAll(async () => {
  for (const [name, groups] of Object.entries(PEOPLE)) known(name as Name, groups);
  ann = await comes('ann');
  bob = await comes('bob');
  cem = await comes('cem');
});

let count = 0;
async function created(playbookId = 'blue-green'): Promise<string> {
  count += 1;
  const version = { unitId: 'edge-router', version: `grouped-${count}` };
  expect((await ann.mutate('versions.create', { ...version, payload: '{}' })).error).toBeNull();
  const plan = { name: 'Grouped', playbookId, tenantIds: ['acme-eu'], ...version };
  const answer = await ann.mutate('plans.create', plan);
  expect(answer.error).toBeNull();
  return (answer.data as { planId: string }).planId;
}
const done = async (planId: string) => {
  await ann.mutate('plans.cancel', { planId });
  await server.untilPlan(planId, 'CANCELLED', 'COMPLETED', 'PARTIAL_FAILED', 'FAILED');
};

it('an approval in a playbook counts who is in the group, and who lost it no more', async () => {
  const step = { name: 'Look', type: 'approval', instructions: 'Look', group: 'eu-leads', needs: 2 };
  const definition = { stages: [{ name: 'Look', steps: [step] }] };
  expect(await ask(ann, 'playbooks.save', { playbookId: 'grouped', name: 'Grouped', definition })).toBe(
    'granted',
  );
  const planId = await created('grouped');
  expect(await ask(ann, 'plans.start', { planId })).toBe('granted');
  const taskId = `${planId}.1`;
  await server.untilTask(taskId, 'PAUSED');
  expect([await forYou(ann), await forYou(bob)]).toEqual([0, 1]);
  expect(await ask(ann, 'tasks.approve', { taskId })).toBe('NOT_AN_APPROVER');
  const key = await mutate(server.url, server.adminKey, 'tasks.approve', { taskId });
  expect(key.error?.reason).toBe('NOT_AN_APPROVER');
  // What was given stays; what is given from then on does not count.
  expect(await ask(bob, 'tasks.approve', { taskId })).toBe('granted');
  known('cem', ['sre']);
  await quarterOfAnHour();
  expect(await ask(cem, 'tasks.approve', { taskId })).toBe('NOT_AN_APPROVER');
  expect(await forYou(cem)).toBe(0);
  known('cem', ['sre', 'eu-leads']);
  await quarterOfAnHour();
  expect(await ask(cem, 'tasks.approve', { taskId })).toBe('granted');
  await server.untilTask(taskId, 'COMPLETED');
});

it('the start of a plan, and an override of freezes, count who is in the group', async () => {
  const rule = { needs: 1, role: 'operator', notMaker: false, group: 'eu-leads' };
  const set = async (procedure: string, input: object) =>
    expect((await mutate(server.url, server.adminKey, procedure, input)).error).toBeNull();
  await set('settings.protectStart', { protection: { ...rule, overTenants: 0 } });
  await set('settings.guardOverrides', { rule });
  const planId = await created();
  const until = new Date(Date.now() + 600_000).toISOString();
  expect(await ask(bob, 'plans.overrideFreezes', { planId, reason: 'A leak', until })).toBe('granted');
  for (const procedure of ['plans.approveStart', 'plans.approveOverride']) {
    expect(await ask(ann, procedure, { planId }), procedure).toBe('NOT_AN_APPROVER');
    expect(await ask(bob, procedure, { planId }), procedure).toBe('granted');
  }
  await set('settings.protectStart', { protection: null });
  await set('settings.guardOverrides', { rule: null });
  await done(planId);
});

it('somebody whom the provider knows by another address by now is the same person', async () => {
  const rule = { needs: 3, role: 'operator', notMaker: true };
  await mutate(server.url, server.adminKey, 'settings.guardOverrides', { rule });
  const planId = await created();
  const until = new Date(Date.now() + 600_000).toISOString();
  expect(await ask(ann, 'plans.overrideFreezes', { planId, reason: 'A leak', until })).toBe('granted');
  expect(await ask(cem, 'plans.approveOverride', { planId })).toBe('granted');
  for (const [name, as] of [
    ['cem', 'cemil'],
    ['ann', 'anna'],
  ] as const) {
    made.idp.people.set(name, {
      ...{ name: as, email: `${as}@example.com`, email_verified: true, groups: ['sre'] },
    });
    const again = await comes(name);
    expect(await ask(again, 'plans.approveOverride', { planId }), as).toBe('NOT_AN_APPROVER');
    known(name, PEOPLE[name]);
  }
  await mutate(server.url, server.adminKey, 'settings.guardOverrides', { rule: null });
  await done(planId);
});

it('groups are of people who came by the provider alone, as it said last', async () => {
  const groupsOf = async (name: Name) => {
    const [row] = await server.db.execute<{ groups: string[] | null }>(
      sql`select groups from auth_user where email = ${`${name}@example.com`}`,
    );
    return row?.groups;
  };
  expect(await groupsOf('bob')).toEqual(['eu-leads', 'sre']);
  known('bob', ['sre', 'sre', 'z'.repeat(300), 'a']);
  await quarterOfAnHour();
  await forYou(bob);
  expect(await groupsOf('bob')).toEqual(['a', 'sre']);
});
