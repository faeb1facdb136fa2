import postgres from 'postgres';
import { expect, it } from 'vitest';

import { createTestDatabase } from './test-database';

it('gives each caller a migrated database of its own', async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const sql = postgres(one.url, { max: 1 });
  const elsewhere = postgres(other.url, { max: 1 });
  await sql`CREATE TABLE only_here (id int)`;
  const [row] = await elsewhere`
    SELECT to_regclass('only_here') AS here, to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS migrated`;
  expect(row).toEqual({ here: null, migrated: true });
  await Promise.all([sql.end(), elsewhere.end()]);
  await Promise.all([one.drop(), other.drop()]);
});

it('complains of a connection left open, and says whose', async () => {
  const database = await createTestDatabase();
  const sql = postgres(database.url, { max: 1, connection: { application_name: 'forgetful' } });
  await sql`SELECT 'the last thing it did'`;
  // It is never closed, however long anybody waits.
  await expect(database.drop(0)).rejects.toThrow(/left open.*\n.*forgetful.*the last thing it did/);
  await sql.end({ timeout: 1 });
});
