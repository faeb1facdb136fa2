import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { beforeAll, expect, inject } from 'vitest';
import { type Connection, connect } from '@/db/client';

/** Only a leak makes anybody wait so long. */
const closingPatienceMs = 60_000;
const closingPollMs = 10;

/** A migrated, empty database of one test file. */
export interface TestDatabase {
  url: string;
  /** Removes it; throws when the test file has left connections open. Call it in `afterAll`. */
  drop(patienceMs?: number): Promise<void>;
}

/** Clones the migrated template, or one with nothing in it: a database of its own for the calling test file. */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const serverUrl = inject('testServerUrl');
  const template = inject('testTemplate');
  const cloning = inject('testCloning');
  const name = `${template}_${randomBytes(4).toString('hex')}`;
  const address = new URL(serverUrl);
  address.pathname = `/${name}`;
  await withServer(serverUrl, async (sql) => {
    const from = empty ? 'template0' : template;
    await sql`CREATE DATABASE ${sql(name)} TEMPLATE ${sql(from)} ${sql.unsafe(cloning)}`;
    // Names the culprit if it is never dropped. COMMENT takes no parameters.
    const file = expect.getState().testPath ?? 'unknown file';
    await sql.unsafe(`COMMENT ON DATABASE "${name}" IS '${file.replaceAll("'", "''")}'`);
  });
  return { url: address.href, drop: (patienceMs = closingPatienceMs) => drop(serverUrl, name, patienceMs) };
}

/**
 * A database of the calling file, and at most `max` connections to it, from before its first test until after its last.
 * Call it once, first of all in the file; its members are there when the tests run.
 */
export function testDatabase(max?: number): Pick<Connection, 'db' | 'sql'> & { readonly url: string } {
  const open = {} as Connection & { url: string };
  beforeAll(async () => {
    const database = await createTestDatabase();
    Object.assign(open, connect(database.url, max), { url: database.url });
    return async () => {
      await open.close();
      await database.drop();
    };
  });
  return open;
}

async function drop(serverUrl: string, name: string, patienceMs: number): Promise<void> {
  const leaks = await withServer(serverUrl, async (sql) => {
    const open = await connectionsLeft(sql, name, patienceMs);
    await forceDrop(sql, name);
    return open;
  });
  if (leaks.length === 0) return;
  throw new Error(`Connections were left open at the end of the test file:\n${leaks.join('\n')}`);
}

/** The server's own vacuum may be at work in it: that is not ours to end, but ends by itself for a drop without force. */
async function forceDrop(sql: postgres.Sql, name: string): Promise<void> {
  try {
    await sql`DROP DATABASE ${sql(name)} WITH (FORCE)`;
  } catch (error) {
    const notOurs = error instanceof postgres.PostgresError && error.code === '42501';
    if (!notOurs) throw error;
    await sql`DROP DATABASE ${sql(name)}`;
  }
}

/** A closed connection's backend takes a moment to go, so only what stays is a leak. */
async function connectionsLeft(sql: postgres.Sql, name: string, patienceMs: number): Promise<string[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const open = await sql<{ application: string; state: string | null; query: string }[]>`
      SELECT application_name AS application, state, query FROM pg_stat_activity WHERE datname = ${name}`;
    if (open.length === 0 || performance.now() > deadline) {
      return open.map(
        ({ application, state, query }) => `  ${application} (${state ?? 'unknown'}): ${query}`,
      );
    }
    await delay(closingPollMs);
  }
}

async function withServer<T>(url: string, use: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, fetch_types: false });
  try {
    return await use(sql);
  } finally {
    await sql.end();
  }
}
