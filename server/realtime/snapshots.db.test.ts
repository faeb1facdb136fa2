import pino from 'pino';
import { afterEach, expect, it, vi } from 'vitest';
import { eventsAfter } from '@/db/queries/events';
import { listTasks } from '@/db/queries/plan-lists';
import { planSnapshot } from '@/db/queries/plan-snapshot';
import type { PlanSnapshot } from '@/domain/view/plan-view';
import { Replay } from '@/domain/view/replay';
import { Harness } from '@/server/executor/testing/harness';
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
  const anew = await planSnapshot(harness.db, planId, 3);
  expect(told(after)).toEqual(told(anew));
  // Its replay ends the same, from nothing but the events.
  const replay = new Replay(after as PlanSnapshot, await eventsAfter(harness.db, planId, 0, 1000));
  expect(told(replay.at(replay.last))).toEqual(told(anew));
  // Its columns are read in another way than those of a list.
  expect(anew?.tasks).toEqual((await listTasks(harness.db, planId, { limit: 10 })).items);
  expect(Date.parse(after?.now ?? '')).toBeGreaterThan(Date.parse(before?.now ?? ''));
  // Two who ask at once get the same.
  const [one, other] = await Promise.all([snapshots.read(planId, 3), snapshots.read(planId, 3)]);
  expect(told(one)).toEqual(told(other));
});

it('follows what is sent to those who watch, and reads only what is left', async () => {
  harness = await Harness.start({ fleet });
  const snapshots = new Snapshots(harness.db, pino({ level: 'silent' }));
  const planId = await harness.createPlan();
  await snapshots.read(planId, 3);
  await harness.startExecutor();
  await harness.startPlan(planId);
  await harness.until(planId, 'COMPLETED');
  const events = await eventsAfter(harness.db, planId, 0, 1000);
  // What it knows already, what comes next, and what lies behind a hole.
  snapshots.follow(planId, events.slice(0, 20));
  snapshots.follow(planId, events.slice(30));
  snapshots.follow('PLN-99', events);
  const statement = vi.spyOn(harness.db, 'execute');
  const followed = await snapshots.read(planId, 3);
  const read = (
    await Promise.all(statement.mock.results.map(({ value }) => value as Promise<unknown[]>))
  ).flat();
  statement.mockRestore();
  // Where the plan stands, and the events after the twentieth.
  expect(read).toHaveLength(1 + events.length - 20);
  expect(told(followed)).toEqual(told(await planSnapshot(harness.db, planId, 3)));
});

it('of a plan that does not exist is null', async () => {
  harness = await Harness.start({ fleet });
  expect(await new Snapshots(harness.db, pino({ level: 'silent' })).read('PLN-99', 3)).toBeNull();
});
