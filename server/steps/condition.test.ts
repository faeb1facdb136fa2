import { describe, expect, it } from 'vitest';
import { problemsOf } from '../input/closed-input';
import { condition } from './condition-settings';
import { unmet } from './judge-condition';
import { rawAnswer } from './raw-answer';

const json = (value: unknown) => JSON.stringify(value);
const answer = rawAnswer({
  status: 207,
  headers: { etag: 'W/"7"', 'set-cookie': ['a=1', 'b=2'] },
  trailers: { 'x-checksum': 'c1' },
  text: json({
    version: 'v2',
    port: 8080,
    big: 0,
    on: true,
    none: null,
    list: [{ name: 'web', tag: '1.10.0' }],
    inner: json({ deep: { version: 'v3' } }),
    coded: Buffer.from(json({ max: '20' })).toString('base64'),
  }).replace('"big":0', '"big":12345678901234567890'),
  millis: 40,
});
const scope = {
  tenant: { id: 'web', labels: { limit: '9000' } },
  config: { version: 'v2', payload: { version: 'v3', port: 8080, big: '12345678901234567890' } },
};

describe('a condition that holds', () => {
  it.each<[object]>([
    [{ status: true, equals: 207 }],
    [{ header: 'ETag', equals: 'W/"7"' }],
    [{ header: 'ETag', matches: '^W/"\\d+"$' }],
    [{ header: 'Set-Cookie', equals: 'a=1' }],
    [{ header: 'X-None', exists: false }],
    [{ trailer: 'X-Checksum', oneOf: ['c0', 'c1'] }],
    [{ body: true, contains: '"port":8080' }],
    [{ millis: true, atMost: 40 }],
    [{ regex: '"port":(\\d+)', greater: 8000, less: '{{tenant.labels.limit}}' }],
    [{ json: 'version', equals: '{{config.version}}' }],
    [{ json: 'port', equals: '{{config.payload.port}}' }],
    [{ json: 'big', equals: '{{config.payload.big}}' }],
    [{ json: 'on', equals: true }],
    [{ json: 'none', equals: null }],
    [{ json: 'none', exists: true }],
    [{ json: "$.list[?@.name == '{{tenant.id}}'].tag", greater: '1.9', order: 'version' }],
    [{ json: 'inner | json | deep.version', equals: '{{config.payload.version}}' }],
    [{ json: 'coded | base64 | json | $.max', atLeast: 20 }],
    [{ json: 'coded | base64', contains: 'max' }],
    [{ json: "list[?@.name == 'web' || @.name == 'x'].name", equals: 'web' }],
    [{ value: '{{tenant.labels.limit}}', atLeast: 9000 }],
    [{ json: 'list', sameJson: [{ tag: '1.10.0', name: '{{tenant.id}}' }] }],
    [{ json: 'list[0]', sameJson: '{"tag":"1.10.0", "name":"web"}' }],
    [{ json: 'inner', sameJson: '{"deep":{"version":"v3"}}' }],
    [{ json: 'big', sameJson: '{{config.payload.big}}' }],
    [{ json: 'port', sameJson: '{{config.payload.port}}' }],
    [{ json: '$', includesJson: { version: '{{config.version}}', list: [{ name: 'web' }] } }],
    [{ json: 'list', includesJson: '[{"tag":"1.10.0"}]' }],
    [{ not: { json: 'version', equals: 'v1' } }],
    [
      {
        any: [
          { status: true, equals: 200 },
          {
            all: [
              { status: true, equals: 207 },
              { json: 'on', exists: true },
            ],
          },
        ],
      },
    ],
  ])('%j', async (wanted) => {
    expect(await unmet(condition.parse(wanted), answer, scope)).toBeNull();
  });
});

