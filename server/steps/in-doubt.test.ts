import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runStep } from './registry';
import type { TaskRuntimeContext } from './task-runtime-context';
import { type Received, StepServer, stepContext } from './testing/step-context';

let server: StepServer;
/** What the server runs, by endpoint. */
let live: Record<string, string | null>;
/** How many changes are applied or left, and answered by cutting the connection. */
let cut: { applying: boolean; times: number };

beforeEach(async () => {
  server = await StepServer.start();
  live = { a: 'v1', b: 'v1' };
  cut = { applying: true, times: 0 };
  server.answer = ({ method, url }, response) => {
    const [, key = '', place] = url.split('/');
    const lost = method !== 'GET' && cut.times > 0;
    if (method !== 'GET' && (!lost || cut.applying)) live[key] = 'v2';
    if (lost) cut.times -= 1;
    if (lost || (place === 'health' && live[key] === null)) response.destroy();
    else response.end(JSON.stringify({ version: live[key] }));
  };
});
afterEach(() => server.close());

const health = { name: 'confirm', type: 'health-check' };
const update = { name: 'send', type: 'config-update' };
const changes = (): Received[] => server.received.filter(({ method }) => method !== 'GET');

function run(
  step: { name: string; type: string; [setting: string]: unknown },
  change: Partial<TaskRuntimeContext> = {},
) {
  const endpoints = ['a', 'b'].map((key) => ({ key, url: `${server.url}/${key}` }));
  return runStep(step, stepContext(endpoints, { versionProbe: health, ...change }));
}

