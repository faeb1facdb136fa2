import { afterAll, beforeEach, expect } from 'vitest';
import type { Database } from '@/db/client';
import { testAuthServer } from '../../testing/auth-server';
import type { OidcSettings } from '../settings';
import { Browser } from './browser';
import { type Known, realProvider } from './real-provider';

const ADA: Known = {
  name: 'Ada Lovelace',
  email: 'Ada@Example.com',
  email_verified: true,
  groups: ['sre'],
};

/** An app beside a real provider, and Ada who comes by it. */
export function testSingleSignOn(
  connection: { db: Database },
  options: { passwordLogin?: boolean; settings?: (idp: Idp) => Partial<OidcSettings> } = {},
) {
  const made = {} as { idp: Idp };
  const server = testAuthServer(connection, {
    ...options,
    sso: async (base) => {
      made.idp = await realProvider(base);
      return made.idp.settings(options.settings?.(made.idp));
    },
  });
  beforeEach(() => {
    const { people, state } = made.idp;
    people.clear();
    people.set('ada', { ...ADA });
    Object.assign(state, { here: 'ada', away: false, refreshTokens: true });
    state.asked.length = 0;
  });
  afterAll(() => made.idp.close());

  const at = (path: string) => new URL(path, server.base);
  const back = (browser: Browser, to: URL) => browser.until(server.base.origin, to.href);
  const begin = (browser: Browser, next?: string) => browser.post(at('/api/auth/sign-in/sso'), { next });

  async function toProvider(browser: Browser, next?: string): Promise<URL> {
    const answer = await begin(browser, next);
    expect(answer.status, await answer.clone().text()).toBe(200);
    return new URL(((await answer.json()) as { url: string }).url);
  }

  /** Where the app sends the browser after the provider has sent it back. */
  async function come(browser: Browser, returned: URL): Promise<string> {
    const answer = await browser.get(returned);
    expect(answer.status).toBe(302);
    return answer.headers.get('location') ?? '';
  }

  return {
    ...{ server, at, back, begin, toProvider, come },
    get idp() {
      return made.idp;
    },
    /** What the provider says of Ada from now on. */
    known: (more: Known) => void made.idp.people.set('ada', { ...ADA, ...more }),
    async signIn(next?: string) {
      const browser = new Browser();
      const ended = await come(browser, await back(browser, await toProvider(browser, next)));
      return { browser, ended };
    },
    who: (browser: Browser) => server.access(new Headers({ cookie: browser.cookiesOf(server.base.origin) })),
    actions: () => server.audited.map(({ action }) => action),
  };
}

type Idp = Awaited<ReturnType<typeof realProvider>>;
