import { expect, it } from 'vitest';
import type { PlanView } from '@/domain/view/plan-view';
import { runningPlan } from '@/domain/view/testing/plan-snapshot';
import { type WaveState, waveState } from './wave-state';

const settled = { inWave: 5, unsettledInWave: 0, notCompletedInWave: 0, rested: 5, failed: 0 };
const busy = { ...settled, unsettledInWave: 2, notCompletedInWave: 3, rested: 3 };
const plan = { ...runningPlan, wave: 1, lastWave: 3 };
const states = (over: Partial<PlanView>, tally = settled): WaveState[] =>
  [0, 1, 2, 3].map((wave) => waveState({ ...plan, ...over }, wave, wave === 1 ? tally : settled));

it('is over before the present wave, and to come after it', () => {
  expect(states({}, busy)).toEqual(['over', 'running', 'next', 'later']);
});

it('is watched before the next one starts', () => {
  expect(states({ bakeUntil: '2026-01-01T10:10:00.000Z' })).toEqual(['over', 'baking', 'next', 'later']);
});

it('holds the next one up while not all of it completed', () => {
  expect(states({}, { ...settled, notCompletedInWave: 1 })[1]).toBe('blocked');
});

it('holds the next one up when it did not pass its gate, not when somebody halts the plan', () => {
  const bakeUntil = '2026-01-01T10:10:00.000Z';
  const halted = (by: string) => ({ by, reason: 'why', at: bakeUntil });
  expect(states({ bakeUntil, halted: halted('gate') })[1]).toBe('blocked');
  expect(states({ bakeUntil, halted: halted('ann') })[1]).toBe('baking');
});

it('is still to come before the start', () => {
  expect(states({ wave: 0, startedAt: null as never })).toEqual(['next', 'later', 'later', 'later']);
});
