import { sql } from 'drizzle-orm';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '@/db/client';
import { createTestDatabase } from '@/db/testing/test-database';
import { Hold } from '@/demo/fleet/testing/hold';
import { Harness } from '../testing/harness';
import { MemoryQueue } from '../testing/memory-queue';
import { PgBossQueue } from './pg-boss-queue';
import type { PlanJob, PlanQueue } from './plan-queue';

const log = pino({ level: process.env.TEST_LOG ?? 'silent' });

/** The queue as two processes see it. */
interface Sides {
  one: PlanQueue;
  other: PlanQueue;
  close(): Promise<void>;
}

const KINDS: Record<string, () => Promise<Sides>> = {
  'the engine': async () => {
    const database = await createTestDatabase();
    const { db, close } = connect(database.url, 2);
    const one = new PgBossQueue(database.url, db, log);
    const other = new PgBossQueue(database.url, db, log);
    return {
      one,
      other,
      close: async () => {
        await Promise.all([one.stop(), other.stop()]);
        await close();
        await database.drop();
      },
    };
  },
  memory: async () => {
    const queue = new MemoryQueue();
    return { one: queue, other: queue, close: () => queue.stop() };
  },
};

describe.each(Object.keys(KINDS))('%s', (kind) => {
  let sides: Sides;
  let one: PlanQueue;
  let other: PlanQueue;
  let plans = 0;

  beforeAll(async () => {
    sides = await (KINDS[kind] as () => Promise<Sides>)();
    ({ one, other } = sides);
    await Promise.all([one.start(), other.start()]);
  });
  afterAll(() => sides.close());

  const newPlan = () => {
    plans += 1;
    return `PLN-${plans}`;
  };
  /** A plan of its own, offered and taken. */
  const taken = async (): Promise<PlanJob> => {
    await one.offer([newPlan()]);
    const [job] = await one.take(10);
    if (!job) throw new Error('There was nothing to take.');
    return job;
  };

  it('starts any number of times', async () => {
    await Promise.all([one.start(), other.start()]);
  });

  it('has a plan once that was offered twice, also while it is driven', async () => {
    const planId = newPlan();
    await Promise.all([one.offer([planId]), other.offer([planId]), one.offer([])]);
    await other.offer([planId]);
    const jobs = await one.take(10);
    expect(jobs).toEqual([{ planId, id: expect.any(String), retryCount: 0 }]);
    await other.offer([planId]);
    expect(await other.take(10)).toEqual([]);
    await one.finish(jobs[0] as PlanJob);
  });

  it('gives each plan to one of those who take, and no more than they ask for', async () => {
    const offered = [newPlan(), newPlan(), newPlan()];
    await one.offer(offered);
    const first = await one.take(1);
    expect(first).toHaveLength(1);
    const rest = (await Promise.all([one.take(10), other.take(10)])).flat();
    expect([...first, ...rest].map(({ planId }) => planId).sort()).toEqual(offered.sort());
    for (const job of [...first, ...rest]) await one.finish(job);
  });

  it('counts what waits for a driver and what has one, until it is finished', async () => {
    expect(await one.survey(0)).toEqual({ plans: 0, waiting: 0, left: 0 });
    await one.offer([newPlan(), newPlan()]);
    expect(await other.survey(0)).toEqual({ plans: 2, waiting: 2, left: 2 });
    const [kept, given] = await one.take(10);
    expect(await other.survey(0)).toEqual({ plans: 2, waiting: 0, left: 0 });
    await one.giveOn([given as PlanJob]);
    expect(await other.survey(0)).toEqual({ plans: 2, waiting: 1, left: 1 });
    const [again] = await other.take(10);
    await one.finish(kept as PlanJob);
    await other.finish(again as PlanJob);
    expect(await one.survey(0)).toEqual({ plans: 0, waiting: 0, left: 0 });
  });

  it('tells who beats what still is his, after it was given on and after it was taken anew', async () => {
    const [kept, given] = [await taken(), await taken()];
    expect(await one.beat([kept, given])).toEqual([kept, given]);
    await one.giveOn([given]);
    expect(await one.beat([kept, given])).toEqual([kept]);
    const [again] = await other.take(10);
    expect(again).toEqual({ ...given, retryCount: given.retryCount + 1 });
    expect(await one.beat([kept, given])).toEqual([kept]);
    expect(await other.beat([again as PlanJob])).toEqual([again]);
    expect(await one.beat([])).toEqual([]);
    for (const job of [kept, again as PlanJob]) await one.finish(job);
    expect(await one.beat([kept, again as PlanJob])).toEqual([]);
  });

  it('has a plan again that is offered after it was finished', async () => {
    const { planId, id } = await taken().then(async (job) => {
      await one.finish(job);
      return job;
    });
    expect(await other.take(10)).toEqual([]);
    await other.offer([planId]);
    const [again] = await other.take(10);
    expect(again).toMatchObject({ planId, retryCount: 0 });
    expect(again?.id).not.toBe(id);
    await other.finish(again as PlanJob);
  });

  it('hears nothing of an attempt that is over', async () => {
    const former = await taken();
    // Also another process may give it on: the one that had it is gone.
    await other.giveOn([former]);
    // Nobody has it yet: what it waits for is whoever takes it.
    await one.finish(former);
    await one.giveOn([former]);
    const [now] = await other.take(10);
    if (!now) throw new Error('It was not given on.');
    await one.finish(former);
    await one.giveOn([former]);
    expect(await one.beat([former])).toEqual([]);
    expect(await other.beat([now])).toEqual([now]);
    expect(await one.take(10)).toEqual([]);
    await other.finish(now);
  });
});

