import { expect, it } from 'vitest';
import type { Segment } from '@/domain/lane';
import { placeSegments } from './lane-layout';
import { layOutAxis } from './time-axis';

const HOUR = 3_600_000;
const segment = (from: number, to: number | null, run = 1): Segment => ({
  stage: 'Config',
  stageIndex: 0,
  direction: 'forward',
  run,
  from: new Date(from).toISOString(),
  to: to === null ? null : new Date(to).toISOString(),
  outcome: to === null ? 'running' : 'succeeded',
});
const axis = layOutAxis({ from: 0, to: 100_000 }, [], 1000);
const placesOf = (segments: Segment[], on = axis, now = 50_000) =>
  placeSegments(segments, on, now).map(({ left, width }) =>
    [left, width].map((part) => Math.round(part * 10) / 10),
  );

it('places each where its time lies, the open one until now', () => {
  expect(placesOf([segment(0, 10_000), segment(10_000, null)])).toEqual([
    [0, 10],
    [10, 40],
  ]);
});

it('draws none narrower than can be seen, and none over another', () => {
  expect(placesOf([segment(0, 1), segment(1, 2), segment(2, 30_000)])).toEqual([
    [0, 0.6],
    [0.6, 0.6],
    [1.2, 28.8],
  ]);
});

it('keeps what is short within the end of the axis', () => {
  expect(placesOf([segment(20_000, 99_900), segment(99_900, 99_950), segment(99_950, 100_000)])).toEqual([
    [20, 78.8],
    [98.8, 0.6],
    [99.4, 0.6],
  ]);
});

it('keeps what is short before a break, and out of it', () => {
  const night = layOutAxis({ from: 0, to: 12 * HOUR + 10_000 }, [{ from: 10_000, to: 12 * HOUR }], 1000);
  const [before] = night.breaks;
  const placed = placeSegments(
    [segment(9_900, 9_950), segment(9_950, 10_000), segment(12 * HOUR, null, 2)],
    night,
    12 * HOUR + 10_000,
  );
  expect((placed[1]?.left ?? 0) + (placed[1]?.width ?? 0)).toBeCloseTo(before?.left ?? 0);
  expect(placed[0]?.width).toBeCloseTo(0.6);
  expect(placed[2]?.left).toBeCloseTo(before?.right ?? 0);
});

it('reaches across a break where a stage was held for the night', () => {
  const night = layOutAxis({ from: 0, to: 12 * HOUR + 10_000 }, [{ from: 10_000, to: 12 * HOUR }], 1000);
  expect(placesOf([segment(0, 12 * HOUR + 10_000)], night)).toEqual([[0, 100]]);
});

it('leaves out what is not in the part that is shown', () => {
  const part = layOutAxis({ from: 20_000, to: 30_000 }, [], 1000);
  expect(placesOf([segment(0, 10_000), segment(10_000, 25_000), segment(40_000, 50_000)], part)).toEqual([
    [0, 50],
  ]);
});

it('tells the tries apart', () => {
  const placed = placeSegments([segment(0, 1), segment(2, 3), segment(4, 5, 2)], axis, 0);
  expect(placed.map(({ begins }) => begins)).toEqual([false, false, true]);
});

it('shows every try six pixels wide after twelve idle hours', () => {
  const night = layOutAxis({ from: 0, to: 12 * HOUR + 30_000 }, [{ from: 10_000, to: 12 * HOUR }], 700);
  const tries = [segment(0, 200), segment(200, 10_000), segment(12 * HOUR, 12 * HOUR + 30_000, 2)];
  for (const { width } of placeSegments(tries, night, 0))
    expect((width / 100) * 700).toBeGreaterThanOrEqual(6 - 1e-9);
});
