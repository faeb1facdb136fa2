import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

import { systemCode } from '../errors';

/** What a file held when it was copied. */
export interface Copied {
  bytes: number;
  sha256: string;
}

const CHUNK = 1024 * 1024;
/** The system writes what several wait for together. */
const SYNCED_AT_ONCE = 16;

/** Copies a file, readable by its owner alone; null when it is not there (any more). */
export async function copyFile(from: string, to: string): Promise<Copied | null> {
  const source = await open(from, 'r').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (!source) return null;
  try {
    const target = await open(to, 'wx', 0o600);
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      // Not a byte more than there was: a file that grows meanwhile might never end.
      const { size } = await source.stat();
      for (const buffer = Buffer.alloc(CHUNK); bytes < size; ) {
        const { bytesRead } = await source.read(buffer, 0, Math.min(CHUNK, size - bytes), bytes);
        if (bytesRead === 0) break;
        const chunk = buffer.subarray(0, bytesRead);
        hash.update(chunk);
        await target.writeFile(chunk);
        bytes += bytesRead;
      }
      return { bytes, sha256: hash.digest('hex') };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Resolves once all of them are on the disk. */
export async function syncFiles(paths: readonly string[]): Promise<void> {
  const left = [...paths];
  const work = async () => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      const file = await open(path, 'r');
      await file.sync().finally(() => file.close());
    }
  };
  await Promise.all(Array.from({ length: SYNCED_AT_ONCE }, work));
}
