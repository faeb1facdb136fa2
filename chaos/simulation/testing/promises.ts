import { expect } from 'vitest';
import { modelStore } from '../model/store';
import { simulateMany } from '../run-many';
import { FAULTS, simulate } from '../simulate';

/** Plans keep every promise in thousands of orders. The calling file puts the model in place of the queries. */
export async function keepsEveryPromise(plans: 1 | 2, of: string): Promise<void> {
  const summary = await simulateMany(of, 2000, (seed) => ({ seed, plans, store: modelStore() }));
  expect(summary.broken).toEqual([]);
  if (summary.runs < 1000) return;
  // A fault that never occurred was not simulated, and orders that repeat prove nothing new.
  expect(FAULTS.filter((fault) => summary.faults[fault] === 0)).toEqual([]);
  expect(summary.interleavings).toBeGreaterThan(summary.runs * 0.98);
}

export async function sameSeedSameRun(plans: 1 | 2): Promise<void> {
  const once = () => simulate({ seed: 4711, plans, store: modelStore() });
  const [first, again] = [await once(), await once()];
  expect(again.hash).toBe(first.hash);
  expect(again.history.events.map((event) => event.kind)).toEqual(
    first.history.events.map((event) => event.kind),
  );
}
