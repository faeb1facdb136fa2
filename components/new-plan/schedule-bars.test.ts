import { expect, it } from 'vitest';
import { projectSchedule } from '@/domain/projection';
import { barsOf } from './schedule-bars';

const WAVES = [
  { name: 'Canary', tenants: 1, bakeSeconds: 60 },
  { name: 'The rest', tenants: 9, bakeSeconds: 0 },
];

it('draws every wave on one scale that ends in the bad case', () => {
  const [canary, rest] = barsOf(projectSchedule(WAVES, 10, { from: 10, to: 20 }));
  expect(canary).toEqual({
    good: { left: '0.00%', width: '10.00%' },
    slow: { left: '0.00%', width: '20.00%' },
    bake: { left: '20.00%', width: '60.00%' },
  });
  expect(rest?.slow).toEqual({ left: '70.00%', width: '30.00%' });
});

it('shares the width by size where nobody knows how long it takes', () => {
  const bars = barsOf(projectSchedule(WAVES, 10, { from: 0, to: 0 }));
  expect(bars.map(({ good }) => good)).toEqual([
    { left: '0.00%', width: '10.00%' },
    { left: '10.00%', width: '90.00%' },
  ]);
  expect(barsOf([])).toEqual([]);
});
