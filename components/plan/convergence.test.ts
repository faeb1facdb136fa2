import { expect, it } from 'vitest';
import { convergenceOf } from './convergence';

const START = Date.parse('2026-11-24T04:00:00.000Z');
const ended = (second: number, status: 'COMPLETED' | 'FAILED' | 'ROLLED_BACK' = 'COMPLETED') => ({
  ...{ status, endedAt: new Date(START + second * 1000).toISOString() },
});
const forward = { intent: 'none', status: 'RUNNING' } as const;

it('counts who confirmed, in the order in which they did', () => {
  expect(convergenceOf(forward, [ended(3), ended(1), ended(2, 'FAILED')])).toEqual([
    { at: START + 1000, done: 1 },
    { at: START + 3000, done: 2 },
  ]);
  expect(convergenceOf(forward, [])).toEqual([]);
});

it('counts who is back, of a plan that goes back', () => {
  const tasks = [ended(1), ended(2, 'ROLLED_BACK')];
  expect(convergenceOf({ intent: 'rollback', status: 'ROLLING_BACK' }, tasks)).toEqual([
    { at: START + 2000, done: 1 },
  ]);
});

it('draws thousands with few points, the last of which is all of them', () => {
  const points = convergenceOf(
    forward,
    Array.from({ length: 5000 }, (_, second) => ended(second)),
  );
  expect(points.length).toBeLessThanOrEqual(61);
  expect(points.at(-1)).toEqual({ at: START + 4_999_000, done: 5000 });
});
