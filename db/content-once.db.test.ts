import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from './migrate';
import { migrateUntil } from './testing/migrate-until';
import { createTestDatabase, type TestDatabase } from './testing/test-database';

/** The last migration of the build that stored a payload with every snapshot. */
const BEFORE = '0002_drivers';
const id = (place: number) => `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`;

let database: TestDatabase;
let sql: postgres.Sql;
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  sql = postgres(database.url, { max: 2, onnotice: () => {} });
  await migrateUntil(database.url, BEFORE);
  await sql`insert into plan (plan_id, name, status, max_concurrency, settings, unit_id, unit_name, version, playbook_id,
    playbook_version, playbook, created_by) values ('PLN-1', 'Old', 'RUNNING', 1, '{}', 'app', 'App', 'v2', 'p', 1, '{}', 'op')`;
  for (const [place, tenantId] of ['a', 'b'].entries()) {
    await stored(place + 1, tenantId, 'v2', 'the same for both');
    await stored(place + 11, tenantId, 'v1', `of ${tenantId} alone`);
    await sql`insert into task (task_id, plan_id, tenant_id, unit_id, ordinal, status, stages, target_snapshot_id, previous_snapshot_id)
      values (${`PLN-1.${place + 1}`}, 'PLN-1', ${tenantId}, 'app', ${place + 1}, 'RUNNING', '{}', ${id(place + 1)}, ${id(place + 11)})`;
    await sql`insert into tenant_history (tenant_id, unit_id, to_version, actor, snapshot_id) values (${tenantId}, 'app', 'v1', 'op', ${id(place + 11)})`;
  }
  // Frozen by another plan as well.
  await stored(21, 'a', 'v2', 'the same for both');
  await migrate(database.url);
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

/** As the build before stores it, in what is or was a table. */
async function stored(place: number, tenantId: string, version: string, payload: string): Promise<void> {
  await sql`insert into snapshot (snapshot_id, tenant_id, unit_id, unit_name, version, payload, format, endpoints, digest, scope)
    select ${id(place)}::uuid, ${tenantId}, 'app', 'App', ${version}, ${payload}, 'text', '[]', ${`digest of ${payload}`}, '{}'`;
}

const contents = async () =>
  (await sql`select payload from content order by payload`).map(({ payload }) => payload as string);

it('carries every snapshot over, each content once', async () => {
  const rows =
    await sql`select snapshot_id, payload, version, digest, created_at is not null as aged from snapshot order by 1`;
  expect(rows.map((row) => [row.snapshot_id, row.payload])).toEqual([
    [id(1), 'the same for both'],
    [id(2), 'the same for both'],
    [id(11), 'of a alone'],
    [id(12), 'of b alone'],
    [id(21), 'the same for both'],
  ]);
  expect(rows.every(({ aged, payload, digest }) => aged && digest === `digest of ${payload}`)).toBe(true);
  expect(await contents()).toEqual(['of a alone', 'of b alone', 'the same for both']);
});

it('leaves no name without what it names', async () => {
  const [row] = await sql`select count(*)::int as n from (
    select target_snapshot_id as id from task union all select previous_snapshot_id from task
    union all select snapshot_id from tenant_history) named join snapshot s on s.snapshot_id = named.id`;
  expect(row?.n).toBe(6);
});

it('lets the build before store, and take back what it stored', async () => {
  await stored(31, 'b', 'v2', 'the same for both');
  await stored(32, 'b', 'v3', 'something new');
  expect(await contents()).toEqual(['of a alone', 'of b alone', 'something new', 'the same for both']);
  const gone = await sql`delete from snapshot where snapshot_id in (${id(31)}, ${id(32)}) returning 1`;
  expect(gone).toHaveLength(2);
  expect(await sql`select 1 from snapshot where snapshot_id in (${id(31)}, ${id(32)})`).toHaveLength(0);
});

it('keeps the retention of the build before from what was frozen again meanwhile', async () => {
  await sql`update tenant_snapshot set used_at = now() - interval '2 hours'`;
  const session = await sql.reserve();
  await session`begin`;
  await session`update tenant_snapshot set used_at = clock_timestamp() where snapshot_id = ${id(21)}`;
  const removing = sql`delete from snapshot where snapshot_id in (
    select snapshot_id from snapshot where snapshot_id = ${id(21)} and created_at < now() - interval '1 hour') returning 1`.then(
    (rows) => rows.length,
  );
  await expect
    .poll(async () => session`select 1 from pg_locks where not granted`.then((rows) => rows.length))
    .toBeGreaterThan(0);
  await session`commit`;
  session.release();
  expect(await removing).toBe(0);
});
