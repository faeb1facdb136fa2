import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { claimInvite, inviteMember } from '@/server/auth/members';
import { testApiServer } from '../testing/api-server';
import { mutate } from '../testing/call';
import { rest } from '../testing/rest-call';

const server = testApiServer();
afterAll(() => {
  expect(server.errors).toEqual([]);
});

const operator = (asked: string, more: Parameters<typeof rest>[3] = {}) =>
  rest(server.url, server.key, asked, more);
const PLAN = {
  name: 'By program',
  tenantIds: ['acme-eu'],
  unitId: 'edge-router',
  version: 'v2.1',
  playbookId: 'blue-green',
};

describe('a command with an Idempotency-Key', () => {
  it('is carried out once, answers the same again, and is refused for something else', async () => {
    const headers = { 'idempotency-key': 'deploy-2026-11-30' };
    const first = await operator('POST /plans', { body: PLAN, headers });
    expect(first.status).toBe(201);
    expect(first.headers.get('location')).toBe(`/api/v1/plans/${first.body.planId}`);
    const again = await operator('POST /plans', { body: PLAN, headers });
    expect([again.status, again.body]).toEqual([first.status, first.body]);

    const other = await operator('POST /plans', { body: { ...PLAN, name: 'Another' }, headers });
    expect(other).toMatchObject({ status: 409, body: { code: 'CONFLICT', reason: 'REFUSED_BY_GUARD' } });
    const elsewhere = await operator(`POST /plans/${first.body.planId}/start`, { headers });
    expect(elsewhere).toMatchObject({ status: 409, body: { reason: 'REFUSED_BY_GUARD' } });

    // The same words of somebody else are another key.
    const key = await server.newKey('operator');
    const another = await rest(server.url, key, 'POST /plans', { body: PLAN, headers });
    expect(another).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
    expect(another.body.detail).toContain('acme-eu');
  });

  it('is the same command as by tRPC with that requestId', async () => {
    const requestId = randomUUID();
    const headers = { 'idempotency-key': `"${requestId}"` };
    const body = { maxConcurrency: 7 };
    const first = await operator('PUT /plans/PLN-1/concurrency', { body, headers });
    expect(first.status).toBe(200);
    const again = await mutate(server.url, server.key, 'plans.setConcurrency', {
      ...{ planId: 'PLN-1', maxConcurrency: 7, requestId },
    });
    expect(again.data).toEqual(first.body);
  });

  it('needs no key, no body and no type of one', async () => {
    const made = await operator('POST /plans', { body: { ...PLAN, tenantIds: ['borealis'] } });
    const planned = `/plans/${made.body.planId}`;
    expect(await operator(`POST ${planned}/cancel`)).toMatchObject({ status: 200 });
    expect(await operator(`GET ${planned}`)).toMatchObject({ body: { status: 'CANCELLED' } });
  });
});

describe('a change with If-Match', () => {
  it('of a tenant is made on what it was made on, or not at all', async () => {
    const read = await operator('GET /tenants/borealis');
    const etag = read.headers.get('etag') ?? '';
    expect(decodeURIComponent(etag)).toBe(`"${read.body.updatedAt}"`);
    const edit = (tier: string, match: string) =>
      operator('PATCH /tenants/borealis', { body: { labels: { tier } }, headers: { 'if-match': match } });
    expect(await edit('first', etag)).toMatchObject({ status: 200, body: { tenantId: 'borealis' } });
    expect(await edit('second', etag)).toMatchObject({
      status: 412,
      body: { code: 'PRECONDITION_FAILED', reason: 'CHANGED_MEANWHILE' },
    });
    const put = await operator('PUT /tenants/borealis', {
      body: { name: 'B' },
      headers: { 'if-match': etag },
    });
    expect(put.status).toBe(412);
    const now = await operator('GET /tenants/borealis');
    expect(now.body.labels.tier).toBe('first');
    expect(now.body.name).toBe(read.body.name);
    expect(await edit('third', now.headers.get('etag') ?? '')).toMatchObject({ status: 200 });
    // Who compares nothing changes what there is.
    expect(await operator('PATCH /tenants/borealis', { body: { labels: { tier: 'last' } } })).toMatchObject({
      status: 200,
    });
  });

  it('is made by one of many at once', async () => {
    const etag = (await operator('GET /tenants/acme-us')).headers.get('etag') ?? '';
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, at) =>
        operator('PATCH /tenants/acme-us', {
          ...{ body: { labels: { by: `${at}` } }, headers: { 'if-match': etag } },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412]);
  });

  it('of a tenant that is not there is a 412, and so is one that is removed', async () => {
    const headers = { 'if-match': '"2026-01-01T00%3A00%3A00.000000Z"' };
    expect((await operator('PUT /tenants/newcomer', { body: {}, headers })).status).toBe(412);
    expect((await operator('GET /tenants/newcomer')).status).toBe(404);
    expect((await operator('PUT /tenants/newcomer', { body: {} })).status).toBe(200);
    const etag = (await operator('GET /tenants/newcomer')).headers.get('etag') ?? '';
    expect(await operator('DELETE /tenants/newcomer')).toMatchObject({ body: { removed: 'newcomer' } });
    const late = await operator('PUT /tenants/newcomer', { body: {}, headers: { 'if-match': etag } });
    expect(late.status).toBe(412);
  });

  it('of a playbook is the next version after the one it was made on', async () => {
    const { headers, body } = await operator('GET /playbooks/blue-green');
    const etag = headers.get('etag') ?? '';
    expect(etag).toBe(`"${body.version}"`);
    const save = () =>
      operator('PUT /playbooks/blue-green', {
        body: { name: 'Blue and green', definition: body.definition },
        headers: { 'if-match': etag },
      });
    const saved = await save();
    expect(saved).toMatchObject({ status: 200, body: { version: body.version + 1 } });
    expect(saved.headers.get('etag')).toBe(`"${body.version + 1}"`);
    expect(await save()).toMatchObject({ status: 412, body: { reason: 'CHANGED_MEANWHILE' } });
    const made = await operator('PUT /playbooks/brand-new', {
      ...{ body: { name: 'New', definition: body.definition }, headers: { 'if-match': '"0"' } },
    });
    expect(made).toMatchObject({ status: 200, body: { version: 1 } });
  });

  it('is a 409 by tRPC', async () => {
    const refused = await mutate(server.url, server.key, 'tenants.update', {
      ...{ tenantId: 'acme-us', labels: { by: 'x' }, basedOn: 'long ago' },
    });
    expect(refused).toMatchObject({ status: 409, error: { reason: 'CHANGED_MEANWHILE' } });
  });
});

