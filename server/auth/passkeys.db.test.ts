import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { authRateLimit, authUser, authVerification } from '@/db/schema/auth';
import { testDatabase } from '@/db/testing/test-database';
import type { SoftPasskey } from '@/server/testing/passkeys';
import { createAuth } from './auth';
import { FREE_ATTEMPTS } from './login-limit';
import { createPasskeyDoor } from './passkey-door';
import { MAX_PASSKEYS, removePasskey, secondFactorsOf } from './passkeys';
import { requireSecondFactor } from './second-factor';
import { ensureFirstAdmin } from './setup';
import { cookieOf, SESSIONS, testAuthServer } from './testing/auth-server';
import { ADMIN, passkeyOwner, type Twist } from './testing/passkey-owner';

const BY_KEY = { kind: 'apiKey', id: 'k', name: 'ops', role: 'admin' } as const;
/** Without a name, so that no passkey can be of it. */
const NUMBERED = new URL('https://10.0.0.7');
const AUTH = { sessionSecrets: ['of this test alone, and long enough'], sessions: SESSIONS, log: () => {} };

const connection = testDatabase();
const server = testAuthServer(connection);
const { audited } = server;
const owner = passkeyOwner(connection, server);
const {
  softPasskey,
  signIn,
  passkeys,
  idOf,
  begin,
  register,
  beginSignIn,
  who,
  actions,
  sessions,
  known,
  comeBy,
  registered,
  eve,
} = owner;

beforeEach(() => ensureFirstAdmin(connection.db, ADMIN));

describe('registering', () => {
  it('asks the password, and counts wrong ones as at the sign-in', async () => {
    const cookie = await signIn();
    const tries = await Promise.all(
      Array.from({ length: FREE_ATTEMPTS + 2 }, () =>
        passkeys('generate-register-options', { password: 'not it' }, cookie),
      ),
    );
    expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([400, 429]));
    expect(await connection.db.select().from(authVerification)).toEqual([]);
    expect(actions()).toContain('login.limited');
    await connection.db.delete(authRateLimit);
    await begin(cookie);
  });

  it('is for who is signed in', async () => {
    for (const route of ['generate-register-options', 'verify-registration', 'delete-passkey'])
      expect((await passkeys(route, { password: ADMIN.password })).status).toBe(401);
  });

  it('makes one that is told and on record, and ends the sessions of who came in with the password', async () => {
    const elsewhere = await signIn();
    const { key, cookie } = await registered();
    expect(await who(elsewhere)).toBeNull();
    expect(await who(cookie)).toMatchObject({ secondFactor: 'on' });
    expect(await who(cookie)).not.toHaveProperty('codes');
    expect(await sessions()).toHaveLength(1);
    const [row] = await known();
    expect(row).toMatchObject({ name: 'Phone', credentialId: key.id, userId: await idOf() });
    const { passkeys: told, codes } = await secondFactorsOf(connection.db, await idOf());
    expect(codes).toBe(false);
    expect(told).toEqual([
      { id: row?.id, name: 'Phone', createdAt: expect.any(Date), lastUsedAt: expect.any(Date) },
    ]);
  });

  it('is on record with its name', async () => {
    await register(await signIn(), softPasskey());
    expect(audited.at(-1)).toMatchObject({
      ...{ action: 'passkey.added', actor: 'Ada', subject: ADMIN.email, outcome: { passkey: 'Phone' } },
    });
  });

  it.each<[string, Twist]>([
    ['a page elsewhere', { origin: 'https://evil.example' }],
    ['the address that is no name', { origin: 'http://127.0.0.1:1' }],
    ['another host', { rpId: 'evil.example' }],
    ['an authenticator that does not look who holds it', { unverified: true }],
    ['another challenge', { challenge: randomBytes(32).toString('base64url') }],
  ])('refuses %s', async (_, twist) => {
    const answer = await register(await signIn(), softPasskey(), twist);
    expect(answer.status).toBe(400);
    expect(await known()).toEqual([]);
    expect(actions()).not.toContain('passkey.added');
    expect(await sessions()).toHaveLength(1);
  });

  it('takes a challenge once, from the browser it was given to', async () => {
    const cookie = await signIn();
    const begun = await begin(cookie);
    const other = await begin(cookie);
    const send = (key: SoftPasskey, sentWith: string) =>
      passkeys('verify-registration', { response: key.register(begun.asked) }, sentWith);
    // Without the cookie, and with that of another challenge.
    expect((await send(softPasskey(), cookie)).status).toBe(400);
    expect((await send(softPasskey(), other.cookie)).status).toBe(400);
    const first = await send(softPasskey(), begun.cookie);
    expect(first.status).toBe(200);
    const again = `${cookieOf(first)}; ${begun.cookie.split('; ').slice(1).join('; ')}`;
    expect((await send(softPasskey(), again)).status).toBe(400);
    expect(await known()).toHaveLength(1);
  });

  it('takes no challenge that is older than five minutes', async () => {
    const begun = await begin(await signIn());
    await connection.db.execute(
      sql`update auth_verification set expires_at = expires_at - interval '301 seconds'`,
    );
    const key = softPasskey();
    const late = await passkeys('verify-registration', { response: key.register(begun.asked) }, begun.cookie);
    expect(late.status).toBe(400);
  });

  it('takes no challenge of a sign-in, which asks no password', async () => {
    const cookie = await signIn();
    const begun = await beginSignIn();
    const response = softPasskey().register(begun.asked);
    const answer = await passkeys('verify-registration', { response }, `${cookie}; ${begun.cookie}`);
    expect(answer.status).toBe(400);
    expect(await known()).toEqual([]);
  });

  it('takes no id that another person has', async () => {
    const { key } = await registered();
    const theirs = await eve();
    const answer = await register(theirs, softPasskey(), { id: key.id });
    expect(answer.status).toBe(409);
    expect((await known()).map(({ userId }) => userId)).toEqual([await idOf()]);
  });

  it('has an end', async () => {
    const { cookie } = await registered();
    await connection.db.execute(sql`
      insert into auth_passkey (id, user_id, public_key, credential_id, counter, device_type, backed_up)
      select n, ${await idOf()}, '', n, 0, '', false from generate_series(2, ${MAX_PASSKEYS}::int) n`);
    const answer = await passkeys('generate-register-options', { password: ADMIN.password }, cookie);
    expect(answer.status).toBe(409);
  });
});

