import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { currentAccount, foreignOwner, postgresAccount, userName } from './account';
import { bundledMajor } from './binaries';
import { checkVersion, databaseUrl, readSettings } from './cluster';
import { EmbeddedPostgresError } from './errors';
import { canEnter, existingHome } from './location';
import { isPostmasterOf, readPostmasterFile } from './postmaster';

/** What there is of an embedded database. */
export interface EmbeddedLook {
  /** The folder it is in, or would be made in. */
  dataDir: string;
  state: 'none' | 'stopped' | 'starting' | 'running';
  /** Why this account cannot use it, worded for the operator; null when it can. */
  problem: string | null;
  /** As the role that owns the tables; only of one that runs. */
  ownerUrl: string | null;
}

/** Looks at the embedded database of a folder: nothing is made, changed or started. */
export function lookAtEmbedded(requestedDir: string): EmbeddedLook {
  const requested = resolve(requestedDir);
  const home = existingHome(requested);
  if (home === undefined)
    return { dataDir: requested, state: 'none', problem: whyNotMade(requested), ownerUrl: null };
  const problem = whyNotUsed(home);
  if (problem !== null) return { dataDir: home, state: 'stopped', problem, ownerUrl: null };
  // A running Postgres is recognised by the folder in its command line.
  const dataDir = realpathSync(home);
  const clusterDir = join(dataDir, 'cluster');
  const file = readPostmasterFile(clusterDir);
  if (!file || !isPostmasterOf(clusterDir, file.pid))
    return { dataDir, state: 'stopped', problem, ownerUrl: null };
  const ownerUrl = databaseUrl({ ...readSettings(clusterDir), port: file.port });
  return { dataDir, state: file.ready ? 'running' : 'starting', problem, ownerUrl };
}

function whyNotMade(folder: string): string | null {
  const foreign = whyForeign(folder);
  if (foreign !== null) return foreign;
  const there = firstThere(folder);
  try {
    bundledMajor();
    accessSync(there, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) return error.message;
    return `User ${userName(currentAccount().uid)} may not write to ${there}, so no database can be made below it. Give this user the folder, or set SWITCHYARD_DATA_DIR to another one.`;
  }
}

const firstThere = (folder: string): string => (existsSync(folder) ? folder : firstThere(dirname(folder)));

function whyNotUsed(home: string): string | null {
  const foreign = whyForeign(home);
  if (foreign !== null) return foreign;
  try {
    if (!canEnter(dirname(home), postgresAccount(home)))
      return `The user who runs PostgreSQL may not enter ${dirname(home)}. Let others pass ("chmod o+x" on it and the folders above).`;
    checkVersion(join(home, 'cluster'), { major: bundledMajor() });
    readSettings(join(home, 'cluster'));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function whyForeign(folder: string): string | null {
  const { uid, gid } = currentAccount();
  const owner = foreignOwner(folder);
  if (!owner) return null;
  return `${folder} belongs to user ${userName(owner.uid)}, and this is ${userName(uid)}. Run this as the user that the server runs as, or hand the folder over with "sudo chown -R ${uid}:${gid} ${folder}".`;
}
