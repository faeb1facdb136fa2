import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { actorName, authAccount, authSession, authUser } from '@/db/schema/auth';
import { audit } from '@/db/schema/run';
import { testDatabase } from '@/db/testing/test-database';
import { listMembers, mustBeOurs, mustHavePasswords } from './members';
import { Browser } from './oidc/testing/browser';
import { testSingleSignOn } from './oidc/testing/visitor';
import { claimReset, makeReset } from './resets';
import { ensureFirstAdmin } from './setup';
import { ADMIN, passkeyOwner } from './testing/passkey-owner';

const connection = testDatabase();
const sso = testSingleSignOn(connection);
const { server, at, back, toProvider: begin, come, signIn, who, known, actions } = sso;
const { audited } = server;
const passkeys = passkeyOwner(connection, server);

const onRecord = (action: string) =>
  connection.db
    .select({ actor: audit.actor, target: audit.target, outcome: audit.outcome })
    .from(audit)
    .where(eq(audit.action, action))
    .orderBy(audit.id);

describe('a sign-in at the provider', () => {
  it('goes by discovery, PKCE, state and nonce, and makes the account with the role of its groups', async () => {
    const browser = new Browser();
    const to = await begin(browser);
    expect(Object.fromEntries(to.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/.{32}/),
      nonce: expect.stringMatching(/.{32}/),
      scope: 'openid email profile groups',
    });
    expect(await come(browser, await back(browser, to))).toBe('/login');
    expect(await who(browser)).toMatchObject({
      ...{ kind: 'user', name: 'Ada Lovelace', email: 'ada@example.com', role: 'operator' },
      singleSignOn: true,
    });
    expect(audited.map(({ action, actor, outcome }) => ({ action, actor, outcome }))).toEqual([
      { action: 'sso.joined', actor: 'Ada Lovelace', outcome: { role: 'operator' } },
      { action: 'login', actor: 'Ada Lovelace', outcome: { by: 'single sign-on', role: 'operator' } },
    ]);
  });

  it('takes the highest role that the groups give, anew each time', async () => {
    known({ groups: ['watch', 'platform', 'sre', 'choir'] });
    const first = await signIn();
    expect(await who(first.browser)).toMatchObject({ role: 'admin' });
    known({ groups: ['watch'] });
    const second = await signIn();
    expect(await who(second.browser)).toMatchObject({ role: 'viewer' });
    // As when an administrator takes a role away.
    expect(await who(first.browser)).toBeNull();
    expect(await onRecord('sso.role')).toEqual([
      { actor: 'Ada Lovelace', target: 'ada@example.com', outcome: { before: 'admin', after: 'viewer' } },
    ]);
  });

  it.each([
    ['none of the groups', { groups: ['choir'] }, 'noGroup'],
    ['no groups at all', { groups: undefined }, 'noGroup'],
    ['an address that is not verified', { email_verified: false }, 'emailUnverified'],
    ['an address of which nothing is said', { email_verified: undefined }, 'emailUnverified'],
    ['no address', { email: undefined }, 'noEmail'],
  ])('refuses who has %s, and says why', async (_, more, why) => {
    known(more);
    const { browser, ended } = await signIn('/plans');
    expect(ended).toBe(`/login?next=%2Fplans&sso=${why}`);
    expect(await who(browser)).toBeNull();
    expect(actions()).toEqual([`sso.denied.${why}`]);
    expect(await connection.db.select().from(authUser)).toEqual([]);
  });

  it('says so when the person said no, or the provider is away', async () => {
    sso.idp.state.here = null;
    expect((await signIn()).ended).toBe('/login?sso=denied');
    sso.idp.state.here = 'ada';
    const browser = new Browser();
    const returned = await back(browser, await begin(browser));
    sso.idp.state.away = true;
    expect(await come(browser, returned)).toBe('/login?sso=code');
    expect(actions()).toEqual(['sso.denied.denied', 'sso.denied.code']);
  });
});

describe('an answer that is not the one to this sign-in is refused:', () => {
  async function refused(browser: Browser, returned: URL, why: string) {
    expect(await come(browser, returned)).toBe(`/login?sso=${why}`);
    expect(await who(browser)).toBeNull();
    expect(await connection.db.select().from(authSession)).toEqual([]);
    expect(actions()).toEqual([`sso.denied.${why}`]);
  }

  it('another state', async () => {
    const browser = new Browser();
    const returned = await back(browser, await begin(browser));
    returned.searchParams.set('state', 'x'.repeat(32));
    await refused(browser, returned, 'state');
  });

  it('the state of another browser', async () => {
    const other = new Browser();
    const browser = new Browser();
    await begin(browser);
    await refused(browser, await back(other, await begin(other)), 'state');
  });

  it('another nonce', async () => {
    const browser = new Browser();
    const to = await begin(browser);
    to.searchParams.set('nonce', 'n'.repeat(32));
    await refused(browser, await back(browser, to), 'token');
  });

  it('another issuer', async () => {
    const browser = new Browser();
    const returned = await back(browser, await begin(browser));
    expect(returned.searchParams.get('iss')).toBe(sso.idp.issuer);
    returned.searchParams.set('iss', 'https://login.example.org');
    await refused(browser, returned, 'issuer');
  });

  it('the code of another sign-in, which PKCE binds to its browser', async () => {
    const other = new Browser();
    const stolen = (await back(other, await begin(other))).searchParams.get('code') ?? '';
    const browser = new Browser();
    const returned = await back(browser, await begin(browser));
    returned.searchParams.set('code', stolen);
    await refused(browser, returned, 'code');
  });

  it('one that was taken before', async () => {
    const browser = new Browser();
    const returned = await back(browser, await begin(browser));
    expect(await come(browser, returned)).toBe('/login');
    audited.length = 0;
    const thief = new Browser();
    expect(await come(thief, returned)).toBe('/login?sso=state');
    // The same code again, in a sign-in of its own.
    const again = await back(thief, await begin(thief));
    again.searchParams.set('code', returned.searchParams.get('code') ?? '');
    expect(await come(thief, again)).toBe('/login?sso=code');
    expect(await who(thief)).toBeNull();
  });
});