describe('signing in', () => {
  it('with it is signing in with two factors, and on record as such', async () => {
    const { key } = await registered();
    const answer = await comeBy(key);
    expect(await answer.json()).toEqual({ ok: true });
    expect(await who(cookieOf(answer))).toMatchObject({ email: ADMIN.email, secondFactor: 'on' });
    expect(audited).toMatchObject([
      { action: 'login', actor: 'Ada', subject: ADMIN.email, outcome: { passkey: 'Phone' } },
    ]);
  });

  it('asks for no code besides, of who has those as well', async () => {
    const { key } = await registered();
    await connection.db.update(authUser).set({ twoFactorEnabled: true });
    const answer = await comeBy(key);
    expect(await who(cookieOf(answer))).toMatchObject({ secondFactor: 'on', codes: true });
    expect(await (await server.signIn(ADMIN.email, ADMIN.password)).json()).toMatchObject({
      twoFactorRedirect: true,
    });
  });

  it('tells nobody which passkeys there are, and asks for one that looks who holds it', async () => {
    const { cookie } = await registered();
    const answer = await passkeys('generate-authenticate-options', {}, cookie);
    expect(await answer.json()).toMatchObject({ userVerification: 'required', rpId: 'localhost' });
    const asked = await (await passkeys('generate-authenticate-options', {}, cookie)).json();
    expect(asked).not.toHaveProperty('allowCredentials');
  });

  it.each<[string, Twist]>([
    ['a page elsewhere', { origin: 'https://evil.example' }],
    ['another host', { rpId: 'evil.example' }],
    ['an authenticator that does not look who holds it', { unverified: true }],
    ['another challenge', { challenge: randomBytes(32).toString('base64url') }],
  ])('refuses %s', async (_, twist) => {
    const { key } = await registered();
    const answer = await comeBy(key, twist);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(await sessions()).toHaveLength(1);
    expect(actions()).toEqual(['login.denied']);
    expect(server.logged).toEqual([]);
  });

  it('refuses a copy that counts anew, and a passkey that nobody has', async () => {
    const { key } = await registered();
    expect((await comeBy(key, { counter: 7 })).status).toBe(200);
    expect((await comeBy(key, { counter: 6 })).status).toBe(400);
    expect((await comeBy(softPasskey())).status).toBe(401);
    expect(actions()).toEqual(['login', 'login.denied', 'login.denied']);
  });

  it('takes a challenge once, also of two at the same time', async () => {
    const { key } = await registered();
    const { asked, cookie } = await beginSignIn();
    const response = key.signIn(asked);
    const both = await Promise.all([1, 2].map(() => passkeys('verify-authentication', { response }, cookie)));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect((await passkeys('verify-authentication', { response }, cookie)).status).toBe(400);
  });

  it('takes no challenge of a registration, nor one that is too old', async () => {
    const { key, cookie } = await registered();
    const begun = await begin(cookie);
    const crossed = await passkeys(
      'verify-authentication',
      { response: key.signIn(begun.asked) },
      begun.cookie,
    );
    expect(crossed.status).toBe(400);
    const late = await beginSignIn();
    await connection.db.execute(
      sql`update auth_verification set expires_at = expires_at - interval '301 seconds'`,
    );
    const answer = await passkeys('verify-authentication', { response: key.signIn(late.asked) }, late.cookie);
    expect(answer.status).toBe(400);
  });

  it('counts what is wrong as wrong passwords are', async () => {
    const { key } = await registered();
    const statuses: number[] = [];
    for (let round = 0; round < FREE_ATTEMPTS + 1; round++)
      statuses.push((await comeBy(key, { rpId: 'evil.example' })).status);
    expect(statuses).toEqual([...Array(FREE_ATTEMPTS).fill(400), 429]);
    // Of the same account and address.
    expect((await server.signIn(ADMIN.email, ADMIN.password)).status).toBe(429);
    expect(actions().at(-1)).toBe('login.limited');
  });

  it('is there by nothing else that the library could serve', async () => {
    const { cookie } = await registered();
    for (const route of ['list-user-passkeys', 'update-passkey', 'delete-passkey/x'])
      expect((await passkeys(route, {}, cookie)).status).toBe(404);
    for (const route of [
      'generate-register-options',
      'generate-authenticate-options',
      'list-user-passkeys',
    ]) {
      const got = await fetch(new URL(`/api/auth/passkey/${route}`, server.base), { headers: { cookie } });
      expect(got.status).toBe(404);
    }
  });
});

