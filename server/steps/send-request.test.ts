import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { healthSettings } from './health-settings';
import { httpCallOf } from './http-settings';
import { probeVersion } from './live-version';
import { runStep } from './registry';
import { sendRequest } from './send-request';
import { StepServer, stepContext } from './testing/step-context';
import { Timeouts } from './testing/timeouts';

let server: StepServer;
beforeEach(async () => {
  server = await StepServer.start();
});
afterEach(() => server.close());

const endpoint = () => ({ key: 'a-1', url: `${server.url}/`, labels: { zone: 'z1' } });
function send(request: object, change: Parameters<typeof stepContext>[1] = {}) {
  return sendRequest(stepContext([endpoint()], change), httpCallOf(request), endpoint(), { call: 0 });
}
function answering(status: number, body: string) {
  server.answer = (_request, response) => response.writeHead(status).end(body);
}

describe('a request', () => {
  it('fills in url, headers and body, and goes below the endpoint', async () => {
    await send({
      method: 'PUT',
      url: '/config/{{tenant.name | url}}?zone={{endpoint.labels.zone}}',
      headers: { 'If-Match': '{{data.etag}}', 'X-Region': '{{tenant.region}}' },
      body: { version: '{{config.version}}', payload: ['{{config.payload | json}}'], n: 1 },
    });
    expect(server.received).toMatchObject([
      {
        method: 'PUT',
        url: '/config/A%20%26%20B?zone=z1',
        body: '{"version":"v2","payload":["{\\"backend\\":\\"b\\"}"],"n":1}',
        headers: {
          'if-match': '"7"',
          'x-region': 'eu',
          'content-type': 'application/json',
          'idempotency-key': 'key-0-a-1',
          'switchyard-task': 'PLN-1.1',
          'switchyard-epoch': '7',
        },
      },
    ]);
  });

  it.each([
    { type: 'basic', username: 'op', password: 'written-out' },
    { type: 'bearer', token: 'written-out' },
    { type: 'header', name: 'X-Proof', value: 'written-out' },
  ])('shows no proof that comes back, also one that is no secret: $type', async (auth) => {
    server.answer = ({ headers }, response) => {
      const given = String(headers.authorization ?? headers['x-proof']);
      const opened = Buffer.from(given.replace('Basic ', ''), 'base64').toString();
      response.writeHead(500).end(JSON.stringify({ error: `not ${given}, nor ${opened}`, given, opened }));
    };
    const told = JSON.stringify(await send({ auth }));
    expect(told).toContain('••••••');
    const packed = Buffer.from('op:written-out').toString('base64');
    for (const shown of ['written-out', packed]) expect(told.split('"raw"')[0]).not.toContain(shown);
  });

  it('reads versions through the veil', async () => {
    server.answer = ({ headers }, response) =>
      response.end(JSON.stringify({ version: `v2 of ${headers.authorization}` }));
    const context = stepContext([endpoint()]);
    const wanted = healthSettings.parse({
      path: '/',
      versionKey: 'version',
      auth: { type: 'bearer', token: '{{secret.password}}' },
    });
    const live = await probeVersion(context, wanted, endpoint(), []);
    expect(live).toMatchObject({
      version: expect.stringContaining('••••••'),
      detail: expect.stringContaining('••••••'),
    });
    expect(JSON.stringify(live)).not.toContain('hunter2');
  });

  it('sends text as it is, and calls it JSON only when it is', async () => {
    await send({ body: 'version={{config.version}}' });
    await send({ body: '{"v":"{{config.version}}"}' });
    expect(server.received.map(({ body }) => body)).toEqual(['version=v2', '{"v":"v2"}']);
    expect(server.received.map(({ headers }) => headers['content-type'])).toEqual([
      undefined,
      'application/json',
    ]);
  });

  it.each([
    [
      { type: 'basic', username: 'op', password: '{{secret.password}}' },
      'authorization',
      'Basic b3A6aHVudGVyMg==',
    ],
    [{ type: 'bearer', token: '{{secret.password}}' }, 'authorization', 'Bearer hunter2'],
    [{ type: 'header', name: 'X-Proof', value: 'plain {{secret.password}}' }, 'x-proof', 'plain hunter2'],
  ])('proves who it is by %o and never shows it', async (auth, header, value) => {
    const { record } = await send({ auth });
    expect(server.received[0]?.headers[header]).toBe(value);
    expect(record.request).toContain(`${header}: •••`);
    expect(record.request).not.toContain(value);
    expect(record.request).toContain('idempotency-key: key-0-a-1');
  });

  it.each(['Cookie', 'X-Api-Key', 'X-Auth-Token', 'Proxy-Authorization', 'X-Client-Secret'])(
    'does not show the header %s either',
    async (name) => {
      const { record } = await send({ headers: { [name]: 'confidential' } });
      expect(server.received[0]?.headers[name.toLowerCase()]).toBe('confidential');
      expect(record.request).not.toContain('confidential');
    },
  );
});

