import { sql } from 'drizzle-orm';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeContents, removeSnapshots } from '@/db/queries/retention';
import { postgresCheckpoints } from '@/server/executor/checkpoints/postgres';
import { Harness } from '@/server/executor/testing/harness';
import { createAuditSigner } from '@/server/security/audit-signer';
import { retentionJob } from './retention';

const DAYS = 90;
const notAborted = new AbortController().signal;
const NO_ID = '00000000-0000-0000-0000-000000000000';

async function harnessOf(tenants: readonly string[]): Promise<Harness> {
  const harness = await Harness.start({
    fleet: { version: 'v1', tenants: tenants.map((tenantId) => ({ tenantId, instances: 1 })) },
  });
  await harness.startExecutor();
  return harness;
}

/** A plan that was started and came to rest. */
async function ended(harness: Harness, version: string, tenantIds?: string[]): Promise<string> {
  const planId = await harness.createPlan({ version, ...(tenantIds && { tenantIds }) });
  await harness.startPlan(planId);
  await harness.until(planId, 'COMPLETED', 'PARTIAL_FAILED', 'FAILED');
  return planId;
}

/** The clock cannot be turned: what was frozen was frozen long ago, and the plans ended then. */
async function age(harness: Harness, plans: readonly string[]): Promise<void> {
  await harness.db.execute(sql`update tenant_snapshot set used_at = now() - interval '2 hours'`);
  if (plans.length > 0)
    await harness.db.execute(
      sql`update plan set ended_at = now() - make_interval(days => ${DAYS + 1}) where plan_id in ${plans}`,
    );
}

const retention = ({ db }: Harness, batch = 3) =>
  retentionJob({
    auditSigner: createAuditSigner([Buffer.alloc(32, 7)]),
    ...{ db, log: pino({ level: 'silent' }), stageData: postgresCheckpoints(db), days: DAYS, batch },
  }).run({}, notAborted);

/** What is named and not there, or there and without its content, or a content that nobody has. */
async function broken({ db }: Harness): Promise<unknown[]> {
  return [
    ...(await db.execute(sql`
      with named as (
        select task_id as by, target_snapshot_id as id from task union all select task_id, previous_snapshot_id from task
        union all select tenant_id, current_snapshot_id from tenant_unit
        union all select tenant_id, known_snapshot_id from tenant_unit
        union all select tenant_id, last_known_good_snapshot_id from tenant_unit
        union all select tenant_id, snapshot_id from tenant_history where confirmed)
      select n.by, n.id::text from named n left join snapshot s on s.snapshot_id = n.id where n.id is not null and s.payload is null
      union all select 'content', digest from content c where not exists (select 1 from snapshot s where s.digest = c.digest)`)),
  ];
}

const named = async ({ db }: Harness, planId: string) =>
  [
    ...(await db.execute<{ target: string | null; previous: string | null }>(sql`
      select s.version as target, p.version as previous from task t left join snapshot s on s.snapshot_id = t.target_snapshot_id
      left join snapshot p on p.snapshot_id = t.previous_snapshot_id where t.plan_id = ${planId} order by t.ordinal`)),
  ].map(({ target, previous }) => ({ target, previous }));

describe('of plans that ended long ago', () => {
  let harness: Harness;
  let failed: string;
  let newer: string;
  let newest: string;
  beforeAll(async () => {
    harness = await harnessOf(['a', 'b']);
    const first = await ended(harness, 'v2', ['a', 'b']);
    // Sent and not confirmed, so that only its tasks name what it sent.
    for (const tenantId of ['a', 'b']) harness.fleet.setFault(tenantId, { kind: 'fail', times: 3 });
    failed = await ended(harness, 'v3', ['a', 'b']);
    for (const tenantId of ['a', 'b']) harness.fleet.setFault(tenantId, { kind: 'none' });
    newer = await ended(harness, 'v1', ['a']);
    newest = await ended(harness, 'v1', ['b']);
    await age(harness, [first, newer, newest]);
  });
  afterAll(() => harness.close());

  it('what it sent stays within the retention time', async () => {
    await retention(harness);
    expect((await named(harness, failed)).map(({ target }) => target)).toEqual(['v3', 'v3']);
    await age(harness, [failed]);
  });

  it('what a failed one sent goes once a newer one has its tenant, and its content with it', async () => {
    expect(await harness.statusOf(failed)).not.toBe('COMPLETED');
    expect((await named(harness, failed)).map(({ target }) => target)).toEqual(['v3', 'v3']);
    await retention(harness);
    expect((await named(harness, failed)).map(({ target }) => target)).toEqual([null, null]);
    expect([...(await harness.db.execute(sql`select 1 from snapshot where version = 'v3'`))]).toEqual([]);
    expect(await broken(harness)).toEqual([]);
  });

  it('so does the stage data of what nobody can go on with', async () => {
    const stageData = postgresCheckpoints(harness.db);
    const key = { direction: 'forward' as const, epoch: 1, stageIndex: 0 };
    for (const taskId of [`${failed}.1`, `${newest}.1`]) await stageData.save({ ...key, taskId }, {});
    await retention(harness);
    expect(await stageData.taskIds()).toEqual([`${newest}.1`]);
  });

  it('tasks stay, with the version they came from', async () => {
    const rows = await harness.db.execute<{ version: string; status: string }>(
      sql`select previous_version as version, status from task where plan_id = ${failed}`,
    );
    expect(rows.map(({ version }) => version)).toEqual(['v2', 'v2']);
  });

  it('the newest ones are rolled back all the same', async () => {
    await harness.plan(newest, { type: 'rollback', actor: 'op', reason: 'after all' });
    await harness.until(newest, 'ROLLED_BACK');
    expect(await harness.fleet.versions('b')).toEqual(['v2']);
    await age(harness, [newest]);
    await retention(harness);
    expect(await broken(harness)).toEqual([]);
  });
});

