import pino from 'pino';
import { afterEach, expect, it } from 'vitest';
import { planSnapshot } from '@/db/queries/plan-views';
import { Harness } from '@/server/executor/testing/harness';
import type { PlanSnapshot } from './protocol';
import { Snapshots } from './snapshots';

let harness: Harness;
afterEach(() => harness.close());

const fleet = {
  version: 'v1',
  tenants: ['acme', 'blue', 'cyan'].map((tenantId) => ({ tenantId, instances: 1 })),
};

/** What may differ: the moment it was read, and that to a live page whatever a run stores is a beat. */
const told = (snapshot: PlanSnapshot | null) =>
  snapshot && {
    ...snapshot,
    now: null,
    tasks: snapshot.tasks.map((task) => ({ ...task, heartbeatAt: null })),
  };

it('is read once, and from then on is what the events make of it', async () => {
  harness = await Harness.start({ fleet });
  harness.fleet.setFault('blue', { kind: 'dead' });
  const snapshots = new Snapshots(harness.db, pino({ level: 'silent' }));
  const planId = await harness.createPlan();
  const before = await snapshots.read(planId, 3);
  expect(before).toMatchObject({ planSeq: 8, tasks: [{ status: 'PENDING' }, {}, {}] });

  await harness.startExecutor();
  await harness.startPlan(planId);
  await harness.until(planId, 'PARTIAL_FAILED');
  await harness.task(`${planId}.1`, 'rollback');
  await harness.until(`${planId}.1`, 'ROLLED_BACK');
  await harness.until(planId, 'PARTIAL_FAILED');
  const after = await snapshots.read(planId, 3);
  expect(told(after)).toEqual(told(await planSnapshot(harness.db, planId, 3)));
  expect(Date.parse(after?.now ?? '')).toBeGreaterThan(Date.parse(before?.now ?? ''));
  // Two who ask at once get the same.
  const [one, other] = await Promise.all([snapshots.read(planId, 3), snapshots.read(planId, 3)]);
  expect(told(one)).toEqual(told(other));
});

it('of a plan that does not exist is null', async () => {
  harness = await Harness.start({ fleet });
  expect(await new Snapshots(harness.db, pino({ level: 'silent' })).read('PLN-99', 3)).toBeNull();
});
