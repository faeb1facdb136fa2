import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lchownSync, lstatSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { type Account, currentAccount, foreignOwner, ownerOf, postgresAccount, userName } from './account';
import { EmbeddedPostgresError, systemCode } from './errors';

/** Where one embedded database lives and whom its files belong to. */
export interface Location {
  /** The folder in use; not the one asked for when that one is out of the Postgres user's reach. */
  dataDir: string;
  clusterDir: string;
  logFile: string;
  account: Account;
}

/** A folder of the network may never answer. */
const ENTER_MS = 5000;

/**
 * Settles where the database of `requestedDir` lives, makes the folder and checks that it is ours to use.
 * Root's Postgres runs as another user, so a folder below one that only root may enter moves to a system folder.
 */
export function settleLocation(requestedDir: string): Location {
  const requested = resolve(requestedDir);
  makeFolder(dirname(requested));
  const home = chooseHome(requested);
  makeFolder(home);
  // One spelling only: a running Postgres is recognised by the folder in its command line.
  const dataDir = realpathSync(home);
  const clusterDir = join(dataDir, 'cluster');
  const account = postgresAccount(dataDir);
  claimFolder(dataDir, clusterDir, account);
  return { dataDir, clusterDir, logFile: join(dataDir, 'postgres.log'), account };
}

/** Where there is a database already, it stays; permissions that changed since must not hide it behind a new one. */
function chooseHome(requested: string): string {
  const existing = existingHome(requested);
  const account = postgresAccount(requested);
  if (existing === undefined)
    return canEnter(dirname(requested), account) ? requested : join(systemFolder(), nameFor(requested));
  if (existing !== requested || canEnter(dirname(requested), account)) return existing;
  throw new EmbeddedPostgresError('folder-not-reachable', {
    what: `There is a database in ${requested}, but user ${userName(account.uid)}, who runs PostgreSQL for root, may not enter ${dirname(requested)}.`,
    meaning: 'The permissions of a folder above it have changed; the data is still there.',
    remedy: `Let others pass ("chmod o+x" on ${dirname(requested)} and the folders above it), or move the folder and name it in SWITCHYARD_DATA_DIR.`,
  });
}

/** Where there is a database that was made for this folder, if there is one; nothing is made or changed. */
export function existingHome(requested: string): string | undefined {
  const ours = systemFolders().filter((folder) => ownerOf(folder)?.uid === currentAccount().uid);
  return [requested, ...ours.map((folder) => join(folder, nameFor(requested)))].find((folder) =>
    existsSync(join(folder, 'cluster')),
  );
}

const nameFor = (requested: string): string => `data-${shortHash(requested)}`;

/** The folder for what cannot live in the project folder: root's own, or one per user. */
export function systemFolder(): string {
  const { uid } = currentAccount();
  for (const folder of systemFolders()) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      const stats = lstatSync(folder);
      // Anyone may make folders in /var/tmp: programs are run from, and passwords kept in, our own only.
      if (stats.uid !== uid || !stats.isDirectory()) continue;
      chmodSync(folder, 0o755);
      return folder;
    } catch (error) {
      if (!['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
    }
  }
  throw new EmbeddedPostgresError('folder-not-writable', {
    what: `Neither the project folder nor ${systemFolders().join(' or ')} can be used.`,
    meaning: 'The embedded database has no place to live.',
    remedy:
      'Set SWITCHYARD_DATA_DIR to a folder outside private folders, or point DATABASE_URL at a PostgreSQL server.',
  });
}

function systemFolders(): string[] {
  const { uid } = currentAccount();
  const shared = `/var/tmp/switchyard-${uid}`;
  return uid === 0 ? ['/var/lib/switchyard', shared] : [shared];
}

/** Gives what root wrote to the user Postgres runs as; nothing to do unless we are root. */
export function giveTo(account: Account, path: string): void {
  if (currentAccount().uid === 0 && lstatSync(path).uid === 0) lchownSync(path, account.uid, account.gid);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new EmbeddedPostgresError(
      'folder-not-writable',
      {
        what: `The folder ${folder} cannot be created (${systemCode(error) ?? String(error)}).`,
        meaning: `User ${userName(currentAccount().uid)} may not write there, so the embedded database has no place to live.`,
        remedy: 'Give this user the folder above it, or set SWITCHYARD_DATA_DIR to a folder it may write.',
      },
      { cause: error },
    );
  }
}

function claimFolder(dataDir: string, clusterDir: string, account: Account): void {
  const current = currentAccount();
  const owner = foreignOwner(dataDir);
  if (owner) {
    throw new EmbeddedPostgresError('folder-not-owned', {
      what: `The data folder ${dataDir} belongs to user ${userName(owner.uid)}, but Switchyard now runs as ${userName(current.uid)}.`,
      meaning: 'An earlier start as that user (or as root) made it; PostgreSQL opens only its own files.',
      remedy: `Start Switchyard as before, or hand the folder over with "sudo chown -R ${current.uid}:${current.gid} ${dataDir}", or set SWITCHYARD_DATA_DIR to another folder.`,
    });
  }
  giveTo(account, dataDir);
  chmodSync(dataDir, 0o700);
  // A backup restored by root.
  if (ownerOf(clusterDir)?.uid === 0) giveTreeTo(account, clusterDir);
  // PostgreSQL opens no folder that others may enter, as a copy without its modes leaves it.
  if (existsSync(clusterDir)) chmodSync(clusterDir, 0o700);
}

function giveTreeTo(account: Account, folder: string): void {
  giveTo(account, folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) giveTreeTo(account, path);
    else giveTo(account, path);
  }
}

/** Tried as that user rather than worked out from modes, which would miss access lists and mount options. */
export function canEnter(folder: string, account: Account): boolean {
  if (account.uid === currentAccount().uid) return true;
  const attempt = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
    timeout: ENTER_MS,
  });
  return attempt.status === 0;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
