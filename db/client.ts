import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { LimitedTo } from '@/domain/limited-to';
import * as audit from './schema/audit';
import * as auth from './schema/auth';
import * as catalogue from './schema/catalogue';
import * as notify from './schema/notify';
import * as run from './schema/run';
import * as snapshots from './schema/snapshots';

export const schema = { ...audit, ...auth, ...catalogue, ...notify, ...run, ...snapshots };

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

export interface PoolOptions {
  /** For statements that reach few rows by their keys: the executor's and the commands'. */
  byKeys?: boolean;
  /** How long a statement waits for a lock. */
  lockMillis?: number;
  /** How long a statement may take; it is ended then, and has written nothing. */
  statementMillis?: number;
  /** Whether the database refuses to change anything for it. */
  readOnly?: boolean;
  /** Whose tenants it sees alone (`reach.sql`); a JSON of some thousand characters at most, as it is said on connecting. */
  limitedTo?: LimitedTo;
  /** How long a connection without use is kept. */
  idleSeconds?: number;
}

/**
 * Opens a pool of `max` connections. Every state change is one statement over it; nothing here offers a transaction (see
 * docs/decisions). Rows of raw statements come with the names and types of the schema: `plan_seq` is a number `planSeq`.
 * Without limits given, a statement waits and works as long as it takes.
 */
export function connect(
  url: string,
  max = 10,
  { byKeys, lockMillis = 0, statementMillis = 0, readOnly, limitedTo, idleSeconds }: PoolOptions = {},
) {
  const sql = postgres(url, {
    max,
    ...(idleSeconds === undefined ? {} : { idle_timeout: idleSeconds }),
    onnotice: () => {},
    connect_timeout: 5,
    connection: {
      application_name: 'switchyard',
      // Compiling takes longer than any statement of ours.
      jit: 'off',
      lock_timeout: lockMillis,
      statement_timeout: statementMillis,
      ...(byKeys ? BY_KEYS : {}),
      ...(readOnly ? { default_transaction_read_only: true } : {}),
      ...(limitedTo ? { search_path: 'reach', 'switchyard.limited_to': JSON.stringify(limitedTo) } : {}),
    },
    transform: { column: { from: nameOf } },
  });
  const db = drizzle(sql, { schema });
  // After Drizzle, which has its own columns read times from text and takes the parser away.
  Object.assign(sql.options.parsers, PARSERS);
  return { sql, db, close: () => sql.end({ timeout: 2 }) };
}

export type Connection = ReturnType<typeof connect>;
