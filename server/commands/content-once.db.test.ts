import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { dropSnapshots, insertSnapshots } from '@/db/queries/planning';
import { unitVersion } from '@/db/schema/catalogue';
import { Harness } from '@/server/executor/testing/harness';
import { createPlan } from './create-plan';
import { type PlanRequest, preparePlan } from './prepare-plan';
import type { StoredSnapshot } from './resolve-snapshot';

const tenantIds = Array.from({ length: 20 }, (_, index) => `t${index}`);

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start({
    fleet: { version: 'v1', tenants: tenantIds.map((tenantId) => ({ tenantId, instances: 1 })) },
  });
  await harness.db.insert(unitVersion).values({
    unitId: 'router',
    version: 'same',
    payload: 'for everybody',
    format: 'text',
    createdBy: 'seed',
  });
});
afterAll(() => harness.close());
afterEach(async () => {
  // Whatever happened, everything that is named is there, and has its content.
  const missing = await harness.db.execute(sql`
    select t.task_id from task t left join snapshot s on s.snapshot_id = t.target_snapshot_id where s.payload is null`);
  expect([...missing]).toEqual([]);
  for (const planId of await plans()) await cancelled(planId);
});

const count = async (table: string) =>
  (await harness.db.execute(sql`select 1 from ${sql.identifier(table)}`)).length;
const stored = async () => ({ snapshots: await count('tenant_snapshot'), contents: await count('content') });
const plans = async () =>
  (await harness.db.execute<{ planId: string }>(sql`select plan_id from plan`)).map(({ planId }) => planId);
const targets = async (planId: string) =>
  (
    await harness.db.execute<{ id: string }>(
      sql`select target_snapshot_id as id from task where plan_id = ${planId} order by ordinal`,
    )
  ).map(({ id }) => id);

/** So that the same can be planned again. */
async function cancelled(planId: string): Promise<void> {
  await harness.db.execute(
    sql`update task set status = 'CANCELLED' where plan_id = ${planId} and status = 'PENDING'`,
  );
}

const OPTIONS = { actor: 'op', requestId: null, leaveOutInvalid: false, previewHash: null };
const requestOf = (version: string): PlanRequest => ({
  name: 'Switch',
  tenantIds,
  unitId: 'router',
  version,
  playbookId: 'standard',
  maxConcurrency: 10,
  settings: { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null },
  sources: {},
});

async function planned(version: string, sources: Record<string, string> = {}): Promise<string> {
  const planId = await harness.createPlan({ version, sources });
  await cancelled(planId);
  return planId;
}

it('stores what several plans freeze once, whatever comes between', async () => {
  const first = await planned('v2');
  const after = await stored();
  const other = await planned('v3');
  const again = await planned('v2', { t0: 'v3' });
  expect(await targets(again)).toEqual(await targets(first));
  expect(await targets(other)).not.toEqual(await targets(first));
  expect(await stored()).toEqual({ snapshots: after.snapshots * 2, contents: after.contents * 2 });
  const [source] = await harness.db.execute<{ id: string }>(
    sql`select previous_snapshot_id as id from task where plan_id = ${again} and previous_snapshot_id is not null`,
  );
  expect(source?.id).toBe((await targets(other))[0]);
});

it('freezes a tenant that was changed anew, beside what it was', async () => {
  const first = await planned('v2');
  const before = await stored();
  await harness.db.execute(sql`update tenant set labels = '{"region":"eu"}' where tenant_id = 't3'`);
  const second = await planned('v2');
  const old = await targets(first);
  const changed = (await targets(second)).flatMap((id, place) =>
    id === old[place] ? [] : [tenantIds[place]],
  );
  expect(changed).toEqual(['t3']);
  // The payload is what it was.
  expect(await stored()).toEqual({ snapshots: before.snapshots + 1, contents: before.contents });
});

it('stores one content for all tenants whose configuration says the same', async () => {
  const before = await stored();
  await planned('same');
  expect(await stored()).toEqual({
    snapshots: before.snapshots + tenantIds.length,
    contents: before.contents + 1,
  });
});

it('makes one plan of many that are created at once for the same switch, and takes nothing from it', async () => {
  for (let round = 0; round < 10; round += 1) {
    await harness.db.execute(sql`delete from tenant_snapshot where snapshot_id not in (
      select target_snapshot_id from task where target_snapshot_id is not null
      union select previous_snapshot_id from task where previous_snapshot_id is not null)`);
    await harness.db.insert(unitVersion).values({
      unitId: 'router',
      version: `r${round}`,
      payload: `{"round":${round},"tenant":"{{tenant.id}}"}`,
      format: 'json',
      createdBy: 'seed',
    });
    const ends = await Promise.allSettled(
      Array.from({ length: 4 }, () => createPlan(harness.deps, requestOf(`r${round}`), OPTIONS)),
    );
    const made = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value.planId] : []));
    expect(made).toHaveLength(1);
    const [{ n } = { n: 0 }] = await harness.db.execute<{ n: number }>(
      sql`select count(*)::int as n from task t join snapshot s on s.snapshot_id = t.target_snapshot_id
        where t.plan_id = ${made[0] ?? ''} and s.payload is not null`,
    );
    expect(n).toBe(tenantIds.length);
  }
});

/** What a creation would store. */
async function madeOf(version: string): Promise<StoredSnapshot[]> {
  const made: StoredSnapshot[] = [];
  await preparePlan(harness.db, requestOf(version), async (chunks) => {
    for (const chunk of chunks) made.push(...chunk);
  });
  return made;
}

it('takes back what it stored itself, and nothing that others froze before or since', async () => {
  const [mine, theirs, older] = (await madeOf('v3')).map((one) => ({ ...one, snapshotId: randomUUID() }));
  if (!mine || !theirs || !older) throw new Error('There are twenty');
  await insertSnapshots(harness.db, [older]);
  const fresh = await insertSnapshots(harness.db, [mine, theirs, older]);
  expect(fresh.sort()).toEqual([mine.snapshotId, theirs.snapshotId].sort());
  expect(await insertSnapshots(harness.db, [theirs])).toEqual([]);
  await dropSnapshots(harness.db, fresh);
  const left = await harness.db.execute<{ id: string }>(
    sql`select snapshot_id as id from snapshot where snapshot_id in ${[mine, theirs, older].map(({ snapshotId }) => snapshotId)}`,
  );
  expect(left.map(({ id }) => id).sort()).toEqual([theirs.snapshotId, older.snapshotId].sort());
});

it('refuses a plan whose configurations are gone when it comes to be stored', async () => {
  const { deps } = harness;
  const committer = {
    ...deps.committer,
    commitTransition: async (...args: Parameters<typeof deps.committer.commitTransition>) => {
      const [{ create } = {}] = args;
      const id = create?.tasks[7]?.targetSnapshotId ?? '';
      await deps.db.execute(sql`delete from tenant_snapshot where snapshot_id = ${id}::uuid`);
      return deps.committer.commitTransition(...args);
    },
  };
  await harness.db.insert(unitVersion).values({
    unitId: 'router',
    version: 'late',
    payload: '{"tenant":"{{tenant.id}}"}',
    format: 'json',
    createdBy: 'seed',
  });
  const before = await plans();
  await expect(createPlan({ ...deps, committer }, requestOf('late'), OPTIONS)).rejects.toMatchObject({
    code: '23503',
  });
  expect(await plans()).toEqual(before);
});
