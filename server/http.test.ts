import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { version } from '@/package.json';
import type { Principal } from '@/server/auth/principal';
import { type Client, type ClientOf, createClientOf } from '@/server/security/client';
import { createFrontDoor, type FrontDoorRooms } from './http';

const VIEWER: Principal = { kind: 'apiKey', id: 'k1', name: 'prometheus', role: 'viewer' };
let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

/** A door on a free port; every room says who it is and what it was given. */
async function open(changes: Partial<FrontDoorRooms> = {}): Promise<{ base: string; errors: unknown[] }> {
  const errors: unknown[] = [];
  const door = createFrontDoor({
    env: { mode: 'production' },
    clientOf: createClientOf([]),
    authenticate: async (headers) => (headers.get('authorization') === 'Bearer good' ? VIEWER : null),
    authHandler: async (request, response) => void response.end(`auth ${request.body}`),
    trpc: (request, response, path) => void response.end(`trpc ${path} ${request.body ?? '-'}`),
    rest: async (request, response) => void response.end(`rest ${request.url}`),
    openApi: () => ({ openapi: '3.1.0' }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'task_active 3\n' }),
    readiness: async () => ({ ready: true, checks: { database: 'ok' } }),
    next: async (request, response) => void response.end(`page nonce=${request.headers['x-nonce']}`),
    onError: (error) => errors.push(error),
    ...changes,
  });
  const started = createServer(door);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return { base: `http://127.0.0.1:${(started.address() as AddressInfo).port}`, errors };
}

const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

async function errorOf(response: Response): Promise<{ status: number; code: string; message: string }> {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  return { status: response.status, code: error.code, message: error.message };
}

/** Sends bytes no HTTP client would send. */
async function raw(base: string, request: string): Promise<string> {
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  socket.end(request);
  return text(socket);
}

