import { describe, expect, it } from 'vitest';
import { testDatabase } from '@/db/testing/test-database';
import { Browser } from './oidc/testing/browser';
import { testSingleSignOn } from './oidc/testing/visitor';
import { makeReset } from './resets';
import { ensureFirstAdmin, issueSetupLink } from './setup';

const connection = testDatabase();
const sso = testSingleSignOn(connection, { passwordLogin: false });
const LOCAL = { email: 'root@example.com', password: 'correct horse' };

describe('with passwords switched off', () => {
  it('people come by the provider, the first one as well', async () => {
    sso.known({ groups: ['platform'] });
    expect(await sso.who((await sso.signIn()).browser)).toMatchObject({ role: 'admin' });
  });

  it.each([
    ['sign-in/email', LOCAL],
    ['change-password', { currentPassword: LOCAL.password, newPassword: 'battery staple' }],
    ['two-factor/enable', { password: LOCAL.password }],
    ['two-factor/verify-totp', { code: '000000' }],
    ['passkey/generate-register-options', { password: LOCAL.password }],
    ['passkey/generate-authenticate-options', {}],
    ['passkey/verify-authentication', { response: { id: 'x' } }],
    ['invite', { token: 'x', name: 'Eve', password: 'battery staple' }],
  ])('%s is refused', async (path, body) => {
    await ensureFirstAdmin(connection.db, LOCAL);
    const browser = new Browser();
    const answer = await browser.post(sso.at(`/api/auth/${path}`), body);
    expect([answer.status, await answer.json()]).toEqual([
      403,
      { error: expect.objectContaining({ code: 'PASSWORDS_OFF' }) },
    ]);
    expect(await sso.who(browser)).toBeNull();
  });

  it('no link sets one, whenever it was made', async () => {
    const link = await issueSetupLink(connection.db, sso.server.base);
    const token = link?.searchParams.get('token') ?? '';
    const setup = await new Browser().post(sso.at('/api/auth/setup'), { ...LOCAL, name: 'Root', token });
    expect(setup.status).toBe(403);
    await sso.signIn();
    const [row] = await connection.db.execute<{ id: string }>('select id from auth_user');
    const reset = await makeReset(connection.db, { userId: row?.id ?? '', actor: 'test' });
    const answer = await new Browser().post(sso.at('/api/auth/reset'), {
      token: reset,
      password: 'battery staple',
    });
    expect(answer.status).toBe(403);
  });
});
