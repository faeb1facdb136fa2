import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { bundledMajor } from '../binaries';
import { checkVersion } from '../cluster';
import { EmbeddedPostgresError } from '../errors';
import { startEmbeddedPostgres } from '../launcher';
import { giveTo, type Location, settleLocation } from '../location';
import { isPostmasterOf, readPostmasterFile } from '../postmaster';
import { type Backup, bad, CLUSTER, isInside, readBackup } from './backup-folder';
import { copyFile } from './copy-file';
import { type RestoredWork, settleRestored } from './settle-restored';

export interface RestoreOptions {
  from: string;
  /** The folder that the database is to be in. */
  dataDir: string;
  log: (line: string) => void;
}

export interface Restored {
  backup: Backup;
  /** What was there before, moved aside; null when nothing was. */
  before: string | null;
  work: RestoredWork;
}

/**
 * Puts a backup in the place of the embedded database. Each file is checked before anything is replaced, what was there is
 * moved aside and never removed, and comes back when the restored one does not open.
 */
export async function restoreBackup({ from, dataDir, log }: RestoreOptions): Promise<Restored> {
  const folder = resolve(from);
  const backup = readBackup(folder);
  const location = settleLocation(dataDir);
  mustNotRun(location);
  // Removed by the next start, should this one be cut short.
  const staged = join(location.dataDir, `cluster.new-${process.pid}`);
  try {
    await stage(folder, backup, staged, location);
    checkVersion(staged, { major: bundledMajor() });
    log(`All ${backup.files.size} files are as they were backed up.`);
    mustNotRun(location);
    const before = moveAside(location.clusterDir, `cluster.before-restore-${stamp()}`);
    renameSync(staged, location.clusterDir);
    return { backup, before, work: await openOnce(location, before, log) };
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

/** Renames what is there, if anything, to a name of its own beside it. */
export function moveAside(path: string, name: string): string | null {
  if (!existsSync(path)) return null;
  const aside = join(dirname(path), name);
  renameSync(path, aside);
  return aside;
}

/** The moment as part of a file's name. */
export const stamp = (): string => new Date().toISOString().replace(/[:.]/g, '-');

async function stage(folder: string, backup: Backup, staged: string, { account }: Location): Promise<void> {
  rmSync(staged, { recursive: true, force: true });
  const names = [...backup.folders, ...backup.files.keys()];
  if (!names.every(isInside)) throw bad(folder, 'It names files outside of it.');
  for (const one of ['', ...backup.folders]) {
    mkdirSync(join(staged, one), { mode: 0o700 });
    giveTo(account, join(staged, one));
  }
  const wrong: string[] = [];
  for (const [path, wanted] of backup.files) {
    const within = path.startsWith(`${CLUSTER}/`) ? path.slice(CLUSTER.length + 1) : null;
    const target = within === null ? `${staged}.checked` : join(staged, within);
    const copied = await copyFile(join(folder, path), target);
    if (copied?.sha256 !== wanted) wrong.push(copied ? `${path} is damaged` : `${path} is missing`);
    if (within === null) rmSync(target, { force: true });
    else if (copied) giveTo(account, target);
  }
  if (wrong.length > 0)
    throw bad(
      folder,
      `${wrong.length} of its ${backup.files.size} files are not as they were backed up:`,
      wrong.slice(0, 10).join('\n'),
    );
}

/** Its log is replayed, for which PostgreSQL writes all of it to the disk, so that it is known to open; when it does not, what was there before is there again. */
async function openOnce(
  location: Location,
  before: string | null,
  log: (line: string) => void,
): Promise<RestoredWork> {
  try {
    const database = await startEmbeddedPostgres({ dataDir: location.dataDir, log });
    try {
      return await settleRestored(database.url);
    } finally {
      await database.stop();
    }
  } catch (error) {
    const failed = moveAside(location.clusterDir, `cluster.failed-restore-${stamp()}`);
    if (before) renameSync(before, location.clusterDir);
    throw new EmbeddedPostgresError(
      'restore-failed',
      {
        what: 'The restored database does not open.',
        meaning: `What was there before is in its place again${failed ? `; what was restored is in ${failed}` : ''}.`,
        remedy: 'Restore another backup. It said:',
        detail: error instanceof Error ? error.message : String(error),
      },
      { cause: error },
    );
  }
}

function mustNotRun({ clusterDir, dataDir }: Location): void {
  const file = readPostmasterFile(clusterDir);
  if (!file || !isPostmasterOf(clusterDir, file.pid)) return;
  throw new EmbeddedPostgresError('in-use', {
    what: `The database in ${dataDir} is running (process ${file.pid}).`,
    meaning: 'Nothing was replaced.',
    remedy: 'Stop the server first, and restore then.',
  });
}
