import { beforeEach, describe, expect, it } from 'vitest';
import { authUser } from '@/db/schema/auth';
import { testDatabase } from '@/db/testing/test-database';
import { codeNow } from '@/server/testing/authenticator';
import { listMembers } from './members';
import { passkeyOfSession } from './passkey-sessions';
import { claimReset, endSessions, makeReset } from './resets';
import { removeSecondFactor, requireSecondFactor } from './second-factor';
import { ensureFirstAdmin } from './setup';
import { cookieOf, testAuthServer } from './testing/auth-server';
import { ADMIN, passkeyOwner } from './testing/passkey-owner';

const BY_KEY = { kind: 'apiKey', id: 'k', name: 'ops', role: 'admin' } as const;

const connection = testDatabase();
const server = testAuthServer(connection);
const { post } = server;
const owner = passkeyOwner(connection, server);
const { softPasskey, signIn, idOf, register, who, actions, sessions, known, comeBy, registered } = owner;

beforeEach(() => ensureFirstAdmin(connection.db, ADMIN));

describe('where a second factor is required', () => {
  it('one satisfies it, and the password alone does not let its owner in', async () => {
    const { key, cookie } = await registered();
    const [row] = await known();
    await requireSecondFactor(connection.db, 'viewer', BY_KEY);
    expect(await who(cookie)).toMatchObject({ secondFactor: 'on' });
    const byPassword = await server.signIn(ADMIN.email, ADMIN.password);
    expect(byPassword.status).toBe(403);
    expect(await byPassword.json()).toMatchObject({ code: 'PASSKEY_NEEDED' });
    expect(byPassword.headers.getSetCookie().join()).not.toContain('session_token');
    expect(await sessions()).toHaveLength(1);
    expect(actions()).toEqual(['login.denied']);
    expect(row).toBeDefined();
    expect(await who(cookieOf(await comeBy(key)))).toMatchObject({ secondFactor: 'on' });
  });

  it('shuts sessions that began with the password alone, also for setting up another', async () => {
    await registered();
    const byPassword = await signIn();
    expect(await who(byPassword)).toMatchObject({ secondFactor: 'off' });
    await requireSecondFactor(connection.db, 'viewer', BY_KEY);
    expect(await who(byPassword)).toBeNull();
    expect(await who(byPassword, true)).toBeNull();
    // However the cookie is written.
    const written = `theme=dark;${byPassword}`;
    const body = {
      password: ADMIN.password,
      currentPassword: ADMIN.password,
      newPassword: 'a staple of battery',
    };
    for (const path of ['two-factor/enable', 'change-password', 'passkey/generate-register-options'])
      expect((await post(`/api/auth/${path}`, body, { cookie: written })).status).toBe(401);
    const listed = await fetch(new URL('/api/auth/list-sessions', server.base), {
      headers: { cookie: byPassword },
    });
    expect(listed.status).toBe(401);
    expect((await known()).length).toBe(1);
  });

  it('one can be set up in place of codes by who has nothing yet', async () => {
    const cookie = await signIn();
    await requireSecondFactor(connection.db, 'viewer', BY_KEY);
    expect(await who(cookie)).toBeNull();
    const answer = await register(cookie, softPasskey());
    expect(await who(cookieOf(answer))).toMatchObject({ secondFactor: 'on' });
    expect(await who(cookie, true)).toBeNull();
  });

  it('cannot be required by who would be shut out by it', async () => {
    await registered();
    const me = await who(await signIn());
    if (!me) throw new Error('Nobody is signed in');
    await expect(requireSecondFactor(connection.db, 'admin', me)).rejects.toThrow(
      'Sign in with your passkey',
    );
  });

  it('codes that are set up besides are on record, and end other sessions', async () => {
    const { key, cookie } = await registered();
    const elsewhere = cookieOf(await comeBy(key));
    const begun = await post('/api/auth/two-factor/enable', { password: ADMIN.password }, { cookie });
    const { totpURI } = (await begun.json()) as { totpURI: string };
    const code = codeNow(new URL(totpURI).searchParams.get('secret') ?? '');
    const confirmed = await post('/api/auth/two-factor/verify-totp', { code }, { cookie });
    expect(await who(cookieOf(confirmed))).toMatchObject({ secondFactor: 'on', codes: true });
    expect(actions()).toEqual(['login', 'twofactor.enabled']);
    expect(await who(elsewhere)).toBeNull();
    // Without them it is by the passkey still.
    const off = await post(
      '/api/auth/two-factor/disable',
      { password: ADMIN.password },
      { cookie: cookieOf(confirmed) },
    );
    await requireSecondFactor(connection.db, 'viewer', BY_KEY);
    expect(await who(cookieOf(off))).toMatchObject({ secondFactor: 'on' });
  });

  it('outlasts a change of the password', async () => {
    const { cookie } = await registered();
    await requireSecondFactor(connection.db, 'viewer', BY_KEY);
    const body = { currentPassword: ADMIN.password, newPassword: 'a staple of battery' };
    const changed = await post('/api/auth/change-password', body, { cookie });
    expect(changed.status).toBe(200);
    expect(await who(cookieOf(changed))).toMatchObject({ secondFactor: 'on' });
  });

  it('is not shown by who only names a passkey', async () => {
    const { key } = await registered();
    const { email, password } = ADMIN;
    const named = await post('/api/auth/sign-in/email', { email, password, response: { id: key.id } });
    expect(await who(cookieOf(named))).toMatchObject({ secondFactor: 'off' });
    const making = { path: '/sign-in/email', body: { response: { id: key.id } }, context: {} };
    expect(await passkeyOfSession(connection.db, await idOf(), making)).toBeNull();
  });
});

describe('what administrators do', () => {
  it('taking second factors away takes passkeys too, with the sessions', async () => {
    const { key, cookie } = await registered();
    const secondFactor = async () => (await listMembers(connection.db, { limit: 10 })).items[0]?.secondFactor;
    expect(await secondFactor()).toBe(true);
    const userId = await idOf();
    await removeSecondFactor(connection.db, { userId, actor: 'kim' });
    expect(await secondFactor()).toBe(false);
    expect(await who(cookie)).toBeNull();
    expect(await known()).toEqual([]);
    expect((await comeBy(key)).status).toBe(401);
    await expect(removeSecondFactor(connection.db, { userId, actor: 'kim' })).rejects.toThrow(
      'no second factor',
    );
  });

  it('ending sessions and resetting the password leaves them', async () => {
    const { key, cookie } = await registered();
    const userId = await idOf();
    await endSessions(connection.db, { userId, actor: 'kim' });
    expect(await who(cookie)).toBeNull();
    const again = cookieOf(await comeBy(key));
    const token = await makeReset(connection.db, { userId, actor: 'kim' });
    expect(await claimReset(connection.db, { token, password: 'a staple of battery' })).toBe(true);
    expect(await who(again)).toBeNull();
    expect((await comeBy(key)).status).toBe(200);
  });

  it('removing somebody removes theirs', async () => {
    await registered();
    await connection.db.delete(authUser);
    expect(await known()).toEqual([]);
  });
});
