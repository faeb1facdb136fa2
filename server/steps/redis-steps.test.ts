import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTargetAllow } from '@/server/security/target-allow';
import { createTargetDispatcher } from '@/server/security/target-guard';
import { runStep } from './registry';
import { RespServer } from './testing/resp-server';
import { stepContext } from './testing/step-context';
import { TEST_CERTIFICATE, TEST_KEY } from './testing/test-certificate';
import { Timeouts } from './testing/timeouts';

let redis: RespServer;
let store: Map<string, string>;
let listeners: number;

/** Carries out what a test needs of Redis. */
function carryOut([command = '', key = '', ...rest]: string[]): string {
  const bulk = (text: string | undefined) =>
    text === undefined ? '$-1\r\n' : `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
  if (command === 'SET') store.set(key, rest[0] ?? '');
  if (command === 'GET') return bulk(store.get(key));
  if (command === 'HGET') return bulk(store.get(`${key}.${rest[0]}`));
  if (command === 'PUBLISH') return `:${listeners}\r\n`;
  if (command !== 'HSET') return '+OK\r\n';
  for (let index = 0; index < rest.length; index += 2)
    store.set(`${key}.${rest[index]}`, rest[index + 1] ?? '');
  return `:${rest.length / 2}\r\n`;
}

beforeEach(async () => {
  redis = await RespServer.start();
  store = new Map();
  listeners = 1;
  redis.answer = carryOut;
});
afterEach(() => redis.close());

const endpoints = [{ key: 'a', url: 'http://127.0.0.1:9' }];
const update = (settings: object = {}) => ({
  name: 'send',
  type: 'config-update',
  connector: 'redis',
  url: redis.url,
  key: 'tenant:{{tenant.id}}',
  ...settings,
});
const tell = (settings: object = {}) => ({
  name: 'tell',
  type: 'broadcast',
  connector: 'redis',
  url: redis.url,
  channel: 'config',
  ...settings,
});
const run = (step: Parameters<typeof runStep>[0], change: Parameters<typeof stepContext>[1] = {}) =>
  runStep(step, stepContext(endpoints, change));
const commands = () => redis.received.map((words) => words.join(' '));

describe('a config-update by redis', () => {
  it('stores the payload, or fields, and closes its connection', async () => {
    expect(await run(update())).toMatchObject({ ok: true, detail: 'v2 stored under tenant:acme' });
    await run(update({ fields: { version: '{{config.version}}', backend: '{{config.payload.backend}}' } }));
    expect(commands()).toEqual(['SET tenant:acme {"backend":"b"}', 'HSET tenant:acme version v2 backend b']);
    await expect.poll(() => redis.sockets.size).toBe(0);
  });

  it('proves who it is and shows neither password nor secret', async () => {
    const result = await run(
      update({ username: 'switch', password: '{{secret.password}}', value: 'pw={{secret.password}}' }),
    );
    expect(commands()[0]).toBe('AUTH switch hunter2');
    expect(commands().at(-1)).toBe('SET tenant:acme pw=hunter2');
    expect(JSON.stringify(result)).not.toContain('hunter2');
    expect(result.calls[0]).toMatchObject({
      request: `${redis.url}\nSET tenant:acme pw=••••••`,
      response: 'OK',
    });
  });

  it.each([
    ['-NOPERM no permissions to run the command', 'BUSINESS', 'NOPERM', false],
    ['-LOADING Redis is loading the dataset in memory', 'SERVICE_UNAVAILABLE', 'LOADING', true],
  ])('%s is %s', async (reply, errorType, code, retryable) => {
    redis.answer = () => `${reply}\r\n`;
    expect(await run(update())).toMatchObject({ ok: false, failure: { errorType, code, retryable } });
    expect(redis.received).toHaveLength(1);
  });

  it('is told again as often as it says while Redis cannot take it, and not once it refuses', async () => {
    const retries = { count: 3, backoff: 'fixed', delayMillis: 700 };
    const context = stepContext(endpoints);
    redis.answer = (words) => (redis.received.length > 2 ? carryOut(words) : '-LOADING it loads\r\n');
    expect(await runStep(update({ retries }), context)).toMatchObject({ ok: true });
    expect(redis.received).toHaveLength(3);
    expect(context.waits).toEqual([700, 700]);
    redis.received.length = 0;
    redis.answer = () => '-NOPERM no permissions\r\n';
    expect(await run(update({ retries }))).toMatchObject({ failure: { code: 'NOPERM' } });
    expect(redis.received).toHaveLength(1);
  });

  it('whose answer is lost is looked up as often as it says', async () => {
    redis.answer = (words, socket) => {
      if (words[0] === 'SET') socket.destroy();
      return words[0] === 'GET' && redis.received.length < 5 ? '-LOADING it loads\r\n' : carryOut(words);
    };
    const retries = { count: 3, backoff: 'fixed', delayMillis: 700 };
    const context = stepContext(endpoints);
    expect(await runStep(update({ retries }), context)).toMatchObject({
      ok: true,
      detail: expect.stringContaining('acme was applied although its answer was lost'),
    });
    expect(commands().map((one) => one.split(' ')[0])).toEqual(['SET', 'GET', 'GET', 'GET', 'GET']);
    expect(context.waits).toEqual([700, 700, 700]);
  });

  it('whose connection is cut after it was stored is found stored and not sent again', async () => {
    redis.answer = (words, socket) => {
      const reply = carryOut(words);
      if (words[0] === 'SET') socket.destroy();
      return reply;
    };
    expect(await run(update())).toMatchObject({
      ok: true,
      detail: expect.stringContaining('acme was applied although its answer was lost'),
    });
    expect(commands()).toEqual(['SET tenant:acme {"backend":"b"}', 'GET tenant:acme']);
  });

  it('whose connection is cut before it was stored is sent again', async () => {
    let cuts = 1;
    redis.answer = (words, socket) => {
      if (words[0] === 'HSET' && cuts-- > 0) socket.destroy();
      else return carryOut(words);
    };
    expect(await run(update({ fields: { version: '{{config.version}}' } }))).toMatchObject({ ok: true });
    expect(commands().map((one) => one.split(' ')[0])).toEqual(['HSET', 'HGET', 'HSET']);
  });

  it('that gets no answer, not even when it looks, is left to an operator', async () => {
    const timeouts = new Timeouts();
    redis.answer = () => void timeouts.runOut();
    const result = await run(update({ timeoutMillis: 60_000 })).finally(() => timeouts.restore());
    expect(result).toMatchObject({
      failure: {
        errorType: 'IN_DOUBT',
        message: expect.stringMatching(
          /^acme could not be switched: Redis gave no answer within 60000 ms, also when asked what it runs, and nobody can tell/,
        ),
      },
    });
    await expect.poll(() => redis.sockets.size).toBe(0);
  });

  it('left by another process looks before it sends', async () => {
    store.set('tenant:acme', '{"backend":"b"}');
    expect(await run(update(), { inDoubt: true })).toMatchObject({ ok: true });
    expect(commands()).toEqual(['GET tenant:acme']);
  });

  it('reaches only what is on the list', async () => {
    const http = createTargetDispatcher({ allow: parseTargetAllow('10.0.0.1') });
    expect(await run(update(), { http })).toMatchObject({
      failure: {
        errorType: 'VALIDATION',
        code: 'TARGET_REFUSED',
        message: expect.stringContaining('SWITCHYARD_TARGET_ALLOW'),
      },
    });
    const metadata = update({ url: 'redis://169.254.169.254' });
    expect(await run(metadata)).toMatchObject({ failure: { code: 'TARGET_REFUSED' } });
    const renamed = createTargetDispatcher({
      allow: parseTargetAllow('cache.example'),
      resolve: ((_name: string, _options: unknown, found: (error: null, addresses: object[]) => void) =>
        found(null, [{ address: '169.254.169.254', family: 4 }])) as never,
    });
    expect(await run(update({ url: 'redis://cache.example:6379' }), { http: renamed })).toMatchObject({
      failure: { code: 'TARGET_REFUSED' },
    });
    expect(redis.received).toEqual([]);
  });

  it('by TLS trusts a private authority only where it is named', async () => {
    const secure = await RespServer.start({ cert: TEST_CERTIFICATE, key: TEST_KEY });
    try {
      secure.answer = carryOut;
      const url = secure.url.replace('redis:', 'rediss:');
      expect(await run(update({ url }))).toMatchObject({
        failure: { errorType: 'NETWORK', message: expect.stringContaining('give its authority as caPem') },
      });
      expect(
        await run(update({ url, caPem: '{{secret.CA}}' }), { secrets: { CA: TEST_CERTIFICATE } }),
      ).toMatchObject({
        ok: true,
      });
      expect(secure.received).toEqual([['SET', 'tenant:acme', '{"backend":"b"}']]);
    } finally {
      await secure.close();
    }
  });

  it('is sent on by a node of a cluster, to where it is allowed', async () => {
    const other = await RespServer.start();
    try {
      const [host, port] = new URL(other.url).host.split(':');
      other.answer = (words) => (words[0] === 'ASKING' ? '+OK\r\n' : carryOut(words));
      redis.answer = () => `-MOVED 866 ${host}:${port}\r\n`;
      expect(await run(update())).toMatchObject({ ok: true, calls: [{ ok: true, response: 'OK' }] });
      // Under way to a new place it is there only for who asks for it.
      redis.answer = () => `-ASK 866 :${port}\r\n`;
      expect(await run(update())).toMatchObject({ ok: true });
      const set = ['SET', 'tenant:acme', '{"backend":"b"}'];
      expect(other.received).toEqual([set, ['ASKING'], set]);
      redis.answer = () => '-MOVED 866 169.254.169.254:6379\r\n';
      expect(await run(update())).toMatchObject({ failure: { code: 'TARGET_REFUSED' } });
      redis.answer = () => `-MOVED 866 ${new URL(redis.url).host}\r\n`;
      expect(await run(update())).toMatchObject({ failure: { code: 'MOVED', errorType: 'BUSINESS' } });
    } finally {
      await other.close();
    }
  });

  it('by TLS shows its certificate where one is asked for', async () => {
    const own = { cert: TEST_CERTIFICATE, key: TEST_KEY };
    const secure = await RespServer.start({ ...own, ca: TEST_CERTIFICATE, requestCert: true });
    try {
      secure.answer = carryOut;
      const secrets = { CA: TEST_CERTIFICATE, KEY: TEST_KEY };
      const url = secure.url.replace('redis:', 'rediss:');
      const strange = update({ url, caPem: '{{secret.CA}}' });
      expect(await run(strange, { secrets })).toMatchObject({ ok: false });
      expect(secure.received).toEqual([]);
      const tls = { certPem: '{{secret.CA}}', keyPem: '{{secret.KEY}}' };
      expect(await run({ ...strange, tls }, { secrets })).toMatchObject({ ok: true });
      expect(secure.received).toEqual([['SET', 'tenant:acme', '{"backend":"b"}']]);
      expect(await run({ ...strange, tls: { ...tls, keyPem: 'no key' } }, { secrets })).toMatchObject({
        failure: { message: expect.stringContaining('The PEM of tls.keyPem cannot be read') },
      });
    } finally {
      await secure.close();
    }
  });

  it('says that nobody listens there, and what a URL must look like', async () => {
    const gone = update();
    await redis.close();
    expect(await run(gone)).toMatchObject({
      failure: { code: 'ECONNREFUSED', errorType: 'NETWORK' },
    });
    expect(await run({ ...gone, url: 'http://me:pass@host' })).toMatchObject({
      failure: {
        message: 'The url of a redis step must look like redis://host:6379, and is "http://•••@host".',
      },
    });
  });
});

describe('a broadcast by redis', () => {
  it('says how many were told', async () => {
    listeners = 3;
    expect(await run(tell())).toMatchObject({ ok: true, detail: 'Published on config: 3 told' });
    expect(commands()).toEqual(['PUBLISH config v2']);
  });

  it('warns when nobody listened', async () => {
    listeners = 0;
    const result = await run(tell());
    expect(result).toMatchObject({
      ok: true,
      detail: expect.stringContaining('Nobody listened'),
      warnings: [expect.stringContaining('Nobody listened')],
    });
  });
});

describe('a health-check by redis', () => {
  const check = (settings: object) =>
    run({
      name: 'confirm',
      type: 'health-check',
      connector: 'redis',
      url: redis.url,
      attempts: 1,
      ...settings,
    });

  it('reads a value, a field of a hash, or a place inside JSON', async () => {
    store.set('a', 'v2').set('h.version', 'v2').set('j', '{"version":"v2"}');
    expect(await check({ key: '{{endpoint.key}}' })).toMatchObject({ ok: true });
    expect(await check({ key: 'h', field: 'version' })).toMatchObject({ ok: true });
    expect(await check({ key: 'j', versionKey: 'version' })).toMatchObject({ ok: true });
  });

  it('fails for another version and for none', async () => {
    store.set('a', 'v1');
    expect(await check({ key: 'a' })).toMatchObject({
      failure: { message: expect.stringContaining('a runs v1') },
    });
    expect(await check({ key: 'none' })).toMatchObject({
      failure: { message: expect.stringContaining('a does not say its version (nothing at none)') },
    });
  });
});
