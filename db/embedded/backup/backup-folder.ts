import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import { EmbeddedPostgresError } from '../errors';
import type { Copied } from './copy-file';

/** A backup is a folder: what it is, what each of its files must be, the cluster, and the secret key if that was asked for. */
const MANIFEST = 'manifest.json';
const SUMS = 'SHA256SUMS';
export const CLUSTER = 'cluster';
export const SECRET_KEY = 'secret.key';

const facts = z.strictObject({
  format: z.literal(1),
  switchyard: z.string(),
  /** The major version whose programs open it. */
  postgres: z.string(),
  takenAt: z.iso.datetime(),
  /** Names the keys that open what is sealed in it, without revealing them. */
  keys: z.array(z.string()),
  /** Of the cluster, also those that are empty. */
  folders: z.array(z.string()),
  /** Of the list of sums, which has all the others. */
  sums: z.string().regex(/^[0-9a-f]{64}$/),
});

export type BackupFacts = Omit<z.output<typeof facts>, 'format' | 'sums'>;

export interface Backup extends BackupFacts {
  /** The sum of each file, by its path below the folder. */
  files: ReadonlyMap<string, string>;
  hasSecretKey: boolean;
}

/** Written last: a folder without it is no backup. */
export function writeManifest(
  folder: string,
  about: BackupFacts,
  files: ReadonlyMap<string, Pick<Copied, 'sha256'>>,
): void {
  // As sha256sum writes it, so that it can be checked where there is no Switchyard.
  const sums = [...files].map(([path, { sha256 }]) => `${sha256}  ${path}\n`).join('');
  writeFileSync(join(folder, SUMS), sums, { mode: 0o600, flush: true });
  const manifest = { format: 1, ...about, sums: sha256(sums) };
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, {
    mode: 0o600,
    flush: true,
  });
}

/** Reads what a backup says of itself; its files are checked as they are copied. */
export function readBackup(folder: string): Backup {
  const about = facts.safeParse(readManifest(folder));
  if (!about.success) throw bad(folder, `Its ${MANIFEST} is damaged, or of another version of Switchyard.`);
  const { format: _, sums: wanted, ...rest } = about.data;
  const sums = read(folder, SUMS);
  if (sha256(sums) !== wanted) throw bad(folder, `Its ${SUMS} is damaged.`);
  const files = new Map(
    sums.split('\n').flatMap((line) => {
      const [, sum, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
      return sum && path ? [[path, sum] as const] : [];
    }),
  );
  return { ...rest, files, hasSecretKey: files.has(SECRET_KEY) };
}

export function bad(folder: string, what: string, detail?: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError('bad-backup', {
    what: `${folder} is no backup that could be restored. ${what}`,
    meaning: 'Nothing was replaced.',
    remedy: 'Take another backup.',
    ...(detail === undefined ? {} : { detail }),
  });
}

/** Nobody else's names: where they lead out of the folder, the list is not ours. */
export const isInside = (path: string): boolean =>
  path.split('/').every((part) => !['', '.', '..'].includes(part));

function readManifest(folder: string): unknown {
  const text = read(folder, MANIFEST);
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function read(folder: string, file: string): string {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const names = listed(folder);
    const whole = names === null || names.includes(file) ? '' : ' It was cut short, or it is another folder.';
    throw bad(folder, `Its ${file} cannot be read (${why}).${whole}`);
  }
}

function listed(folder: string): string[] | null {
  try {
    return readdirSync(folder);
  } catch {
    return null;
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
