import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NO_COURSE } from '@/domain/task';
import { checkStep, runStep } from './registry';
import { type Received, StepServer, stepContext } from './testing/step-context';
import { TEST_CERTIFICATE, TEST_KEY } from './testing/test-certificate';

let server: StepServer;
beforeEach(async () => {
  server = await StepServer.start();
});
afterEach(() => server.close());

const endpoint = (key = 'a') => ({ key, url: `${server.url}/${key}` });
const step = (settings: object, type = 'http-request') => ({ name: 'call', type, ...settings });
const sent = () => server.received.map(({ method, url }) => `${method} ${url}`);

/** Answers one after the other, the last one from then on. */
function answering(...answers: [status: number, body: unknown][]) {
  let asked = 0;
  server.answer = (_request, response) => {
    const [status, body] = answers[Math.min(asked, answers.length - 1)] ?? [200, {}];
    asked += 1;
    response.writeHead(status).end(JSON.stringify(body));
  };
}

describe('a call that waits until something is so', () => {
  const waiting = (until: object) =>
    step({
      request: { method: 'GET', url: '/job', until: { all: [{ json: 'state', equals: 'done' }], ...until } },
    });

  it('is made again until it is', async () => {
    answering([200, { state: 'queued' }], [200, { state: 'running' }], [200, { state: 'done' }]);
    const context = stepContext([endpoint()]);
    expect(await runStep(waiting({ everySeconds: 5 }), context)).toMatchObject({ ok: true });
    expect(sent()).toHaveLength(3);
    expect(context.waits).toEqual([5000, 5000]);
  });

  it('ends after so many looks, with what it saw last', async () => {
    answering([200, { state: 'running' }]);
    const run = await runStep(waiting({ attempts: 4, everySeconds: 1 }), stepContext([endpoint()]));
    expect(run).toMatchObject({
      ok: false,
      failure: {
        code: 'NOT_YET',
        message: 'acme answered 200, but state is running, expected done (looked at 4 times, every 1 s).',
        retryable: true,
      },
    });
    expect(sent()).toHaveLength(4);
  });

  it('asks anew each time, also a target that keeps its answers', async () => {
    answering([200, { state: 'queued' }], [200, { state: 'done' }]);
    const until = { all: [{ json: 'state', equals: 'done' }] };
    const call = step({ request: { url: '/job', repeatable: true, until } });
    expect(await runStep(call, stepContext([endpoint()]))).toMatchObject({ ok: true });
    expect(new Set(server.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
  });

  it('goes on counting where the process before it stopped', async () => {
    answering([200, { state: 'running' }]);
    const course = { ...NO_COURSE, tries: { '0:*:until': 3 } };
    await runStep(waiting({ attempts: 4 }), stepContext([endpoint()], { course }));
    expect(sent()).toHaveLength(1);
  });

  it('ends at once when it will not come any more', async () => {
    answering([200, { state: 'running' }], [200, { state: 'failed' }]);
    const failFast = { json: 'state', equals: 'failed' };
    expect(await runStep(waiting({ failFast }), stepContext([endpoint()]))).toMatchObject({
      failure: {
        code: 'FAILED_FAST',
        message: 'acme answered that state is failed: it is not waited for any longer.',
      },
    });
    expect(sent()).toHaveLength(2);
  });

  it('wants to see it for as long as it is to settle', async () => {
    answering([200, { state: 'done' }], [200, { state: 'running' }], [200, { state: 'done' }]);
    const context = stepContext([endpoint()]);
    expect(await runStep(waiting({ everySeconds: 2, settleSeconds: 5 }), context)).toMatchObject({
      ok: true,
    });
    // Seen, lost, seen again, and then for five seconds.
    expect(context.waits).toEqual([2000, 2000, 2000, 2000, 1000]);
  });

  it('fails like any other call when the answer is not one that is expected', async () => {
    answering([404, { error: 'no such job' }]);
    expect(await runStep(waiting({}), stepContext([endpoint()]))).toMatchObject({
      failure: { code: 'HTTP_404', message: 'acme answered 404, expected 2xx ("no such job").' },
    });
  });

  it('must be one that may be said again', () => {
    const until = { all: [{ status: true, equals: 200 }] };
    expect(checkStep(step({ request: { until } }))).toMatchObject([{ path: ['request', 'until'] }]);
    expect(checkStep(step({ request: { until, repeatable: true } }))).toEqual([]);
    expect(checkStep(step({ request: { method: 'GET', until: {} } }))).toMatchObject([
      { path: ['request', 'until'] },
    ]);
  });
});

describe('calls that are made anew as a whole', () => {
  const group = step({
    calls: [
      { method: 'GET', url: '/config', extract: { etag: { header: 'ETag' } } },
      { method: 'PUT', url: '/config', headers: { 'If-Match': '{{data.etag}}' }, retries: 'none' },
    ],
    repeat: { on: [412, 'connection'], count: 2, delayMillis: 100 },
  });
  let revision = 1;
  /** Somebody else changes it just before each of the first writes. */
  const contested = (times: number) => {
    let left = times;
    server.answer = ({ method, headers }: Received, response) => {
      if (method === 'GET') response.writeHead(200, { etag: `W/"${revision}"` }).end('{}');
      else {
        if (left > 0) revision += 1;
        left -= 1;
        response.writeHead(headers['if-match'] === `W/"${revision}"` ? 200 : 412).end('{}');
      }
    };
  };

  it('read what they write with anew', async () => {
    contested(2);
    const context = stepContext([endpoint()]);
    expect(await runStep(group, context)).toMatchObject({ ok: true });
    expect(sent()).toEqual(Array.from({ length: 3 }, () => ['GET /a/config', 'PUT /a/config']).flat());
    expect(context.waits).toEqual([100, 100]);
    const keys = server.received
      .filter(({ method }) => method === 'PUT')
      .map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(3);
  });

  it('end after so many times', async () => {
    contested(3);
    expect(await runStep(group, stepContext([endpoint()]))).toMatchObject({ failure: { code: 'HTTP_412' } });
    expect(sent()).toHaveLength(6);
  });

  it('go on counting where the process before stopped', async () => {
    contested(3);
    const course = { ...NO_COURSE, tries: { 'all:*': 2 } };
    expect(await runStep(group, stepContext([endpoint()], { course }))).toMatchObject({ ok: false });
    expect(sent()).toHaveLength(2);
  });

  it('are made anew where an answer says so, whatever its status', async () => {
    answering([200, { revision: 7 }], [200, { won: false }], [200, { revision: 8 }], [200, { won: true }]);
    const calls = [
      { method: 'GET', url: '/read', extract: { revision: { json: 'revision' } } },
      {
        method: 'POST',
        url: '/swap?after={{data.revision}}',
        expect: { all: [{ json: 'won', equals: true }] },
      },
    ];
    const swap = step({ calls, repeat: { when: { json: 'won', equals: false } } });
    expect(await runStep(swap, stepContext([endpoint()]))).toMatchObject({ ok: true });
    expect(sent()).toEqual(['GET /a/read', 'POST /a/swap?after=7', 'GET /a/read', 'POST /a/swap?after=8']);
  });

  it('are not repeated on another answer', async () => {
    answering([403, { message: 'not yours' }]);
    expect(await runStep(group, stepContext([endpoint()]))).toMatchObject({
      failure: { message: 'acme answered 403, expected 2xx ("not yours").' },
    });
    expect(sent()).toHaveLength(1);
  });
});

it('a call is tried again where its answer says that this is worth it', async () => {
  answering([200, { busy: true, ok: false }], [200, { ok: true }]);
  const request = {
    method: 'PUT',
    expect: { all: [{ json: 'ok', equals: true }] },
    retries: { when: { json: 'busy', equals: true }, count: 1, delayMillis: 10 },
  };
  expect(await runStep(step({ request }), stepContext([endpoint()]))).toMatchObject({ ok: true });
  expect(sent()).toHaveLength(2);
});

describe('a call that depends on what was found', () => {
  const upsert = step({
    calls: [
      {
        method: 'GET',
        url: '/doc',
        expect: { status: [200, 404] },
        extract: {
          rev: { json: '_rev', default: '' },
          session: { header: 'Set-Cookie', regex: 'sid=([^;]+)', default: 'none' },
        },
      },
      { method: 'PUT', url: '/doc', when: { value: '{{data.rev}}', equals: '' } },
      {
        method: 'PUT',
        url: '/doc?rev={{data.rev}}&sid={{data.session}}',
        when: { not: { value: '{{data.rev}}', equals: '' } },
      },
    ],
  });

  it.each([
    ['there is none', 404, {}, ['GET /a/doc', 'PUT /a/doc']],
    ['there is one', 200, { _rev: '1-a' }, ['GET /a/doc', 'PUT /a/doc?rev=1-a&sid=s1']],
  ])('is made when %s', async (_name, status, body, expected) => {
    server.answer = ({ method }, response) =>
      response
        .writeHead(method === 'GET' ? status : 200, { 'set-cookie': 'sid=s1; Path=/' })
        .end(JSON.stringify(body));
    expect(await runStep(upsert, stepContext([endpoint()]))).toMatchObject({ ok: true });
    expect(sent()).toEqual(expected);
  });

  it('looks at nothing that is not there yet', () => {
    expect(checkStep(step({ request: { when: { status: true, equals: 200 } } }))).toMatchObject([
      { path: ['request', 'when'] },
    ]);
  });

  it('may be one of WebDAV, and a look of one as well', async () => {
    server.answer = (_request, response) => response.writeHead(207).end('<a><version>v2</version></a>');
    const propfind = {
      method: 'PROPFIND',
      body: '<propfind/>',
      expect: { all: [{ xml: '/a/version', equals: '{{config.version}}' }] },
    };
    expect(await runStep(step({ request: propfind }), stepContext([endpoint()]))).toMatchObject({ ok: true });
    const look = step({ method: 'PROPFIND', path: '/', version: { xml: '//version' } }, 'health-check');
    expect(await runStep(look, stepContext([endpoint()]))).toMatchObject({ ok: true });
    expect(server.received.map(({ method, body }) => [method, body])).toEqual([
      ['PROPFIND', '<propfind/>'],
      ['PROPFIND', ''],
    ]);
  });
});

describe('a redirect', () => {
  const leading = (status: number, location: () => string) => {
    server.answer = ({ url }, response) =>
      url.startsWith('/moved')
        ? response.end(JSON.stringify({ ok: true }))
        : response.writeHead(status, { location: location() }).end();
  };
  const host = () => new URL(server.url).host;
  const run = (method: string, redirects?: string[]) =>
    runStep(
      step({ request: { method, redirects, headers: { 'x-a': '1' }, retries: 'none' } }),
      stepContext([endpoint()]),
    );

  it.each([
    ['PUT', 307, ['PUT', 'PUT']],
    ['POST', 308, ['POST', 'POST']],
    ['GET', 302, ['GET', 'GET']],
    ['PUT', 302, ['PUT']],
  ])('of a %s with %i is followed to where the playbook says: %j', async (method, status, methods) => {
    leading(status, () => '/moved?a=1');
    const done = await run(method, [host()]);
    expect(done.ok).toBe(methods.length === 2);
    expect(server.received.map((one) => one.method)).toEqual(methods);
    expect(server.received.at(-1)?.headers['x-a']).toBe('1');
  });

  it('to another host is told, and not followed', async () => {
    leading(307, () => 'http://other.example:1/moved');
    for (const redirects of [undefined, [host()]])
      expect(await run('PUT', redirects)).toMatchObject({
        failure: {
          message: expect.stringContaining('sends to http://other.example:1/moved, which is not followed'),
        },
      });
    expect(server.received).toHaveLength(2);
  });

  it('that never ends is left after five', async () => {
    leading(307, () => '/again');
    expect(await run('PUT', [host()])).toMatchObject({ failure: { code: 'HTTP_307' } });
    expect(server.received).toHaveLength(6);
  });

  it('is still called only where steps may call', async () => {
    leading(307, () => 'http://169.254.169.254/moved');
    expect(await run('PUT', ['169.254.169.254'])).toMatchObject({ failure: { code: 'TARGET_REFUSED' } });
  });
});

describe('an answer has as much as its call says', () => {
  it.each([
    [2048, 'acme sent more than 2 KiB.'],
    [undefined, 'acme sent more than 1 MiB.'],
  ])('%s bytes', async (maxBodyBytes, message) => {
    server.answer = (_request, response) => response.end('x'.repeat((maxBodyBytes ?? 1024 * 1024) + 1));
    const request = { method: 'GET', maxBodyBytes, retries: 'none' };
    expect(await runStep(step({ request }), stepContext([endpoint()]))).toMatchObject({
      failure: { message },
    });
  });

  it('up to two megabytes', async () => {
    server.answer = (_request, response) => response.end('x'.repeat(1.5 * 1024 * 1024));
    const request = { method: 'GET', maxBodyBytes: 2 * 1024 * 1024 };
    expect(await runStep(step({ request }), stepContext([endpoint()]))).toMatchObject({ ok: true });
  });
});

describe('a target that wants to see a certificate', () => {
  let secure: Server;
  let url: string;
  beforeAll(async () => {
    const options = {
      cert: TEST_CERTIFICATE,
      key: TEST_KEY,
      ca: TEST_CERTIFICATE,
      requestCert: true,
      rejectUnauthorized: true,
    };
    secure = createServer(options, ({ socket }, response) =>
      response.end(JSON.stringify({ peer: (socket as TLSSocket).getPeerCertificate().subject?.CN })),
    );
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    secure.closeAllConnections();
    await new Promise((resolve) => secure.close(resolve));
  });
  const secrets = { CERT: TEST_CERTIFICATE, KEY: TEST_KEY };
  const run = (settings: object) =>
    runStep(
      step({
        request: { method: 'GET', retries: 'none', expect: { all: [{ json: 'peer', exists: true }] } },
        ...settings,
      }),
      stepContext([{ key: 'a', url }], { secrets }),
    );
  const client = { certPem: '{{secret.CERT}}', keyPem: '{{secret.KEY}}' };

  it('is shown it', async () => {
    expect(await run({ caPem: '{{secret.CERT}}', tls: client })).toMatchObject({ ok: true });
    expect(await run({ caPem: '{{secret.CERT}}' })).toMatchObject({
      ok: false,
      failure: { errorType: 'NETWORK' },
    });
    expect(await run({ tls: client })).toMatchObject({ ok: false, failure: { errorType: 'NETWORK' } });
    expect(await run({ tls: { ...client, verify: false } })).toMatchObject({ ok: true });
  });

  it('and a PEM that is none is told as that', async () => {
    expect(await run({ caPem: '{{secret.CERT}}', tls: { ...client, keyPem: 'no key' } })).toMatchObject({
      failure: {
        message:
          'acme was not called: the PEM of tls.keyPem cannot be read: it must be a private key without a password.',
      },
    });
    expect(await run({ caPem: 'nothing' })).toMatchObject({
      failure: {
        code: 'WAY',
        message: expect.stringMatching(/^acme was not called: the PEM of caPem cannot be read/),
      },
    });
  });
});

describe('a step that is otherwise on the way back', () => {
  it('is checked both ways', () => {
    const call = { request: { method: 'PUT', url: '/x' } };
    expect(checkStep(step({ ...call, onRollback: { request: { method: 'DELETE', url: '/x' } } }))).toEqual(
      [],
    );
    expect(checkStep(step({ ...call, onRollback: 'skip' }))).toEqual([]);
    expect(checkStep(step({ ...call, onRollback: { calls: [{ metod: 'PUT' }] } }))).toMatchObject([
      { path: ['onRollback', 'calls', 0, 'metod'] },
    ]);
    expect(checkStep(step({ ...call, onRollback: { type: 'wait' } }))).toMatchObject([
      { path: ['onRollback', 'type'] },
    ]);
    expect(checkStep(step({ ...call, onRollback: 'nothing' }))).toMatchObject([{ path: ['onRollback'] }]);
    expect(checkStep(step({ seconds: 1, onRollback: { seconds: 2 } }, 'wait'))).toMatchObject([
      { path: ['onRollback'] },
    ]);
  });
});
