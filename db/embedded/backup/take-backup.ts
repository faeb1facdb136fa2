import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import postgres from 'postgres';

import { bundledMajor } from '../binaries';
import { readSettings } from '../cluster';
import { EmbeddedPostgresError } from '../errors';
import { isPostmasterOf, readPostmasterFile } from '../postmaster';
import { type BackupFacts, CLUSTER, SECRET_KEY, writeManifest } from './backup-folder';
import { type Copied, copyFile, syncFiles } from './copy-file';

/** Their files are of this run of the server, or made anew by the next. */
const EMPTIED = new Set([
  ...['pg_dynshmem', 'pg_notify', 'pg_replslot', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans'],
  'pg_wal',
]);
const LEFT_OUT = /^(postmaster\.(pid|opts)|pgsql_tmp.*|pg_internal\.init.*|.*\.partial)$/;
const CONTROL = 'global/pg_control';
const STATEMENT_MS = 120_000;

export interface BackupOptions {
  /** The folder that the database is in. */
  dataDir: string;
  /** The folder to make; it must not be there yet. */
  into: string;
  about: Pick<BackupFacts, 'switchyard' | 'keys'>;
  /** The file with the secret key, where that is to come along. */
  secretKeyFile?: string;
}

export interface TakenBackup {
  folder: string;
  files: number;
  bytes: number;
}

/**
 * Copies a running cluster while it works, by PostgreSQL's low-level API: between the two calls files are copied as they
 * change, and the log of that time, which a slot keeps meanwhile, makes them one state again. The folder gets its name when
 * it is complete.
 */
export async function takeBackup({
  dataDir,
  into,
  about,
  secretKeyFile,
}: BackupOptions): Promise<TakenBackup> {
  const folder = resolve(into);
  if (existsSync(folder)) throw notMade(`${folder} is there already`, 'Name another folder.');
  const partial = join(dirname(folder), `.${basename(folder)}.partial-${process.pid}`);
  rmSync(partial, { recursive: true, force: true });
  try {
    mkdirSync(join(partial, CLUSTER), { recursive: true, mode: 0o700 });
    const files = new Map<string, Copied>();
    const folders = await copyCluster(join(dataDir, 'cluster'), join(partial, CLUSTER), files);
    if (secretKeyFile) {
      const copied = await copyFile(secretKeyFile, join(partial, SECRET_KEY));
      if (!copied) throw notMade(`${secretKeyFile} is not there`, 'Leave the key out, or put it back.');
      files.set(SECRET_KEY, copied);
    }
    await syncFiles([...files.keys()].map((path) => join(partial, path)));
    const facts = { ...about, postgres: bundledMajor(), takenAt: new Date().toISOString(), folders };
    writeManifest(partial, facts, files);
    renameSync(partial, folder);
    const bytes = [...files.values()].reduce((sum, file) => sum + file.bytes, 0);
    return { folder, files: files.size, bytes };
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

async function copyCluster(cluster: string, to: string, files: Map<string, Copied>): Promise<string[]> {
  const sql = openAdmin(cluster);
  try {
    // Temporary: it ends with the connection, so that no log is kept for a backup that was cut short.
    await sql`SELECT pg_create_physical_replication_slot(${`switchyard_backup_${process.pid}`}, true, true)`;
    const [start] = await sql<{ file: string }[]>`
      SELECT pg_walfile_name(pg_backup_start('switchyard backup', true)) AS file`;
    const folders = await copyFolder(cluster, to, '', files);
    await copyControl(cluster, to, files);
    // Fails when the connection was another one meanwhile: whatever broke it, the copy is not finished.
    const [stop] = await sql<{ file: string; label: string }[]>`
      SELECT pg_walfile_name(lsn) AS file, labelfile AS label FROM pg_backup_stop(false)`;
    if (!start || !stop) throw notMade('PostgreSQL gave no answer', 'Try again.');
    const label = join(to, 'backup_label');
    await writeFile(`${label}.written`, stop.label, { mode: 0o600 });
    await keep(`${label}.written`, label, 'backup_label', files);
    rmSync(`${label}.written`);
    const log = await sql<{ name: string }[]>`
      SELECT name FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$' AND name BETWEEN ${start.file} AND ${stop.file}
      ORDER BY name`;
    for (const { name } of log)
      await keep(join(cluster, 'pg_wal', name), join(to, 'pg_wal', name), `pg_wal/${name}`, files);
    return folders;
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    throw notMade(
      error instanceof Error ? error.message : String(error),
      'Look at the space that is left, and try again.',
      error,
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function copyFolder(
  from: string,
  to: string,
  path: string,
  files: Map<string, Copied>,
): Promise<string[]> {
  const folders: string[] = [];
  for (const entry of await readdir(join(from, path), { withFileTypes: true })) {
    const below = path === '' ? entry.name : `${path}/${entry.name}`;
    if (LEFT_OUT.test(entry.name) || below === CONTROL) continue;
    if (entry.isDirectory()) {
      mkdirSync(join(to, below), { mode: 0o700 });
      folders.push(
        below,
        ...(EMPTIED.has(below) ? emptied(below, to) : await copyFolder(from, to, below, files)),
      );
    } else if (entry.isFile()) await keep(join(from, below), join(to, below), below, files);
    else
      throw notMade(
        `${below} is a link out of the data folder`,
        'Move the tablespace back into the cluster first.',
      );
  }
  return folders;
}

/** A server asks for these within. */
function emptied(folder: string, to: string): string[] {
  if (folder !== 'pg_wal') return [];
  const within = ['pg_wal/archive_status', 'pg_wal/summaries'];
  for (const one of within) mkdirSync(join(to, one), { mode: 0o700 });
  return within;
}

/** A file that is gone was of a table that was removed: the log says so as well. */
async function keep(from: string, to: string, path: string, files: Map<string, Copied>): Promise<void> {
  const copied = await copyFile(from, to);
  if (copied) files.set(`${CLUSTER}/${path}`, copied);
}

/** It is small, written in place and without a copy in the log: one that was read while it was written is read again. */
async function copyControl(from: string, to: string, files: Map<string, Copied>): Promise<void> {
  const target = join(to, CONTROL);
  for (let before = ''; ; ) {
    rmSync(target, { force: true });
    const copied = await copyFile(join(from, CONTROL), target);
    if (!copied) throw notMade(`${CONTROL} is not there`, 'The cluster is damaged.');
    files.set(`${CLUSTER}/${CONTROL}`, copied);
    if (copied.sha256 === before) return;
    before = copied.sha256;
  }
}

function openAdmin(cluster: string): postgres.Sql {
  const settings = readSettings(cluster);
  const file = readPostmasterFile(cluster);
  if (!file?.ready || !isPostmasterOf(cluster, file.pid))
    throw new EmbeddedPostgresError('not-running', {
      what: `The embedded database in ${dirname(cluster)} is not running.`,
      meaning: 'A backup is taken of one that runs.',
      remedy: 'Start it first.',
    });
  return postgres({
    host: '127.0.0.1',
    port: file.port,
    username: 'postgres',
    password: settings.adminPassword,
    database: 'postgres',
    // PostgreSQL ends a backup with the connection that began it.
    max: 1,
    connect_timeout: 5,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    onnotice: () => undefined,
    connection: { application_name: 'switchyard-backup', statement_timeout: STATEMENT_MS },
  });
}

const notMade = (why: string, remedy: string, cause?: unknown): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'backup-failed',
    { what: `No backup was made: ${why}.`, meaning: 'The database goes on as before.', remedy },
    { cause },
  );
