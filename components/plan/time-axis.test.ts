import fc from 'fast-check';
import { expect, it } from 'vitest';
import { layOutAxis, momentAt, position, sameAxis } from './time-axis';

const HOUR = 3_600_000;

it('has a place for every moment, evenly while nothing is idle', () => {
  const axis = layOutAxis({ from: 0, to: 20_000 }, [], 500);
  expect([-1, 0, 5_000, 20_000, 30_000].map((at) => position(axis, at))).toEqual([0, 0, 25, 100, 100]);
  expect([0, 25, 100].map((place) => momentAt(axis, place))).toEqual([0, 5_000, 20_000]);
});

it('draws twelve idle hours as narrow as any other rest, and leaves the rest to the work', () => {
  const axis = layOutAxis(
    { from: 0, to: 12 * HOUR + 40_000 },
    [{ from: 20_000, to: 12 * HOUR + 20_000 }],
    500,
  );
  const [rest] = axis.breaks;
  expect(((rest?.right ?? 0) - (rest?.left ?? 0)) * 5).toBeCloseTo(22);
  expect(position(axis, 20_000)).toBeCloseTo(47.8);
  expect(position(axis, 6 * HOUR + 20_000)).toBeCloseTo(50);
  expect(position(axis, 12 * HOUR + 20_000)).toBeCloseTo(52.2);
});

it('keeps most of a narrow axis for the work, however many rests there are', () => {
  const idle = Array.from({ length: 50 }, (_, index) => ({
    from: index * HOUR + 10,
    to: (index + 1) * HOUR,
  }));
  const axis = layOutAxis({ from: 0, to: 50 * HOUR + 1000 }, idle, 300);
  const folded = axis.breaks.reduce((sum, { left, right }) => sum + right - left, 0);
  expect(folded).toBeCloseTo(40);
});

it('begins and ends within a rest as well', () => {
  const axis = layOutAxis(
    { from: 5_000, to: 95_000 },
    [
      { from: 0, to: 10_000 },
      { from: 90_000, to: 900_000 },
    ],
    500,
  );
  expect(axis.breaks.map(({ from, to }) => [from, to])).toEqual([
    [5_000, 10_000],
    [90_000, 95_000],
  ]);
  expect(axis.breaks[1]?.right).toBeCloseTo(100);
});

const rests = fc
  .uniqueArray(fc.integer({ min: 1, max: 9_999 }), { maxLength: 8 })
  .map((edges) => edges.sort((a, b) => a - b))
  .map((edges) =>
    edges.flatMap((from, index) => {
      const to = edges[index + 1];
      return index % 2 === 0 && to !== undefined ? { from, to } : [];
    }),
  );

it('goes from a moment to its place and back, and never backwards', () => {
  fc.assert(
    fc.property(rests, fc.nat(10_000), fc.nat(10_000), (idle, one, other) => {
      const axis = layOutAxis({ from: 0, to: 10_000 }, idle, 800);
      expect(momentAt(axis, position(axis, one))).toBeCloseTo(one, 5);
      if (one < other) expect(position(axis, one)).toBeLessThan(position(axis, other));
    }),
  );
});

it('is another one when anything lies elsewhere', () => {
  const shown = { from: 0, to: 10_000 };
  const axis = layOutAxis(shown, [], 500);
  expect(sameAxis(axis, layOutAxis(shown, [], 500))).toBe(true);
  expect(sameAxis(axis, layOutAxis(shown, [], 501))).toBe(false);
  expect(sameAxis(axis, layOutAxis(shown, [{ from: 1, to: 2 }], 500))).toBe(false);
});
