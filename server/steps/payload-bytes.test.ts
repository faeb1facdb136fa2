import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runStep } from './registry';
import { RespServer } from './testing/resp-server';
import { StepServer, stepContext } from './testing/step-context';

const JSON_PAYLOADS: Record<string, string> = {
  'big integers': '{"big":12345678901234567890,"neg":-9007199254740993}',
  'numbers in another notation': '{"one":1.0,"exp":1e5,"EXP":1E+05,"zero":-0,"huge":1e400,"tiny":1e-400}',
  'a key twice': '{"a":1,"a":2}',
  'keys that look like numbers': '{"b":1,"10":2,"2":3}',
  'unicode escapes': '{"\\u0061":"\\u00e9\\/\\ud83d\\ude00"}',
  'pairs and signs': '{"é":"😀 \u2028 ü"}',
  'white space around it': ' \t{ "a" : 1 }\n\n',
  'lines of another system': '{\r\n\t"a": [1,\r\n2]\r\n}\r\n',
  'a text alone': '"abc"',
  'a number alone': '1.0',
  'an empty object': '{}',
};
const TEXT_PAYLOADS: Record<string, string> = {
  'a byte order mark': '\ufeffkey: value\n',
  braces: 'a { b } }} [{ {',
  'white space alone': ' \r\n\t ',
  'a dollar': '$& $1 $$ \\1',
  nothing: '',
};

let server: StepServer;
let redis: RespServer;
beforeEach(async () => {
  [server, redis] = await Promise.all([StepServer.start(), RespServer.start()]);
});
afterEach(() => Promise.all([server.close(), redis.close()]));

async function sent(payload: string, format: 'json' | 'text', step: object): Promise<void> {
  const base = stepContext([{ key: 'a', url: server.url }]);
  const context = { ...base, config: { ...base.config, payload, format } };
  expect(await runStep({ name: 'send', type: 'config-update', ...step }, context)).toMatchObject({
    ok: true,
  });
}

const lastBody = () => server.received.at(-1)?.bytes;
const lastWords = () => redis.received.at(-1) ?? [];

describe.each([
  ...Object.entries(JSON_PAYLOADS).map(([name, payload]) => [name, 'json', payload] as const),
  ...Object.entries(TEXT_PAYLOADS).map(([name, payload]) => [name, 'text', payload] as const),
])('%s (%s)', (_name, format, payload) => {
  const whole = [
    '{{config.payload}}',
    '{{config.text}}',
    ...(format === 'json' ? ['{{config.payload | json}}'] : []),
  ];

  it.each([
    ['config-update', 'instance'],
    ['config-update', 'tenant'],
    ['broadcast', 'instance'],
    ['http-request', 'tenant'],
  ])('arrives byte for byte by %s for the %s', async (type, target) => {
    for (const template of whole) {
      const body = `<${template}>`;
      await sent(payload, format, { type, target, request: { url: '/c', body } });
      expect(lastBody()).toEqual(Buffer.from(`<${payload}>`));
      await sent(payload, format, { type, target, request: { url: '/c', body: { config: [template] } } });
      expect(JSON.parse(lastBody()?.toString() ?? '')).toEqual({ config: [payload] });
      await sent(payload, format, {
        type,
        target,
        request: { url: '/c', body: `${template.slice(0, -2)} | base64}}` },
      });
      expect(Buffer.from(lastBody()?.toString() ?? '', 'base64')).toEqual(Buffer.from(payload));
    }
    await sent(payload, format, { type, target, request: { url: '/c', body: '{{config.text | json}}' } });
    expect(lastBody()?.toString()).toBe(JSON.stringify(payload));
    if (format === 'text') return;
    await sent(payload, format, {
      type,
      target,
      request: { url: '/c', body: '{{config.payload|json|json}}' },
    });
    expect(lastBody()?.toString()).toBe(JSON.stringify(payload));
  });

  it('is the body of a config-update that says nothing else', async () => {
    await sent(payload, format, {});
    expect(lastBody()).toEqual(Buffer.from(payload));
  });

  it('arrives byte for byte in Redis', async () => {
    const connector = { connector: 'redis', url: redis.url, inDoubt: 'resend' };
    await sent(payload, format, { ...connector, key: 'k' });
    expect(lastWords()).toEqual(['SET', 'k', payload]);
    for (const template of whole) {
      await sent(payload, format, { ...connector, key: 'k', value: template });
      expect(lastWords()).toEqual(['SET', 'k', payload]);
      await sent(payload, format, { ...connector, key: 'k', fields: { f: template } });
      expect(lastWords()).toEqual(['HSET', 'k', 'f', payload]);
      redis.answer = ([command]) => (command === 'PUBLISH' ? ':1\r\n' : '+OK\r\n');
      await sent(payload, format, { ...connector, type: 'broadcast', channel: 'c', message: template });
      expect(lastWords()).toEqual(['PUBLISH', 'c', payload]);
    }
  });
});

