import { expect, it } from 'vitest';
import { ROW_HEIGHT, rowsInView } from './use-rows-in-view';

it('has what lies in view and some beyond, of thousands', () => {
  expect(rowsInView(0, 10 * ROW_HEIGHT, 10_000)).toEqual({ first: 0, last: 24 });
  const middle = rowsInView(5000 * ROW_HEIGHT, 10 * ROW_HEIGHT, 10_000);
  expect(middle.first).toBeLessThanOrEqual(5000 - 8);
  expect(middle.last).toBeGreaterThanOrEqual(5010 + 8);
  expect(middle.last - middle.first).toBeLessThan(50);
});

it('ends with the last, also where less is left than was scrolled past', () => {
  expect(rowsInView(9_990 * ROW_HEIGHT, 10 * ROW_HEIGHT, 10_000).last).toBe(10_000);
  expect(rowsInView(9_990 * ROW_HEIGHT, 10 * ROW_HEIGHT, 5)).toEqual({ first: 0, last: 5 });
  expect(rowsInView(0, 0, 0)).toEqual({ first: 0, last: 0 });
});

it('stays the same while few pixels are scrolled', () => {
  expect(rowsInView(10, 400, 1000)).toEqual(rowsInView(20, 400, 1000));
});