it('a session opens the console’s API and not this one', async () => {
  const who = { email: 'lee@example.com', password: 'correct horse battery' };
  const { token } = await inviteMember(server.db, { email: who.email, role: 'admin', actor: 'ada' });
  await claimInvite(server.db, { token, name: 'Lee', password: who.password });
  const signedIn = await fetch(`${server.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify(who),
  });
  expect(signedIn.status).toBe(200);
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const headers = { cookie, origin: server.url };
  expect((await fetch(`${server.url}/api/trpc/plans.list`, { headers })).status).toBe(200);
  expect(await rest(server.url, null, 'GET /plans', { headers })).toMatchObject({ status: 401 });
  expect(await rest(server.url, null, 'POST /plans/PLN-1/start', { headers })).toMatchObject({ status: 401 });
  // A page that shows a key shows it on purpose, whoever wrote it.
  const foreign = { origin: 'https://elsewhere.example' };
  const answer = await operator('GET /plans/PLN-1', { headers: foreign });
  expect(answer.status).toBe(200);
  expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
});

it('a status page needs its token alone, and looks like none without', async () => {
  const share = await operator('POST /plans/PLN-1/shares', { body: { days: 1 } });
  expect(share.status).toBe(201);
  const token = share.body.path.replace('/s/', '');
  const open = await rest(server.url, null, `GET /status/${token}`);
  expect(open).toMatchObject({ status: 200, body: { planId: 'PLN-1', total: 24 } });
  expect(await operator(`DELETE /shares/${share.body.id}`)).toMatchObject({ status: 200 });
  const gone = await rest(server.url, null, `GET /status/${token}`);
  const never = await rest(server.url, null, `GET /status/${'x'.repeat(43)}`);
  expect(gone.status).toBe(404);
  expect({ ...gone.body, instance: '' }).toEqual({ ...never.body, instance: '' });
});

it('an import may be as long as by tRPC, and nothing else may', async () => {
  const csv = `tenantId,name\n${Array.from({ length: 9000 }, (_, at) => `t${at},${'n'.repeat(190)}`).join('\n')}\n`;
  const body = { csv, dryRun: true };
  expect(JSON.stringify(body).length).toBeGreaterThan(1.5 * 1024 * 1024);
  expect((await operator('POST /tenant-imports', { body })).body).toMatchObject({
    totals: { created: 9000 },
  });
  const elsewhere = await operator('PUT /tenants/acme-eu', { body });
  expect(elsewhere).toMatchObject({ status: 413, body: { code: 'TOO_LARGE' } });
});

it('a task can be named by its tenant, and all of it works with one key and curl', async () => {
  const { body } = await operator('POST /plans', { body: { ...PLAN, tenantIds: ['evergreen'] } });
  const task = await operator('GET /tenants/evergreen/task');
  expect(task.body.view.taskId).toBe(`${body.planId}.1`);
  expect((await operator(`GET /tasks/${body.planId}.1`)).body.view).toEqual(task.body.view);
  const reason = 'not this one';
  expect(await operator('POST /tenants/evergreen/task/pause', { body: { reason } })).toMatchObject({
    status: 200,
  });
  const version = await operator('POST /units/edge-router/versions', {
    body: { version: 'v9+x', payload: '{}' },
  });
  expect(version.status).toBe(201);
  expect(version.headers.get('location')).toBe('/api/v1/units/edge-router/versions/v9%2Bx');
  const read = await operator('GET /units/edge-router/versions/v9%2Bx');
  expect(read.body).toMatchObject({ payload: '{}' });
});
