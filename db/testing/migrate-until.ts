import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

/** Migrates an empty database as far as the build with this newest migration did, without its functions. */
export async function migrateUntil(url: string, tag: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchyard-migrations-'));
  cpSync('db/migrations', folder, { recursive: true });
  const file = path.join(folder, 'meta', '_journal.json');
  const journal = JSON.parse(readFileSync(file, 'utf8')) as { entries: { tag: string }[] };
  const last = journal.entries.findIndex((entry) => entry.tag === tag);
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, last + 1) }));
  const connection = postgres(url, { max: 1, onnotice: () => {} });
  await applyMigrations(drizzle(connection), { migrationsFolder: folder });
  await connection.end();
  rmSync(folder, { recursive: true });
}
