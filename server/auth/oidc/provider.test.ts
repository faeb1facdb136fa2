import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openGuardedWay } from './guarded-way';
import { IssuerMismatch, OidcProvider, ProviderSilent } from './provider';
import { parseGroupRoles } from './settings';

const METADATA_SERVICE = 'http://169.254.169.254/latest/meta-data';
let way: ReturnType<typeof openGuardedWay>;
let said: Record<string, unknown> = {};
let requests = 0;
const server = createServer((request, response) => {
  requests += 1;
  if (request.url === '/lead-astray')
    return void response.writeHead(302, { location: METADATA_SERVICE }).end();
  response.end(JSON.stringify(said));
});
let origin = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  way = openGuardedWay();
});
afterAll(async () => {
  await way.close();
  server.closeAllConnections();
  server.close();
});

function providerAt(issuer: string, more: object = {}) {
  said = {
    issuer,
    authorization_endpoint: `${origin}/auth`,
    token_endpoint: `${origin}/token`,
    jwks_uri: `${origin}/jwks`,
    ...more,
  };
  const roles = parseGroupRoles('sre=operator');
  return new OidcProvider(
    { issuer, clientId: 'a', clientSecret: 'b', name: 'c', scopes: [], groupsClaim: 'groups', roles },
    way.http,
  );
}

it('a metadata service is called by nothing in this process, wherever an answer leads', async () => {
  await expect(fetch(METADATA_SERVICE)).rejects.toMatchObject({ cause: { code: 'TARGET_REFUSED' } });
  await expect(fetch(`${origin}/lead-astray`)).rejects.toMatchObject({ cause: { code: 'TARGET_REFUSED' } });
  await expect(providerAt('http://169.254.169.254').metadata()).rejects.toThrow(
    '169.254.169.254:80 was not called',
  );
  const provider = providerAt(origin, {
    userinfo_endpoint: METADATA_SERVICE,
    token_endpoint: METADATA_SERVICE,
  });
  await expect(provider.claims('token', { sub: '1' })).rejects.toThrow('169.254.169.254:80 was not called');
  await expect(provider.renew('token', '1')).rejects.toThrow('169.254.169.254:80 was not called');
});

it('a provider that calls itself otherwise is not believed', async () => {
  await expect(providerAt(origin, { issuer: `${origin}/` }).metadata()).rejects.toThrow(IssuerMismatch);
  await expect(providerAt(origin, { issuer: 'https://login.example.com' }).metadata()).rejects.toThrow(
    IssuerMismatch,
  );
});

it('what cannot be read is no answer', async () => {
  await expect(providerAt(origin, { jwks_uri: undefined }).metadata()).rejects.toThrow(ProviderSilent);
  await expect(providerAt(origin, { token_endpoint: 'file:///etc/passwd' }).metadata()).rejects.toThrow(
    'its token_endpoint is not reached over TLS',
  );
});

it('a provider in trouble is not called for every press of the button', async () => {
  const provider = providerAt(origin, { issuer: 'https://login.example.com' });
  requests = 0;
  const pressed = await Promise.allSettled(Array.from({ length: 20 }, () => provider.metadata()));
  await expect(provider.metadata()).rejects.toThrow(IssuerMismatch);
  expect(pressed.every(({ status }) => status === 'rejected')).toBe(true);
  expect(requests).toBe(1);
});

it('an answer without an end is not read to it', async () => {
  const provider = providerAt(origin, { more: 'x'.repeat(2 * 1024 * 1024) });
  await expect(provider.metadata()).rejects.toThrow('sent more than 1 MiB');
});
