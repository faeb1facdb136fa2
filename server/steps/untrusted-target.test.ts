import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkPlaybook } from './check-playbook';
import { condition } from './condition-settings';
import { unmet } from './judge-condition';
import { rawAnswer } from './raw-answer';
import { checkStep, runStep } from './registry';
import { StepServer, stepContext } from './testing/step-context';

let server: StepServer;
beforeEach(async () => {
  server = await StepServer.start();
});
afterEach(() => server.close());

const SECRET = 'topsecret-admin-password';
const endpoint = () => ({ key: 'a', url: server.url });
const step = (settings: object, type = 'http-request') => ({ name: 'call', type, ...settings });
const context = (change = {}) => stepContext([endpoint()], { secrets: { ADMIN: SECRET }, ...change });
const host = () => new URL(server.url).host;

describe('a redirect of the target', () => {
  it.each([
    '/x?a={{secret.ADMIN}}',
    '/x?a={\t{secret.ADMIN}}',
    '/x?a=%7B{secret.ADMIN}}',
    '/{{config.text}}',
  ])('is followed as it stands: %j fills nothing in', async (location) => {
    server.answer = ({ url }, response) =>
      url === '/' ? response.writeHead(307, { location }).end() : response.end('{}');
    await runStep(step({ request: { method: 'PUT', redirects: [host()] } }), context());
    const told = JSON.stringify(server.received.map(({ url }) => decodeURIComponent(url)));
    expect(told).not.toContain(SECRET);
    expect(told).not.toContain('backend');
  });

  it('is relative to where it came from, also where that has a secret in it', async () => {
    server.answer = ({ url }, response) =>
      url.endsWith('/a') ? response.writeHead(307, { location: 'b' }).end() : response.end('{}');
    const request = { method: 'PUT', url: '/{{secret.ADMIN}}/a', redirects: [host()] };
    expect(await runStep(step({ request }), context())).toMatchObject({ ok: true });
    expect(server.received[1]?.url).toBe(`/${SECRET}/b`);
  });
});

describe('what could not be read', () => {
  const large = `[${'[],'.repeat(60_000)}1]`;
  const scope = {};
  it.each<[string, object, string]>([
    ['JSON that is too large', { json: 'errors', exists: false }, large],
    ['JSON that is too large', { not: { json: 'state', equals: 'failed' } }, large],
    ['a page', { not: { json: 'state', equals: 'failed' } }, '<html></html>'],
    [
      'a text beyond what is searched',
      { not: { body: true, matches: 'ERROR' } },
      `${'a'.repeat(100_000)}ERROR`,
    ],
    ['XML that is broken', { xml: '/errors', exists: false }, '<a><b></a>'],
    ['any of it', { any: [{ json: 'a', exists: false }, { not: { json: 'b', equals: 1 } }] }, 'no json'],
  ])('%s does not pass for %j', async (_name, wanted, text) => {
    const answer = rawAnswer({ status: 200, headers: {}, trailers: {}, text });
    expect(await unmet(condition.parse(wanted), answer, scope)).not.toBeNull();
  });

  it('is not what another configuration looks like', async () => {
    server.answer = (_request, response) => response.end('<html>log in</html>');
    const applied = { json: 'backend', equals: '{{config.payload.backend}}' };
    const look = step({ path: '/', applied, attempts: 1 }, 'health-check');
    const run = await runStep(look, context());
    expect(run).toMatchObject({
      failure: { message: expect.stringContaining('cannot be read for what it runs') },
    });
  });
});

