import { appendFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import postgres from 'postgres';
import { takeBackup } from '@/db/embedded/backup/take-backup';
import { prepareBinaries } from '@/db/embedded/binaries';
import { type ClusterSettings, databaseUrl, freePort, readSettings } from '@/db/embedded/cluster';
import { type GuardedPostgres, signal, spawnGuarded } from '@/db/embedded/guard';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@/db/embedded/launcher';
import { type Location, settleLocation } from '@/db/embedded/location';
import { readPostmasterFile } from '@/db/embedded/postmaster';
import { makeScratchFolder } from '@/db/testing/scratch';

/** A primary and a standby that has confirmed whatever the primary did, until the first is gone and the other takes over. */
export class ReplicatedPostgres {
  private constructor(
    private readonly folder: string,
    private readonly primary: EmbeddedPostgres,
    private readonly standby: GuardedPostgres,
    private readonly settings: ClusterSettings,
    private readonly standbyPort: number,
  ) {}

  static async start(): Promise<ReplicatedPostgres> {
    const folder = makeScratchFolder();
    const primary = await startEmbeddedPostgres({ dataDir: path.join(folder, 'first'), log: () => {} });
    const settings = readSettings(path.join(primary.dataDir, 'cluster'));
    const copy = path.join(folder, 'copy');
    await takeBackup({ dataDir: primary.dataDir, into: copy, about: { switchyard: '', keys: [] } });
    const location = standIn(path.join(folder, 'second'), path.join(copy, 'cluster'), settings);
    const port = await freePort();
    const args = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'max_connections=200',
      'timezone=UTC',
    ];
    const standby = await spawnGuarded(
      location,
      prepareBinaries(location.account),
      ['-p', `${port}`, ...args.flatMap((one) => ['-c', one])],
      undefined,
    );
    const both = new ReplicatedPostgres(folder, primary, standby, settings, port);
    await both.#asAdmin(settings.port, async (sql) => {
      await sql`alter system set synchronous_standby_names = '*'`;
      await sql`select pg_reload_conf()`;
      const state = async () => (await sql`select sync_state from pg_stat_replication`)[0]?.sync_state;
      await expect.poll(state, { intervals: [50], timeout: 60_000 }).toBe('sync');
    });
    return both;
  }

  /** As nodes are told of it: both, of which the primary is wanted. */
  get url(): string {
    const one = new URL(this.primary.url);
    return (
      one.href.replace(one.host, `${one.host},127.0.0.1:${this.standbyPort}`) +
      '?target_session_attrs=primary'
    );
  }

  /** Of the first alone, and of the one that takes its place. */
  get firstUrl(): string {
    return this.primary.url;
  }
  get secondUrl(): string {
    return databaseUrl({ ...this.settings, port: this.standbyPort });
  }

  /** As in a power cut: the primary is gone, and somebody makes the standby the primary. */
  async failOver(): Promise<void> {
    const postmaster = readPostmasterFile(path.join(this.primary.dataDir, 'cluster'));
    if (postmaster) signal(postmaster.pid, 'SIGQUIT');
    await this.primary.died;
    await this.#asAdmin(this.standbyPort, (sql) => sql`select pg_promote()`);
    await this.#asAdmin(this.standbyPort, async (sql) => {
      // There is nobody left to wait for.
      await sql`alter system set synchronous_standby_names = ''`;
      await sql`select pg_reload_conf()`;
    });
  }

  async stop(): Promise<void> {
    await this.standby.stop();
    await this.primary.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #asAdmin<T>(port: number, use: (sql: postgres.Sql) => Promise<T>): Promise<T> {
    const sql = postgres({
      ...{ host: '127.0.0.1', port, username: 'postgres', password: this.settings.adminPassword },
      ...{ database: 'postgres', max: 1, connect_timeout: 30, fetch_types: false, onnotice: () => {} },
    });
    try {
      return await use(sql);
    } finally {
      await sql.end({ timeout: 1 });
    }
  }
}

/** A copy that follows its primary. */
function standIn(dataDir: string, copy: string, { port, adminPassword }: ClusterSettings): Location {
  const cluster = path.join(dataDir, 'cluster');
  mkdirSync(dataDir);
  cpSync(copy, cluster, { recursive: true });
  writeFileSync(path.join(cluster, 'standby.signal'), '');
  const from = `host=127.0.0.1 port=${port} user=postgres password=${adminPassword}`;
  appendFileSync(path.join(cluster, 'postgresql.auto.conf'), `\nprimary_conninfo = '${from}'\n`);
  // Gives it to the account that PostgreSQL runs as.
  return settleLocation(dataDir);
}
