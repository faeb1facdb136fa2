import { expect, it } from 'vitest';
import { frictionOf, isReason } from './friction';

it.each([
  [true, 1, 'none'],
  [true, 2, 'dialog'],
  [true, 5000, 'dialog'],
  [false, 1, 'reason'],
  [false, 50, 'reason'],
  [false, 51, 'typed'],
] as const)('reversible %s, %d tasks: %s', (reversible, count, friction) => {
  expect(frictionOf({ reversible, count })).toBe(friction);
});

it('wants 3 to 280 characters that are not blank', () => {
  expect(isReason('  ab  ')).toBe(false);
  expect(isReason('abc')).toBe(true);
  expect(isReason('a'.repeat(281))).toBe(false);
});
