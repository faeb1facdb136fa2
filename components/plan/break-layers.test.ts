import { expect, it } from 'vitest';
import { breakLayers } from './break-layers';
import { layOutAxis } from './time-axis';

it('is a layer for each break, where it lies', () => {
  expect(breakLayers(layOutAxis({ from: 0, to: 1000 }, [], 500))).toBe('none');
  const idle = [
    { from: 100, to: 500 },
    { from: 600, to: 900 },
  ];
  const layers = breakLayers(layOutAxis({ from: 0, to: 1000 }, idle, 644)).split(/, (?=repeating)/);
  expect(layers.map((layer) => layer.slice(layer.lastIndexOf(')') + 2))).toEqual([
    '200px 0 / 22px 100% no-repeat',
    '422px 0 / 22px 100% no-repeat',
  ]);
});
