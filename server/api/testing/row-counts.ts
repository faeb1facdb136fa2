import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect } from 'vitest';
import type { Database } from '@/db/client';
import type { ApiServer } from './api-server';

/** Kept by the server itself at any time; what is refused is on record as such, with the name of who asked. */
const OWN_RHYTHM = [
  'node',
  'executor',
  'api_key',
  'auth_rate_limit',
  'audit',
  'actor_name',
  'refused_access',
];

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

/** No test of the calling file writes a row or makes the server fail. */
export function expectNothingWritten(server: Readonly<ApiServer>): void {
  let before: Record<string, number>;
  beforeEach(async () => {
    before = await rowCounts(server.db);
  });
  afterEach(async () => {
    expect(await rowCounts(server.db)).toEqual(before);
    expect(server.errors).toEqual([]);
  });
}
