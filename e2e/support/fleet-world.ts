import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from '@playwright/test';
import postgres from 'postgres';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@/db/embedded/launcher';
import { readPostmasterFile } from '@/db/embedded/postmaster';
import { Fleet } from '@/demo/fleet/fleet';
import { type Running, startSwitchyard } from '@/server/testing/switchyard';
import type { FarHost } from './far-host';

/** One Postgres and a fleet of two instances a tenant, for nodes that come and go. */
export interface FleetWorld {
  folder: string;
  databaseUrl: string;
  fleet: Fleet;
  /** Starts a node; `home` is the folder it was built in. */
  start(extra?: Record<string, string>, home?: string): Promise<Running>;
  /** The same on the far host that the world was made with. */
  startFar(): Promise<Running>;
  /** Ends a node in its own way: `stop` or `kill`. */
  end(server: Running, how: 'stop' | 'kill'): Promise<void>;
  close(): Promise<void>;
}

export async function startFleetWorld(
  size: { tenants: number; slots: number },
  far: FarHost | null = null,
): Promise<FleetWorld> {
  const address = far?.address;
  const folder = mkdtempSync(path.join(tmpdir(), 'switchyard-nodes-'));
  const database = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'postgres'),
    durable: false,
    ...(address ? { address } : {}),
    log: () => {},
  });
  if (far) await admit(far, database);
  const fleet = await Fleet.start({
    version: 'v1',
    ...(address ? { address } : {}),
    tenants: Array.from({ length: size.tenants }, (_, index) => ({
      tenantId: `t${index}`,
      instances: 2,
    })),
  });
  const env = {
    DATABASE_URL: database.url,
    SWITCHYARD_SECRET_KEY: randomBytes(32).toString('base64'),
    SWITCHYARD_TARGET_ALLOW: address ?? '127.0.0.1',
    EXECUTOR_SLOTS: `${size.slots}`,
  };
  const running = new Set<Running>();
  const start = async (
    extra: Record<string, string>,
    where: { home?: string; within?: readonly string[] },
  ) => {
    const server = await startSwitchyard('server/main', { ...env, ...extra }, () => {}, where);
    running.add(server);
    return server;
  };
  return {
    folder,
    databaseUrl: database.url,
    fleet,
    start: (extra = {}, home = '.') => start(extra, { home }),
    startFar: () => {
      if (!far) throw new Error('This world has no far host.');
      const url = new URL(database.url);
      url.hostname = far.address;
      return start({ DATABASE_URL: url.href }, { within: far.within });
    },
    end: async (server, how) => {
      running.delete(server);
      await server[how]();
    },
    close: async () => {
      await Promise.all([...running].map((one) => one.stop()));
      await fleet.close();
      await database.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The database takes who signs in from there like anybody here. */
async function admit({ farAddress }: FarHost, { dataDir, url }: EmbeddedPostgres): Promise<void> {
  const cluster = path.join(dataDir, 'cluster');
  appendFileSync(path.join(cluster, 'pg_hba.conf'), `\nhost all all ${farAddress}/32 scram-sha-256\n`);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const loaded = async () =>
    (await sql<{ at: Date }[]>`select pg_conf_load_time() as at`)[0]?.at.getTime() ?? 0;
  const before = await loaded();
  const postmaster = readPostmasterFile(cluster);
  if (!postmaster) throw new Error('The database is not running.');
  process.kill(postmaster.pid, 'SIGHUP');
  await expect.poll(loaded).toBeGreaterThan(before);
  await sql.end();
}
