import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isAlive } from '@/db/embedded/postmaster';

const prefix = 'switchyard-test-';
const memory = '/dev/shm';
const enoughMemory = 2 * 1024 ** 3;

/**
 * Makes a folder for test databases: in memory where the system offers enough of it, which is several times faster.
 * Any user may enter it, as root's Postgres runs as another one.
 */
export function makeScratchFolder(): string {
  return makeFolder(roomyMemory() ? memory : tmpdir());
}

/** Makes a folder on disk, from which programs can be run. */
export function makeProgramFolder(): string {
  return makeFolder(tmpdir());
}

/** Removes the folders of test runs that were killed before they could. */
export function removeAbandonedFolders(): void {
  for (const home of [memory, tmpdir()]) {
    for (const name of existsSync(home) ? readdirSync(home) : []) {
      const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : 0;
      if (pid === 0 || isAlive(pid)) continue;
      try {
        rmSync(join(home, name), { recursive: true, force: true });
      } catch {
        // Another user's: not ours to remove.
      }
    }
  }
}

function makeFolder(home: string): string {
  const folder = mkdtempSync(join(home, `${prefix}${process.pid}-`));
  chmodSync(folder, 0o755);
  return folder;
}

function roomyMemory(): boolean {
  if (!existsSync(memory)) return false;
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > enoughMemory;
}