describe('what is answered', () => {
  const long = JSON.stringify(Array.from({ length: 500 }, (_, index) => ({ tenantId: `t${index}` })));
  const answering: Partial<FrontDoorRooms> = {
    trpc: (_request, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(long),
  };

  it('is compressed as its reader can take it, and is the same when unpacked', async () => {
    const { base } = await open(answering);
    for (const encoding of ['br', 'gzip']) {
      const answer = await fetch(`${base}/api/trpc/tenants.list`, {
        headers: { 'accept-encoding': encoding },
      });
      expect(answer.headers.get('content-encoding')).toBe(encoding);
      expect(answer.headers.get('vary')).toContain('Accept-Encoding');
      expect(await answer.text()).toBe(long);
    }
    const plain = await fetch(`${base}/api/trpc/tenants.list`, {
      headers: { 'accept-encoding': 'identity' },
    });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe(long);
  });

  it('goes as it is when it is short, or of signing in', async () => {
    const { base } = await open({
      authHandler: async (_request, response) =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end(long),
      // As tRPC does.
      trpc: (_request, response) => {
        response.setHeader('content-type', 'application/json');
        response.write(Buffer.from('{}'));
        response.end();
      },
    });
    for (const [path, body] of [
      ['/healthz', `{"status":"alive","version":"${version}"}`],
      ['/api/trpc/plans.get', '{}'],
      ['/api/auth/get-session', long],
    ]) {
      const answer = await fetch(`${base}${path}`);
      expect(answer.headers.get('content-encoding')).toBeNull();
      expect(await answer.text()).toBe(body);
    }
  });
});

describe('open to everyone', () => {
  it('tells whether it lives and whether it is ready', async () => {
    const { base } = await open({
      readiness: async () => ({ ready: false, checks: { database: 'no answer' } }),
    });
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
    const ready = await fetch(`${base}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ ready: false, checks: { database: 'no answer' } });
  });

  it('does not include the metrics', async () => {
    const { base } = await open();
    const closed = await fetch(`${base}/metrics`);
    expect(closed.headers.get('www-authenticate')).toBe('Bearer');
    expect(await errorOf(closed)).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
    const opened = await fetch(`${base}/metrics`, { headers: { authorization: 'Bearer good' } });
    expect(await opened.text()).toBe('task_active 3\n');
  });
});

describe('what is below /api/v1', () => {
  it('is handed on as it was sent', async () => {
    const { base } = await open();
    for (const path of ['/api/v1', '/api/v1/plans?limit=1', '/api/v1/plans/a%2Fb'])
      expect(await (await fetch(`${base}${path}`)).text()).toBe(`rest ${path}`);
    expect(await raw(base, 'GET /api/v1/../%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')).toContain(
      'rest /api/v1/../%zz',
    );
    expect((await fetch(`${base}/api/v10/plans`)).status).toBe(404);
  });

  it('fails with a problem, and the reason is told to the log', async () => {
    const { base, errors } = await open({
      rest: async () => {
        throw new Error('the connection to 10.0.0.7 broke');
      },
    });
    const answer = await fetch(`${base}/api/v1/plans`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      500,
      'application/problem+json; charset=utf-8',
    ]);
    const problem = await answer.text();
    expect(JSON.parse(problem)).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', instance: '/api/v1/plans' });
    expect(problem).not.toContain('10.0.0.7');
    expect(errors).toEqual([expect.objectContaining({ message: 'the connection to 10.0.0.7 broke' })]);
  });
});

describe('changes', () => {
  it('arrive with their whole body', async () => {
    const { base } = await open();
    expect(await (await post(`${base}/api/trpc/plans.pause`, '{"a":1}')).text()).toBe(
      'trpc plans.pause {"a":1}',
    );
    expect(await (await post(`${base}/api/auth/sign-in/email`, '{}')).text()).toBe('auth {}');
    expect(await (await fetch(`${base}/api/trpc/plans.list?batch=1`)).text()).toBe('trpc plans.list -');
  });

  it('are refused to foreign pages, as text, as another method, and as broken JSON', async () => {
    const { base } = await open();
    const url = `${base}/api/trpc/plans.pause`;
    expect(await errorOf(await post(url, '{}', { origin: 'https://evil.example' }))).toMatchObject({
      status: 403,
      code: 'FOREIGN_ORIGIN',
    });
    expect(await errorOf(await post(url, '{}', { 'sec-fetch-site': 'cross-site' }))).toMatchObject({
      status: 403,
    });
    expect(await errorOf(await post(url, '{}', { 'content-type': 'text/plain' }))).toMatchObject({
      status: 415,
    });
    expect(await errorOf(await fetch(url, { method: 'PUT' }))).toMatchObject({ status: 405 });
    expect(await errorOf(await post(url, '{"a":'))).toMatchObject({ status: 400, code: 'BAD_JSON' });
    expect(await errorOf(await post(url, '{"json":{\n"planId":"PLN-1",\n"planId":"PLN-2"}}'))).toEqual({
      ...{ status: 400, code: 'DUPLICATE_KEY' },
      message: 'The body has the key "planId" twice, in lines 2 and 3.',
    });
    expect((await post(url, '{}', { origin: base })).status).toBe(200);
  });

  it('may come from the public address', async () => {
    const { base } = await open({
      env: { mode: 'production', publicUrl: new URL('https://sy.example.com') },
    });
    const answer = await post(`${base}/api/trpc/x`, '{}', { origin: 'https://sy.example.com' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('strict-transport-security')).toContain('max-age');
  });

  it('are limited to 1 MiB, announced or not, an import to more', async () => {
    const { base } = await open();
    const big = JSON.stringify('x'.repeat(1024 * 1024));
    const announced = await errorOf(await post(`${base}/api/trpc/plans.create`, big));
    expect(announced).toEqual({ status: 413, code: 'TOO_LARGE', message: 'The body is larger than 1 MiB.' });
    const streamed = await fetch(`${base}/api/trpc/plans.create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([big]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(await errorOf(streamed)).toMatchObject({ status: 413 });
    expect((await post(`${base}/api/trpc/tenants.import?batch=1`, big)).status).toBe(200);
  });

  it('refused on the way to tRPC reach its client in words', async () => {
    const { base } = await open();
    const answer = await post(`${base}/api/trpc/plans.create`, 'nope');
    expect(await answer.json()).toMatchObject({
      error: {
        json: { message: 'The body is not valid JSON.', data: { code: 'BAD_JSON', httpStatus: 400 } },
      },
    });
  });
});

describe('pages', () => {
  it('carry a policy with a nonce of their own', async () => {
    const { base } = await open();
    const answer = await fetch(`${base}/plans`, { headers: { 'x-nonce': 'forged' } });
    const policy = answer.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
    expect(await answer.text()).toBe(`page nonce=${nonce}`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("style-src-attr 'unsafe-inline'");
    expect(policy).toContain(`connect-src 'self' ws://${new URL(base).host}`);
    expect(policy).not.toContain('unsafe-eval');
    const again = await fetch(`${base}/plans`);
    expect(again.headers.get('content-security-policy')).not.toContain(`nonce-${nonce}`);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('behind a share link leave no trace, and are limited', async () => {
    const { base } = await open();
    const page = await fetch(`${base}/s/token`);
    expect(page.headers.get('cache-control')).toContain('no-store');
    expect(page.headers.get('x-robots-tag')).toContain('noindex');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    const answers = await Promise.all(Array.from({ length: 125 }, () => fetch(`${base}/s/token`)));
    const limited = answers.filter((answer) => answer.status === 429);
    expect(limited).toHaveLength(6);
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${base}/plans`)).status).toBe(200);
  });

  it('are asked for by the client itself, whatever its headers say of others', async () => {
    const told = async (clientOf: ClientOf) => {
      const { base } = await open({
        clientOf,
        next: async ({ headers, sender }, response) => void response.end(JSON.stringify({ headers, sender })),
      });
      const answer = await fetch(`${base}/plans`, {
        headers: {
          'x-middleware-subrequest': 'middleware:middleware:middleware',
          'x-nonce': 'mine',
          'content-security-policy': "script-src 'nonce-mine'",
          'x-path': '//evil.example',
          'x-forwarded-for': '203.0.113.9',
          'x-forwarded-host': 'evil.example',
          'x-forwarded-proto': 'https',
          forwarded: 'host=evil.example',
        },
      });
      return { answer, heard: (await answer.json()) as { headers: Record<string, string>; sender: Client } };
    };
    const untrusted = await told(createClientOf([]));
    for (const name of [
      'x-middleware-subrequest',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-forwarded-proto',
      'forwarded',
    ])
      expect(untrusted.heard.headers, name).not.toHaveProperty(name);
    expect(untrusted.heard.headers['x-path']).toBe('/plans');
    expect(JSON.stringify(untrusted.heard)).not.toMatch(/evil|mine/);
    expect(untrusted.answer.headers.get('strict-transport-security')).toBeNull();
    const trusted = await told(createClientOf(['127.0.0.1']));
    expect(trusted.heard).toMatchObject({
      headers: { host: 'evil.example' },
      sender: { address: '203.0.113.9' },
    });
    expect(trusted.answer.headers.get('strict-transport-security')).toContain('max-age');
  });

  it('can only be read', async () => {
    const { base } = await open();
    expect(await errorOf(await post(`${base}/plans`, '{}'))).toMatchObject({ status: 405 });
  });
});

describe('trouble', () => {
  it.each([
    'GET //evil.example/ HTTP/1.1',
    'GET /%E0%A4%A HTTP/1.1',
    'GET http://other/ HTTP/1.1',
    'GET /\\evil HTTP/1.1',
  ])('with the address is a 400: %s', async (line) => {
    const { base } = await open();
    const answer = await raw(base, `${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(answer).toContain('"code":"BAD_URL"');
  });

  it('with the Host header is a 400', async () => {
    const { base } = await open();
    const answer = await raw(base, 'GET / HTTP/1.1\r\nHost: a;script-src *\r\nConnection: close\r\n\r\n');
    expect(answer).toContain('"code":"BAD_HOST"');
  });

  it('behind the door is told to the log, not to the caller', async () => {
    const bug = new Error('relation "task" does not exist');
    const { base, errors } = await open({ next: () => Promise.reject(bug) });
    const answer = await errorOf(await fetch(`${base}/plans`));
    expect(answer).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(answer.message).not.toContain('relation');
    expect(errors).toEqual([bug]);
  });

  it('answers an unknown API address in JSON', async () => {
    const { base } = await open();
    expect(await errorOf(await fetch(`${base}/api/nothing`))).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
  });
});
