import { sql } from 'drizzle-orm';
import pino from 'pino';
import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Hold } from '@/demo/fleet/testing/hold';
import { createCommitter } from '@/server/commands/commit-transition';
import type { Executor } from './executor';
import { Harness } from './testing/harness';

let harness: Harness;
beforeEach(async () => {
  const tenants = ['a', 'b'].map((tenantId) => ({ tenantId, instances: 1 }));
  harness = await Harness.start({ fleet: { version: 'v1', tenants } });
});
afterEach(() => harness.close());

/** An executor whose statements end early, so that a test need not wait for the usual limits; and when it told of trouble. */
async function impatient(): Promise<{ executor: Executor; troubled: Promise<void> }> {
  const { db } = harness.connect({ lockMillis: 100, statementMillis: 300 });
  let tell = () => {};
  const troubled = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const write = (line: string) => {
    if (line.includes('A plan does not get on')) tell();
  };
  const executor = await harness.startExecutor({
    ...{ db, liveness: db, log: pino({ level: 'warn' }, { write }) },
    committer: createCommitter(db, harness.committed),
  });
  return { executor, troubled };
}

const planOf = async (tenantId: string, version = 'v2') => {
  const planId = await harness.createPlan({ tenantIds: [tenantId], version });
  return planId;
};

async function rowOf(planId: string) {
  const [row] = await harness.db.execute<{ awake: boolean; epoch: number; driver: string | null }>(
    sql`select awake, epoch, driver from plan where plan_id = ${planId}`,
  );
  return row;
}

describe('the trouble of one plan', () => {
  it('is that plan’s alone where somebody locks its row, and is told until it is over', async () => {
    const { executor, troubled } = await impatient();
    const [locked, other] = [await planOf('a'), await planOf('b')];
    const hold = Hold.on(harness.fleet);
    await harness.startPlan(locked);
    await hold.until();
    const { sql: somebody } = harness.connect();
    let unlock = () => {};
    const lock = new Promise<void>((resolve) => {
      unlock = resolve;
    });
    const locking = somebody.begin(async (tx) => {
      await tx`select 1 from plan where plan_id = ${locked} for update`;
      hold.release();
      await harness.startPlan(other);
      await lock;
    });
    await troubled;
    await harness.until(other, 'COMPLETED');
    expect(executor.trouble[locked]?.message).toContain('Somebody holds a lock on its rows');
    expect(executor.trouble[other]).toBeUndefined();
    unlock();
    await locking;
    expect(await harness.until(locked, 'COMPLETED')).toBe('COMPLETED');
    expect(executor.trouble).toEqual({});
  });

  it('is that plan’s alone where its statements hang', async () => {
    const { executor, troubled } = await impatient();
    const [hanging, other] = [await planOf('a'), await planOf('b')];
    await harness.db.execute(sql`create table hanging (plan_id text)`);
    await harness.db.execute(sql`insert into hanging values (${hanging})`);
    await harness.db.execute(
      sql.raw(`create function hang() returns trigger language plpgsql as $$ begin
        if exists (select 1 from hanging where plan_id = new.plan_id) then perform pg_sleep(60); end if; return new; end $$`),
    );
    await harness.db.execute(
      sql.raw('create trigger hangs before update on task for each row execute function hang()'),
    );
    await harness.startPlan(hanging);
    await harness.startPlan(other);
    await harness.until(other, 'COMPLETED');
    await troubled;
    expect(executor.trouble[hanging]?.message).toContain('takes too long');
    await harness.db.execute(sql`delete from hanging`);
    expect(await harness.until(hanging, 'COMPLETED')).toBe('COMPLETED');
    expect(executor.trouble).toEqual({});
  });
});

describe('a plan', () => {
  it('that another process takes over is written to by that one alone', async () => {
    const first = await harness.startExecutor({ http: new Agent() });
    const planId = await planOf('a');
    const hold = Hold.on(harness.fleet, ({ path }) => path === '/config');
    await harness.startPlan(planId);
    await hold.until();
    expect(await rowOf(planId)).toMatchObject({ awake: true, epoch: 1, driver: first.nodeId });
    // The engine takes it for dead, and it does not know yet.
    const second = await harness.startExecutor();
    harness.queue.takeAway(planId);
    await second.kick();
    await harness.eventually(async () =>
      (await harness.kindsOf(`${planId}.1`)).includes('TaskRecovered') ? true : null,
    );
    expect((await rowOf(planId))?.driver).toBe(second.nodeId);
    hold.release();
    await harness.until(planId, 'COMPLETED');
    const kinds = await harness.kindsOf(`${planId}.1`);
    expect(kinds.filter((kind) => kind === 'TaskRecovered')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'StageSucceeded')).toHaveLength(3);
    await second.kick();
    expect(await rowOf(planId)).toEqual({ awake: false, epoch: 2, driver: null });
  });

  it('rests when it has settled, and is driven again when something is asked of it', async () => {
    const executor = await harness.startExecutor();
    const planId = await planOf('a');
    await harness.startPlan(planId);
    await harness.until(planId, 'COMPLETED');
    await executor.kick();
    expect(await rowOf(planId)).toMatchObject({ awake: false, driver: null });
    await harness.plan(planId, { type: 'rollback', actor: 'op', reason: 'bad' });
    expect(await harness.until(planId, 'ROLLED_BACK')).toBe('ROLLED_BACK');
    await executor.kick();
    expect(await rowOf(planId)).toEqual({ awake: false, epoch: 2, driver: null });
  });

  it('is told when the tenant it waits for is given back', async () => {
    const waiting: string[] = [];
    const { db } = harness.connect();
    await harness.startExecutor({
      db,
      committer: createCommitter(db, (stored) => {
        waiting.push(...stored.waiting);
        harness.committed(stored);
      }),
    });
    const first = await planOf('a');
    const hold = Hold.on(harness.fleet);
    await harness.startPlan(first);
    await hold.until();
    const second = await harness.createPlan({ tenantIds: ['a'], unitId: 'cache' });
    const unrelated = await harness.createPlan({ tenantIds: ['b'], unitId: 'cache' });
    await harness.startPlan(second);
    await harness.startPlan(unrelated);
    hold.release();
    await harness.until(second, 'COMPLETED');
    expect(new Set(waiting)).toEqual(new Set([second]));
  });
});
