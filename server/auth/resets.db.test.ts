import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { authUser } from '@/db/schema/auth';
import { testApiServer } from '@/server/api/testing/api-server';
import { mutate } from '@/server/api/testing/call';
import { openLiveSocket } from '@/server/api/testing/live-socket';
import { createApiKey } from './api-keys';
import type { Scope } from './principal';
import { ensureFirstAdmin } from './setup';

const server = testApiServer();
const ADA = { email: 'ada@example.com', password: 'correct horse battery' };

const post = (path: string, body: object, cookie = '') =>
  fetch(`${server.url}/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url, cookie },
    body: JSON.stringify(body),
  });
const signIn = async (password: string) => {
  const answer = await post('sign-in/email', { email: ADA.email, password });
  const cookie = answer.headers.getSetCookie().map((one) => one.split(';')[0]);
  return { status: answer.status, cookie: cookie.join('; ') };
};
const isIn = async (cookie: string) =>
  (await fetch(`${server.url}/api/trpc/executor.nodes`, { headers: { cookie } })).status === 200;

async function ada(): Promise<string> {
  await ensureFirstAdmin(server.db, ADA);
  const [row] = await server.db.select({ id: authUser.id }).from(authUser);
  return row?.id ?? '';
}
const ask = async <T>(procedure: string, input: object, key = server.adminKey) => {
  const { data, error } = await mutate(server.url, key, procedure, input);
  return (error ?? data) as T;
};
const linkFor = async (userId: string) =>
  new URL(
    (await ask<{ path: string }>('members.resetPassword', { userId })).path,
    server.url,
  ).searchParams.get('token');

describe('a link to set a password anew', () => {
  it('works once, ends the sessions, and takes no password that is easily guessed', async () => {
    const userId = await ada();
    const { cookie } = await signIn(ADA.password);
    const early = await linkFor(userId);
    const token = await linkFor(userId);
    // Until it is used, everything is as it was.
    expect(await isIn(cookie)).toBe(true);
    expect((await post('reset', { token: early, password: 'a whole new one' })).status).toBe(403);
    expect((await post('reset', { token, password: 'password1234' })).status).toBe(422);
    expect((await post('reset', { token, password: 'short' })).status).toBe(422);
    expect((await post('reset', { token: 'x'.repeat(43), password: 'a whole new one' })).status).toBe(403);
    expect(await isIn(cookie)).toBe(true);
    expect((await post('reset', { token, password: 'a whole new one' })).status).toBe(200);
    expect(await isIn(cookie)).toBe(false);
    expect((await post('reset', { token, password: 'yet another one' })).status).toBe(403);
    expect((await signIn(ADA.password)).status).toBe(401);
    expect((await signIn('a whole new one')).status).toBe(200);
    const stored = await server.db.execute(sql`select * from auth_verification`);
    expect(JSON.stringify(stored)).not.toContain(early);
  });

  it('ends after a day', async () => {
    const token = await linkFor(await ada());
    await server.db.execute(sql`update auth_verification set expires_at = expires_at - interval '24 hours'`);
    expect((await post('reset', { token, password: 'a whole new one' })).status).toBe(403);
  });

  it('is on record, and made by administrators alone', async () => {
    const userId = await ada();
    expect(await ask('members.resetPassword', { userId }, server.key)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await ask('members.resetPassword', { userId: 'nobody' })).toMatchObject({ code: 'NOT_FOUND' });
    const rows = await server.db.execute<{ action: string }>(
      sql`select action from audit where target = ${ADA.email}`,
    );
    expect(rows.map(({ action }) => action)).toContain('member.reset');
    expect(rows.map(({ action }) => action)).toContain('password.reset');
  });
});

describe('the sessions of somebody', () => {
  it('are ended by an administrator at once', async () => {
    const userId = await ada();
    const signedIn = await Promise.all([signIn('a whole new one'), signIn('a whole new one')]);
    expect(await ask('members.endSessions', { userId }, server.key)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await ask<{ ended: number }>('members.endSessions', { userId })).toEqual({
      ended: expect.any(Number),
    });
    for (const { cookie } of signedIn) expect(await isIn(cookie)).toBe(false);
    expect(await ask('members.endSessions', { userId })).toEqual({ ended: 0 });
    expect(await ask('members.endSessions', { userId: 'nobody' })).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the key of the environment', () => {
  it('is switched off and on by an administrator, from the next request on', async () => {
    const works = async () => (await mutate(server.url, server.key, 'plans.preview', {})).status !== 401;
    expect(await works()).toBe(true);
    expect(await ask('apiKeys.switchEnvironment', { on: false }, server.key)).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await ask('apiKeys.switchEnvironment', { on: false })).toEqual({ state: 'off' });
    expect(await works()).toBe(false);
    expect(await ask('apiKeys.switchEnvironment', { on: true })).toEqual({ state: 'on' });
    expect(await works()).toBe(true);
    const rows = await server.db.execute(sql`select 1 from audit where action = 'apiKey.switchEnvironment'`);
    expect(rows).toHaveLength(2);
  });
});

describe('a key with scopes', () => {
  const keyWith = async (...scopes: Scope[]) =>
    (await ask<{ key: string }>('apiKeys.create', { name: 'limited', scopes })).key;
  const may = async (key: string, procedure: string) => {
    const { code } = await ask<{ code?: string }>(procedure, {}, key);
    return code !== 'FORBIDDEN';
  };

  it.each([
    [['read'], []],
    [['plans:run'], ['plans.start']],
    [['tenants:write'], ['tenants.upsert', 'versions.create', 'playbooks.save', 'tenants.setSecret']],
    [
      ['plans:run', 'tenants:write'],
      ['plans.start', 'tenants.upsert', 'versions.create', 'playbooks.save', 'tenants.setSecret'],
    ],
    [
      ['admin'],
      [
        'plans.start',
        'tenants.upsert',
        'versions.create',
        'playbooks.save',
        'tenants.setSecret',
        'members.invite',
      ],
    ],
  ] as [Scope[], string[]][])('%j may do no more than it says', async (scopes, allowed) => {
    const key = await keyWith(...scopes);
    const asked = [
      'plans.start',
      'tenants.upsert',
      'versions.create',
      'playbooks.save',
      'tenants.setSecret',
      'members.invite',
    ];
    const done = [];
    for (const procedure of asked) if (await may(key, procedure)) done.push(procedure);
    expect(done).toEqual(asked.filter((procedure) => allowed.includes(procedure)));
    await openLiveSocket(server.url, key);
  });

  it('says which it lacks', async () => {
    expect(await ask('tenants.upsert', {}, await keyWith('plans:run'))).toMatchObject({
      message: 'This needs a key with the scope tenants:write; this one has plans:run.',
    });
  });

  it('ends after ninety days, unless somebody wanted it otherwise', async () => {
    const days = async (input: object) => {
      const { info } = await ask<{ info: { expiresAt: string | null } }>('apiKeys.create', {
        name: 'k',
        role: 'viewer',
        ...input,
      });
      return info.expiresAt && Math.round((Date.parse(info.expiresAt) - Date.now()) / 86_400_000);
    };
    expect(await days({})).toBe(90);
    expect(await days({ expiresInDays: 7 })).toBe(7);
    expect(await days({ expiresInDays: null })).toBeNull();
    expect(await ask('apiKeys.create', { name: 'k', role: 'viewer', scopes: ['read'] })).toMatchObject({
      code: 'BAD_REQUEST',
    });
    expect(await ask('apiKeys.create', { name: 'k' })).toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('tells when it was used last, and from where', async () => {
    const { key, info } = await createApiKey(server.db, {
      name: 'seen',
      role: 'viewer',
      createdBy: 'test',
      expiresAt: null,
    });
    await ask('plans.preview', {}, key);
    const [row] = await server.db.execute(sql`select last_used_from from api_key where id = ${info.id}`);
    expect(row).toEqual({ lastUsedFrom: '127.0.0.1' });
  });
});
