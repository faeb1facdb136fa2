import { expect, it } from 'vitest';
import { layOutAxis } from './time-axis';
import { roundStep, ticks, zoneOrigin } from './time-ticks';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (to: number, width = 700) =>
  ticks(layOutAxis({ from: 0, to }, [], width), 0).map((tick) => tick.at / 1000);

it('counts in steps that people count in', () => {
  expect([3, 1200, 7_000, 20_000, 40_000, 4 * MINUTE, 50 * MINUTE, 5 * HOUR].map(roundStep)).toEqual([
    5,
    2000,
    10_000,
    30_000,
    MINUTE,
    5 * MINUTE,
    HOUR,
    6 * HOUR,
  ]);
});

it('has round ticks for a span that is not round', () => {
  expect(at(22_000)).toEqual([0, 5, 10, 15, 20]);
  expect(at(95_000)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80]);
  expect(at(13 * MINUTE, 300)).toEqual([0, 300, 600]);
});

it('goes on behind a rest with the moments that are round there', () => {
  const axis = layOutAxis({ from: 0, to: HOUR + 20_000 }, [{ from: 22_000, to: HOUR }], 700);
  expect(ticks(axis, 0).map((tick) => tick.at / 1000)).toEqual([0, 5, 10, 15, 3605, 3610, 3615]);
});

it('begins to count at midnight of the zone', () => {
  const noon = Date.parse('2026-03-01T12:34:56.789Z');
  expect(new Date(zoneOrigin(noon, 'UTC')).toISOString()).toBe('2026-03-01T00:00:00.000Z');
  expect(new Date(zoneOrigin(noon, 'Asia/Kolkata')).toISOString()).toBe('2026-02-28T18:30:00.000Z');
});
