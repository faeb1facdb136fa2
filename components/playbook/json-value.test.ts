import { expect, it } from 'vitest';
import { valueAt, withValue } from './json-value';

it('changes one place and keeps the rest as it is', () => {
  const before = { a: [{ b: 1, other: 'kept' }], z: true };
  expect(withValue(before, ['a', 0, 'b'], 2)).toEqual({ a: [{ b: 2, other: 'kept' }], z: true });
  expect(withValue(before, ['a', 0, 'b'], undefined)).toEqual({ a: [{ other: 'kept' }], z: true });
  expect(withValue(before, ['a', 0], undefined)).toEqual({ a: [], z: true });
  expect(withValue(before, ['new', 'deep'], 1)).toEqual({ ...before, new: { deep: 1 } });
  expect(before.a[0]?.b).toBe(1);
});

it('finds what stands at a place, or nothing', () => {
  expect(valueAt({ a: [1, 2] }, ['a', 1])).toBe(2);
  expect(valueAt('text', ['a'])).toBeUndefined();
});
