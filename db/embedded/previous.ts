import { setTimeout as delay } from 'node:timers/promises';

import { findHolder, type Holder } from './claim';
import type { ClusterSettings } from './cluster';
import { EmbeddedPostgresError } from './errors';
import { signal } from './guard';
import type { Location } from './location';
import { isAlive, isPostmasterOf, readPostmasterFile } from './postmaster';

const pollMs = 20;
/** An owner killed a moment ago still seems to hold its claim until the kernel closes its connection. */
const claimedPatienceMs = 500;
/** An owner that is gone holds it until Postgres notices, which a busy machine lets it do late. */
const goneOwnerPatienceMs = 120_000;
/** An owner that is just starting has its database ready shortly before it claims it. */
const unclaimedPatienceMs = 1_500;
/** Starting (recovery) and shutting down (checkpoint) give no answer for a while. */
const silentPatienceMs = 120_000;

/**
 * Makes room for a Postgres of our own on the cluster: waits for one that is shutting down, ends one whose owner is
 * gone, and refuses when the owner lives. Returns the number in a stale postmaster.pid, which Postgres must be told.
 */
export async function clearPrevious(
  location: Location,
  settings: ClusterSettings,
  log: (line: string) => void,
): Promise<number | undefined> {
  let state: Holder['state'] | undefined;
  let since = 0;
  let ended = false;
  for (;;) {
    const file = readPostmasterFile(location.clusterDir);
    if (!file || !isPostmasterOf(location.clusterDir, file.pid)) return file?.pid;
    const holder = await findHolder(settings, file.port);
    const now = performance.now();
    if (holder.state !== state) {
      state = holder.state;
      since = now;
    }
    const elapsed = now - since;
    if (holder.state === 'claimed') {
      const patience = isAlive(holder.pid) ? claimedPatienceMs : goneOwnerPatienceMs;
      if (elapsed > patience) throw inUse(location, holder.pid);
    }
    if (holder.state === 'unclaimed' && elapsed > unclaimedPatienceMs && !ended) {
      log('Ending a database left over from an earlier run…');
      signal(file.pid, 'SIGINT');
      ended = true;
    }
    if (holder.state === 'silent' && elapsed > silentPatienceMs) throw silent(location, file.pid);
    await delay(pollMs);
  }
}

function inUse({ dataDir }: Location, pid: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError('in-use', {
    what: `Another Switchyard (process ${pid}) is running on the data folder ${dataDir}.`,
    meaning: 'The embedded database serves one Switchyard at a time.',
    remedy:
      'Stop that one first, or set SWITCHYARD_DATA_DIR to another folder for a separate installation, or run several on one PostgreSQL server with DATABASE_URL.',
  });
}

function silent({ clusterDir, logFile }: Location, pid: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError('in-use', {
    what: `A PostgreSQL (process ${pid}) is running on ${clusterDir} and does not answer.`,
    meaning: 'It may be recovering, shutting down, or frozen; two may not share one folder.',
    remedy: `Look at ${logFile}; if it makes no progress, end it with "kill -QUIT ${pid}" and start again.`,
  });
}
