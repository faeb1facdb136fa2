import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { authRateLimit, authSession, authTwoFactor, authUser, authVerification } from '@/db/schema/auth';
import { testDatabase } from '@/db/testing/test-database';
import { codeNow } from '@/server/testing/authenticator';
import { createAuth } from './auth';
import { FREE_ATTEMPTS } from './login-limit';
import type { Role } from './principal';
import { rotateSecondFactors } from './sealing';
import { removeSecondFactor, requireSecondFactor } from './second-factor';
import { ensureFirstAdmin } from './setup';
import { cookieOf, ENVIRONMENT_KEY, SESSIONS, testAuthServer } from './testing/auth-server';
import { hashOf } from './tokens';

const ADMIN = { name: 'Ada', email: 'ada@example.com', password: 'correct horse' };

const connection = testDatabase();
const server = testAuthServer(connection);
const { access, audited, post } = server;

beforeEach(async () => {
  // No period of the codes ends between making one and giving it.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  await ensureFirstAdmin(connection.db, ADMIN);
});
afterEach(() => vi.useRealTimers());

const signIn = async () => cookieOf(await server.signIn(ADMIN.email, ADMIN.password));
const who = (cookie: string, enrolling = false) => access(new Headers({ cookie }), { enrolling });
const twoFactor = (route: string, body: object, cookie: string) =>
  post(`/api/auth/two-factor/${route}`, body, { cookie });
const giveCode = (cookie: string, code: string) => twoFactor('verify-totp', { code }, cookie);
const actions = () => audited.map(({ action }) => action);

async function start(cookie: string) {
  const answer = await twoFactor('enable', { password: ADMIN.password }, cookie);
  expect(answer.status).toBe(200);
  const { totpURI, backupCodes } = (await answer.json()) as { totpURI: string; backupCodes: string[] };
  return { uri: new URL(totpURI), backupCodes };
}

/** Signs in, sets a second factor up, and is signed in with it. Its code is that of the period before. */
async function enrolled() {
  const first = await signIn();
  const { uri, backupCodes } = await start(first);
  const secret = uri.searchParams.get('secret') ?? '';
  const confirmed = await giveCode(first, codeNow(secret, -1));
  expect(confirmed.status).toBe(200);
  audited.length = 0;
  return { secret, backupCodes, cookie: cookieOf(confirmed) };
}

describe('setting it up', () => {
  it('asks the password, and counts from its first code on', async () => {
    const cookie = await signIn();
    expect((await twoFactor('enable', { password: 'not it' }, cookie)).status).toBe(400);
    const { uri, backupCodes } = await start(cookie);
    expect(decodeURIComponent(uri.pathname)).toContain('Switchyard (127.0.0.1):ada@example.com');
    expect(backupCodes).toHaveLength(10);
    // It was begun, and not done: the password is enough.
    expect(await who(await signIn())).toMatchObject({ secondFactor: 'off' });
    expect((await giveCode(cookie, '000000')).status).toBe(401);
    const confirmed = await giveCode(cookie, ` ${codeNow(uri.searchParams.get('secret') ?? '')} `);
    expect(confirmed.status).toBe(200);
    expect(await who(cookieOf(confirmed))).toMatchObject({ secondFactor: 'on' });
    expect(actions().filter((action) => action.startsWith('twofactor'))).toEqual(['twofactor.enabled']);
  });

  it('ends the sessions of who came in with the password alone', async () => {
    const elsewhere = await signIn();
    const { cookie } = await enrolled();
    expect(await who(elsewhere)).toBeNull();
    expect(await who(cookie)).toMatchObject({ secondFactor: 'on' });
    expect(await connection.db.select().from(authSession)).toHaveLength(1);
  });

  it('leaves neither the secret nor a backup code readable in the database', async () => {
    const { secret, backupCodes } = await enrolled();
    const rows = JSON.stringify([
      await connection.db.select().from(authTwoFactor),
      await connection.db.select().from(authVerification),
    ]);
    const plain = Buffer.from(decoded(secret)).toString();
    for (const readable of [secret, plain, ...backupCodes]) expect(rows).not.toContain(readable);
  });
});

