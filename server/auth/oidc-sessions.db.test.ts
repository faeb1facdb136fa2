import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { SECOND_FACTOR } from '@/db/queries/settings';
import { authAccount, authOidcSession, authSession } from '@/db/schema/auth';
import { setting } from '@/db/schema/catalogue';
import { audit } from '@/db/schema/run';
import { testDatabase } from '@/db/testing/test-database';
import { endOidcSessions } from './oidc/sessions';
import { testSingleSignOn } from './oidc/testing/visitor';
import { requireSecondFactor } from './second-factor';

const connection = testDatabase();
const sso = testSingleSignOn(connection);
const { server, signIn, who, known } = sso;

/** As if so much time had gone by since the provider was asked last. */
const later = (minutes: number) =>
  connection.db.execute(sql`
    update auth_oidc_session set confirmed_at = confirmed_at - make_interval(mins => ${minutes}),
      next_check_at = next_check_at - make_interval(mins => ${minutes})`);
/** How often the provider was asked for tokens, the first time of each sign-in included. */
const asked = () => sso.idp.state.asked.filter((request) => request === 'POST /token').length;

async function ended(reason: string) {
  expect(await connection.db.select().from(authSession)).toEqual([]);
  const rows = await connection.db
    .select({ actor: audit.actor, target: audit.target, outcome: audit.outcome })
    .from(audit)
    .where(eq(audit.action, 'sso.ended'))
    .orderBy(sql`id desc`)
    .limit(1);
  expect(rows).toEqual([{ actor: 'Ada Lovelace', target: 'ada@example.com', outcome: { reason } }]);
}

describe('a session that is used', () => {
  it('is asked about every quarter of an hour, and once for all that come meanwhile', async () => {
    const { browser } = await signIn();
    await later(14);
    await who(browser);
    expect(asked()).toBe(1);
    await later(1);
    const all = await Promise.all([who(browser), who(browser), who(browser)]);
    expect(all.map((one) => one?.role)).toEqual(['operator', 'operator', 'operator']);
    expect(asked()).toBe(2);
    // The provider takes each refresh token once: the next one was kept.
    await later(15);
    expect(await who(browser)).toMatchObject({ role: 'operator' });
    expect(asked()).toBe(3);
  });

  it('goes on after hours of rest, for every request of the page that is opened then', async () => {
    const { browser } = await signIn();
    await later(180);
    const all = await Promise.all([who(browser), who(browser), who(browser)]);
    expect(all.map((one) => one?.role)).toEqual(['operator', 'operator', 'operator']);
    expect(asked()).toBe(2);
  });

  it('ends when the last of its groups is lost', async () => {
    const { browser } = await signIn();
    known({ groups: ['choir'] });
    expect(await who(browser)).not.toBeNull();
    await later(15);
    expect(await who(browser)).toBeNull();
    await ended('noGroup');
  });

  it('has the role that the groups give now; a lesser one ends it', async () => {
    const { browser } = await signIn();
    known({ groups: ['platform'] });
    await later(15);
    expect(await who(browser)).toMatchObject({ role: 'admin' });
    known({ groups: ['watch'] });
    await later(15);
    expect(await who(browser)).toBeNull();
    expect(await who((await signIn()).browser)).toMatchObject({ role: 'viewer' });
  });

  it('ends when the provider knows the person no more', async () => {
    const { browser } = await signIn();
    sso.idp.people.delete('ada');
    await later(15);
    expect(await who(browser)).toBeNull();
    await ended('refusedByProvider');
  });

  it('holds while the provider is away, for two hours and no longer', async () => {
    const { browser } = await signIn();
    sso.idp.state.away = true;
    await later(119);
    expect(await who(browser)).toMatchObject({ role: 'operator' });
    const tries = sso.idp.state.asked.length;
    // Not again at once.
    expect(await who(browser)).toMatchObject({ role: 'operator' });
    expect(sso.idp.state.asked).toHaveLength(tries);
    await later(1);
    expect(await who(browser)).toBeNull();
    await ended('providerAway');
  });

  it('goes on when the provider is back', async () => {
    const { browser } = await signIn();
    sso.idp.state.away = true;
    await later(119);
    await who(browser);
    sso.idp.state.away = false;
    await later(60);
    expect(await who(browser)).toMatchObject({ role: 'operator' });
  });

  it('ends after an hour where the provider gives no refresh token', async () => {
    sso.idp.state.refreshTokens = false;
    const { browser } = await signIn();
    await later(59);
    expect(await who(browser)).toMatchObject({ role: 'operator' });
    await later(1);
    expect(await who(browser)).toBeNull();
    await ended('noRefreshToken');
  });

  it('is asked for no second factor, which is the provider’s to ask for', async () => {
    await connection.db.insert(setting).values({ key: SECOND_FACTOR, value: 'viewer', setBy: 'test' });
    const ada = await who((await signIn()).browser);
    expect(ada).toMatchObject({ secondFactor: 'off', singleSignOn: true });
    // Nor does it shut her out to require one of others.
    if (ada) await requireSecondFactor(connection.db, 'operator', ada);
  });

  it('ends with the provider that the environment names', async () => {
    const { browser } = await signIn();
    await endOidcSessions(connection.db);
    expect(await who(browser)).toBeNull();
  });
});

describe('what is kept', () => {
  it('is sealed, for its own session alone', async () => {
    await signIn();
    const rows = await connection.db.select().from(authOidcSession);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.sealed).toMatch(/^[0-9a-f]{8}\.[\w-]+\.[\w-]+$/);
    const [account] = await connection.db.select().from(authAccount);
    expect(account).toMatchObject({ accessToken: null, refreshToken: null, idToken: null });
    expect(account?.accountId).toBe(`${sso.idp.issuer} ada`);
  });

  it('moved to another session is worth nothing', async () => {
    const first = await signIn();
    const { id } =
      (await connection.db.select({ id: authOidcSession.sessionId }).from(authOidcSession))[0] ?? {};
    const second = await signIn();
    await connection.db.execute(sql`
      update auth_oidc_session set sealed = (select sealed from auth_oidc_session where session_id = ${id})`);
    await later(15);
    const before = asked();
    expect(await who(second.browser)).toBeNull();
    expect(asked()).toBe(before);
    expect(await who(first.browser)).toMatchObject({ role: 'operator' });
  });
});

describe('signing out', () => {
  const leave = async (browser: Awaited<ReturnType<typeof signIn>>['browser']) => {
    const answer = await browser.post(sso.at('/api/auth/sign-out'), {});
    expect(answer.status).toBe(200);
    return (await answer.json()) as { url?: string };
  };

  it('leads to the provider, which ends its own session and knows whose it was', async () => {
    const { browser } = await signIn();
    const { url = '' } = await leave(browser);
    expect(await who(browser)).toBeNull();
    const to = new URL(url);
    expect([to.origin, to.pathname]).toEqual([sso.idp.issuer, '/session/end']);
    expect(to.searchParams.get('post_logout_redirect_uri')).toBe(sso.at('/login').href);
    const page = await browser.get(to);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('/session/end/confirm')]);
    expect(server.audited.at(-1)).toMatchObject({ action: 'logout', actor: 'Ada Lovelace' });
  });

  it('works without the provider', async () => {
    const { browser } = await signIn();
    sso.idp.state.away = true;
    await leave(browser);
    expect(await who(browser)).toBeNull();
  });
});
