import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import type { Binaries } from './binaries';
import { EmbeddedPostgresError } from './errors';
import { giveTo, type Location } from './location';
import { isAlive } from './postmaster';

/** The role that owns the application's tables, and its database; not a superuser. */
export const appName = 'switchyard';

/** What a cluster must remember besides its data: where it listens and who may enter. */
export interface ClusterSettings {
  port: number;
  /** Password of `postgres`, the superuser only the launcher uses. */
  adminPassword: string;
  /** Password of the application's role. */
  password: string;
}

/** The role that the program runs as: it may use the tables, and owns none of them. */
export const runtimeName = 'switchyard_run';

/** The address of a database of the cluster, as the role that owns the tables. */
export function databaseUrl(settings: ClusterSettings, database = appName): string {
  return `postgres://${appName}:${settings.password}@127.0.0.1:${settings.port}/${database}`;
}

/** The same as the role that only runs the program. */
export function runtimeUrl({ port }: ClusterSettings, password: string): string {
  return `postgres://${runtimeName}:${password}@127.0.0.1:${port}/${appName}`;
}

/** A password that nobody chose: hexadecimal, so that it stands in a command as it is. */
export const newPassword = (): string => randomBytes(24).toString('hex');

/**
 * Makes a new cluster. It is made aside, complete with its settings, and renamed into place: a start that is
 * cut short leaves nothing that looks like a database.
 */
export async function createCluster(location: Location, binaries: Binaries, durable: boolean): Promise<void> {
  const { dataDir, clusterDir, account } = location;
  removeUnfinished(dataDir);
  const partial = join(dataDir, `cluster.new-${process.pid}`);
  const passwordFile = `${partial}.password`;
  const settings: ClusterSettings = {
    port: await freePort(),
    adminPassword: newPassword(),
    password: newPassword(),
  };
  mkdirSync(partial, { mode: 0o700 });
  giveTo(account, partial);
  writeFileSync(passwordFile, settings.adminPassword, { mode: 0o600 });
  giveTo(account, passwordFile);
  try {
    await initdb(location, binaries, partial, [
      `--pwfile=${passwordFile}`,
      ...(durable ? [] : ['--no-sync']),
    ]);
    writeSettings(location, settings, partial);
    renameSync(partial, clusterDir);
  } catch (error) {
    // Two first starts at once: the other one was quicker, and its cluster is the one.
    if (!existsSync(join(clusterDir, 'PG_VERSION'))) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
    rmSync(passwordFile, { force: true });
  }
}

async function initdb(
  location: Location,
  binaries: Binaries,
  target: string,
  options: string[],
): Promise<void> {
  const child = spawn(
    binaries.initdb,
    [
      `--pgdata=${target}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Sorting that depends on neither the system's C library nor its installed locales.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      ...options,
    ],
    { ...location.account, cwd: '/', env: postgresEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  if (code === 0) return;
  throw new EmbeddedPostgresError('create-failed', {
    what: `Creating the database in ${location.dataDir} failed.`,
    meaning: 'There is no database yet; nothing was lost.',
    remedy:
      'Check free space and permissions of that folder, or set SWITCHYARD_DATA_DIR or DATABASE_URL; PostgreSQL said:',
    detail: errors || output,
  });
}

/** Refuses a cluster of another major version, which Postgres cannot open. */
export function checkVersion(clusterDir: string, binaries: Pick<Binaries, 'major'>): void {
  const found = readFileSync(join(clusterDir, 'PG_VERSION'), 'utf8').trim();
  if (found === binaries.major) return;
  throw new EmbeddedPostgresError('wrong-version', {
    what: `The database in ${clusterDir} was made by PostgreSQL ${found}; this Switchyard brings PostgreSQL ${binaries.major}.`,
    meaning: 'PostgreSQL does not open the files of another major version.',
    remedy: `Dump it with PostgreSQL ${found} and load it into a new folder (SWITCHYARD_DATA_DIR), or go back to the earlier Switchyard.`,
  });
}

/** Reads what the cluster remembers. */
export function readSettings(clusterDir: string): ClusterSettings {
  const file = settingsFile(clusterDir);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    value = undefined;
  }
  if (isSettings(value)) return value;
  throw new EmbeddedPostgresError('broken-settings', {
    what: `The file ${file} is missing or damaged.`,
    meaning: 'It holds the passwords of the embedded database, so Switchyard cannot sign in to it.',
    remedy:
      'Restore that file (or the whole folder) from a backup, or set SWITCHYARD_DATA_DIR to start with an empty database.',
  });
}

/** Writes the settings as a whole or not at all, readable by the Postgres user only. */
export function writeSettings(
  location: Location,
  settings: ClusterSettings,
  clusterDir = location.clusterDir,
): void {
  const file = settingsFile(clusterDir);
  const partial = `${file}.partial`;
  writeFileSync(partial, JSON.stringify(settings), { mode: 0o600, flush: true });
  chmodSync(partial, 0o600);
  giveTo(location.account, partial);
  renameSync(partial, file);
}

/** A port of the loopback interface nobody listens on right now. */
export async function freePort(preferred = 0): Promise<number> {
  const server = createServer();
  try {
    return await new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen(preferred, '127.0.0.1', () => {
        const address = server.address();
        if (address && typeof address === 'object') resolve(address.port);
      });
    });
  } catch (error) {
    if (preferred === 0) throw error;
    return freePort();
  } finally {
    server.close();
  }
}

/** The environment of the Postgres programs: no PG* settings of the caller, English messages. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', NODE_ENV: process.env.NODE_ENV };
}

function settingsFile(clusterDir: string): string {
  return join(clusterDir, 'switchyard.json');
}

function isSettings(value: unknown): value is ClusterSettings {
  return (
    typeof value === 'object' &&
    value !== null &&
    'port' in value &&
    Number.isInteger(value.port) &&
    'adminPassword' in value &&
    typeof value.adminPassword === 'string' &&
    'password' in value &&
    typeof value.password === 'string'
  );
}

function removeUnfinished(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    const pid = Number(/^cluster\.new-(\d+)/.exec(name)?.[1]);
    // In a container we may well have the number of the process that was cut short.
    if (pid === process.pid || (pid > 0 && !isAlive(pid)))
      rmSync(join(dataDir, name), { recursive: true, force: true });
  }
}
