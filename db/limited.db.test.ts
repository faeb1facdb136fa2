import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import postgres from 'postgres';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isWithin, type LimitedTo } from '@/domain/limited-to';
import { LimitedDatabases } from './limited';
import { migrate } from './migrate';
import { createTestDatabase, testDatabase } from './testing/test-database';

// One connection: all others are of who is tested.
const database = testDatabase(1);

const limited = (url = database.url) => {
  const databases = new LimitedDatabases(url, {});
  onTestFinished(() => databases.close());
  return databases;
};
const EU: LimitedTo = [{ region: 'eu' }];
const connections = async () => {
  const [row] = await database.db.execute<{ count: number }>(sql`
    select count(*)::int as count from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`);
  return row?.count ?? 0;
};

describe('the database of people with limits', () => {
  it.each([
    'audit',
    'auth_user',
    'auth_session',
    'auth_passkey',
    'webhook',
    'tenant_import',
    'checkpoint',
    'content',
    'request_binding',
  ])('has no %s', async (table) => {
    const found = limited()
      .of(EU)
      .execute(sql.raw(`select * from ${table}`));
    await expect(found).rejects.toMatchObject({ cause: { code: '42P01' } });
  });

  it('has nothing of a key but who made it', async () => {
    await expect(limited().of(EU).execute(sql`select hash from api_key`)).rejects.toMatchObject({
      cause: { code: '42703' },
    });
  });

  it('changes nothing', async () => {
    const change = limited().of(EU).execute(sql`update tenant set name = 'x'`);
    await expect(change).rejects.toMatchObject({ cause: { code: '25006' } });
  });

  it('is empty for a connection that says no limits', async () => {
    const silent = postgres(database.url, { max: 1, connection: { search_path: 'reach' } });
    onTestFinished(() => silent.end());
    await database.sql`insert into tenant (tenant_id, name, labels, endpoints) values ('t', 't', '{"region": "eu"}', '[]') on conflict do nothing`;
    expect(await silent`select * from tenant`).toEqual([]);
    await silent`select set_config('switchyard.limited_to', '', false)`;
    expect(await silent`select * from tenant`).toEqual([]);
  });

  it('has the tenants that the domain says', async () => {
    const key = fc.constantFrom('region', 'tier', "it's", 'constructor');
    const labels = fc.dictionary(key, fc.constantFrom('eu', 'us', '', '"\\', '东'), {
      noNullPrototype: true,
    });
    const limits = fc.array(
      labels.filter((set) => Object.keys(set).length > 0),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(labels, { maxLength: 6 }), limits, async (tenants, limitedTo) => {
        await database.sql`delete from tenant`;
        for (const [place, one] of tenants.entries())
          await database.sql`insert into tenant (tenant_id, name, labels, endpoints)
            values (${`t${place}`}, 'a', ${JSON.stringify(one)}::text::jsonb, '[]')`;
        const databases = new LimitedDatabases(database.url, {});
        const rows = await databases
          .of(limitedTo)
          .execute<{ tenantId: string }>(sql`select tenant_id from tenant order by 1`);
        await databases.close();
        const expected = tenants.flatMap((one, place) => (isWithin(limitedTo, one) ? [`t${place}`] : []));
        expect(rows.map(({ tenantId }) => tenantId)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps few connections, whoever comes', async () => {
    // Those of the tests before are closed without waiting for the server to see it.
    await expect.poll(connections).toBe(0);
    const databases = limited();
    for (let n = 0; n < 30; n += 1) await databases.of([{ team: `t${n}` }]).execute(sql`select 1`);
    await expect.poll(connections).toBeLessThanOrEqual(16);
    await databases.close();
    await expect.poll(connections).toBe(0);
  });
});

describe('more groups than there are pools for', () => {
  const GROUPS = Array.from({ length: 20 }, (_, n): LimitedTo => [{ team: `t${n}` }]);

  it('take turns, also with what they asked for before others came', async () => {
    await expect.poll(connections).toBe(0);
    const databases = limited();
    const theirs = GROUPS.map((group) => databases.of(group));
    let most = 0;
    const said = theirs.map(async (db) => {
      const heard: unknown[] = [];
      for (let n = 0; n < 3; n += 1) {
        const [row] = await db.execute<{ limits: string }>(
          sql`select current_setting('switchyard.limited_to') as limits`,
        );
        heard.push(JSON.parse(row?.limits ?? ''));
        most = Math.max(most, await connections());
      }
      return heard;
    });
    expect(await Promise.all(said)).toEqual(GROUPS.map((group) => [group, group, group]));
    expect(most).toBeLessThanOrEqual(16);
  });

  it('get their turn while others go on asking', async () => {
    const databases = limited();
    let over = false;
    const busy = GROUPS.slice(0, 8).flatMap((group) =>
      [1, 2].map(async () => {
        while (!over) await databases.of(group).execute(sql`select 1`);
      }),
    );
    await databases.of(GROUPS[8] ?? EU).execute(sql`select 1`);
    over = true;
    await Promise.all(busy);
  });
});

describe('its views', () => {
  it('let go of the tables for a migration, and have all columns after it', async () => {
    const own = await createTestDatabase();
    onTestFinished(() => own.drop());
    const owner = postgres(own.url, { max: 1, onnotice: () => {} });
    onTestFinished(() => owner.end());
    // As a build before the newest migration left it.
    await owner`alter table plan drop column deadline cascade`;
    await owner`alter table plan add column gone text`;
    await owner`create or replace view reach.plan as select p.* from public.plan p`;
    await owner`delete from drizzle.__drizzle_migrations where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`;
    await migrate(own.url);
    const columns = (schema: string) =>
      owner`select column_name from information_schema.columns where table_schema = ${schema} and table_name = 'plan' order by ordinal_position`;
    expect(await columns('reach')).toEqual(await columns('public'));
    const rows = await owner`select count(*)::int as count from reach.plan`;
    expect(rows[0]?.count).toBe(0);
  });
});
