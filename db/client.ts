import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import * as auth from './schema/auth';
import * as catalogue from './schema/catalogue';
import * as notify from './schema/notify';
import * as run from './schema/run';

const schema = { ...auth, ...catalogue, ...notify, ...run };

export type Database = ReturnType<typeof connect>['db'];

/**
 * Opens a pool. Every state change is one statement over it; nothing here offers a transaction (see docs/decisions).
 * `max` is a number of connections.
 */
export function connect(url: string, max = 10) {
  const sql = postgres(url, {
    max,
    onnotice: () => {},
    connect_timeout: 5,
    connection: { application_name: 'switchyard' },
  });
  return { sql, db: drizzle(sql, { schema }), close: () => sql.end({ timeout: 2 }) };
}

export type Connection = ReturnType<typeof connect>;
