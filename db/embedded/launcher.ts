import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { type Binaries, prepareBinaries } from './binaries';
import { type Claim, claimCluster } from './claim';
import {
  type ClusterSettings,
  checkVersion,
  createCluster,
  databaseUrl,
  freePort,
  readSettings,
  runtimeUrl,
  writeSettings,
} from './cluster';
import { EmbeddedPostgresError } from './errors';
import { type GuardedPostgres, spawnGuarded } from './guard';
import { type Location, settleLocation } from './location';
import { readPostmasterFile } from './postmaster';
import { clearPrevious } from './previous';

/** How to start the embedded database. */
export interface EmbeddedPostgresOptions {
  /** The folder of this database; made if missing. Nothing else may be kept in it. */
  dataDir: string;
  /** Receives progress in whole lines, worded for the operator. */
  log: (line: string) => void;
  /** `false` trades safety on a power cut for speed: for tests only. */
  durable?: boolean;
  /** Where it listens besides loopback; who may come from there is for pg_hba.conf to say. */
  address?: string;
}

/** A running embedded database. */
export interface EmbeddedPostgres {
  /** Address of the application's database as the owner of its tables, for postgres.js and node-postgres alike. */
  url: string;
  /** The same as the role that the program runs as. */
  runtimeUrl: string;
  /** The folder in use, which is a system folder when Postgres cannot reach the one asked for. */
  dataDir: string;
  /** Resolves if the database ends without `stop()`, with the reason. */
  died: Promise<EmbeddedPostgresError>;
  /** Ends the database; resolves when no process of it is left. May be called again. */
  stop(): Promise<void>;
}

const readinessPollMs = 4;
const recoveryNoticeMs = 5_000;
const sharedMemoryRetryMs = 100;
const startAttempts = 100;

/**
 * Starts PostgreSQL on `dataDir` and claims it for this process. It ends with this process, however that ends.
 * Throws EmbeddedPostgresError, above all when another Switchyard holds the folder (`in-use`).
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, durable = true, address } = options;
  const seconds = stopwatch();
  const location = settleLocation(options.dataDir);
  const { dataDir, clusterDir } = location;
  const binaries = prepareBinaries(location.account);
  if (!existsSync(join(clusterDir, 'PG_VERSION'))) {
    log(`Creating the database in ${dataDir}…`);
    await createCluster(location, binaries, durable);
    log(`Database created in ${seconds()}.`);
  }
  checkVersion(clusterDir, binaries);
  const { server, settings } = await startServer(location, binaries, { durable, address }, log);
  const claim = await claimOrStop(server, settings);
  log(`Database ready in ${seconds()}.`);

  let stopped: Promise<void> | undefined;
  const died = new Promise<EmbeddedPostgresError>((resolve) => {
    void server.exited.then(() => {
      if (!stopped) resolve(diedError(server, location));
    });
  });
  const stop = async (): Promise<void> => {
    await claim.release();
    await server.stop();
  };
  return {
    url: databaseUrl(settings),
    runtimeUrl: runtimeUrl(settings, claim.runtimePassword),
    dataDir,
    died,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

async function startServer(
  location: Location,
  binaries: Binaries,
  how: { durable: boolean; address: string | undefined },
  log: (line: string) => void,
): Promise<{ server: GuardedPostgres; settings: ClusterSettings }> {
  let settings = readSettings(location.clusterDir);
  let failure = '';
  for (let attempt = 0; attempt < startAttempts; attempt++) {
    const stalePid = await clearPrevious(location, settings, log);
    const port = await freePort(settings.port);
    if (port !== settings.port) {
      settings = { ...settings, port };
      writeSettings(location, settings);
    }
    const server = await spawnGuarded(location, binaries, serverArguments(port, how), stalePid);
    if (await becomesReady(server, location, log)) return { server, settings };
    failure = server.logged();
    // Backends of a killed Postgres take a moment to notice; the other two are races lost to another process.
    if (failure.includes('pre-existing shared memory block')) await delay(sharedMemoryRetryMs);
    else if (!/Address already in use|lock file .* already exists/.test(failure)) break;
  }
  throw new EmbeddedPostgresError('start-failed', {
    what: `The embedded database in ${location.dataDir} did not start.`,
    meaning: 'Switchyard cannot run without it; its data has not been touched.',
    remedy: `Its log is ${location.logFile}. PostgreSQL said:`,
    detail: lastLines(failure),
  });
}

async function becomesReady(
  server: GuardedPostgres,
  { clusterDir }: Location,
  log: (line: string) => void,
): Promise<boolean> {
  let exited = false;
  void server.exited.then(() => {
    exited = true;
  });
  let nextNotice = performance.now() + recoveryNoticeMs;
  while (!exited) {
    const file = readPostmasterFile(clusterDir);
    if (file?.pid === server.pid && file.ready) return true;
    if (performance.now() > nextNotice) {
      log('Still waiting for the database, which is recovering from an unclean stop…');
      nextNotice += recoveryNoticeMs;
    }
    await delay(readinessPollMs);
  }
  return false;
}

async function claimOrStop(server: GuardedPostgres, settings: ClusterSettings): Promise<Claim> {
  try {
    return await claimCluster(settings);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function serverArguments(
  port: number,
  { durable, address }: { durable: boolean; address: string | undefined },
): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: address ? `127.0.0.1,${address}` : '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    log_checkpoints: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(!durable && {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      wal_level: 'minimal',
      max_wal_senders: 0,
    }),
  };
  return [
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

function diedError(server: GuardedPostgres, location: Location): EmbeddedPostgresError {
  return new EmbeddedPostgresError('died', {
    what: 'The embedded database has stopped by itself.',
    meaning: 'Switchyard cannot go on; everything committed is safe.',
    remedy: `Start Switchyard again. Its log is ${location.logFile}, which ends:`,
    detail: lastLines(server.logged()),
  });
}

function lastLines(log: string): string {
  return log.trimEnd().split('\n').slice(-8).join('\n');
}

function stopwatch(): () => string {
  const start = performance.now();
  return () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
