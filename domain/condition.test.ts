import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Condition, compareVersions, conditionWords, numberIn, stands } from './condition';

describe('the order of versions', () => {
  it.each([
    ['1.9', '1.10', -1],
    ['v2', '1.99.99', 1],
    ['1.0', '1', 0],
    ['1.0.0-rc.1', '1.0.0', -1],
    ['1.0.0-alpha', '1.0.0-alpha.1', -1],
    ['1.0.0-alpha.2', '1.0.0-alpha.10', -1],
    ['1.0.0-alpha.9', '1.0.0-alpha.beta', -1],
    ['1.0.0-beta', '1.0.0-alpha', 1],
    ['1.0.0+build7', '1.0.0+build8', 0],
    ['20261129224408123456789', '20261129224408123456790', -1],
    ['007', '7', 0],
  ])('%s and %s: %i', (one, other, order) => {
    expect(Math.sign(compareVersions(one, other) ?? Number.NaN)).toBe(order);
    expect(Math.sign(compareVersions(other, one) ?? Number.NaN) + order).toBe(0);
  });

  it.each(['', 'latest', '1..2', 'v', '1.x', '-1'])('%j is no version', (text) => {
    expect(compareVersions(text, '1')).toBeNull();
    expect(compareVersions('1', text)).toBeNull();
  });

  it('is one order, whatever is compared', () => {
    const part = fc.oneof(fc.nat(30).map(String), fc.constantFrom('a', 'rc', 'beta'));
    const version = fc
      .tuple(
        fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }),
        fc.option(fc.array(part, { minLength: 1, maxLength: 3 })),
      )
      .map(([numbers, pre]) => `${numbers.join('.')}${pre ? `-${pre.join('.')}` : ''}`);
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const [ab, bc, ac] = [compareVersions(a, b), compareVersions(b, c), compareVersions(a, c)];
        if (ab !== null && bc !== null && ab <= 0 && bc <= 0) expect(ac).toBeLessThanOrEqual(0);
      }),
    );
  });
});

it.each([
  ['1', 1],
  [' -2.50 ', -2.5],
  ['1e3', 1000],
  ['.5', 0.5],
  ['', null],
  ['0x10', null],
  ['1 2', null],
  ['1e999', null],
  ['Infinity', null],
  ['NaN', null],
  [`${'1'.repeat(401)}`, null],
  [`${'1'.repeat(399)}x`, null],
] as const)('%j is the number %s', (text, number) => {
  expect(numberIn(text)).toBe(number);
});

it.each([
  ['less', [true, false, false]],
  ['atMost', [true, true, false]],
  ['greater', [false, false, true]],
  ['atLeast', [false, true, true]],
] as const)('%s holds of what is less, equal and greater: %j', (asked, expected) => {
  expect([-3, 0, 3].map((order) => stands(order, asked))).toEqual(expected);
});

it.each<[Condition, string]>([
  [{ status: true, oneOf: [200, 204] }, 'the status is one of 200, 204'],
  [{ json: 'data.version', equals: '{{config.version}}' }, 'data.version is {{config.version}}'],
  [
    {
      all: [
        { header: 'ETag', exists: true },
        {
          any: [
            { body: true, contains: 'ok' },
            { millis: true, less: 100 },
          ],
        },
      ],
    },
    'the header ETag is there and (the body contains "ok" or the time taken in milliseconds is less than 100)',
  ],
  [{ not: { json: 'state', matches: '^FAIL' } }, 'not (state matches ^FAIL)'],
  [{ json: 'n', greater: 1, atMost: 5 }, 'n is at most 5 and is greater than 1'],
])('%j is said as %s', (condition, words) => {
  expect(conditionWords(condition)).toBe(words);
});
