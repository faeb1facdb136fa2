import { expect, it } from 'vitest';
import { beyond } from './beyond';

it.each([
  [5, { min: 1, max: 10 }, null],
  [1, { min: 1, max: 10 }, null],
  [10, { min: 1, max: 10 }, null],
  [0, { min: 1, max: 10 }, 'between'],
  [11, { min: 1, max: 10 }, 'between'],
  [0, { min: 1 }, 'atLeast'],
  [11, { max: 10 }, 'atMost'],
  [-1e300, {}, null],
] as const)('%d of %j is %s', (value, limits, expected) => {
  expect(beyond(value, limits)).toBe(expected);
});
