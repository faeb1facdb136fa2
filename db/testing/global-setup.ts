import { rmSync } from 'node:fs';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';

import { startEmbeddedPostgres } from '@/db/embedded/launcher';
import { migrate } from '@/db/migrate';
import { makeScratchFolder, removeAbandonedFolders } from './scratch';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a database on the test server whose role may create databases. */
    testServerUrl: string;
    /** Name of the migrated database that each test file clones. */
    testTemplate: string;
    /** Said when the template is cloned, if there is a way that suits the server. */
    testCloning: string;
  }
}

/**
 * Once per run: a database server for tests (TEST_DATABASE_URL, else an embedded one that trades durability for
 * speed) with one migrated template. Afterwards nothing may be left on it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  const template = `switchyard_template_${process.pid}_${Date.now().toString(36)}`;
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
  try {
    await sql`CREATE DATABASE ${sql(template)}`;
    await migrate(withDatabase(server.url, template));
  } catch (error) {
    await sql.end();
    await server.stop();
    throw error;
  }
  project.provide('testServerUrl', server.url);
  project.provide('testTemplate', template);
  project.provide('testCloning', server.cloning);
  return async () => {
    try {
      await assertNothingLeft(sql, template);
    } finally {
      await sql`DROP DATABASE IF EXISTS ${sql(template)} WITH (FORCE)`;
      await sql.end();
      await server.stop();
    }
  };
}

/** The address of another database on the same server. */
export function withDatabase(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}

async function startServer(): Promise<{ url: string; cloning: string; stop(): Promise<void> }> {
  const url = process.env.TEST_DATABASE_URL;
  if (url) return { url, cloning: '', stop: async () => undefined };
  removeAbandonedFolders();
  const dataDir = makeScratchFolder();
  const log: string[] = [];
  try {
    const server = await startEmbeddedPostgres({ dataDir, durable: false, log: (line) => log.push(line) });
    return {
      url: server.url,
      // Needs checkpoints, which cost nothing here, and no log of every page: a third of the time.
      cloning: 'STRATEGY file_copy',
      async stop() {
        await server.stop();
        rmSync(server.dataDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    console.error(log.join('\n'));
    throw error;
  }
}

async function assertNothingLeft(sql: postgres.Sql, template: string): Promise<void> {
  const left = await sql<{ name: string; file: string | null }[]>`
    SELECT datname AS name, shobj_description(oid, 'pg_database') AS file
    FROM pg_database WHERE starts_with(datname, ${`${template}_`})`;
  for (const { name } of left) await sql`DROP DATABASE ${sql(name)} WITH (FORCE)`;
  if (left.length === 0) return;
  const files = left.map(({ name, file }) => `${file ?? 'unknown file'} (${name})`);
  // Vitest reports an error after the last test, but lets the run pass.
  process.exitCode = 1;
  throw new Error(`Test databases were never dropped; call drop() in afterAll: ${files.join(', ')}`);
}
