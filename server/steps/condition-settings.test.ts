import { expect, it } from 'vitest';
import { condition } from './condition-settings';
import { checkStep } from './registry';

const wrongIn = (given: unknown) =>
  condition.safeParse(given).error?.issues.map(({ message }) => message) ?? [];

it.each([
  [
    { atMost: 'soon' },
    '"atMost" is compared as a number, and soon is none. For versions add "order": "version".',
  ],
  [
    { less: '1.2.3' },
    '"less" is compared as a number, and 1.2.3 is none. For versions add "order": "version".',
  ],
  [
    { greater: ' ' },
    '"greater" is compared as a number, and   is none. For versions add "order": "version".',
  ],
  [{ atLeast: 'next', order: 'version' }, '"atLeast" is compared as a version, and next is none.'],
  [
    { sameJson: 'blue' },
    '"sameJson" is compared as JSON, and blue is none. A text in JSON has quotes of its own.',
  ],
  [
    { includesJson: '{"a":' },
    '"includesJson" is compared as JSON, and {"a": is none. A text in JSON has quotes of its own.',
  ],
])('what is written out and can never hold is refused when it is saved: %j', (compared, words) => {
  expect(wrongIn({ json: 'a', ...compared })).toEqual([words]);
  expect(wrongIn({ not: { any: [{ json: 'a', ...compared }] } })).toContain(words);
});

it.each([
  { atMost: '12' },
  { atMost: '1e3' },
  { less: '{{data.LIMIT}}' },
  { atLeast: 'v1.2', greater: '0.9-rc.1', order: 'version' },
  { atLeast: 2, order: 'version' },
  { sameJson: '"blue"' },
  { sameJson: '{{config.payload}}' },
  { includesJson: { a: 'blue' } },
])('what can hold is taken: %j', (compared) => {
  expect(wrongIn({ json: 'a', ...compared })).toEqual([]);
});

it.each([
  [
    { less: 'few' },
    ['"less" is compared as a number, and few is none. For versions add "order": "version".'],
  ],
  [{ less: '{{data.baseline}}' }, []],
  [{ atMost: '0.5' }, []],
])('a limit of a metric gate that can never hold is refused when it is saved: %j', (limit, words) => {
  const gate = { name: 'gate', type: 'metric-gate', query: { url: 'http://127.0.0.1:9090' }, ...limit };
  expect(checkStep(gate).map(({ message }) => message)).toEqual(words);
});