it('takes parts out of a payload in their own notation', async () => {
  const payload = '{"a":{"big":12345678901234567890,"one":1.0,"s":"\\u0041"},"l":[1e5,{"b":2, "a":1}]}';
  const body =
    '{{config.payload.a.big}} {{config.payload.a.one|json}} {{config.payload.a.s}} {{config.payload.l}}';
  await sent(payload, 'json', { request: { body } });
  expect(lastBody()?.toString()).toBe('12345678901234567890 1.0 A [1e5,{"b":2, "a":1}]');
});

describe('a secret in a payload', () => {
  const secrets = { PW: 'p"w\\1', N: '12345678901234567890' };
  const payload = '{"pw":"x{{secret.PW}}","n":{{secret.N}},"t":"{{\'{{\'}}y}}"}';
  const filled = '{"pw":"xp\\"w\\\\1","n":12345678901234567890,"t":"{{y}}"}';
  const run = (step: object) => {
    const base = stepContext([{ key: 'a', url: server.url }], { secrets });
    const context = { ...base, config: { ...base.config, payload } };
    return runStep({ name: 'send', type: 'config-update', ...step }, context);
  };

  it('is filled in when it is sent, and never shown', async () => {
    const result = await run({});
    expect(lastBody()?.toString()).toBe(filled);
    expect(result.calls[0]?.request).toContain('{"pw":"x••••••","n":••••••,"t":"{{y}}"}');
    await run({ request: { body: '{{config.payload.pw}}|{{config.payload.n}}|{{config.payload}}' } });
    expect(lastBody()?.toString()).toBe(`xp"w\\1|12345678901234567890|${filled}`);
  });

  it('is not shown when a filter took it together with what stands around it', async () => {
    const body = '{{config.text | base64}} {{config.payload.pw | base64}} {{config.payload.pw | url}}';
    const packed = Buffer.from(filled).toString('base64');
    server.answer = (_request, response) => response.end(`{"value":"${packed}"}`);
    const result = await run({
      request: {
        url: '/?{{config.payload.pw | base64 | url}}',
        headers: { x: '{{config.payload.pw | base64}}' },
        body,
      },
    });
    expect(lastBody()?.toString()).toContain(packed);
    const told = JSON.stringify(result);
    for (const text of [
      packed,
      btoa('xp"w\\1'),
      encodeURIComponent(btoa('xp"w\\1')),
      encodeURIComponent('xp"w\\1'),
    ])
      expect(told).not.toContain(text);
    expect(result.calls[0]?.response).toMatch(/^200\n\{"value":"[\w+/]*•{6}[\w+/]*•{6}[\w+/]*=*"\}$/);
    for (const [piece] of told.matchAll(/[\w+/]{4,}/g))
      expect(atob(piece.slice(0, piece.length & ~3))).not.toMatch(/p\\?"w|123/);
    const stored = await run({
      connector: 'redis',
      url: redis.url,
      key: 'k',
      value: '{{config.text | base64}}',
    });
    expect(lastWords()).toEqual(['SET', 'k', packed]);
    expect(JSON.stringify(stored)).not.toContain(packed);
  });

  it('is filled in for Redis as well', async () => {
    const result = await run({ connector: 'redis', url: redis.url, key: 'k' });
    expect(lastWords()).toEqual(['SET', 'k', filled]);
    expect(JSON.stringify(result)).not.toContain('12345678901234567890');
  });

  it('fails the step by name when it is not there any more, and sends nothing', async () => {
    const base = stepContext([{ key: 'a', url: server.url }], { secrets: {} });
    const context = { ...base, config: { ...base.config, payload } };
    expect(await runStep({ name: 'send', type: 'config-update' }, context)).toMatchObject({
      ok: false,
      failure: { message: '{{secret.PW}} has no value here.' },
    });
    expect(server.received).toEqual([]);
  });
});

it('uses a value of an answer in its own notation, also in a later stage', async () => {
  server.answer = (_request, response) =>
    response.end(
      '{"rev":12345678901234567890,"spec":{"n":1.0, "b":"\\u0041"},"plain":7,"$json":"x","kept":{"$json":"x"}}',
    );
  const extract = {
    rev: { json: 'rev' },
    spec: { json: '$.spec' },
    plain: { json: 'plain' },
    kept: { json: 'kept' },
  };
  const body = '{{data.rev}} {{data.rev | json}} {{data.spec}} {{data.spec.n}} {{data.plain}} {{data.kept}}';
  const expected = '12345678901234567890 12345678901234567890 {"n":1.0, "b":"\\u0041"} 1.0 7 {"$json":"x"}';
  const step = {
    ...{ name: 'one', type: 'http-request', save: ['rev', 'spec', 'plain', 'kept'] },
    calls: [
      { method: 'GET', url: '/', extract },
      { url: '/', body },
    ],
  };
  const result = await runStep(step, stepContext([{ key: 'a', url: server.url }]));
  expect(lastBody()?.toString()).toBe(expected);
  const data = JSON.parse(JSON.stringify(result.ok && result.data));
  const later = { name: 'two', type: 'http-request', request: { url: '/', body } };
  await runStep(later, stepContext([{ key: 'a', url: server.url }], { data }));
  expect(lastBody()?.toString()).toBe(expected);
});
