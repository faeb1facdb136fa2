import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, connect } from '@/db/client';
import { signal } from '@/db/embedded/guard';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@/db/embedded/launcher';
import { readPostmasterFile } from '@/db/embedded/postmaster';
import { inTime } from '../in-time';

/** The one Postgres of a run. It belongs to the run, so that it can be crashed; what it confirmed it keeps (fsync). */
export class ChaosDatabase {
  #connection: Connection;

  private constructor(
    private readonly dataDir: string,
    private postgres: EmbeddedPostgres,
  ) {
    this.#connection = connect(postgres.url, 4);
  }

  static async start(folder: string): Promise<ChaosDatabase> {
    const dataDir = path.join(folder, 'postgres');
    await (await launch(dataDir)).stop();
    // What came first between two plans, and beside a stop of everything, is judged by when it was committed.
    appendFileSync(path.join(dataDir, 'cluster', 'postgresql.conf'), '\ntrack_commit_timestamp = on\n');
    return new ChaosDatabase(dataDir, await launch(dataDir));
  }

  /** Where it listens now; it keeps its port unless somebody else took it while it was down. */
  get port(): number {
    return Number(new URL(this.postgres.url).port);
  }

  /** The run's own connection, through no proxy. */
  get connection(): Connection {
    return this.#connection;
  }

  /** The address for a node, by way of its proxy. */
  urlThrough(port: number): string {
    const url = new URL(this.postgres.url);
    url.port = String(port);
    return url.href;
  }

  /** Immediate shutdown, as in a power cut without the power cut, then a start with recovery. */
  async crash(): Promise<void> {
    const { died } = this.postgres;
    signal(this.postmaster(), 'SIGQUIT');
    await died;
    await this.#connection.close();
    // Gives up its claim; there is nothing left to end.
    await this.postgres.stop();
    this.postgres = await launch(this.dataDir);
    this.#connection = connect(this.postgres.url, 4);
  }

  /** kill -9 of one process that serves a connection: Postgres drops all of them and recovers. */
  async killBackend(): Promise<boolean> {
    const rows = await this.patiently(
      ({ sql }) => sql<{ pid: number }[]>`
        select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
        order by random() limit 1`,
    );
    const pid = rows?.[0]?.pid;
    if (pid) signal(pid, 'SIGKILL');
    return pid !== undefined;
  }

  /** A plan that one of these processes drives; null when there is none, or no answer. */
  async drivenBy(pids: readonly number[]): Promise<string | null> {
    const rows = await this.patiently(
      ({ sql }) => sql<{ planId: string }[]>`
        select plan_id as "planId" from plan join node on node_id = driver where awake and pid = any(${[...pids]})
        order by random() limit 1`,
    );
    return rows?.[0]?.planId ?? null;
  }

  /** Holds the lock on a plan's row for so long, as a forgotten session does; less where the database ends meanwhile. */
  async lockPlan(planId: string, millis: number): Promise<void> {
    await this.#connection.sql`
      with held as materialized (select 1 from plan where plan_id = ${planId} for update)
      select pg_sleep(${millis / 1000}) from held`.catch((error: unknown) => {
      if (isOurMistake(error)) throw error;
    });
  }

  /** Asks until there is an answer; null when there was none in time. */
  async patiently<T>(ask: (connection: Connection) => Promise<T>, millis = 30_000): Promise<T | null> {
    const deadline = performance.now() + millis;
    for (;;) {
      try {
        // One answer that never comes does not hold up the run.
        return await inTime(ask(this.#connection), millis, 'The database answers');
      } catch (error) {
        if (performance.now() > deadline) return null;
        // A statement of our own that is wrong would be wrong every time.
        if (isOurMistake(error)) throw error;
        await delay(50);
      }
    }
  }

  async stop(): Promise<void> {
    await this.#connection.close();
    await this.postgres.stop();
  }

  private postmaster(): number {
    const file = readPostmasterFile(path.join(this.postgres.dataDir, 'cluster'));
    if (!file) throw new Error('The database is not running.');
    return file.pid;
  }
}

const launch = (dataDir: string) => startEmbeddedPostgres({ dataDir, log: () => {} });

/** Class 42 of the SQL standard: syntax, names, types. */
function isOurMistake(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown })?.code;
  return typeof code === 'string' && code.startsWith('42');
}