describe('an answer', () => {
  it.each([
    [200, '', {}, null],
    [204, '', {}, null],
    [304, '', {}, 'HTTP_304'],
    [201, '', { status: [200] }, 'HTTP_201'],
    [404, '', { status: ['2xx', 404] }, null],
    [200, '{"ok":true}', { body: [{ path: 'ok', equals: true }] }, null],
    [200, '{"ok":"true"}', { body: [{ path: 'ok', equals: true }] }, 'BODY'],
    [200, '{"error":"x"}', { body: [{ path: 'error', exists: false }] }, 'BODY'],
    [200, '{}', { body: [{ path: 'error', exists: false }] }, null],
    [200, '{"error":null}', { body: [{ path: 'error', equals: null }] }, null],
    [200, '{}', { body: [{ path: 'revision', exists: true }] }, 'BODY'],
    [200, 'stored: yes', { body: [{ contains: 'yes' }] }, null],
    [200, 'stored: no', { body: [{ contains: 'yes' }] }, 'BODY'],
    [200, 'no json', { body: [{ path: 'ok', equals: true }] }, 'BODY'],
    [
      200,
      '{"a":"xyz"}',
      {
        body: [
          { path: 'a', contains: 'y' },
          { path: 'b', exists: true },
        ],
      },
      'BODY',
    ],
  ])('%s %s with %o: %s', async (status, body, expect_, code) => {
    answering(status, body);
    const answer = await send({ expect: expect_ });
    expect(answer.ok ? null : answer.code).toBe(code);
    expect(answer.record.response).toBe(`${status}\n${body}`.trimEnd());
  });

  it.each([
    [400, 'BUSINESS', false],
    [429, 'BUSINESS', true],
    [500, 'BUSINESS', true],
    [502, 'SERVICE_UNAVAILABLE', true],
    [503, 'SERVICE_UNAVAILABLE', true],
  ])('of %s is %s, retryable: %s', async (status, errorType, retryable) => {
    answering(status, 'no');
    expect(await send({})).toMatchObject({ ok: false, errorType, retryable, status, lost: false });
  });

  it('that points elsewhere is not followed', async () => {
    server.answer = (_request, response) => response.writeHead(302, { location: '/other' }).end();
    expect(await send({})).toMatchObject({
      ...{ ok: false, code: 'HTTP_302' },
      message:
        'answered 302 and sends to /other, which is not followed: the playbook does not name that host in its redirects; expected 2xx',
    });
    expect(server.received).toHaveLength(1);
  });

  it('of 1 MiB is read, and of one byte more is not', async () => {
    answering(200, 'x'.repeat(1024 * 1024));
    expect(await send({})).toMatchObject({ ok: true });
    answering(200, 'x'.repeat(1024 * 1024 + 1));
    expect(await send({})).toMatchObject({ ok: false, message: 'sent more than 1 MiB' });
  });

  it('is shortened where it is shown', async () => {
    answering(200, 'x'.repeat(5000));
    expect((await send({})).record.response).toBe(`200\n${'x'.repeat(2000)}…`);
  });
});

