import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '@/db/embedded/launcher';
import { Fleet } from '@/demo/fleet/fleet';
import { type Running, startSwitchyard } from '@/server/testing/switchyard';

/** One Postgres and a fleet of two instances a tenant, for nodes that come and go. */
export interface FleetWorld {
  folder: string;
  databaseUrl: string;
  fleet: Fleet;
  /** Starts a node; `home` is the folder it was built in. */
  start(extra?: Record<string, string>, home?: string): Promise<Running>;
  /** Ends a node in its own way: `stop` or `kill`. */
  end(server: Running, how: 'stop' | 'kill'): Promise<void>;
  close(): Promise<void>;
}

export async function startFleetWorld(size: { tenants: number; slots: number }): Promise<FleetWorld> {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchyard-nodes-'));
  const database = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'postgres'),
    durable: false,
    log: () => {},
  });
  const fleet = await Fleet.start({
    version: 'v1',
    tenants: Array.from({ length: size.tenants }, (_, index) => ({
      tenantId: `t${index}`,
      instances: 2,
    })),
  });
  const env = {
    DATABASE_URL: database.url,
    SWITCHYARD_SECRET_KEY: randomBytes(32).toString('base64'),
    SWITCHYARD_TARGET_ALLOW: '127.0.0.1',
    EXECUTOR_SLOTS: `${size.slots}`,
  };
  const running = new Set<Running>();
  return {
    folder,
    databaseUrl: database.url,
    fleet,
    start: async (extra = {}, home = '.') => {
      const server = await startSwitchyard('server/main', { ...env, ...extra }, () => {}, home);
      running.add(server);
      return server;
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
