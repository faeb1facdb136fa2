import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { simulateMany } from '../run-many';
import { WorldDatabase } from './database';
import { sqlStore } from './store';

vi.mock('@/server/steps/registry', () => import('../fake-steps'));
vi.mock('@/server/steps/live-version', () => import('../fake-live-version'));

let database: WorldDatabase;
beforeAll(async () => {
  database = await WorldDatabase.open();
});
afterAll(() => database.close());

it.each([
  ['one plan over SQL', 1],
  ['two plans over SQL', 2],
])('%s keeps every promise', async (name, plans) => {
  const summary = await simulateMany(name, 100, (seed) => ({
    seed: 100_000 + seed,
    plans,
    store: sqlStore(database),
  }));
  expect(summary.broken).toEqual([]);
});
