import { eq, sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Database } from '@/db/client';
import { authPasskey, authSession, authUser } from '@/db/schema/auth';
import { SoftPasskey } from '@/server/testing/passkeys';
import { cookieOf, type testAuthServer } from './auth-server';

export const ADMIN = { name: 'Ada', email: 'ada@example.com', password: 'correct horse' };
const EVE = { name: 'Eve', email: 'eve@example.com' };

export type Twist = Parameters<SoftPasskey['signIn']>[1];

/** The first administrator of a server, at a browser with passkeys. */
export function passkeyOwner(connection: { db: Database }, server: ReturnType<typeof testAuthServer>) {
  /** Where browsers are, as the address of the server says: this machine by its name. */
  const softPasskey = () =>
    new SoftPasskey({ origin: `http://localhost:${server.base.port}`, rpId: 'localhost' });
  const signIn = async (who: { email: string; password: string } = ADMIN) =>
    cookieOf(await server.signIn(who.email, who.password));
  const passkeys = (route: string, body: object, cookie = '') =>
    server.post(`/api/auth/passkey/${route}`, body, { cookie });
  const idOf = async (email = ADMIN.email) => {
    const [person] = await connection.db.select().from(authUser).where(eq(authUser.email, email));
    return person?.id ?? '';
  };

  /** As far as the password, with what the browser has to sign and sends along. */
  async function begin(cookie: string) {
    const { password } = ADMIN;
    const answer = await passkeys('generate-register-options', { password }, cookie);
    expect(answer.status).toBe(200);
    return { asked: await answer.json(), cookie: `${cookie}; ${cookieOf(answer)}` };
  }

  async function register(cookie: string, key: SoftPasskey, twist?: Twist) {
    const begun = await begin(cookie);
    const response = key.register(begun.asked, twist);
    return passkeys('verify-registration', { response, name: 'Phone' }, begun.cookie);
  }

  async function beginSignIn() {
    const answer = await passkeys('generate-authenticate-options', {});
    return { asked: await answer.json(), cookie: cookieOf(answer) };
  }

  return {
    ...{ softPasskey, signIn, passkeys, idOf, begin, register, beginSignIn },
    who: (cookie: string, enrolling = false) => server.access(new Headers({ cookie }), { enrolling }),
    actions: () => server.audited.map(({ action }) => action),
    sessions: () => connection.db.select().from(authSession),
    known: () => connection.db.select().from(authPasskey),

    /** Signs in with a passkey. */
    comeBy: async (key: SoftPasskey, twist?: Twist) => {
      const { asked, cookie } = await beginSignIn();
      return passkeys('verify-authentication', { response: key.signIn(asked, twist) }, cookie);
    },

    /** Signs in with the password and registers a passkey. */
    registered: async () => {
      const key = softPasskey();
      const answer = await register(await signIn(), key);
      expect(answer.status).toBe(200);
      server.audited.length = 0;
      return { key, cookie: cookieOf(answer) };
    },

    /** Another person, signed in with the same password. */
    eve: async () => {
      const [account] = await connection.db.execute<{ password: string }>(
        sql`select password from auth_account where user_id = ${await idOf()}`,
      );
      await connection.db.insert(authUser).values({ id: 'eve', ...EVE });
      await connection.db.execute(sql`insert into auth_account (id, account_id, provider_id, user_id, password)
        values ('eve', 'eve', 'credential', 'eve', ${account?.password})`);
      return signIn({ email: EVE.email, password: ADMIN.password });
    },
  };
}
