import { expect, it } from 'vitest';
import { formatDuration, formatDurationRange, formatEstimate } from './duration';

it.each([
  [-5, '0 ms'],
  [840, '840 ms'],
  [1_000, '1 s'],
  [59_400, '59 s'],
  [59_600, '1 min'],
  [185_000, '3 min 05 s'],
  [3_599_600, '1 h'],
  [7_440_000, '2 h 04 min'],
  [86_400_000 * 3 + 7_200_000, '3 d 2 h'],
])('%d ms is %s', (millis, text) => expect(formatDuration(millis, 'en')).toBe(text));

it('speaks Chinese', () => {
  expect(formatDuration(40_000, 'zh-CN')).toBe('40 秒');
  expect(formatDuration(185_000, 'zh-CN')).toBe('3 分 05 秒');
});

it.each([
  [18 * 60_000, 23.5 * 60_000, '18–24 min'],
  [10_000, 10_000, '10 s'],
  [0, 100, '0–1 s'],
  [2 * 3_600_000, 3 * 3_600_000, '2–3 h'],
])('a range of %d to %d ms is %s', (from, to, text) =>
  expect(formatDurationRange(from, to, 'en')).toBe(text),
);

it('promises no fraction of a second', () => {
  expect(formatEstimate(934, 'en')).toBe('1 s');
  expect(formatEstimate(0, 'en')).toBe('1 s');
  expect(formatEstimate(61_400, 'en')).toBe('1 min 01 s');
});
