import { expect, it } from 'vitest';
import { curvePath } from './curve-path';

const box = { width: 100, height: 50 };

it('rises at each point and stays until the next', () => {
  const points = [
    { at: 1250, done: 5 },
    { at: 1500, done: 10 },
  ];
  expect(curvePath(points, { from: 1000, to: 2000 }, 10, box)).toBe('M0 50H25V25H50V0H100');
});

it('stays within its box whatever comes', () => {
  expect(curvePath([{ at: 0, done: 99 }], { from: 1000, to: 2000 }, 10, box)).toBe('M0 50H0V0H100');
});

it('is not drawn of nothing', () => {
  expect(curvePath([], { from: 1000, to: 1000 }, 10, box)).toBe('');
  expect(curvePath([], { from: 1000, to: 2000 }, 0, box)).toBe('');
});
