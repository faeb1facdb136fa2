import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import * as auth from './schema/auth';
import * as catalogue from './schema/catalogue';
import * as notify from './schema/notify';
import * as run from './schema/run';

const schema = { ...auth, ...catalogue, ...notify, ...run };

export type Database = ReturnType<typeof connect>['db'];

/**
 * The executor's statements reach few rows by their keys, many times a second. Any other plan reads the more, the more
 * tasks came before: a hash or a bitmap over the entries that finished tasks left in an index, until it is vacuumed.
 * Prepared statements are planned once: the values tell the planner nothing, and planning takes longer than the work.
 */
const BY_KEYS = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  plan_cache_mode: 'force_generic_plan',
  // The statement that makes a plan of ten thousand tasks sorts and holds megabytes of JSON.
  work_mem: '64MB',
};

/** By type: int8, numeric and timestamptz, which the driver leaves as text. No number of ours is too large for one. */
const PARSERS = { 20: Number, 1700: Number, 1184: (text: string) => new Date(text) };

/** The names of columns are few, and come again with every statement that is not prepared. */
const names = new Map<string, string>();
function nameOf(column: string): string {
  const known = names.get(column) ?? postgres.toCamel(column);
  names.set(column, known);
  return known;
}

/**
 * Opens a pool. Every state change is one statement over it; nothing here offers a transaction (see docs/decisions).
 * Rows of raw statements come with the names and types of the schema: `plan_seq` is a number `planSeq`.
 * `max` is a number of connections; `byKeys` is for the executor's.
 */
export function connect(url: string, max = 10, options: { byKeys?: boolean } = {}) {
  const sql = postgres(url, {
    max,
    onnotice: () => {},
    connect_timeout: 5,
    connection: {
      application_name: 'switchyard',
      // Compiling takes longer than any statement of ours.
      jit: 'off',
      ...(options.byKeys ? BY_KEYS : {}),
    },
    transform: { column: { from: nameOf } },
  });
  const db = drizzle(sql, { schema });
  // After Drizzle, which has its own columns read times from text and takes the parser away.
  Object.assign(sql.options.parsers, PARSERS);
  return { sql, db, close: () => sql.end({ timeout: 2 }) };
}

export type Connection = ReturnType<typeof connect>;
