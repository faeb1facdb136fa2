import { expect, it } from 'vitest';
import { nextPlace } from './next-place';

it.each([
  ['ArrowDown', 3, 4],
  ['ArrowDown', 9, 9],
  ['ArrowUp', 0, 0],
  ['Home', 7, 0],
  ['End', 0, 9],
  ['PageDown', 0, 9],
  ['PageUp', 9, 0],
  ['x', 3, null],
])('%s at %i leads to %s', (key, at, to) => {
  expect(nextPlace(key, at, 10)).toBe(to);
});

it('leads nowhere where there are no rows', () => {
  expect(nextPlace('End', 0, 0)).toBeNull();
});
