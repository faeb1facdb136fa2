import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';

/** Kept by the server itself at any time; a refused command is on record as such. */
const OWN_RHYTHM = ['node', 'executor', 'api_key', 'auth_rate_limit', 'audit'];

/** How many rows each table has, to show that nothing was written. */
export async function rowCounts(db: Database): Promise<Record<string, number>> {
  const tables = await db.execute<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  const counted = tables.map(({ name }) => name).filter((name) => !OWN_RHYTHM.includes(name));
  const counts = await Promise.all(
    counted.map(async (name) => {
      const [row] = await db.execute<{ n: number }>(
        sql`select count(*)::int as n from ${sql.identifier(name)}`,
      );
      return [name, row?.n ?? -1] as const;
    }),
  );
  return Object.fromEntries(counts);
}