describe('the engine, in whole executors', () => {
  let harness: Harness;
  afterEach(() => harness.close());

  const begin = async (tenants: number) => {
    const tenantIds = Array.from({ length: tenants }, (_, index) => `t${index + 1}`);
    harness = await Harness.start({
      fleet: { version: 'v1', tenants: tenantIds.map((tenantId) => ({ tenantId, instances: 1 })) },
    });
    const planIds: string[] = [];
    for (const tenantId of tenantIds) planIds.push(await harness.createPlan({ tenantIds: [tenantId] }));
    return planIds;
  };

  it('finds what processes drive that are gone, and nothing else', async () => {
    const [asleep, waiting, elsewhere, ...driven] = (await begin(5)) as [
      string,
      string,
      string,
      string,
      string,
    ];
    const drivenBy = (planId: string, driver: string | null, awake = true) =>
      harness.db.execute(sql`update plan set awake = ${awake}, driver = ${driver} where plan_id = ${planId}`);
    const queue = new PgBossQueue(harness.url, harness.db, log);
    await queue.start();
    await queue.offer([asleep, elsewhere, ...driven]);
    const jobs = await queue.take(10);
    await queue.offer([waiting]);
    await drivenBy(asleep, 'a', false);
    await drivenBy(waiting, 'a');
    await drivenBy(elsewhere, 'c');
    await drivenBy(driven[0] as string, 'a');
    await drivenBy(driven[1] as string, 'b');
    const found = await queue.ofNodes(['a', 'b']);
    expect(found.sort((a, b) => a.planId.localeCompare(b.planId))).toEqual(
      driven.map((planId) => jobs.find((job) => job.planId === planId)),
    );
    expect(await queue.ofNodes([])).toEqual([]);
    await queue.giveOn(found);
    expect(await queue.ofNodes(['a', 'b'])).toEqual([]);
    await queue.stop();
  });

  it('spreads plans over two of them, and one goes on with those of the other', async () => {
    const planIds = await begin(8);
    const hold = Hold.on(harness.fleet);
    const start = () =>
      harness.startExecutor({ queue: new PgBossQueue(harness.url, harness.db, log), slots: 100 });
    const first = await start();
    const second = await start();
    // Both have heard of each other.
    await expect
      .poll(async () => {
        const [row] = await harness.db.execute<{ beaten: number }>(
          sql`select count(*)::int as beaten from node where executing and beat_at > (select max(started_at) from node)`,
        );
        return row?.beaten;
      })
      .toBe(2);
    for (const planId of planIds) await harness.startPlan(planId);
    await hold.until(({ tasks }) => tasks.size === planIds.length);

    const ofNode = async ({ nodeId }: { nodeId: string }) =>
      (
        await harness.db.execute<{ planId: string }>(sql`select plan_id from plan where driver = ${nodeId}`)
      ).map(({ planId }) => planId);
    const [ofFirst, ofSecond] = await Promise.all([ofNode(first), ofNode(second)]);
    expect(ofFirst.length, 'one of them drives everything').toBeGreaterThan(0);
    expect(ofSecond.length, 'one of them drives everything').toBeGreaterThan(0);
    expect([...ofFirst, ...ofSecond].sort()).toEqual([...planIds].sort());

    await first.stop(0);
    await harness.eventually(async () => ((await ofNode(second)).length === planIds.length ? true : null));
    hold.release();
    for (const planId of planIds) await harness.until(planId, 'COMPLETED');
    for (const planId of planIds) {
      const recovered = (await harness.events(planId)).filter(({ kind }) => kind === 'TaskRecovered').length;
      expect([planId, recovered]).toEqual([planId, ofFirst.includes(planId) ? 1 : 0]);
    }
    for (const tenantId of harness.fleet.tenants.keys())
      expect(await harness.fleet.versions(tenantId)).toEqual(['v2']);
  });
});
