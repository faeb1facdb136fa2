import { expect, it } from 'vitest';
import { AT, runningPlan } from '@/domain/view/testing/plan-snapshot';
import { position, ticks, timeAxis } from './time-axis';

const start = Date.parse(AT);
const after = (millis: number) => new Date(start + millis).toISOString();

it('ends at a round span after the start, so that it stands still between jumps', () => {
  const spanAt = (millis: number) => {
    const { from, to } = timeAxis(runningPlan, 0, start + millis);
    return [from - start, to - from];
  };
  expect(spanAt(0)).toEqual([0, 10_000]);
  expect(spanAt(10_001)).toEqual([0, 20_000]);
  expect(spanAt(100_000)).toEqual([0, 120_000]);
  expect(spanAt(91 * 60_000)).toEqual([0, 120 * 60_000]);
});

it('of a plan that ended has its last task, and time goes on without it', () => {
  const ended = { ...runningPlan, endedAt: after(5_000) };
  expect(timeAxis(ended, start + 25_000, start + 3_600_000).to - start).toBe(30_000);
});

it('of a plan that has not started begins when it was made', () => {
  const created = { ...runningPlan, startedAt: null, createdAt: after(-1000) };
  expect(timeAxis(created, 0, start).from).toBe(start - 1000);
});

it('has a place for every moment, and five to write under it', () => {
  const axis = { from: start, to: start + 20_000 };
  expect([-1, 0, 5_000, 20_000, 30_000].map((millis) => position(axis, start + millis))).toEqual([
    0, 0, 25, 100, 100,
  ]);
  expect(ticks(axis)).toEqual([0, 5_000, 10_000, 15_000, 20_000]);
});