describe('removing', () => {
  const remove = async (cookie: string, id: string | undefined, password = ADMIN.password) =>
    passkeys('delete-passkey', { id, password }, cookie);

  it('asks the password, ends the sessions it began elsewhere, and is on record', async () => {
    const { key, cookie } = await registered();
    const elsewhere = cookieOf(await comeBy(key));
    const [row] = await known();
    expect((await remove(cookie, row?.id, 'not it')).status).toBe(400);
    audited.length = 0;
    expect((await remove(cookie, row?.id)).status).toBe(200);
    expect(audited).toMatchObject([
      { action: 'passkey.removed', actor: 'Ada', outcome: { passkey: 'Phone' } },
    ]);
    expect(await who(elsewhere)).toBeNull();
    // What it showed it shows no more.
    expect(await who(cookie)).toMatchObject({ secondFactor: 'off' });
    expect((await comeBy(key)).status).toBe(401);
    expect((await remove(cookie, row?.id)).status).toBe(404);
  });

  it('is for its owner', async () => {
    await registered();
    const theirs = await eve();
    const [row] = await known();
    expect((await remove(theirs, row?.id)).status).toBe(404);
    expect(await known()).toHaveLength(1);
  });

  it('of the last is refused where a second factor is required, also of two at once', async () => {
    const { key, cookie } = await registered();
    const second = await register(cookie, softPasskey());
    await requireSecondFactor(connection.db, 'admin', BY_KEY);
    const here = cookieOf(second);
    const answers = await Promise.all((await known()).map(({ id }) => remove(here, id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [last] = await known();
    const there = last?.credentialId === key.id ? cookieOf(await comeBy(key)) : here;
    const refused = await remove(there, last?.id);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'LAST_SECOND_FACTOR' });
    expect(await known()).toHaveLength(1);
    // Who has codes as well may.
    await connection.db.update(authUser).set({ twoFactorEnabled: true });
    expect((await remove(there, last?.id)).status).toBe(200);
  });

  it('waits for a removal of the same moment, and sees what it left', async () => {
    const { cookie } = await registered();
    await register(cookie, softPasskey());
    await requireSecondFactor(connection.db, 'admin', BY_KEY);
    const [first, second] = await known();
    const asked = { userId: await idOf(), role: 'admin', id: second?.id ?? '', sessionId: '' } as const;
    const waiting = async () => {
      const rows = await connection.db.execute(
        sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length;
    };
    const removing = await connection.sql.begin(async (tx) => {
      await tx`delete from auth_passkey where id = ${first?.id ?? ''}`;
      const removal = removePasskey(connection.db, asked);
      await Promise.race([removal, expect.poll(waiting).toBe(1)]);
      return { removal };
    });
    expect(await removing.removal).toEqual({ refused: 'last' });
  });
});

it('are nothing where browsers make none', async () => {
  const nowhere = createPasskeyDoor({
    ...{
      auth: createAuth({ ...AUTH, db: connection.db, baseUrl: NUMBERED }),
      db: connection.db,
      baseUrl: NUMBERED,
    },
    ...{ authenticate: async () => null, audit: async () => {} },
  });
  const url = new URL('/api/auth/passkey/verify-authentication', NUMBERED);
  const asked = { url, headers: new Headers(), sent: {}, address: '' };
  const answer = await nowhere(`POST ${url.pathname}`, asked);
  expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'NO_PASSKEYS' }]);
});
