import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Database } from '@/db/client';
import { apiKey, authRateLimit, authUser, authVerification, setupToken } from '@/db/schema/auth';
import { setting } from '@/db/schema/catalogue';
import type { Client } from '@/server/security/client';
import { createSecretBox } from '@/server/security/secrets';
import type { AccessEvent } from '../access-event';
import { createAuth } from '../auth';
import { createAuthenticate } from '../authenticate';
import { type BufferedRequest, createAuthHandler } from '../handler';
import { type OpenSingleSignOn, openSingleSignOn } from '../oidc/open';
import type { OidcSettings } from '../oidc/settings';

export const ENVIRONMENT_KEY = 'a-bootstrap-key-for-tests';
export const SESSIONS = { idleHours: 12, days: 7 };

/** The addresses below `/api/auth`, on a server of their own, without the front door before them. */
export function testAuthServer(
  connection: { db: Database },
  options: { sso?: (base: URL) => Promise<OidcSettings>; passwordLogin?: boolean } = {},
) {
  let server: Server;
  let sso: OpenSingleSignOn | undefined;
  const { passwordLogin = true } = options;
  const audited: AccessEvent[] = [];
  const logged: string[] = [];
  const log = (level: string, message: string) => {
    if (level !== 'debug') logged.push(message);
  };
  const made = {} as { base: URL; access: ReturnType<typeof createAuthenticate> };
  const secrets = [randomBytes(32).toString('base64')];
  /** What the front door would say of who sends; without it, the socket counts. */
  const sender: { client: Client | undefined } = { client: undefined };

  beforeAll(async () => {
    server = createServer(async (request: BufferedRequest, response) => {
      request.body = await text(request);
      if (sender.client) request.sender = sender.client;
      // A test that waits for no answer at all would only run out of time.
      await handler(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const baseUrl = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const { db } = connection;
    if (options.sso)
      sso = openSingleSignOn({
        ...{ db, passwordLogin, log },
        settings: await options.sso(baseUrl),
        secretBox: createSecretBox([randomBytes(32)]),
      });
    const auth = createAuth({
      ...{ db, baseUrl, sessions: SESSIONS, log },
      sessionSecrets: secrets,
      oidc: sso?.oidc,
    });
    const access = createAuthenticate({
      ...{ auth, db, sessions: SESSIONS, apiKey: ENVIRONMENT_KEY },
      sso: sso?.check,
    });
    Object.assign(made, { base: baseUrl, access });
    const handler = createAuthHandler({
      ...{ auth, db, baseUrl },
      authenticate: access,
      audit: async (event) => void audited.push(event),
      ...{ sso: sso?.signOn(auth, baseUrl), passwordLogin },
    });
  });

  afterAll(async () => {
    await sso?.close();
    await new Promise((resolve) => server.close(resolve));
  });

  afterEach(async () => {
    audited.length = 0;
    logged.length = 0;
    for (const table of [authUser, setupToken, apiKey, authRateLimit, authVerification, setting])
      await connection.db.delete(table);
  });

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(new URL(path, made.base), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: made.base.origin, ...headers },
      body: JSON.stringify(body),
    });

  return {
    get base() {
      return made.base;
    },
    /** Who sent these headers, as every door asks. */
    access: (...how: Parameters<typeof made.access>) => made.access(...how),
    ...{ audited, sender, secrets, post, logged },
    signIn: (email: string, password: string) => post('/api/auth/sign-in/email', { email, password }),
  };
}

/** What a browser would send after this answer. */
export const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