describe('a secret', () => {
  it('of a login is not stored, wherever it stands in the answer', async () => {
    server.answer = (_request, response) =>
      response.end('{"access_token":"eyJ-live-token-1","refresh_token":"refresh-token-1"}');
    const auth = { type: 'login', request: { url: '/login' }, token: { json: 'token' } };
    const run = await runStep(step({ request: { method: 'PUT', auth } }), context());
    expect(run.ok).toBe(false);
    expect(JSON.stringify(run)).not.toMatch(/eyJ-live|refresh-token-1/);
  });

  it('is hidden before a text is cut, so that no part of it is left', async () => {
    const filler = 'x'.repeat(1985);
    server.answer = (_request, response) =>
      response.end(JSON.stringify({ error: `${'y'.repeat(290)}${SECRET}` }));
    const expectation = { all: [{ body: true, equals: `${filler}{{secret.ADMIN}}` }] };
    const run = await runStep(step({ request: { method: 'PUT', expect: expectation } }), context());
    expect(JSON.stringify(run)).not.toContain('topsecret');
  });

  it('that is a cookie is hidden without its name as well', async () => {
    const cookie = 'sid=abcdef0123456789; Path=/; HttpOnly';
    server.answer = ({ url }, response) => {
      if (url === '/login') response.writeHead(200, { 'set-cookie': cookie }).end('{}');
      else response.writeHead(400).end('{"error":"session abcdef0123456789 is not allowed"}');
    };
    const auth = {
      type: 'login',
      request: { url: '/login' },
      token: { header: 'Set-Cookie' },
      header: 'Cookie',
    };
    expect(
      JSON.stringify(await runStep(step({ request: { method: 'PUT', auth } }), context())),
    ).not.toContain('abcdef0123456789');
  });

  it('that is too long to be looked for everywhere is refused', async () => {
    server.answer = (_request, response) => response.end(JSON.stringify({ token: 't'.repeat(20_000) }));
    const request = { method: 'GET', extract: { token: { json: 'token', secret: true } } };
    expect(await runStep(step({ request }), context())).toMatchObject({
      failure: { code: 'EXTRACT', message: expect.stringContaining('a secret of more than 16 KiB') },
    });
  });
});

describe('nothing is sent twice', () => {
  it('because its answer could not be judged', async () => {
    const request = { method: 'PUT', expect: { all: [{ body: true, sameJson: '{{tenant.region}}' }] } };
    const run = await runStep(step({ request }), context());
    expect(run).toMatchObject({ failure: { errorType: 'VALIDATION', code: 'JUDGED' } });
    expect(server.received).toHaveLength(1);
  });

  it('by repeat, after an answer that was lost', async () => {
    server.answer = (_request, response) => response.socket?.destroy();
    const calls = [{ method: 'PUT', url: '/x', retries: 'none' }];
    await runStep(step({ calls, repeat: { on: ['connection'], count: 5 } }), context());
    // Once, and once more as a lost answer of a PUT is.
    expect(server.received.length).toBeLessThanOrEqual(2);
  });

  it('by repeat, that was taken before', () => {
    const calls = [{ method: 'POST' }, { method: 'PUT' }];
    expect(checkStep(step({ calls, repeat: {} }))).toMatchObject([{ path: ['calls', 0] }]);
    expect(
      checkStep(step({ calls: [{ method: 'POST', repeatable: true }, { method: 'PUT' }], repeat: {} })),
    ).toEqual([]);
  });
});

it('an answer packed again and again is not unpacked for ever', async () => {
  let body: Buffer = Buffer.from('{}');
  for (let times = 0; times < 5; times += 1) body = gzipSync(body);
  server.answer = (_request, response) =>
    response.writeHead(200, { 'content-encoding': Array(5).fill('gzip').join(', ') }).end(body);
  expect(await runStep(step({ request: { method: 'GET', retries: 'none' } }), context())).toMatchObject({
    failure: { message: expect.stringContaining('packed 5 times') },
  });
});

it('a rollback that would take nothing back is refused when it is saved', async () => {
  const send = { name: 'send', type: 'config-update', onRollback: 'skip' as const };
  const stages = [{ name: 'A', steps: [send] }];
  expect(await checkPlaybook({ stages })).toMatchObject([{ path: ['stages', 0, 'steps', 0, 'onRollback'] }]);
  expect(
    await checkPlaybook({ stages: [{ name: 'A', steps: [send, { name: 'b', type: 'config-update' }] }] }),
  ).toEqual([]);
});

it.each([
  [
    {
      any: [
        { json: 'state', equals: 'up' },
        { json: 'v', equals: '{{config.version}}' },
      ],
    },
    false,
  ],
  [{ value: '{{config.version}}', exists: true }, false],
  [{ json: 'unit', equals: '{{config.unitName}}' }, false],
  [{ not: { json: 'v', equals: '{{config.version}}' } }, false],
  [
    {
      all: [
        { json: 'state', equals: 'up' },
        { json: 'v', equals: '{{config.version}}' },
      ],
    },
    true,
  ],
])('%j tells configurations apart: %s', async (applied, tells) => {
  const { tellsApart } = await import('@/domain/playbook');
  expect(tellsApart({ name: 'h', type: 'health-check', applied })).toBe(tells);
});
