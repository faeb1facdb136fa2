import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { startEmbeddedPostgres } from '@/db/embedded/launcher';
import { median } from './figures';

/** The Postgres of one whole run, durable as it is outside tests (fsync on). */
export interface BenchServer {
  /** Runs something on an empty database of its own, which is dropped afterwards. */
  withDatabase<T>(work: (url: string) => Promise<T>): Promise<T>;
  version: string;
  /** What it takes to commit one row and have it on the disk, in milliseconds; the median of many. */
  commitMillis(): Promise<number>;
  stop(): Promise<void>;
}

export async function startBenchServer(): Promise<BenchServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchyard-bench-'));
  const server = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'postgres'),
    log: (line) => console.error(line),
  });
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  const [row] = await sql`select current_setting('server_version') as version`;
  let count = 0;
  return {
    version: String(row?.version),
    async commitMillis() {
      await sql`create table if not exists flushed (at timestamptz)`;
      const taken: number[] = [];
      for (let count = 0; count < 200; count += 1) {
        const began = performance.now();
        await sql`insert into flushed values (now())`;
        taken.push(performance.now() - began);
      }
      return median(taken);
    },
    async withDatabase(work) {
      count += 1;
      const name = `bench_${count}`;
      await sql`create database ${sql(name)}`;
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      try {
        return await work(url.href);
      } finally {
        // Not by force, which may not end the server's own vacuum; a plain drop waits for it.
        await sql`drop database ${sql(name)}`;
      }
    },
    async stop() {
      await sql.end();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
