import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import type { OidcSettings } from '../settings';

/** Somebody at the provider. */
export interface Known {
  name?: string;
  email?: string;
  email_verified?: boolean;
  groups?: string[];
}

const CLIENT = { id: 'switchyard', secret: 'a secret & with signs: %' };

/** A real provider on the loopback interface, for an app at `base`. Whoever comes to it is signed in as `here`. */
export async function realProvider(base: URL) {
  const people = new Map<string, Known>();
  const state = {
    /** Who sits in front of the browser; null refuses. */
    here: 'ada' as string | null,
    away: false,
    refreshTokens: true,
    /** Every request that came, as method and path. */
    asked: [] as string[],
  };
  let answer: (request: IncomingMessage, response: ServerResponse) => unknown = () => {};
  const server = createServer((request, response) => {
    state.asked.push(`${request.method} ${request.url?.split('?')[0]}`);
    if (state.away) return void response.writeHead(503).end();
    return answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, configuration(base, people, state));
  const callback = provider.callback();
  answer = (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return callback(request, response);
    const result = state.here
      ? { login: { accountId: state.here } }
      : { error: 'access_denied', error_description: 'The person said no' };
    return provider.interactionFinished(request, response, result);
  };
  return {
    people,
    state,
    issuer,
    settings: (more: Partial<OidcSettings> = {}): OidcSettings => ({
      issuer,
      ...{ clientId: CLIENT.id, clientSecret: CLIENT.secret, name: 'Test' },
      scopes: ['openid', 'email', 'profile', 'groups'],
      groupsClaim: 'groups',
      roles: [
        { group: 'watch', role: 'viewer' },
        { group: 'sre', role: 'operator' },
        { group: 'platform', role: 'admin' },
      ],
      ...more,
    }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const LASTING = [
  'AccessToken',
  'AuthorizationCode',
  'Grant',
  'IdToken',
  'Interaction',
  'RefreshToken',
  'Session',
];

function configuration(base: URL, people: Map<string, Known>, state: { refreshTokens: boolean }) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' };
  return {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [new URL('/api/auth/callback/oidc', base).href],
        post_logout_redirect_uris: [new URL('/login', base).href],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: ['for tests'] },
    scopes: ['openid', 'email', 'profile', 'groups'],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name'],
      groups: ['groups'],
    },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    ttl: Object.fromEntries(LASTING.map((kind) => [kind, 3600])),
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async () => state.refreshTokens,
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, id: string) =>
      people.has(id) ? { accountId: id, claims: async () => ({ sub: id, ...people.get(id) }) } : undefined,
    // Nobody is asked whether the app may know them.
    loadExistingGrant: async ({
      oidc,
    }: {
      oidc: { provider: Provider; client: { clientId: string }; session: { accountId: string } };
    }) => {
      const grant = new oidc.provider.Grant({
        accountId: oidc.session.accountId,
        clientId: oidc.client.clientId,
      });
      grant.addOIDCScope('openid email profile groups');
      await grant.save();
      return grant;
    },
  };
}
