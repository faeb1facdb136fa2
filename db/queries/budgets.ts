import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { authRateLimit } from '@/db/schema/auth';

/** Rows of budgets among those of sign-in attempts, which have keys of their own. */
const PREFIX = 'budget:';

/**
 * Adds points to what was spent of a budget in the present window of `windowMillis` (the database's clock), for all nodes
 * together. Answers how many points were spent in it so far.
 */
export async function addSpent(
  db: Database,
  key: string,
  points: number,
  windowMillis: number,
): Promise<number> {
  const began = sql`(floor(extract(epoch from clock_timestamp()) * 1000 / ${windowMillis}::bigint) * ${windowMillis}::bigint)::bigint`;
  const row = `${PREFIX}${key}`;
  const [spent] = await db.execute<{ count: number }>(sql`
    insert into ${authRateLimit} as b (id, key, count, last_request) values (${row}, ${row}, ${points}, ${began})
    on conflict (key) do update set last_request = excluded.last_request,
      count = excluded.count + case when b.last_request = excluded.last_request then b.count else 0 end
    returning count`);
  return spent?.count ?? points;
}
