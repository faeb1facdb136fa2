import { afterEach, expect, it } from 'vitest';
import { Hold } from '@/demo/fleet/testing/hold';
import { Harness } from './testing/harness';

let harness: Harness;
afterEach(() => harness.close());

it('lets a stage end within the grace period, unaborted, and hands the plan on', async () => {
  harness = await Harness.start({ fleet: { version: 'v1', tenants: [{ tenantId: 'a', instances: 1 }] } });
  const first = await harness.startExecutor();
  const hold = Hold.on(harness.fleet, ({ method }) => method === 'PUT');
  const planId = await harness.createPlan();
  await harness.startPlan(planId);
  await hold.until();
  const stopped = first.stop(600_000);
  hold.release();
  await stopped;
  const kinds = await harness.kindsOf(`${planId}.1`);
  expect(kinds.filter((kind) => kind === 'StageSucceeded')).toHaveLength(1);
  expect(await harness.statusOf(planId)).toBe('RUNNING');

  await harness.startExecutor();
  await harness.until(planId, 'COMPLETED');
  expect(harness.fleet.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
});
