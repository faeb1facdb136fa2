import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '@/db/embedded/launcher';

/**
 * How many milliseconds the embedded database takes to start again, the best of some rounds: what the launcher needs,
 * not what the machine was doing besides.
 */
export async function measureRestart(rounds: number): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchyard-bench-'));
  const start = () => startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres'), log: () => {} });
  try {
    await (await start()).stop();
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const began = performance.now();
      const database = await start();
      times.push(performance.now() - began);
      await database.stop();
    }
    return Math.min(...times);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