describe('a condition that does not hold says why', () => {
  it.each<[object, string]>([
    [{ status: true, equals: 200 }, 'the status is 207, expected 200'],
    [{ header: 'X-None', exists: true }, 'the header X-None is missing in it'],
    [{ header: 'X-None', matches: 'a' }, 'the header X-None is missing in it, expected a'],
    [{ json: 'port', equals: '8080' }, 'port is 8080 (number), expected "8080" (text)'],
    [{ json: 'version', equals: '{{config.payload.version}}' }, 'version is v2, expected v3'],
    [
      { json: 'version', oneOf: ['v3', '{{config.payload.port}}'] },
      'version is v2, expected one of v3, 8080',
    ],
    [{ json: 'version', matches: '^v[0-1]$' }, 'version is v2, which does not match ^v[0-1]$'],
    [{ json: 'version', less: 3 }, 'version is v2, which cannot be compared with 3 as a number'],
    [
      { json: 'list[0]', sameJson: { name: 'web' } },
      'list[0] is {"name":"web","tag":"1.10.0"}, expected {"name":"web"}',
    ],
    [
      { json: 'big', sameJson: '12345678901234567891' },
      'big is 12345678901234567890, expected 12345678901234567891',
    ],
    [
      { json: 'list', includesJson: [{ name: 'web' }, {}] },
      'list is [{"name":"web","tag":"1.10.0"}], expected [{"name":"web"},{}]',
    ],
    [{ json: 'version', exists: false }, 'version is there in it'],
    [{ json: 'port', less: 8080 }, 'port is 8080, expected less than 8080'],
    [{ json: 'nothing', atLeast: 1 }, 'nothing is missing in it, expected at least 1'],
    [{ json: 'version | json | a', equals: 'x' }, 'version | json | a is missing in it, expected x'],
    [{ xml: '/a', equals: 'x' }, '/a is missing in it, which is no XML'],
    [{ not: { json: 'version', equals: 'v2' } }, 'version is v2, which must not be'],
    [
      {
        any: [
          { status: true, equals: 200 },
          { json: 'version', equals: 'v1' },
        ],
      },
      'the status is 207, expected 200, and version is v2, expected v1',
    ],
  ])('%j: %s', async (wanted, why) => {
    expect(await unmet(condition.parse(wanted), answer, scope)).toMatch(why);
  });

  it('and a path that is none once it is filled in is told as that', async () => {
    const wanted = condition.parse({ json: "a[?@.b == '{{tenant.id}}']", exists: true });
    await expect(unmet(wanted, answer, { tenant: { id: "it's" } })).rejects.toThrow(
      /was filled in and is not a JSON path/,
    );
  });
});

describe('what cannot be meant is refused when it is saved', () => {
  it.each<[object, (string | number)[], RegExp]>([
    [{}, [], /^Give exactly one of all, any, not, status/],
    [{ json: 'a', header: 'b', equals: 1 }, [], /^Give exactly one of/],
    [{ json: 'a' }, [], /^Say what it is compared with/],
    [{ json: 'a', order: 'version', equals: 'x' }, [], /"order" goes with/],
    [{ all: [{ json: 'a[', equals: 1 }] }, ['all', 0, 'json'], /JSON path/],
    [{ all: [{ json: 'a', equal: 1 }] }, ['all', 0, 'equal'], /did you mean "equals"/],
    [{ any: [] }, ['any'], /./],
    [{ not: { json: 'a', matches: '(?=x)' } }, ['not', 'matches'], /lookaround/],
    [{ xml: 'a[', equals: 'x' }, ['xml'], /path in XML/],
    [{ json: '| json | a', equals: 1 }, ['json'], /a path comes first/],
    [{ json: 'a | base64 | b', equals: 1 }, ['json'], /read it as JSON before/],
    [{ json: 'a', equals: 2 ** 60 }, ['equals'], /cannot be kept exactly/],
    [{ all: [{ json: 'a', exists: true }], equals: 1 }, [], /stands beside what is looked at/],
    [
      Array.from({ length: 9 }).reduce<object>((inner) => ({ not: inner }), { json: 'a', exists: true }),
      [],
      /more than 8 levels/,
    ],
    [
      { all: Array.from({ length: 51 }, () => ({ json: 'a', exists: true })) },
      [],
      /more than 50 comparisons/,
    ],
  ])('%j', (wanted, path, message) => {
    const { error } = condition.safeParse(wanted);
    const problems = error ? problemsOf(error) : [];
    expect(problems.find((one) => message.test(one.message))?.path).toEqual(path);
  });
});