describe('the retention and a creation at the same moment', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.start({
      fleet: { version: 'v1', tenants: ['a', 'b', 'c'].map((tenantId) => ({ tenantId, instances: 1 })) },
    });
  });
  afterAll(() => harness.close());

  /** Snapshots that nothing names and that are old, as a plan that was never created left them. */
  async function leftOver(): Promise<void> {
    await harness.db.execute(sql`update task set status = 'CANCELLED' where status = 'PENDING'`);
    await harness.createPlan({ version: 'v2' });
    await harness.db.execute(sql`update task set status = 'CANCELLED' where status = 'PENDING'`);
    await harness.db.execute(sql`update task set target_snapshot_id = null, previous_snapshot_id = null`);
    await age(harness, []);
  }

  /** Resolves when somebody waits for a lock. */
  const untilWaiting = () =>
    expect
      .poll(
        async () =>
          (
            await harness.db.execute(sql`
        select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
          ).length,
      )
      .toBeGreaterThan(0);

  it.each([
    ['snapshots', 'select removed from remove_snapshots($1, now(), 100)'],
    ['contents', "select removed from remove_contents('', 100)"],
  ])('stores %s anew that are being removed', async (what, removal) => {
    await leftOver();
    if (what === 'contents') await removeSnapshots(harness.db, NO_ID, { days: DAYS, batch: 100 });
    const session = await harness.connect().sql.reserve();
    await session.unsafe('begin');
    const [gone] = await session.unsafe(removal, what === 'snapshots' ? [NO_ID] : []);
    expect(gone?.removed).toBe(3);
    const creating = harness.createPlan({ version: 'v2' });
    await untilWaiting();
    await session.unsafe('commit');
    session.release();
    const planId = await creating;
    expect((await named(harness, planId)).map(({ target }) => target)).toEqual(['v2', 'v2', 'v2']);
    expect(await broken(harness)).toEqual([]);
  });

  it('stores a content anew that is removed between its insertion and that of its snapshot', async () => {
    await leftOver();
    await removeSnapshots(harness.db, NO_ID, { days: DAYS, batch: 100 });
    const session = await harness.connect().sql.reserve();
    await session.unsafe('begin');
    await session.unsafe('delete from content where digest = (select max(digest) from content)');
    const creating = harness.createPlan({ version: 'v2' });
    // It has found the others by now.
    await untilWaiting();
    await session.unsafe('delete from content');
    await session.unsafe('commit');
    session.release();
    await creating;
    expect(await broken(harness)).toEqual([]);
  });

  it('leaves alone what was frozen again a moment ago, and what is being frozen', async () => {
    await leftOver();
    const session = await harness.connect().sql.reserve();
    await session.unsafe('begin');
    await session.unsafe(
      `update tenant_snapshot set used_at = clock_timestamp() where snapshot_id = (select min(snapshot_id::text)::uuid from tenant_snapshot)`,
    );
    expect(await removeSnapshots(harness.db, NO_ID, { days: DAYS, batch: 100 })).toMatchObject({
      removed: 2,
    });
    await session.unsafe('commit');
    session.release();
    expect(await removeSnapshots(harness.db, NO_ID, { days: DAYS, batch: 100 })).toMatchObject({
      removed: 0,
    });
    expect(await removeContents(harness.db, '', { batch: 100 })).toMatchObject({ removed: 2 });
    expect(await broken(harness)).toEqual([]);
  });
});

it('whatever plans there were, all that is named is there, and every task that may run has what it needs', async () => {
  const tenants = ['a', 'b', 'c', 'd'];
  const harness = await harnessOf(tenants);
  let seed = 20261129;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const plans: string[] = [];
  for (let round = 0; round < 14; round += 1) {
    const chosen = tenants.filter(() => random(3) > 0);
    const running = await harness.db.execute<{ tenantId: string; version: string }>(
      sql`select tenant_id, current_version as version from tenant_unit where unit_id = 'router'`,
    );
    const version = `v${1 + random(3)}`;
    const tenantIds = chosen.filter(
      (id) => !running.some((one) => one.tenantId === id && one.version === version),
    );
    if (tenantIds.length === 0) continue;
    for (const id of tenantIds) if (random(3) === 0) harness.fleet.setFault(id, { kind: 'fail', times: 3 });
    const planId = await ended(harness, version, tenantIds);
    plans.push(planId);
    for (const id of tenantIds) harness.fleet.setFault(id, { kind: 'none' });
    if (random(2) === 0) {
      await harness.plan(planId, { type: 'rollback', actor: 'op', reason: 'back' });
      await harness.until(planId, 'ROLLED_BACK', 'FAILED');
    }
    await age(
      harness,
      plans.filter(() => random(2) === 0),
    );
    await retention(harness, 1 + random(5));
    expect(await broken(harness)).toEqual([]);
    const without = await harness.db.execute(sql`
      select t.task_id from task t join plan p on p.plan_id = t.plan_id
      where t.status <> 'VALIDATION_FAILED' and t.target_snapshot_id is null and not is_overtaken(t)`);
    expect([...without]).toEqual([]);
  }
  // What is on record can be gone back to.
  await age(harness, plans);
  await retention(harness);
  const last = plans.at(-1) ?? '';
  expect(await broken(harness)).toEqual([]);
  expect((await named(harness, last)).length).toBeGreaterThan(0);
  await harness.close();
});
