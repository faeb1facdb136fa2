import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Check } from '../check';
import { type Finding, fail, ok, warn } from '../finding';

const MEGABYTE = 1024 * 1024;
const LITTLE_MB = 2048;
const TOO_LITTLE_MB = 200;

/** Room for the embedded database; that of another is not to be seen from here. */
export const disk: Check = {
  name: 'disk',
  look: async ({ embedded }) => {
    if (!embedded) return [];
    const { bavail, bsize } = await statfs(firstThere(embedded.dataDir));
    return [diskFound(embedded.dataDir, (bavail * bsize) / MEGABYTE)];
  },
};

const firstThere = (folder: string): string =>
  existsSync(folder) ? folder : firstThere(path.dirname(folder));

export function diskFound(folder: string, megabytes: number): Finding {
  const free = megabytes >= 1024 ? `${(megabytes / 1024).toFixed(1)} GB` : `${Math.floor(megabytes)} MB`;
  const found = `${free} are free for ${folder}`;
  const remedy = 'Make room, or shorten SWITCHYARD_RETENTION_DAYS';
  if (megabytes < TOO_LITTLE_MB) return fail(found, 'The database stops when its disk is full', remedy);
  if (megabytes < LITTLE_MB) return warn(found, 'A plan of a thousand tenants takes 20 MB', remedy);
  return ok(found);
}
