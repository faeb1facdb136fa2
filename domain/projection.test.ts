import { expect, it } from 'vitest';
import { projectSchedule } from './projection';

it('adds up rounds and bakes, wave by wave', () => {
  const waves = [
    { name: 'Canary', tenants: 1, bakeSeconds: 600 },
    { name: 'Gold', tenants: 0, bakeSeconds: 600 },
    { name: 'The rest', tenants: 25, bakeSeconds: 600 },
  ];
  expect(projectSchedule(waves, 10, { from: 4, to: 8 })).toEqual([
    { name: 'Canary', tenants: 1, starts: { from: 0, to: 0 }, ends: { from: 4, to: 8 }, bakeSeconds: 600 },
    {
      name: 'Gold',
      tenants: 0,
      starts: { from: 604, to: 608 },
      ends: { from: 604, to: 608 },
      bakeSeconds: 0,
    },
    {
      name: 'The rest',
      tenants: 25,
      starts: { from: 604, to: 608 },
      ends: { from: 616, to: 632 },
      bakeSeconds: 0,
    },
  ]);
});

it('waits for a gate that measures longer than the wave bakes', () => {
  const rest = { name: 'The rest', tenants: 1, bakeSeconds: 0 };
  const starts = (bakeSeconds: number) =>
    projectSchedule([{ name: 'Canary', tenants: 1, bakeSeconds, gateSeconds: 240 }, rest], 1, {
      from: 4,
      to: 8,
    })[1]?.starts;
  expect([starts(60), starts(600)]).toEqual([
    { from: 244, to: 248 },
    { from: 604, to: 608 },
  ]);
});