describe('no answer', () => {
  it.each([
    ['at all', () => {}],
    [
      'after the headers',
      (response: { writeHead(status: number): { write(text: string): void } }) =>
        response.writeHead(200).write('{'),
    ],
  ])('%s in time is a timeout', async (_name, begin) => {
    const timeouts = new Timeouts();
    server.answer = (_request, response) => {
      begin(response);
      timeouts.runOut();
    };
    const answer = await send({ timeoutMillis: 50 }).finally(() => timeouts.restore());
    expect(answer).toMatchObject({
      ok: false,
      errorType: 'TIMEOUT',
      message: 'gave no answer within 50 ms',
      retryable: true,
      lost: true,
    });
  });

  it('because the connection was cut', async () => {
    server.answer = (_request, response) => response.destroy();
    expect(await send({})).toMatchObject({
      ok: false,
      errorType: 'NETWORK',
      message: 'cut the connection before it answered',
    });
  });

  it('to its end is told as what it is', async () => {
    server.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': 500 });
      response.write('half of it', () => response.destroy());
    };
    expect(await send({})).toMatchObject({
      ...{ ok: false, errorType: 'NETWORK', lost: true },
      message: 'cut the connection in the middle of its answer',
    });
  });

  it.each([
    'HTTP/1.1 000 x',
    'HTTP/1.1 099 x',
    'HTTP/1.1 99 x',
    'HTTP/1.1 1000 x',
    'HTTP/1.1 abc x',
    'HTTP/1.1 101 Switching Protocols',
    'HTTP/3 200 OK',
    'ICY 200 OK',
    'SSH-2.0-OpenSSH_9.2',
    'HTTP/1.1 200 OK\r\ncontent-length: -5',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 3',
  ])('because it is not HTTP: %j is told by name, and in words', async (head) => {
    server.answer = (_request, { socket }) => socket?.end(`${head}\r\n\r\n`);
    const answer = await send({});
    expect(answer).toMatchObject({ ok: false, errorType: 'NETWORK', code: 'NOT_HTTP', retryable: true });
    expect(answer).toMatchObject({
      message: expect.stringMatching(/^answered something that is not HTTP.*\)$/),
    });
  });

  it('because nobody listens', async () => {
    await server.close();
    expect(await send({})).toMatchObject({ ok: false, errorType: 'NETWORK', code: 'ECONNREFUSED' });
  });

  it('because the run was aborted rejects with the reason', async () => {
    const abort = new AbortController();
    server.answer = () => abort.abort(new Error('taken over'));
    await expect(send({}, { signal: abort.signal })).rejects.toThrow('taken over');
  });
});

describe('a step', () => {
  const update = { name: 'send', type: 'config-update' };

  it('asks one instance after the other and stops at the first that does not take it', async () => {
    const endpoints = ['a', 'b', 'c'].map((key) => ({ key, url: `${server.url}/${key}` }));
    server.answer = ({ url }, response) => response.writeHead(url === '/b/config' ? 500 : 200).end();
    const result = await runStep(update, stepContext(endpoints));
    expect(server.received.map(({ url }) => url)).toEqual(['/a/config', '/b/config']);
    expect(result).toMatchObject({
      ok: false,
      failure: { code: 'HTTP_500', instance: 'b', message: 'b answered 500, expected 2xx.', step: 'send' },
    });
  });

  it('that throws fails and does not reject', async () => {
    const broken = { ...update, request: { url: '{{tenant.missing}}' } };
    expect(await runStep(broken, stepContext([endpoint()]))).toMatchObject({
      ok: false,
      failure: { errorType: 'SYSTEM', code: 'STEP_THREW', message: '{{tenant.missing}} has no value here.' },
    });
    expect(await runStep({ name: 'x', type: 'nothing' }, stepContext([]))).toMatchObject({ ok: false });
  });
});
