import { expect, it } from 'vitest';
import { idleStretches, momentOf, unfolded } from './idle-time';

const MINUTE = 60_000;
const busy = [
  { from: 0, to: 10 * MINUTE },
  { from: 11.5 * MINUTE, to: 20 * MINUTE },
  { from: 50 * MINUTE, to: 60 * MINUTE },
];
const all = { from: 0, to: 100 * MINUTE };

it('finds the rests that are long beside the work, the last one as well', () => {
  expect(idleStretches(busy, all)).toEqual([
    { from: 20 * MINUTE, to: 50 * MINUTE },
    { from: 60 * MINUTE, to: 100 * MINUTE },
  ]);
});

it('folds a minute and a half when nobody worked longer than that', () => {
  const short = [
    { from: 0, to: MINUTE },
    { from: 2.5 * MINUTE, to: 3 * MINUTE },
  ];
  expect(idleStretches(short, { from: 0, to: 3 * MINUTE })).toEqual([{ from: MINUTE, to: 2.5 * MINUTE }]);
});

it('is one rest where nothing has happened', () => {
  expect(idleStretches([], { from: 0, to: 5 * MINUTE })).toEqual([{ from: 0, to: 5 * MINUTE }]);
});

it('counts without the rests, there and back', () => {
  const idle = idleStretches(busy, all);
  expect([10, 20, 35, 50, 55].map((at) => unfolded(idle, 0, at * MINUTE) / MINUTE)).toEqual([
    10, 20, 20, 20, 25,
  ]);
  expect([10, 20, 25].map((passed) => momentOf(idle, 0, passed * MINUTE) / MINUTE)).toEqual([10, 20, 55]);
});