describe('where somebody wanted to go', () => {
  it('is asked of the login page, which judges it; never gone to from here', async () => {
    for (const next of [
      '//evil.example',
      'https://evil.example/a?b=c',
      '/\\evil.example',
      "/plans?q=*'()!",
    ]) {
      const { ended } = await signIn(next);
      const to = new URL(ended, server.base);
      expect([to.origin, to.pathname]).toEqual([server.base.origin, '/login']);
      expect(to.searchParams.get('next')).toBe(next);
    }
  });
});

describe('an account that is there already', () => {
  const LOCAL = { email: 'ada@example.com', password: 'correct horse' };

  it('ends what passkeys of the account open', async () => {
    await ensureFirstAdmin(connection.db, ADMIN);
    const { key } = await passkeys.registered();
    const { browser } = await signIn();
    const answer = await passkeys.comeBy(key);
    expect([answer.status, await answer.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'SINGLE_SIGN_ON' }),
    ]);
    const begun = await browser.post(at('/api/auth/passkey/generate-register-options'), {
      password: ADMIN.password,
    });
    expect([begun.status, await begun.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'SINGLE_SIGN_ON' }),
    ]);
  });

  it('is linked by its verified address, and its password opens nothing any more', async () => {
    await ensureFirstAdmin(connection.db, LOCAL);
    const byPassword = new Browser();
    expect((await byPassword.post(at('/api/auth/sign-in/email'), LOCAL)).status).toBe(200);
    expect(await who(byPassword)).toMatchObject({ role: 'admin' });
    const { browser } = await signIn();
    expect(await who(browser)).toMatchObject({ name: 'ada', role: 'operator', singleSignOn: true });
    expect(await connection.db.select().from(authUser)).toHaveLength(1);
    expect(actions()).toEqual(['login', 'sso.linked', 'login']);
    expect(await who(byPassword)).toBeNull();
    const again = await byPassword.post(at('/api/auth/sign-in/email'), LOCAL);
    expect([again.status, await again.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'SINGLE_SIGN_ON' }),
    ]);
    const wrong = await byPassword.post(at('/api/auth/sign-in/email'), {
      ...LOCAL,
      password: 'not that one',
    });
    expect(wrong.status).toBe(401);
  });

  it('is shown as one of the provider, and its role and password are not ours to change', async () => {
    await signIn();
    const { items } = await listMembers(connection.db, { limit: 10 });
    expect(items).toMatchObject([{ email: 'ada@example.com', singleSignOn: true }]);
    const userId = items[0]?.userId ?? '';
    const ways = { passwords: true, singleSignOn: 'Test' };
    await expect(mustBeOurs(connection.db, ways, userId)).rejects.toThrow('their groups there decide');
    // Where no provider is set up any more, somebody has to.
    await mustBeOurs(connection.db, { ...ways, singleSignOn: null }, userId);
    expect(() => mustHavePasswords({ ...ways, passwords: false })).toThrow('Passwords are switched off');
  });

  it('made by the provider is given a password by a link, for when that provider is gone', async () => {
    await signIn();
    const { items } = await listMembers(connection.db, { limit: 10 });
    const token = await makeReset(connection.db, { userId: items[0]?.userId ?? '', actor: 'test' });
    expect(await claimReset(connection.db, { token, password: LOCAL.password })).toBe(true);
    const accounts = await connection.db.select({ provider: authAccount.providerId }).from(authAccount);
    expect(accounts.map(({ provider }) => provider).sort()).toEqual(['credential', 'oidc']);
    // As long as the provider is there, it opens nothing.
    const answer = await new Browser().post(at('/api/auth/sign-in/email'), LOCAL);
    expect(answer.status).toBe(403);
  });

  it('is not linked by an address that the provider has not verified', async () => {
    await ensureFirstAdmin(connection.db, LOCAL);
    known({ email_verified: false });
    expect((await signIn()).ended).toBe('/login?sso=emailUnverified');
    expect(await connection.db.select({ provider: authAccount.providerId }).from(authAccount)).toEqual([
      { provider: 'credential' },
    ]);
  });

  it('stays with whom it belongs to when the address is given to another', async () => {
    await signIn();
    sso.idp.people.set('eve', {
      name: 'Eve',
      email: 'ada@example.com',
      email_verified: true,
      groups: ['sre'],
    });
    sso.idp.state.here = 'eve';
    expect((await signIn()).ended).toBe('/login?sso=otherSubject');
  });

  it('follows its owner to another address', async () => {
    await signIn();
    known({ email: 'ada@elsewhere.example' });
    const { browser } = await signIn();
    expect(await who(browser)).toMatchObject({ name: 'Ada Lovelace', email: 'ada@example.com' });
    // No name is taken for an address that nobody is known by.
    const names = await connection.db.select({ names: actorName.names }).from(actorName);
    expect(names.flatMap((row) => row.names)).not.toContain('Ada Lovelace (ada)');
  });
});