describe('a config-update whose answer is lost', () => {
  it('is not sent again when the instance runs what it should', async () => {
    cut = { applying: true, times: 1 };
    expect(await run(update)).toMatchObject({
      ok: true,
      detail: 'v2 sent to 2 instances; a was applied although its answer was lost (it runs v2)',
    });
    expect(changes().map(({ url }) => url)).toEqual(['/a/config', '/b/config']);
  });

  it('is sent again with the same key when the instance runs something else', async () => {
    cut = { applying: false, times: 1 };
    const result = await run(update);
    expect(result).toMatchObject({ ok: true, detail: 'v2 sent to 2 instances' });
    expect(changes().map(({ url, headers }) => [url, headers['idempotency-key']])).toEqual([
      ['/a/config', 'key-0-a'],
      ['/a/config', 'key-0-a'],
      ['/b/config', 'key-0-b'],
    ]);
    // The read back is on record between the two sends.
    expect(result.calls.map(({ request, ok }) => [request.split('\n')[0]?.split('/').at(-1), ok])).toEqual([
      ['config', false],
      ['health', true],
      ['config', true],
      ['config', true],
    ]);
  });

  it.each([
    [
      409,
      'v2',
      {
        ok: true,
        detail: expect.stringContaining('a was applied although its answer was lost (it runs v2)'),
      },
    ],
    [
      412,
      'v2',
      {
        ok: true,
        detail: expect.stringContaining('a was applied although its answer was lost (it runs v2)'),
      },
    ],
    [412, 'theirs', { ok: false, failure: { code: 'HTTP_412' } }],
  ])(
    'came through after it was looked for: the second one is answered %i, and the instance runs %s',
    async (status, runs, result) => {
      let sends = 0;
      server.answer = ({ method }, response) => {
        if (method === 'GET') return response.end(JSON.stringify({ version: sends < 2 ? 'v1' : runs }));
        sends += 1;
        return sends === 1 ? response.destroy() : response.writeHead(status).end();
      };
      expect(
        await run(update, {
          config: { ...stepContext([]).config, endpoints: [{ key: 'a', url: `${server.url}/a` }] },
        }),
      ).toMatchObject(result);
      expect(sends).toBe(2);
    },
  );

  it('fails, known not to be applied, when it is lost again', async () => {
    cut = { applying: false, times: 9 };
    expect(await run(update)).toMatchObject({
      ok: false,
      failure: {
        errorType: 'NETWORK',
        instance: 'a',
        retryable: true,
        message: 'a cut the connection before it answered, and afterwards runs v1.',
      },
    });
    expect(changes()).toHaveLength(2);
  });

  it('is left to an operator when nobody can tell, after it was asked three times', async () => {
    cut = { applying: true, times: 1 };
    server.answer = (
      ({ answer }) =>
      (request, response) => {
        live.a = null;
        answer(request, response);
      }
    )(server);
    const context = stepContext([{ key: 'a', url: `${server.url}/a` }], {
      versionProbe: { ...health, intervalSeconds: 60 },
    });
    cut = { applying: false, times: 1 };
    const result = await runStep(update, context);
    expect(result).toMatchObject({
      ok: false,
      failure: {
        errorType: 'IN_DOUBT',
        code: 'IN_DOUBT',
        retryable: false,
        message:
          'a cut the connection before it answered, also when asked what it runs, and nobody can tell whether it was carried out all the same. Look at it, then resolve the task: "applied" if it was, "resend" if not.',
      },
    });
    expect(server.received.map(({ method }) => method)).toEqual(['PUT', 'GET', 'GET', 'GET']);
    expect(context.waits).toEqual([5000, 5000]);
  });

  it('is looked at as often and as far apart as its retries say, for a target that starts anew', async () => {
    server.answer = (
      ({ answer }) =>
      (request, response) => {
        live.a = server.received.length > 5 ? 'v2' : null;
        answer(request, response);
      }
    )(server);
    const context = stepContext([{ key: 'a', url: `${server.url}/a` }], { versionProbe: health });
    cut = { applying: false, times: 1 };
    const request = { retries: { count: 4, backoff: 'fixed', delayMillis: 700 } };
    expect(await runStep({ ...update, request }, context)).toMatchObject({
      ok: true,
      detail: 'v2 sent to 1 instance; a was applied although its answer was lost (it runs v2)',
    });
    expect(server.received.map(({ method }) => method)).toEqual(['PUT', ...Array(5).fill('GET')]);
    expect(context.waits).toEqual([700, 700, 700, 700]);
  });

  it('cannot be looked up without a health-check', async () => {
    cut = { applying: true, times: 1 };
    expect(await run(update, { versionProbe: null })).toMatchObject({
      failure: { code: 'IN_DOUBT', message: expect.stringContaining('the playbook has no health-check') },
    });
  });

  it('is looked up on every instance when it is sent for the tenant', async () => {
    cut = { applying: true, times: 1 };
    live.b = 'v2';
    expect(await run({ ...update, target: 'tenant' })).toMatchObject({
      ok: true,
      detail:
        'v2 sent to the tenant; acme was applied although its answer was lost (it a runs v2; b runs v2)',
    });
  });

  it('is looked up by the content as well where instances tell its digest', async () => {
    server.answer = ({ method }, response) =>
      method === 'GET' ? response.end('{"version":"v2","digest":"old"}') : response.destroy();
    expect(await run(update, { versionProbe: { ...health, digestKey: 'digest' } })).toMatchObject({
      failure: {
        message:
          'a cut the connection before it answered, and afterwards runs v2 with another content (digest old, expected d1).',
      },
    });
  });

  it('is looked up by the request the step has for it', async () => {
    cut = { applying: true, times: 1 };
    const readBack = { url: '/state', expect: { body: [{ path: 'version', equals: '{{config.version}}' }] } };
    expect(await run({ ...update, readBack }, { versionProbe: null })).toMatchObject({
      ok: true,
      detail: expect.stringContaining(
        'a was applied although its answer was lost (it shows it when read back)',
      ),
    });
    live = { a: 'v1', b: 'v1' };
    cut = { applying: false, times: 2 };
    expect(await run({ ...update, readBack }, { versionProbe: null })).toMatchObject({
      ok: false,
      failure: {
        message:
          'a cut the connection before it answered, and afterwards answered 200, but version is v1, expected v2 when read back.',
      },
    });
  });
});

describe('a config-update that a gateway could not pass on', () => {
  /** The first changes are answered by the gateway, and carried out or not. */
  const gateway = (status: number, applying: boolean) => {
    let times = 1;
    const behind = server.answer;
    server.answer = (request, response) => {
      if (request.method === 'GET' || times === 0) return behind(request, response);
      times -= 1;
      if (applying) live.a = 'v2';
      response.writeHead(status).end();
    };
  };

  it.each([502, 504])('with %s is looked up, and not sent again when it is live', async (status) => {
    gateway(status, true);
    const retries = { on: [status], delayMillis: 0 };
    expect(await run({ ...update, request: { retries } })).toMatchObject({
      ok: true,
      detail: expect.stringContaining('a was applied although its answer was lost (it runs v2)'),
    });
    expect(changes().map(({ url }) => url)).toEqual(['/a/config', '/b/config']);
  });

  it('is sent again when it is not live and the playbook says so', async () => {
    gateway(504, false);
    const retries = { on: [504], delayMillis: 0 };
    expect(await run({ ...update, request: { retries } })).toMatchObject({ ok: true });
    expect(changes()).toHaveLength(3);
  });

  it('fails otherwise, and says what runs', async () => {
    gateway(504, false);
    expect(await run({ ...update, request: { retries: { on: [429] } } })).toMatchObject({
      failure: { code: 'HTTP_504', message: 'a answered 504, expected 2xx, and afterwards runs v1.' },
    });
    expect(changes()).toHaveLength(1);
  });
});

