import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkStep, runStep } from './registry';
import { StepServer, stepContext } from './testing/step-context';

let server: StepServer;
beforeEach(async () => {
  server = await StepServer.start();
});
afterEach(() => server.close());

const endpoint = (key = 'a-1') => ({ key, url: `${server.url}/${key}` });
const step = (settings: object) => ({ name: 'call', type: 'http-request', ...settings });
const sent = () => server.received.map(({ method, url }) => `${method} ${url}`);

describe('several calls', () => {
  it('hand values on: from JSON, by regex, from a header and from a trailer', async () => {
    server.answer = ({ url }, response) => {
      if (url === '/a-1/read') {
        response.writeHead(200, { 'x-nonce': 'n1', trailer: 'Etag' });
        response.write('{"meta":{"revision":7},"text":"id=abc;"}');
        response.addTrailers({ Etag: '"e1"' });
      }
      response.end();
    };
    const result = await runStep(
      step({
        calls: [
          {
            method: 'GET',
            url: '/read',
            extract: {
              revision: { json: 'meta.revision' },
              id: { regex: 'id=(\\w+);' },
              nonce: { header: 'X-Nonce' },
              etag: { trailer: 'ETag' },
            },
          },
          {
            method: 'PUT',
            url: '/write/{{data.id}}',
            headers: { 'If-Match': '{{data.etag}}', 'X-Seen': '{{data.nonce}}' },
            body: '{"after":{{data.revision}}}',
          },
        ],
        save: ['revision'],
      }),
      stepContext([endpoint()], { data: {} }),
    );
    expect(result).toMatchObject({ ok: true, detail: '2 calls for the tenant', data: { revision: 7 } });
    expect(server.received[1]).toMatchObject({
      url: '/a-1/write/abc',
      body: '{"after":7}',
      headers: { 'if-match': '"e1"', 'x-seen': 'n1', 'idempotency-key': 'key-1-a-1' },
    });
    expect(result.calls.map(({ instance, ok }) => [instance, ok])).toEqual([
      ['a-1', true],
      ['a-1', true],
    ]);
  });

  it('stop at the first without the value that is to be handed on', async () => {
    const result = await runStep(
      step({ calls: [{ method: 'GET', extract: { etag: { trailer: 'Etag' } } }, { method: 'PUT' }] }),
      stepContext([endpoint()]),
    );
    expect(result).toMatchObject({
      ok: false,
      failure: {
        code: 'EXTRACT',
        message: 'acme answered 200 without the value "etag" (the trailer Etag).',
      },
    });
    expect(server.received).toHaveLength(1);
  });

  it('keep the values of each instance apart, also for later stages', async () => {
    server.answer = ({ url }, response) => response.end(JSON.stringify({ revision: url }));
    const read = {
      calls: [{ method: 'GET', extract: { revision: { json: 'revision' } } }],
      save: ['revision'],
      target: 'instance',
    };
    const endpoints = [endpoint('a'), endpoint('b')];
    const data = { instances: { a: { kept: 1 } }, other: 2 };
    const result = await runStep(step(read), stepContext(endpoints, { data }));
    expect(result).toMatchObject({
      data: { instances: { a: { kept: 1, revision: '/a' }, b: { revision: '/b' } } },
    });
    const write = step({ target: 'instance', request: { method: 'PUT', url: '/w?after={{data.revision}}' } });
    await runStep(write, stepContext(endpoints, { data: result.ok ? (result.data ?? {}) : {} }));
    expect(sent().slice(2)).toEqual(['PUT /a/w?after=/a', 'PUT /b/w?after=/b']);
  });

  it('do not show what one of them extracted as secret', async () => {
    server.answer = ({ url }, response) =>
      response.end(url === '/a-1/login' ? '{"session":"s-e-s"}' : 's-e-s?');
    const result = await runStep(
      step({
        calls: [
          { url: '/login', extract: { session: { json: 'session', secret: true } } },
          { url: '/do?as={{data.session}}', body: 'session {{data.session}}' },
        ],
      }),
      stepContext([endpoint()]),
    );
    expect(server.received[1]).toMatchObject({ url: '/a-1/do?as=s-e-s', body: 'session s-e-s' });
    expect(JSON.stringify(result)).not.toContain('s-e-s');
  });
});

