import { expect, it } from 'vitest';
import type { Segment } from '@/domain/lane';
import type { StepTime } from '@/domain/view/step-times';
import { placeSteps } from './step-layout';
import { layOutAxis } from './time-axis';

const START = Date.parse('2026-11-24T04:00:00.000Z');
const iso = (second: number) => new Date(START + second * 1000).toISOString();
const axis = layOutAxis({ from: START, to: START + 100_000 }, [], 1000);
const segment = (from: number, to: number | null, stageIndex = 0): Segment => ({
  ...{ stage: 'Config', stageIndex, direction: 'forward', run: 1, from: iso(from) },
  ...{ to: to === null ? null : iso(to), outcome: to === null ? 'running' : 'succeeded' },
});
const step = (stepIndex: number, from: number, to: number | null, stageIndex = 0): StepTime => ({
  ...{ step: `step ${stepIndex}`, stageIndex, stepIndex, from: iso(from), retries: 0 },
  ...{ to: to === null ? null : iso(to), outcome: to === null ? 'running' : 'succeeded' },
});
const steps = [step(0, 20, 30), step(1, 30, 40), step(0, 40, 60, 1), step(0, 80, null)];

it('places the steps of a stage in percent of its segment', () => {
  const placed = placeSteps(steps, { segment: segment(20, 40), left: 20, width: 20 }, axis, START + 90_000);
  expect(placed.map(({ index, left, width, open }) => [index, left, width, open])).toEqual([
    [0, 0, 50, false],
    [1, 50, 50, false],
  ]);
});

it('leaves out those of another try of the same stage', () => {
  const again = placeSteps(steps, { segment: segment(80, null), left: 80, width: 10 }, axis, START + 90_000);
  expect(again.map(({ index, open }) => [index, open])).toEqual([[3, true]]);
});

it('shows of a moment of the past only what had begun, as it stood then', () => {
  const then = placeSteps(steps, { segment: segment(20, null), left: 20, width: 5 }, axis, START + 25_000);
  expect(then.map(({ index, open }) => [index, open])).toEqual([[0, true]]);
});
