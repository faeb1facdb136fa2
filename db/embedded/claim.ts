import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';

import { appName, type ClusterSettings, newPassword, runtimeName } from './cluster';

/** Of all advisory locks this one, in the database `postgres`, says "this database has an owner". */
const lockKey = 7_236_041_905;
const ownerPrefix = 'switchyard-owner-';
const reclaimMs = 200;

/** The right to use the database, held by a connection: it ends when the process that holds it ends. */
export interface Claim {
  /** Of the role that runs the program: valid until the next start, and kept nowhere. */
  runtimePassword: string;
  release(): Promise<void>;
}

/** Who holds a running cluster, as far as one can tell from outside. */
export type Holder = { state: 'claimed'; pid: number } | { state: 'unclaimed' } | { state: 'silent' };

/** Claims a cluster this process has just started, and makes the application's role and database. */
export async function claimCluster(settings: ClusterSettings): Promise<Claim> {
  const runtimePassword = newPassword();
  let released = false;
  let reclaiming = false;
  const sql = adminClient(settings, settings.port, () => {
    // A crash of one backend makes Postgres drop every connection, ours too. A failed attempt ends here as well.
    if (!released && !reclaiming) void reclaim();
  });
  const lock = () => sql`SELECT pg_advisory_lock(${lockKey})`;
  const reclaim = async (): Promise<void> => {
    reclaiming = true;
    while (!released) {
      await delay(reclaimMs);
      const held = await lock().then(
        () => true,
        () => false,
      );
      if (held) break;
    }
    reclaiming = false;
  };
  try {
    await lock();
    await createApplicationDatabase(sql, settings);
    await openRuntimeRole(sql, runtimePassword);
  } catch (error) {
    released = true;
    await sql.end({ timeout: 1 });
    throw error;
  }
  return {
    runtimePassword,
    async release() {
      released = true;
      await sql.end({ timeout: 1 });
    },
  };
}

/** Looks, without taking part, whether a process holds the cluster listening on `port`. */
export async function findHolder(settings: ClusterSettings, port: number): Promise<Holder> {
  const sql = adminClient(settings, port);
  try {
    // A bigint key stands in pg_locks as two halves, with objsubid 1.
    const [owner] = await sql<{ name: string }[]>`
      SELECT activity.application_name AS name
      FROM pg_locks lock JOIN pg_stat_activity activity USING (pid)
      WHERE lock.locktype = 'advisory' AND lock.granted AND lock.objsubid = 1
        AND (lock.classid::bigint << 32) | lock.objid::bigint = ${lockKey}`;
    if (!owner) return { state: 'unclaimed' };
    return { state: 'claimed', pid: Number(owner.name.replace(ownerPrefix, '')) };
  } catch {
    return { state: 'silent' };
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function adminClient(settings: ClusterSettings, port: number, onclose?: () => void): postgres.Sql {
  return postgres({
    host: '127.0.0.1',
    port,
    username: 'postgres',
    password: settings.adminPassword,
    database: 'postgres',
    max: 1,
    connect_timeout: 2,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    onclose,
    onnotice: () => undefined,
    connection: { application_name: `${ownerPrefix}${process.pid}` },
  });
}

async function createApplicationDatabase(sql: postgres.Sql, { password }: ClusterSettings): Promise<void> {
  const [found] = await sql<{ role: boolean; database: boolean }[]>`
    SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ${appName}) AS role,
           EXISTS (SELECT FROM pg_database WHERE datname = ${appName}) AS database`;
  // Neither command takes parameters; the password is hexadecimal and ours.
  if (!found?.role) await sql.unsafe(`CREATE ROLE ${appName} LOGIN CREATEDB PASSWORD '${password}'`);
  if (!found?.database) await sql.unsafe(`CREATE DATABASE ${appName} OWNER ${appName}`);
}

async function openRuntimeRole(sql: postgres.Sql, password: string): Promise<void> {
  const [found] = await sql`SELECT FROM pg_roles WHERE rolname = ${runtimeName}`;
  if (!found) await sql.unsafe(`CREATE ROLE ${runtimeName} LOGIN`);
  await sql.unsafe(`ALTER ROLE ${runtimeName} PASSWORD '${password}'`);
  // Only who is a member of a role can give it what the job engine owns.
  await sql.unsafe(`GRANT ${runtimeName} TO ${appName}`);
}
