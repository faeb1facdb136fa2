import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { type PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyPending } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { schema } from './client';
import { packageFolder } from './package-folder';
import { limitRuntimeRole } from './runtime-role';
import { PLAN_STATE, plan, TASK_STATE, task } from './schema/run';

/** As Postgres counts: 14. */
export const OLDEST_SUPPORTED = 140_000;
/** Any constant will do, as long as every node uses the same one. */
const MIGRATION_LOCK = 7_306_001;

/**
 * Brings the database up to this program's schema. Nodes that boot together take turns behind an advisory lock.
 * Runs on a connection of its own that is thrown away, so a failure leaves nothing half done behind it. With a
 * `runtimeRole` that one may afterwards do what the program does, and no more; `url` is then the owner's.
 */
export async function migrate(url: string, runtimeRole?: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, idle_timeout: 0, max_lifetime: null });
  try {
    const [server] = await sql`select current_setting('server_version_num')::int as version`;
    if (server?.version < OLDEST_SUPPORTED) {
      throw new Error(
        `Switchyard needs PostgreSQL 14 or newer; this server is ${Math.floor(server?.version / 10000)}.`,
      );
    }
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await dropReach(sql);
    await applyPending(drizzle(sql), { migrationsFolder: folder('migrations') });
    await applyFunctions(sql);
    // Of the job engine, which makes its tables itself: the role that runs the program may make no schema.
    await sql`create schema if not exists pgboss`;
    if (runtimeRole !== undefined) await limitRuntimeRole(sql, runtimeRole);
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** In this order: what others call comes first. */
const FUNCTIONS = [
  'guards',
  'audit_chain',
  'remove_audit_day',
  'remove_old_events',
  'is_overtaken',
  'remove_snapshots',
  'is_planned',
  'has_others',
  'commit_transition',
  'collect_notifications',
  'make_notifications',
  'probe_storage',
  'reach',
];

/** Its views hold on to the columns that a migration may take away: they come back, with all the columns, after it. */
async function dropReach(sql: postgres.Sql): Promise<void> {
  const { empty, newer, migrations } = await pendingSchema(sql);
  if (empty || newer || migrations === 0) return;
  await sql`delete from function_source where name = 'reach'`;
  await sql`drop schema if exists reach cascade`;
}

/**
 * Puts the database functions in place whose source differs from what is there. A build that does not know the newest
 * migration of the database leaves them alone: in a rolling upgrade it must not bring back its own.
 */
async function applyFunctions(sql: postgres.Sql): Promise<void> {
  await sql`create table if not exists function_source (name text primary key, hash text not null, applied_at timestamptz not null default now())`;
  const [newest] = await sql`select max(created_at) as made from drizzle.__drizzle_migrations`;
  const own = ownMigrations().at(-1);
  if (Number(newest?.made) > Number(own?.folderMillis)) return;
  for (const { name, source, hash } of changed(await sql`select name, hash from function_source`)) {
    await sql.unsafe(source);
    await sql`insert into function_source (name, hash) values (${name}, ${hash})
      on conflict (name) do update set hash = excluded.hash, applied_at = now()`;
  }
}

/** What a start would still do to a database. */
export interface PendingSchema {
  migrations: number;
  functions: string[];
  /** None of it was ever done. */
  empty: boolean;
  /** A newer build was there: this one leaves it alone. */
  newer: boolean;
}

/** Looks what {@link migrate} would do; changes nothing. */
export async function pendingSchema(sql: postgres.Sql): Promise<PendingSchema> {
  const own = ownMigrations();
  const [there] = await sql<{ log: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null and to_regclass('function_source') is not null as log`;
  if (!there?.log) return { migrations: own.length, functions: [...FUNCTIONS], empty: true, newer: false };
  const [newest] = await sql`select max(created_at) as made from drizzle.__drizzle_migrations`;
  const made = Number(newest?.made);
  const newer = made > Number(own.at(-1)?.folderMillis);
  const functions = newer ? [] : changed(await sql`select name, hash from function_source`);
  return {
    migrations: own.filter(({ folderMillis }) => folderMillis > made).length,
    functions: functions.map(({ name }) => name),
    empty: false,
    newer,
  };
}

const ownMigrations = () => readMigrationFiles({ migrationsFolder: folder('migrations') });

/** The functions whose source is not what is there. */
function changed(stored: readonly postgres.Row[]): { name: string; source: string; hash: string }[] {
  const there = new Map(stored.map((row) => [row.name, row.hash]));
  return FUNCTIONS.map((name) => {
    const written = readFileSync(path.join(folder('functions'), `${name}.sql`), 'utf8');
    // Views have the columns there were when they were made: with others they are made anew.
    const source = name === 'reach' ? `${written}-- ${columnNames()}\n` : withColumns(written);
    return { name, source, hash: createHash('sha256').update(source).digest('hex') };
  }).filter(({ name, hash }) => there.get(name) !== hash);
}

/**
 * The source with the columns that the schema says hold a state: `:task_set` assigns each that the JSON `c.state` names,
 * for a plan likewise. Each is taken out by itself: making a record of all of them costs far more than the few that come.
 */
function withColumns(source: string): string {
  const of = (table: PgTable, keys: readonly string[], alias: string, name: string) => {
    const set = keys.map((key) => {
      const column = getTableColumns(table)[key] as PgColumn;
      const type = column.getSQLType();
      const value = type === 'jsonb' ? `nullif(c.state->'${key}', 'null')` : `(c.state->>'${key}')::${type}`;
      return `${column.name} = CASE WHEN c.state ? '${key}' THEN ${value} ELSE ${alias}.${column.name} END`;
    });
    return (text: string) => text.replaceAll(`:${name}_set`, set.join(',\n      '));
  };
  return of(plan, PLAN_STATE, 'plan', 'plan')(of(task, TASK_STATE, 't', 'task')(source));
}

const columnNames = () =>
  Object.values(schema)
    .filter((one) => is(one, PgTable))
    .flatMap((one) => Object.values(getTableColumns(one)).map(({ name }) => `${getTableName(one)}.${name}`))
    .join(' ');

const folder = (name: 'migrations' | 'functions'): string => path.join(packageFolder(), 'db', name);