/** The secret as the library keeps it, which an authenticator is given in base 32. */
function decoded(base32: string): Uint8Array {
  const bits = [...base32].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  return Uint8Array.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

describe('signing in', () => {
  it('opens nothing before the second step', async () => {
    await enrolled();
    const answer = await server.signIn(ADMIN.email, ADMIN.password);
    expect(await answer.json()).toMatchObject({ twoFactorRedirect: true });
    const half = cookieOf(answer);
    expect(half).toContain('two_factor');
    expect(await who(half, true)).toBeNull();
    // One session there is: that of whoever set it up.
    expect(await connection.db.select().from(authSession)).toHaveLength(1);
    const own = new Headers({ cookie: half, origin: server.base.origin });
    for (const route of ['get-session', 'list-sessions']) {
      const asked = await fetch(new URL(`/api/auth/${route}`, server.base), { headers: own });
      expect(asked.status === 401 || (await asked.json()) === null).toBe(true);
    }
    for (const route of ['enable', 'disable', 'generate-backup-codes'])
      expect((await twoFactor(route, { password: ADMIN.password }, half)).status).toBe(401);
    expect(
      (await post('/api/auth/change-password', { currentPassword: ADMIN.password }, { cookie: half })).status,
    ).toBeGreaterThan(399);
    expect(actions()).not.toContain('login');
  });

  it('takes a code, once', async () => {
    const { secret } = await enrolled();
    const half = await signIn();
    for (const wrong of [codeNow(secret, 5), codeNow(secret, 5)])
      expect(await (await giveCode(half, wrong)).json()).toMatchObject({ code: 'INVALID_CODE' });
    const code = codeNow(secret);
    const entered = await giveCode(half, code);
    expect(entered.status).toBe(200);
    expect(await who(cookieOf(entered))).toMatchObject({ email: ADMIN.email, secondFactor: 'on' });
    expect(audited.at(-1)).toMatchObject({
      ...{ action: 'login', actor: 'Ada', subject: ADMIN.email },
      outcome: { secondStep: 'code' },
    });
    expect(actions()).toEqual(['login.denied', 'login.denied', 'login']);
    const halves = await Promise.all([signIn(), signIn()]);
    for (const again of await Promise.all(halves.map((one) => giveCode(one, code)))) {
      expect(again.status).toBe(401);
      expect(await again.json()).toMatchObject({ code: 'CODE_USED' });
    }
    // Of two at once, which are not to be kept apart by being counted, one is the first.
    await connection.db.delete(authRateLimit);
    const next = codeNow(secret, 1);
    const entries = await Promise.all(halves.map((one) => giveCode(one, next)));
    expect(entries.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('takes each backup code once, however it is typed', async () => {
    const { backupCodes } = await enrolled();
    const [code = ''] = backupCodes;
    const give = async (typed: string) => twoFactor('verify-backup-code', { code: typed }, await signIn());
    expect((await give('aaaaa-aaaaa')).status).toBe(401);
    const entered = await give(` ${code.toUpperCase().replace('-', ' ')}`);
    expect(await who(cookieOf(entered))).toMatchObject({ secondFactor: 'on' });
    expect(audited.at(-1)?.outcome).toEqual({ secondStep: 'backup code' });
    expect((await give(code)).status).toBe(401);
  });

  it('never trusts a browser to come without a second step', async () => {
    const { secret } = await enrolled();
    const half = await signIn();
    const entered = await twoFactor('verify-totp', { code: codeNow(secret), trustDevice: true }, half);
    expect(cookieOf(entered)).not.toContain('trust_device');
    for (const route of ['send-otp', 'verify-otp', 'get-totp-uri', 'view-backup-codes'])
      expect((await twoFactor(route, {}, cookieOf(entered))).status).toBe(404);
  });

  it('counts wrong codes like wrong passwords, which the right password does not forgive', async () => {
    const { secret } = await enrolled();
    const statuses: number[] = [];
    for (let round = 0; round < FREE_ATTEMPTS; round++) {
      const half = await server.signIn(ADMIN.email, ADMIN.password);
      statuses.push(half.status, (await giveCode(cookieOf(half), `00000${round}`)).status);
    }
    expect(statuses.slice(0, FREE_ATTEMPTS)).toEqual([200, 401, 200, 401, 200]);
    expect(new Set(statuses.slice(FREE_ATTEMPTS))).toEqual(new Set([429, 401]));
    expect(statuses.at(-2)).toBe(429);
    expect(actions()).toContain('login.limited');
    await connection.db.update(authRateLimit).set({ lastRequest: sql`last_request - 900000` });
    const half = await signIn();
    await connection.db.update(authRateLimit).set({ lastRequest: sql`last_request - 900000` });
    expect((await giveCode(half, codeNow(secret))).status).toBe(200);
    // All was right: it starts anew.
    const counted = (await connection.db.select().from(authRateLimit)).map(({ key }) => key);
    expect(counted.some((key) => key.startsWith('login-from:'))).toBe(true);
    expect(counted.filter((key) => key.startsWith(`login:${hashOf(ADMIN.email)}`))).toEqual([]);
  });
});

describe('having one', () => {
  it('ends when its owner switches it off, who shows the password', async () => {
    const { cookie } = await enrolled();
    expect((await twoFactor('disable', { password: 'not it' }, cookie)).status).toBe(400);
    const off = await twoFactor('disable', { password: ADMIN.password }, cookie);
    expect(off.status).toBe(200);
    expect(await who(cookieOf(off))).toMatchObject({ secondFactor: 'off' });
    expect(await who(await signIn())).toMatchObject({ secondFactor: 'off' });
    expect(actions()).toEqual(['twofactor.disabled', 'login']);
    expect(await connection.db.select().from(authTwoFactor)).toEqual([]);
  });

  it('gives new backup codes in place of the old', async () => {
    const { cookie, backupCodes } = await enrolled();
    const made = await twoFactor('generate-backup-codes', { password: ADMIN.password }, cookie);
    const fresh = ((await made.json()) as { backupCodes: string[] }).backupCodes;
    expect(fresh).toHaveLength(10);
    const give = async (code: string | undefined) =>
      (await twoFactor('verify-backup-code', { code }, await signIn())).status;
    expect(await give(backupCodes[1])).toBe(401);
    expect(await give(fresh[1])).toBe(200);
    expect(actions()).toEqual(['twofactor.codes', 'login.denied', 'login']);
  });

  it('outlasts the key it was sealed with', async () => {
    const { secret } = await enrolled();
    const secrets = ['a newer one, of the same length as others', ...server.secrets];
    expect(await rotateSecondFactors(connection.db, secrets)).toEqual({ sealed: 1, unreadable: [] });
    expect(await rotateSecondFactors(connection.db, secrets)).toEqual({ sealed: 0, unreadable: [] });
    const auth = createAuth({
      ...{ db: connection.db, baseUrl: server.base, sessions: SESSIONS, log: () => {} },
      sessionSecrets: secrets.slice(0, 1),
    });
    const { email, password } = ADMIN;
    const half = await auth.api.signInEmail({ body: { email, password }, asResponse: true });
    const headers = new Headers({ cookie: cookieOf(half) });
    const entered = await auth.api.verifyTOTP({ body: { code: codeNow(secret) }, headers });
    expect(entered.user.email).toBe(email);
    const lost = await rotateSecondFactors(connection.db, ['one that never sealed anything']);
    expect(lost.sealed).toBe(0);
    expect(lost.unreadable).toEqual([expect.stringContaining('The second factor of ada@example.com')]);
  });
});

describe('requiring it', () => {
  const BY_KEY = { kind: 'apiKey', id: 'k', name: 'ops', role: 'admin' } as const;
  const setRole = (role: Role) => connection.db.update(authUser).set({ role });

  it('shuts every door but that to setting it up, at once', async () => {
    const cookie = await signIn();
    await requireSecondFactor(connection.db, 'viewer', BY_KEY);
    expect(await who(cookie)).toBeNull();
    expect(await who(cookie, true)).toMatchObject({ secondFactor: 'missing' });
    const bodies = { 'update-user': { name: 'Eve' }, 'revoke-other-sessions': {}, 'change-password': {} };
    for (const [route, body] of Object.entries(bodies))
      expect((await post(`/api/auth/${route}`, body, { cookie })).status).toBe(403);
    const { uri } = await start(cookie);
    const confirmed = await giveCode(cookie, codeNow(uri.searchParams.get('secret') ?? ''));
    expect(await who(cookieOf(confirmed))).toMatchObject({ secondFactor: 'on' });
  });

  it.each([
    ['viewer', 'operator', false],
    ['operator', 'operator', true],
    ['admin', 'operator', true],
    ['operator', 'admin', false],
    ['viewer', 'viewer', true],
  ] as const)('of a %s where it is required from %s on: %s', async (role, from, required) => {
    await requireSecondFactor(connection.db, from, BY_KEY);
    const cookie = await signIn();
    await setRole(role);
    expect((await who(cookie, true))?.secondFactor).toBe(required ? 'missing' : 'off');
  });

  it('is taken back, and concerns no key', async () => {
    await requireSecondFactor(connection.db, 'viewer', BY_KEY);
    expect(await access(new Headers({ authorization: `Bearer ${ENVIRONMENT_KEY}` }))).not.toBeNull();
    await requireSecondFactor(connection.db, null, BY_KEY);
    expect(await who(await signIn())).toMatchObject({ secondFactor: 'off' });
    const [row] = await connection.db.execute(sql`select action, actor from audit order by id desc limit 1`);
    expect(row).toEqual({ action: 'settings.set', actor: 'ops' });
  });

  it('is not for who would be shut out by it', async () => {
    const me = await who(await signIn());
    if (!me) throw new Error('Nobody is signed in');
    await expect(requireSecondFactor(connection.db, 'admin', me)).rejects.toThrow('Set up your own');
    await requireSecondFactor(connection.db, 'admin', { ...me, secondFactor: 'on' });
    await expect(requireSecondFactor(connection.db, 'admin', { ...me, role: 'viewer' })).resolves.toBe(
      undefined,
    );
  });
});

describe('taking it away', () => {
  it('ends the sessions of who lost it, who signs in with the password then', async () => {
    const { cookie } = await enrolled();
    const userId = (await who(cookie))?.id ?? '';
    await removeSecondFactor(connection.db, { userId, actor: 'kim' });
    expect(await who(cookie)).toBeNull();
    expect(await who(await signIn())).toMatchObject({ secondFactor: 'off' });
    const [row] = await connection.db.execute(
      sql`select action, actor, target from audit order by id desc limit 1`,
    );
    expect(row).toEqual({ action: 'member.removeSecondFactor', actor: 'kim', target: ADMIN.email });
    await expect(removeSecondFactor(connection.db, { userId, actor: 'kim' })).rejects.toThrow(
      'They have no second factor.',
    );
    await expect(removeSecondFactor(connection.db, { userId: 'nobody', actor: 'kim' })).rejects.toThrow();
  });

  it('keeps no half of a sign-in going', async () => {
    const { secret } = await enrolled();
    const half = await signIn();
    const [ada] = await connection.db.select().from(authUser).where(eq(authUser.email, ADMIN.email));
    await removeSecondFactor(connection.db, { userId: ada?.id ?? '', actor: 'kim' });
    expect((await giveCode(half, codeNow(secret))).status).toBe(400);
    expect(await connection.db.select().from(authSession)).toEqual([]);
  });
});
