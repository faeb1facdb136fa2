import { randomBytes } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connect } from '@/db/client';
import { apiKey, authRateLimit, authSession, authUser, setupToken } from '@/db/schema/auth';
import { testDatabase } from '@/db/testing/test-database';
import { createApiKey, listApiKeys, revokeApiKey } from './api-keys';
import { createAuth } from './auth';
import { FREE_ATTEMPTS, spendLoginAttempt } from './login-limit';
import { claimSetup, ensureFirstAdmin, issueSetupLink, setupLinkState, setupNeeded } from './setup';
import { cookieOf, ENVIRONMENT_KEY, SESSIONS, testAuthServer } from './testing/auth-server';

const ADMIN = { name: 'Ada', email: 'ada@example.com', password: 'correct horse' };

const connection = testDatabase();
const server = testAuthServer(connection);
const { access, audited, post, signIn, sender } = server;

const tokenOf = (link: URL | null) => link?.searchParams.get('token') ?? '';

describe('first set-up', () => {
  it('makes one administrator of many concurrent claims, with the same link or others', async () => {
    const links = await Promise.all([1, 2, 3].map(() => issueSetupLink(connection.db, server.base)));
    const claims = await Promise.all(
      links.flatMap((link) =>
        ['a', 'b', 'c'].map((who) =>
          claimSetup(connection.db, {
            ...ADMIN,
            email: `${who}${tokenOf(link).slice(0, 4).toLowerCase()}@example.com`,
            token: tokenOf(link),
          }),
        ),
      ),
    );
    expect(claims.filter((claim) => claim.ok)).toHaveLength(1);
    expect(new Set(claims.filter((claim) => !claim.ok).map((claim) => claim.code))).toEqual(
      new Set(['SETUP_DONE']),
    );
    expect(await connection.db.select({ role: authUser.role }).from(authUser)).toEqual([{ role: 'admin' }]);
  });

  it('prints no link, and honours none, once there is an account', async () => {
    const early = await issueSetupLink(connection.db, server.base);
    expect(await setupLinkState(connection.db, tokenOf(early))).toBe('valid');
    expect(await ensureFirstAdmin(connection.db, ADMIN)).toBe(true);
    expect(await ensureFirstAdmin(connection.db, ADMIN)).toBe(false);
    expect(await setupNeeded(connection.db)).toBe(false);
    expect(await issueSetupLink(connection.db, server.base)).toBeNull();
    expect(await setupLinkState(connection.db, tokenOf(early))).toBe('done');
    expect(await claimSetup(connection.db, { ...ADMIN, token: tokenOf(early) })).toMatchObject({
      code: 'SETUP_DONE',
    });
  });

  it('refuses a wrong link and one that ran out', async () => {
    const link = await issueSetupLink(connection.db, server.base);
    expect((await post('/api/auth/setup', { ...ADMIN, token: 'wrong' })).status).toBe(403);
    await connection.db.update(setupToken).set({ expiresAt: sql`now() - interval '1 second'` });
    const late = await post('/api/auth/setup', { ...ADMIN, token: tokenOf(link) });
    expect(await late.json()).toMatchObject({ error: { code: 'SETUP_LINK_INVALID' } });
    expect(await setupNeeded(connection.db)).toBe(true);
  });

  it('says which field is wrong, and lets the new administrator sign in', async () => {
    const token = tokenOf(await issueSetupLink(connection.db, server.base));
    const short = await post('/api/auth/setup', { ...ADMIN, password: 'short', token });
    expect(short.status).toBe(422);
    expect(await short.json()).toEqual({
      error: { code: 'INVALID', message: 'A password has at least 12 characters', field: 'password' },
    });
    expect((await post('/api/auth/setup', { ...ADMIN, email: 'Ada@Example.com', token })).status).toBe(201);
    expect((await signIn('ada@example.com', ADMIN.password)).status).toBe(200);
    expect(audited.map((event) => event.action)).toEqual(['setup.claimed', 'login']);
  });
});

