import { describe, expect, it } from 'vitest';
import { checkStep, stepSaves, stepTemplates } from './registry';

const told = (step: object) =>
  stepTemplates({ name: 'one', type: 'config-update', ...step }).map(({ path, text, data }) => [
    path.join('.'),
    text,
    ...data,
  ]);

describe('the templates of a step', () => {
  it('come in the order of sending, with what earlier calls extract', () => {
    const calls = [
      {
        method: 'GET',
        url: '/id',
        body: '{{not.sent}}',
        extract: { etag: { header: 'ETag' }, rev: { json: 'r' } },
      },
      {
        url: '/x/{{tenant.id}}',
        headers: { 'If-Match': '{{data.etag}}', plain: 'x' },
        auth: { type: 'bearer', token: '{{secret.T}}' },
        body: { a: [1, { b: '{{config.text}}' }] },
        expect: { body: [{ path: 'r', equals: '{{data.rev}}' }, { contains: '{{task.id}}' }] },
        extract: { late: { json: 'l' } },
      },
    ];
    const readBack = { url: '/back/{{data.late}}' };
    expect(told({ calls, caPem: '{{secret.CA}}', readBack, save: ['late'] })).toEqual([
      ['caPem', '{{secret.CA}}'],
      ['calls.1.url', '/x/{{tenant.id}}', 'etag', 'rev'],
      ['calls.1.headers.If-Match', '{{data.etag}}', 'etag', 'rev'],
      ['calls.1.auth.token', '{{secret.T}}', 'etag', 'rev'],
      ['calls.1.body.a.1.b', '{{config.text}}', 'etag', 'rev'],
      ['calls.1.expect.body.0.equals', '{{data.rev}}', 'etag', 'rev'],
      ['calls.1.expect.body.1.contains', '{{task.id}}', 'etag', 'rev'],
      ['readBack.url', '/back/{{data.late}}', 'etag', 'rev', 'late'],
    ]);
  });

  it.each([
    [{}, [['request.body', '{{config.text}}']]],
    [{ type: 'http-request' }, [['request.url', '{{endpoint.url}}']]],
    [
      {
        connector: 'redis',
        url: '{{tenant.redis}}',
        password: '{{secret.P}}',
        key: 'k',
        fields: { f: '{{config.text}}' },
      },
      [
        ['url', '{{tenant.redis}}'],
        ['fields.f', '{{config.text}}'],
        ['password', '{{secret.P}}'],
      ],
    ],
    [
      { type: 'broadcast', connector: 'redis', url: 'redis://r', channel: 'c:{{tenant.id}}' },
      [
        ['channel', 'c:{{tenant.id}}'],
        ['message', '{{config.version}}'],
      ],
    ],
    [
      { type: 'health-check', path: '/h/{{tenant.id}}', method: 'POST', body: { k: '{{tenant.id}}' } },
      [
        ['path', '/h/{{tenant.id}}'],
        ['body.k', '{{tenant.id}}'],
      ],
    ],
    [
      { type: 'health-check', connector: 'redis', url: 'redis://r', key: '{{tenant.id}}' },
      [['key', '{{tenant.id}}']],
    ],
    [{ type: 'wait', seconds: 1 }, []],
    [{ type: 'approval', instructions: '{{not.filled}}' }, []],
    [{ type: 'unheard-of', url: '{{tenant.id}}' }, []],
    [{ request: { url: 7 } }, []],
  ])('of %j', (step, expected) => expect(told(step)).toEqual(expected));

  it('leave what the step saves', () => {
    const extract = { a: { json: 'a' }, b: { json: 'b' } };
    const step = { name: 'one', type: 'http-request', request: { extract }, save: ['b'] };
    expect(stepSaves(step)).toEqual(['b']);
    expect(stepSaves({ name: 'one', type: 'wait', seconds: 1 })).toEqual([]);
  });
});

describe('a setting that nobody knows', () => {
  it.each([
    [{ type: 'config-update', traget: 'tenant' }, 'traget'],
    [{ type: 'config-update', request: { expect: { stats: [200] } } }, 'request.expect.stats'],
    [{ type: 'config-update', connector: 'redis', url: 'r', key: 'k', filds: {} }, 'filds'],
    [{ type: 'broadcast', connector: 'redis', url: 'r', channel: 'c', request: {} }, 'request'],
    [{ type: 'health-check', versionkey: 'v' }, 'versionkey'],
    [{ type: 'health-check', connector: 'redis', url: 'r', key: 'k', path: '/h' }, 'path'],
    [{ type: 'http-request', retires: {} }, 'retires'],
    [{ type: 'wait', seconds: 1, minutes: 2 }, 'minutes'],
    [{ type: 'approval', instructions: 'look', aprovers: 'x' }, 'aprovers'],
  ])('in %j is told with its place', (step, place) => {
    const [problem, ...more] = checkStep({ name: 'one', ...step });
    expect(problem?.path.join('.')).toBe(place);
    expect(problem?.message).toMatch(/^is not known here/);
    expect(more).toEqual([]);
  });

  it('is not a number that JSON has and JavaScript has not', () => {
    const body = JSON.parse('{"a":[1,2.5,12345678901234567890],"b":1e400,"c":9007199254740991}');
    expect(checkStep({ name: 'one', type: 'http-request', request: { body } })).toEqual(
      [['a', 2], ['b']].map((place) => ({
        path: ['request', 'body', ...place],
        message: 'is a number that cannot be kept exactly: write the body as text',
      })),
    );
  });
});
