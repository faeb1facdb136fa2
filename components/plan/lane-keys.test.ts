import { expect, it } from 'vitest';
import { laneByKey, nextLane } from './lane-keys';

it('moves lane by lane, page by page and to the ends, not beyond', () => {
  const lead = (key: string, from: number) => laneByKey(key, from, 100, 12);
  expect(
    ['ArrowDown', 'j', 'ArrowUp', 'k', 'PageDown', 'PageUp', 'Home', 'End'].map((key) => lead(key, 50)),
  ).toEqual([51, 51, 49, 49, 62, 38, 0, 99]);
  expect([lead('j', 99), lead('PageUp', 3), lead('k', 0)]).toEqual([99, 0, 0]);
});

it('begins at the first lane', () => {
  expect([laneByKey('j', -1, 100, 12), laneByKey('k', -1, 100, 12)]).toEqual([0, 0]);
});

it('knows no other keys', () => {
  expect(laneByKey('q', 5, 100, 12)).toBeNull();
});

it('finds the next problem, then the first again', () => {
  const lanes = [true, false, false, true, false];
  expect([-1, 0, 3, 4].map((after) => nextLane(lanes, after))).toEqual([0, 3, 0, 0]);
  expect(nextLane([false, false], 0)).toBe(-1);
});
