import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyPending } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

/** Any constant will do, as long as every node uses the same one. */
const MIGRATION_LOCK = 7_306_001;

/**
 * Brings the database up to this program's schema. Nodes that boot together take turns behind an advisory lock.
 * Runs on a connection of its own that is thrown away, so a failure leaves nothing half done behind it.
 */
export async function migrate(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, idle_timeout: 0, max_lifetime: null });
  try {
    const [server] = await sql`select current_setting('server_version_num')::int as version`;
    if (server?.version < 140000) {
      throw new Error(
        `Switchyard needs PostgreSQL 14 or newer; this server is ${Math.floor(server?.version / 10000)}.`,
      );
    }
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await applyPending(drizzle(sql), { migrationsFolder: migrationsFolder() });
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** Beside this file in the sources, under the project's root when bundled. */
function migrationsFolder(): string {
  const beside = path.join(path.dirname(fileURLToPath(import.meta.url)), 'migrations');
  return existsSync(beside) ? beside : path.resolve('db/migrations');
}
