import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import type { Binaries } from './binaries';
import { postgresEnvironment } from './cluster';
import { systemCode } from './errors';
import { giveTo, type Location } from './location';

/**
 * A shell between us and Postgres. It holds one end of a pipe to this process: when the pipe closes, by stop()
 * or because we were killed without warning, it asks Postgres for a fast shutdown. It is in a session of its own
 * and deaf to signals, so that Ctrl-C in the terminal does not end the database before the application.
 */
const guardScript = `
trap '' INT TERM HUP
exec 2>>"$1" 3<&0 0</dev/null
shift
"$@" 3<&- >&2 &
postgres=$!
echo "$postgres"
exec >&2
{ read -r _ <&3; kill -INT "$postgres"; } &
watch=$!
exec 3<&-
wait "$postgres"
code=$?
kill -KILL "$watch" 2>/dev/null
exit "$code"
`;

const fastShutdownMs = 60_000;
const immediateShutdownMs = 10_000;
const maxLogBytes = 8 * 1024 * 1024;

/** A Postgres that does not outlive this process. */
export interface GuardedPostgres {
  /** The postmaster's process id. */
  pid: number;
  /** Resolves when Postgres has ended, whoever ended it. */
  exited: Promise<void>;
  /** What it has logged since it was started. */
  logged(): string;
  /** Fast shutdown; resolves when no process is left. */
  stop(): Promise<void>;
}

/** Starts `postgres` with `args`; it is running, but not yet ready, when this resolves. */
export async function spawnGuarded(
  location: Location,
  binaries: Binaries,
  args: string[],
  stalePid: number | undefined,
): Promise<GuardedPostgres> {
  const logStart = openLog(location);
  const guard = spawn(
    '/bin/sh',
    [
      '-c',
      guardScript,
      'switchyard-database-guard',
      location.logFile,
      binaries.postgres,
      '-D',
      location.clusterDir,
      ...args,
    ],
    {
      ...location.account,
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      // Postgres takes any live process of the number in postmaster.pid for its rival, except its grandparent.
      // Naming the stale number so keeps its other check, for shared memory still in use, at work.
      env: { ...postgresEnvironment(), ...(stalePid && { PG_GRANDPARENT_PID: String(stalePid) }) },
    },
  );
  const exited = new Promise<void>((resolve, reject) => {
    guard.once('error', reject);
    guard.once('exit', () => {
      guard.stdin.destroy();
      resolve();
    });
  });
  // Writing nothing, we still hear EPIPE when it ends as we end it.
  guard.stdin.on('error', () => undefined);
  const pid = await Promise.race([firstLine(guard), exited.then(() => 0)]);
  return {
    pid,
    exited,
    logged: () => readFrom(location.logFile, logStart),
    stop: () => shutDown(guard, pid, exited),
  };
}

async function shutDown(
  guard: ChildProcessByStdio<Writable, Readable, null>,
  pid: number,
  exited: Promise<void>,
): Promise<void> {
  guard.stdin.end();
  if (await endsWithin(exited, fastShutdownMs)) return;
  signal(pid, 'SIGQUIT');
  if (await endsWithin(exited, immediateShutdownMs)) return;
  signal(pid, 'SIGKILL');
  await exited;
}

/** Sends a signal to a process that may be gone already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}

async function endsWithin(exited: Promise<void>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const timeout = delay(ms, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([exited.then(() => true), timeout]);
  } finally {
    timer.abort();
  }
}

async function firstLine(guard: ChildProcessByStdio<Writable, Readable, null>): Promise<number> {
  const lines = createInterface(guard.stdout);
  const [line] = await once(lines, 'line');
  lines.close();
  guard.stdout.resume();
  return Number(line);
}

/** Makes the log writable by the Postgres user, and says where this run's part begins. */
function openLog({ logFile, account }: Location): number {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  const rotate = size > maxLogBytes;
  if (rotate) renameSync(logFile, `${logFile}.1`);
  closeSync(openSync(logFile, 'a', 0o600));
  giveTo(account, logFile);
  return rotate ? 0 : size;
}

function readFrom(file: string, start: number): string {
  const fd = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(64 * 1024);
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, start));
  } finally {
    closeSync(fd);
  }
}