describe('sessions', () => {
  it('carry the name and role, and end at once when revoked, demoted or signed out', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    const cookie = cookieOf(await signIn(ADMIN.email, ADMIN.password));
    const who = () => access(new Headers({ cookie }));
    expect(await who()).toMatchObject({
      kind: 'user',
      email: ADMIN.email,
      role: 'admin',
      sessionId: expect.any(String),
    });

    await connection.db.update(authUser).set({ role: 'viewer' }).where(eq(authUser.email, ADMIN.email));
    expect(await who()).toMatchObject({ role: 'viewer' });

    await connection.db.delete(authSession);
    expect(await who()).toBeNull();

    const second = cookieOf(await signIn(ADMIN.email, ADMIN.password));
    expect((await post('/api/auth/sign-out', {}, { cookie: second })).status).toBe(200);
    expect(await access(new Headers({ cookie: second }))).toBeNull();
    expect(audited.at(-1)).toMatchObject({ action: 'logout', subject: ADMIN.email });
  });

  it('use cookies a script cannot read', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    const [cookie] = (await signIn(ADMIN.email, ADMIN.password)).headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
  });

  it('never let an account raise its own role, nor open a new one', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    const cookie = cookieOf(await signIn(ADMIN.email, ADMIN.password));
    await connection.db.update(authUser).set({ role: 'viewer' });
    await post('/api/auth/update-user', { name: 'Eve', role: 'admin' }, { cookie });
    expect(await access(new Headers({ cookie }))).toMatchObject({ role: 'viewer' });
    expect((await post('/api/auth/sign-up/email', { ...ADMIN, email: 'eve@example.com' })).status).toBe(404);
    expect((await post('/api/auth/revoke-sessions', {}, { cookie })).status).toBe(404);
  });

  it('are seen and ended by whose they are', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    const mine = cookieOf(await signIn(ADMIN.email, ADMIN.password));
    const other = cookieOf(await signIn(ADMIN.email, ADMIN.password));
    // Also of somebody who signed in days ago.
    await connection.db.update(authSession).set({ createdAt: new Date(Date.now() - 3 * 86_400_000) });
    const listed = async () => {
      const answer = await fetch(new URL('/api/auth/list-sessions', server.base), {
        headers: { cookie: mine },
      });
      expect(answer.status).toBe(200);
      return (await answer.json()) as { id: string; token: string }[];
    };
    const sessions = await listed();
    expect(sessions).toHaveLength(2);
    // What is told is not enough to come in with.
    for (const { token } of sessions)
      expect(await access(new Headers({ cookie: `switchyard.session_token=${token}` }))).toBeNull();

    const theirs = (await access(new Headers({ cookie: other })))?.sessionId;
    const token = sessions.find(({ id }) => id === theirs)?.token;
    expect((await post('/api/auth/revoke-session', { token }, { cookie: mine })).status).toBe(200);
    expect(await access(new Headers({ cookie: other }))).toBeNull();
    expect(audited.at(-1)).toMatchObject({ action: 'sessions.ended', subject: ADMIN.email });

    const third = cookieOf(await signIn(ADMIN.email, ADMIN.password));
    expect((await post('/api/auth/revoke-other-sessions', {}, { cookie: mine })).status).toBe(200);
    expect(await access(new Headers({ cookie: third }))).toBeNull();
    expect(await listed()).toHaveLength(1);
  });

  it('refuse a foreign page', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    const foreign = await post('/api/auth/sign-in/email', ADMIN, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
  });
});