describe('the answer of a target that says 200', () => {
  it('with an error in the body is a failure', async () => {
    server.answer = (_request, response) => response.end('{"succeeded":false,"error":"lost the race"}');
    const body = [{ path: 'succeeded', equals: true }];
    expect(await runStep(step({ request: { expect: { body } } }), stepContext([endpoint()]))).toMatchObject({
      ok: false,
      failure: {
        code: 'BODY',
        message: 'acme answered 200, but succeeded is false, expected true ("lost the race").',
      },
    });
  });

  it('is compared with templates that are filled in', async () => {
    server.answer = (_request, response) => response.end('{"stored":"v2"}');
    const body = [{ path: 'stored', equals: '{{config.version}}' }];
    const request = { expect: { body } };
    expect(await runStep(step({ request }), stepContext([endpoint()]))).toMatchObject({ ok: true });
    server.answer = (_request, response) => response.end('{}');
    expect(await runStep(step({ request }), stepContext([endpoint()]))).toMatchObject({
      failure: { message: 'acme answered 200, but stored is missing in it, expected v2.' },
    });
  });
});

describe('a call that is worth another try', () => {
  const answering = (...statuses: number[]) => {
    server.answer = (_request, response) =>
      response.writeHead(statuses[Math.min(server.received.length, statuses.length) - 1] ?? 200).end();
  };

  it('is repeated with the same key, waiting longer each time, and every try is on record', async () => {
    answering(503, 429, 503, 200);
    const context = stepContext([endpoint()]);
    const retries = { count: 3, delayMillis: 100, maxDelayMillis: 250 };
    const result = await runStep(step({ request: { retries } }), context);
    expect(result).toMatchObject({ ok: true });
    expect(result.calls.map(({ response }) => response)).toEqual(['503', '429', '503', '200']);
    expect(context.waits).toEqual([100, 200, 250]);
    expect(new Set(server.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it('is given up after its count', async () => {
    answering(500);
    const context = stepContext([endpoint()]);
    const retries = { on: ['5xx'], count: 2, backoff: 'fixed', delayMillis: 10 };
    expect(await runStep(step({ request: { retries } }), context)).toMatchObject({
      ok: false,
      failure: { code: 'HTTP_500' },
    });
    expect(context.waits).toEqual([10, 10]);
    expect(server.received).toHaveLength(3);
  });

  it('is one of those listed alone', async () => {
    answering(500);
    await runStep(step({ request: { retries: { on: [502] } } }), stepContext([endpoint()]));
    expect(server.received).toHaveLength(1);
  });

  it('may be one nobody listened to', async () => {
    const gone = { key: 'gone', url: server.url };
    await server.close();
    const context = stepContext([gone]);
    const request = { retries: { on: ['connection'], count: 2, delayMillis: 5 } };
    const result = await runStep(step({ request }), context);
    expect(result).toMatchObject({ ok: false, failure: { code: 'ECONNREFUSED', errorType: 'NETWORK' } });
    expect(result.calls).toHaveLength(3);
    expect(context.waits).toEqual([5, 10]);
  });
});

describe('a call that says nothing of retries', () => {
  const failing = (status: number, times: number, headers = {}) => {
    server.answer = (_request, response) => {
      const fails = server.received.length <= times;
      response.writeHead(fails ? status : 200, fails ? headers : {}).end();
    };
  };

  it.each(
    ['GET', 'PUT', 'DELETE'].flatMap((method) => [502, 503, 504].map((status) => [method, status] as const)),
  )('is tried twice more by itself as %s after %s', async (method, status) => {
    failing(status, 2);
    const context = stepContext([endpoint()]);
    expect(await runStep(step({ request: { method } }), context)).toMatchObject({ ok: true });
    expect(server.received).toHaveLength(3);
    expect(new Set(server.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(context.waits).toEqual([500, 1000]);
    failing(status, 99);
    expect(await runStep(step({ request: { method } }), stepContext([endpoint()]))).toMatchObject({
      ok: false,
    });
    expect(server.received).toHaveLength(6);
  });

  it.each([
    ['POST', 503],
    ['PATCH', 503],
    ['PUT', 500],
    ['PUT', 429],
    ['GET', 404],
  ])('is made once as %s after %s', async (method, status) => {
    failing(status, 99);
    await runStep(step({ request: { method } }), stepContext([endpoint()]));
    expect(server.received).toHaveLength(1);
  });

  it('is tried again where nobody listened', async () => {
    const gone = { key: 'gone', url: server.url };
    await server.close();
    const context = stepContext([gone]);
    const result = await runStep(step({ request: { method: 'PUT' } }), context);
    expect(result.calls).toHaveLength(3);
    expect(context.waits).toEqual([500, 1000]);
  });

  it.each(['none', { count: 0 }])('is made once where the playbook says %j', async (retries) => {
    failing(503, 99);
    const context = stepContext([endpoint()]);
    await runStep(step({ request: { method: 'PUT', retries } }), context);
    expect(server.received).toHaveLength(1);
    expect(context.waits).toEqual([]);
  });

  it('is made once where somebody is to be asked', async () => {
    failing(504, 99);
    await runStep(step({ inDoubt: 'ask', request: { method: 'PUT' } }), stepContext([endpoint()]));
    expect(server.received).toHaveLength(1);
  });

  it('waits as long as the target asks, up to its limit', async () => {
    failing(503, 1, { 'retry-after': '7' });
    const asked = stepContext([endpoint()]);
    expect(await runStep(step({ request: { method: 'PUT' } }), asked)).toMatchObject({ ok: true });
    expect(asked.waits).toEqual([7000]);
    server.received.length = 0;
    failing(503, 1, { 'retry-after': '86400' });
    const bounded = stepContext([endpoint()]);
    const retries = { on: [503], maxDelayMillis: 2500 };
    expect(await runStep(step({ request: { method: 'POST', retries } }), bounded)).toMatchObject({
      ok: true,
    });
    expect(bounded.waits).toEqual([2500]);
  });
});

it('no more tasks than allowed call a host at once', async () => {
  let active = 0;
  let most = 0;
  server.answer = (_request, response) => {
    active += 1;
    most = Math.max(most, active);
    // Others would come in meanwhile.
    setImmediate(() => {
      active -= 1;
      response.end('{}');
    });
  };
  const tasks = Array.from({ length: 8 }, () =>
    runStep(step({ request: { method: 'PUT' }, maxPerHost: 2 }), stepContext([endpoint()])),
  );
  expect((await Promise.all(tasks)).every(({ ok }) => ok)).toBe(true);
  expect(server.received).toHaveLength(8);
  expect(most).toBeLessThanOrEqual(2);
});

describe('the settings of calls', () => {
  it.each([
    [{ request: {}, calls: [{}] }, ['calls'], 'Give request or calls, not both.'],
    [{ calls: [{}], save: ['x'] }, ['save', 0], 'no call extracts "x"'],
    [
      { calls: [{ extract: { x: { json: 'x', header: 'y' } } }] },
      ['calls', 0, 'extract', 'x'],
      'Give exactly one of json, xml, header and trailer, or a regex of the text.',
    ],
    [
      { calls: [{ extract: { x: { regex: '(' } } }] },
      ['calls', 0, 'extract', 'x', 'regex'],
      'is not a regular expression (missing closing ): `(`)',
    ],
    [{ request: { metod: 'GET' } }, ['request', 'metod'], 'is not known here; did you mean "method"?'],
    [{ calls: [] }, ['calls'], expect.any(String)],
  ])('%j are refused at %j', (settings, path, message) => {
    expect(checkStep(step(settings))).toEqual([{ path, message }]);
  });

  it('may be left out for a step that has a way of its own', () => {
    for (const type of ['config-update', 'broadcast', 'health-check', 'http-request'])
      expect(checkStep({ name: 'x', type })).toEqual([]);
    expect(checkStep({ name: 'x', type: 'config-update', connector: 'ftp' })).toMatchObject([
      { path: ['connector'] },
    ]);
    expect(checkStep({ name: 'x', type: 'config-update', connector: 'redis' })).toMatchObject([
      { path: ['url'] },
      { path: ['key'] },
    ]);
  });
});