describe('a step that another process announced and left', () => {
  it('passes over the instances that run what they should', async () => {
    live = { a: 'v2', b: 'v1' };
    expect(await run(update, { inDoubt: true })).toMatchObject({
      ok: true,
      detail: expect.stringContaining('a was applied'),
    });
    expect(changes().map(({ url }) => url)).toEqual(['/b/config']);
  });

  it('sends nothing when nobody can tell', async () => {
    live = { a: null, b: null };
    expect(await run(update, { inDoubt: true })).toMatchObject({
      failure: {
        code: 'IN_DOUBT',
        message:
          'a may have been told by the process that stopped during this step, and nobody can tell (cut the connection before it answered). Look at it, then resolve the task: "applied" if it was, "resend" if not.',
      },
    });
    expect(changes()).toEqual([]);
  });

  it.each([
    ['broadcast', {}, 2],
    ['broadcast', { inDoubt: 'ask' }, 0],
    ['http-request', { request: { method: 'PUT' } }, 1],
    ['http-request', { request: { method: 'POST' } }, 0],
    ['http-request', { request: { method: 'POST' }, inDoubt: 'resend' }, 1],
    ['http-request', { calls: [{ method: 'PUT' }, { method: 'PATCH' }] }, 0],
  ])('%s %j makes %s changes', async (type, settings, count) => {
    const result = await run({ name: 'x', type, ...settings }, { inDoubt: true });
    expect(changes()).toHaveLength(count);
    if (count > 0) return expect(result).toMatchObject({ ok: true });
    expect(result).toMatchObject({
      failure: {
        code: 'IN_DOUBT',
        message: expect.stringMatching(
          /^(a|acme) may have been told by the process that stopped during this step\. Look at it, then resolve/,
        ),
      },
    });
  });

  it('cannot pass over what later stages need a value of', async () => {
    live = { a: 'v2', b: 'v2' };
    const settings = { request: { method: 'PUT', extract: { etag: { header: 'etag' } } }, save: ['etag'] };
    const step = { ...update, ...settings, target: 'tenant' };
    expect(await run(step, { inDoubt: true, data: {} })).toMatchObject({
      failure: {
        code: 'IN_DOUBT',
        message: expect.stringContaining('the value "etag" that later stages need'),
      },
    });
    expect(await run(step, { inDoubt: true, data: { etag: '"7"' } })).toMatchObject({
      data: { etag: '"7"' },
    });
  });
});

describe('a broadcast whose answer is lost', () => {
  it('is told again, and looked up only when that is lost as well', async () => {
    cut = { applying: false, times: 1 };
    expect(await run({ name: 'tell', type: 'broadcast' })).toMatchObject({ ok: true });
    expect(server.received.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST']);
    live = { a: 'v1', b: 'v1' };
    cut = { applying: true, times: 2 };
    expect(await run({ name: 'tell', type: 'broadcast' })).toMatchObject({
      ok: true,
      detail: '2 instances told; a was applied although its answer was lost (it runs v2)',
    });
  });
});

describe('an http-request whose answer is lost', () => {
  it.each([
    ['GET', 2, 'NETWORK'],
    ['PUT', 2, 'NETWORK'],
    ['DELETE', 2, 'NETWORK'],
    ['POST', 1, 'IN_DOUBT'],
    ['PATCH', 1, 'IN_DOUBT'],
  ])('by %s is sent %s times and fails as %s', async (method, times, errorType) => {
    server.answer = (_request, response) => response.destroy();
    const result = await run(
      { name: 'x', type: 'http-request', request: { method } },
      { versionProbe: null },
    );
    expect(result).toMatchObject({ ok: false, failure: { errorType } });
    expect(server.received).toHaveLength(times);
  });
});