describe('signing in', () => {
  it('answers alike for an unknown account and a wrong password', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    const wrong = await signIn(ADMIN.email, 'not the password');
    const unknown = await signIn('nobody@example.com', 'not the password');
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.json()).toEqual(await unknown.json());
    expect(audited.map((event) => event.action)).toEqual(['login.denied', 'login.denied']);
  });

  const limitedIn = async (password: string, headers = {}) => {
    const answer = await post('/api/auth/sign-in/email', { email: ADMIN.email, password }, headers);
    return answer.status === 429 ? Number(answer.headers.get('retry-after')) : answer.status;
  };
  /** Lets time go by for what was counted, not for what counts it. */
  const pass = (seconds: number) =>
    connection.db.update(authRateLimit).set({ lastRequest: sql`last_request - ${seconds * 1000}` });

  it('is limited from the sixth wrong password on, whatever address the client claims to have', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    for (let attempt = 0; attempt < FREE_ATTEMPTS; attempt++) expect(await limitedIn('guess')).toBe(401);
    const forged = { 'x-forwarded-for': '203.0.113.9', 'x-switchyard-client': '203.0.113.9' };
    const wait = await limitedIn(ADMIN.password, forged);
    expect(wait).toBeGreaterThan(20);
    expect(wait).toBeLessThanOrEqual(30);
    expect(audited.at(-1)).toMatchObject({
      action: 'login.limited',
      subject: ADMIN.email,
      address: '127.0.0.1',
    });
    // Another account is another matter.
    expect((await signIn('somebody.else@example.com', 'guess')).status).toBe(401);
  });

  it('waits longer each time, but never for long, and asking meanwhile costs nothing', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    for (let attempt = 0; attempt < FREE_ATTEMPTS; attempt++) await limitedIn('guess');
    const waits: number[] = [];
    for (let round = 0; round < 7; round++) {
      await limitedIn('guess');
      waits.push(await limitedIn('guess'));
      await pass(waits.at(-1) ?? 0);
      expect(await limitedIn('guess')).toBe(401);
    }
    expect(waits.map((wait) => Math.round(wait / 30))).toEqual([1, 2, 4, 8, 16, 30, 30]);
    await pass(900);
    expect(await limitedIn(ADMIN.password)).toBe(200);
    // The right one starts anew.
    for (let attempt = 0; attempt < FREE_ATTEMPTS; attempt++) expect(await limitedIn('guess')).toBe(401);
    expect(await limitedIn('guess')).toBeGreaterThan(20);
  });

  it('counts attempts of the same moment one after the other', async () => {
    const attempt = () => spendLoginAttempt(connection.db, 'ada@example.com', '198.51.100.7');
    expect(await attempt()).toBe(0);
    // Held until all of them have looked at what was counted before.
    const others = connect(connection.url, 8);
    onTestFinished(() => others.close());
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held = connection.sql.begin(async (tx) => {
      await tx`select 1 from auth_rate_limit where key like 'login:%' for update`;
      await released;
    });
    const waits = Array.from({ length: 8 }, () =>
      spendLoginAttempt(others.db, 'ada@example.com', '198.51.100.7'),
    );
    await vi.waitUntil(async () => {
      const [row] = await connection.sql`
        select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return row?.n === 8;
    });
    release();
    await held;
    expect((await Promise.all(waits)).filter((wait) => wait === 0)).toHaveLength(FREE_ATTEMPTS - 1);
  });

  it('of an account from everywhere is slowed down, but not for whoever is signed in at their address', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    const owner = cookieOf(await signIn(ADMIN.email, ADMIN.password));
    const from = (address: string, password: string) => {
      sender.client = { address, secure: false, host: server.base.host };
      return limitedIn(password);
    };
    onTestFinished(() => {
      sender.client = undefined;
    });
    for (let at = 1; at <= 20; at++) expect(await from(`198.51.100.${at}`, 'guess')).toBe(401);
    expect(await from('198.51.100.99', 'guess')).toBeGreaterThan(20);
    expect(await from('127.0.0.1', ADMIN.password)).toBe(200);
    expect(await access(new Headers({ cookie: owner }))).not.toBeNull();
  });

  it('of one address on whatever accounts is slowed down', async () => {
    for (let at = 0; at < 50; at++)
      expect(await spendLoginAttempt(connection.db, `who${at}@example.com`, '198.51.100.7')).toBe(0);
    expect(await spendLoginAttempt(connection.db, 'who99@example.com', '198.51.100.7')).toBeGreaterThan(20);
    expect(await spendLoginAttempt(connection.db, 'who99@example.com', '198.51.100.8')).toBe(0);
  });
});

describe('a password', () => {
  it('is not one that is tried first, nor made of the own name', async () => {
    const token = tokenOf(await issueSetupLink(connection.db, server.base));
    for (const password of ['password1234', 'ada@example.com', 'adaadaadaada'])
      expect((await post('/api/auth/setup', { ...ADMIN, password, token })).status).toBe(422);
    expect((await post('/api/auth/setup', { ...ADMIN, token })).status).toBe(201);
    const cookie = cookieOf(await signIn(ADMIN.email, ADMIN.password));
    const change = (newPassword: string) =>
      post('/api/auth/change-password', { currentPassword: ADMIN.password, newPassword }, { cookie });
    expect(await (await change('password1234')).json()).toMatchObject({ code: 'PASSWORD_GUESSABLE' });
    expect((await change('vQ7#mP2')).status).toBe(400);
    expect((await change('vQ7#mP2$xL9!'.repeat(11))).status).toBe(400);
  });

  it('that is changed ends the other sessions, also when nobody asks for it', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    const other = cookieOf(await signIn(ADMIN.email, ADMIN.password));
    const mine = cookieOf(await signIn(ADMIN.email, ADMIN.password));
    const changed = await post(
      '/api/auth/change-password',
      { currentPassword: ADMIN.password, newPassword: 'another long one', revokeOtherSessions: false },
      { cookie: mine },
    );
    expect(changed.status).toBe(200);
    expect(await access(new Headers({ cookie: other }))).toBeNull();
    expect(await access(new Headers({ cookie: cookieOf(changed) }))).not.toBeNull();
  });
});

describe('a name', () => {
  it('is checked when it is changed, and the change is on record', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    const cookie = cookieOf(await signIn(ADMIN.email, ADMIN.password));
    for (const name of ['executor', 'ехесutоr', 'x\u202ey', '', 'x'.repeat(81), 7, undefined])
      expect((await post('/api/auth/update-user', { name }, { cookie })).status).toBe(422);
    const renamed = await post('/api/auth/update-user', { name: ' Ada  L ', image: 'x' }, { cookie });
    expect(renamed.status).toBe(200);
    expect(await access(new Headers({ cookie }))).toMatchObject({ name: 'Ada L' });
    expect((await connection.db.select().from(authUser))[0]?.image).toBeNull();
    expect(audited.at(-1)).toMatchObject({
      action: 'member.renamed',
      outcome: { before: 'Ada', after: 'Ada L' },
    });
  });
});

describe('a session', () => {
  it('ends when nobody used it for twelve hours, and after seven days however much it is used', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    const cookie = cookieOf(await signIn(ADMIN.email, ADMIN.password));
    const who = (looking = false) => access(new Headers({ cookie }), { looking });
    const hoursLeft = async () => {
      const [session] = await connection.db.select().from(authSession);
      return Math.round(((session?.expiresAt.getTime() ?? 0) - Date.now()) / 3_600_000);
    };
    const pass = (hours: number) =>
      connection.db.update(authSession).set({
        updatedAt: sql`updated_at - make_interval(hours => ${hours})`,
        createdAt: sql`created_at - make_interval(hours => ${hours})`,
        expiresAt: sql`expires_at - make_interval(hours => ${hours})`,
      });
    expect(await hoursLeft()).toBe(12);
    await pass(11);
    // To look whether somebody is there is no use.
    expect(await who(true)).not.toBeNull();
    expect(await hoursLeft()).toBe(1);
    expect(await who()).not.toBeNull();
    expect(await hoursLeft()).toBe(12);
    for (let day = 0; day < 13; day++) {
      await pass(12 - 1);
      expect(await who()).not.toBeNull();
    }
    // 154 hours of 168 are over.
    expect(await hoursLeft()).toBe(12);
    await pass(11);
    expect(await who()).not.toBeNull();
    expect(await hoursLeft()).toBe(3);
    await pass(4);
    expect(await who()).toBeNull();
  });

  it('ends after twelve hours without use', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    const cookie = cookieOf(await signIn(ADMIN.email, ADMIN.password));
    await connection.db
      .update(authSession)
      .set({ expiresAt: sql`expires_at - interval '12 hours 1 second'` });
    expect(await access(new Headers({ cookie }))).toBeNull();
  });

  it('has a Secure cookie where the public address is https', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    const publicUrl = new URL('https://switchyard.example.com');
    const auth = createAuth({
      db: connection.db,
      sessionSecrets: [randomBytes(32).toString('base64')],
      baseUrl: publicUrl,
      sessions: SESSIONS,
      log: () => {},
    });
    const { email, password } = ADMIN;
    const { headers } = await auth.api.signInEmail({ body: { email, password }, asResponse: true });
    expect(headers.getSetCookie()).not.toEqual([]);
    for (const cookie of headers.getSetCookie()) expect(cookie).toMatch(/^__Secure-.*; Secure/);
  });

  it('of a browser that speaks TLS to a proxy of ours has a Secure cookie', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    sender.client = { address: '203.0.113.9', secure: true, host: server.base.host };
    onTestFinished(() => {
      sender.client = undefined;
    });
    for (const cookie of (await signIn(ADMIN.email, ADMIN.password)).headers.getSetCookie())
      expect(cookie).toMatch(/; Secure/);
  });
});

describe('API keys', () => {
  const bearer = (key: string) => access(new Headers({ authorization: `Bearer ${key}` }));
  const make = (expiresAt: Date | null = null) =>
    createApiKey(connection.db, { name: 'deploy bot', role: 'operator', createdBy: 'ada', expiresAt });

  it('are stored hashed, tell their role, and note their use', async () => {
    const { key, info } = await make();
    expect(key).toMatch(/^swy_[A-Za-z0-9_-]{43}$/);
    expect(await bearer(key)).toEqual({
      ...{ kind: 'apiKey', id: info.id, role: 'operator' },
      // Several keys may have one name, one after the other: the records tell them apart.
      name: `deploy bot (${key.slice(0, 12)})`,
    });
    const [listed] = (await listApiKeys(connection.db, { limit: 10 })).items;
    expect(listed?.lastUsedAt).toBeInstanceOf(Date);
    expect(JSON.stringify(await connection.db.select().from(apiKey))).not.toContain(key);
    expect(listed).not.toHaveProperty('hash');
  });

  it('end when revoked or expired', async () => {
    const revoked = await make();
    expect(await revokeApiKey(connection.db, revoked.info.id, 'ada')).toBe(true);
    expect(await revokeApiKey(connection.db, revoked.info.id, 'ada')).toBe(false);
    expect(await bearer(revoked.key)).toBeNull();
    const expired = await make(new Date(Date.now() - 1000));
    expect(await bearer(expired.key)).toBeNull();
  });

  it('include the bootstrap key of the environment, as an operator', async () => {
    expect(await bearer(ENVIRONMENT_KEY)).toMatchObject({ kind: 'apiKey', role: 'operator' });
    expect(await bearer(`${ENVIRONMENT_KEY}x`)).toBeNull();
  });

  it('do not fall back to a cookie when they are wrong', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    const cookie = cookieOf(await signIn(ADMIN.email, ADMIN.password));
    expect(await access(new Headers({ cookie, authorization: 'Bearer nonsense' }))).toBeNull();
  });
});
