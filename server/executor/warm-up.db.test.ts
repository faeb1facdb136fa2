import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { connect } from '@/db/client';
import { createTestDatabase } from '@/db/testing/test-database';
import { warmUp } from './warm-up';

it('plans on every connection what the executor asks, and leaves nothing behind', async () => {
  const database = await createTestDatabase();
  const { db, close } = connect(database.url, 3, { byKeys: true });
  try {
    await warmUp(db, 3);
    const planned = () =>
      db.execute<{ pid: number; statements: number; commits: number }>(sql`
        select pg_backend_pid() as pid, count(*)::int as statements,
          (sum(generic_plans) filter (where statement like '%commit_transition%'))::int as commits
        from pg_prepared_statements where statement not like '%pg_prepared_statements%' and statement not like '%pg_type%'`);
    const each = (await Promise.all([planned(), planned(), planned()])).flat();
    expect(new Set(each.map(({ pid }) => pid)).size).toBe(3);
    for (const one of each) expect(one).toMatchObject({ statements: 7, commits: 2 });
    for (const table of ['plan', 'task', 'event', 'tenant_run', 'tenant_unit', 'tenant_history', 'snapshot'])
      expect([...(await db.execute(sql`select 1 from ${sql.identifier(table)}`))], table).toEqual([]);
  } finally {
    await close();
    await database.drop();
  }
});
