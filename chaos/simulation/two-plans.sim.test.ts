import { expect, it, vi } from 'vitest';
import { modelStore } from './model/store';
import { simulateMany } from './run-many';
import { FAULTS, simulate } from './simulate';

vi.mock('@/db/queries/runs', () => import('./model/queries'));
vi.mock('@/db/queries/execution', () => import('./model/queries'));
vi.mock('@/db/queries/planning', () => import('./model/queries'));
vi.mock('@/server/steps/registry', () => import('./fake-steps'));
vi.mock('@/server/steps/live-version', () => import('./fake-live-version'));

it('keeps every promise of two plans that share tenants, in whatever order things happen', async () => {
  const summary = await simulateMany('two plans that share tenants', 51_000, (seed) => ({
    seed,
    plans: 2,
    store: modelStore(),
  }));
  expect(summary.broken).toEqual([]);
  if (summary.runs < 1000) return;
  // A fault that never occurred was not simulated, and orders that repeat prove nothing new.
  expect(FAULTS.filter((fault) => summary.faults[fault] === 0)).toEqual([]);
  expect(summary.interleavings).toBeGreaterThan(summary.runs * 0.98);
});

it('does the same again with the same seed', async () => {
  const once = () => simulate({ seed: 4711, plans: 2, store: modelStore() });
  const [first, again] = [await once(), await once()];
  expect(again.hash).toBe(first.hash);
  expect(again.history.events.map((event) => event.kind)).toEqual(
    first.history.events.map((event) => event.kind),
  );
});
