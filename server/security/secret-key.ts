import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import path from 'node:path';

const KEY_BYTES = 32;
const FILE = 'secret.key';

/** Reads SWITCHYARD_SECRET_KEY: 32 bytes in hex or base64, newest first, older ones after a comma while rotating. */
export function parseSecretKeys(text: string): readonly Buffer[] {
  const keys = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(decodeKey);
  if (keys.length === 0) throw new Error('must be 32 random bytes (make them with: openssl rand -base64 32)');
  return keys;
}

function decodeKey(text: string): Buffer {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  const wellFormed = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text);
  if (!wellFormed || bytes.length !== KEY_BYTES) {
    throw new Error('must be 32 random bytes in base64 or hex (make them with: openssl rand -base64 32)');
  }
  return bytes;
}

/**
 * The keys to use: those of the environment, else those of `secret.key` in the data dir,
 * which is made (mode 0600) on the first start.
 */
export async function loadSecretKeys(env: {
  secretKeys?: readonly Buffer[];
  dataDir: string;
}): Promise<readonly Buffer[]> {
  const kept = await keptSecretKeys(env);
  if (kept) return kept;
  const file = secretKeyFile(env.dataDir);
  await mkdir(env.dataDir, { recursive: true });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    // link() fails if another process was first, so two starts at once end up with one whole key.
    await link(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
  const made = await readKeyFile(file);
  if (!made) throw new Error(`${file} vanished while it was being made`);
  return made;
}

/** The same where there are any: none are made. */
export async function keptSecretKeys(env: {
  secretKeys?: readonly Buffer[];
  dataDir: string;
}): Promise<readonly Buffer[] | null> {
  return env.secretKeys ?? readKeyFile(secretKeyFile(env.dataDir));
}

export const secretKeyFile = (dataDir: string): string => path.join(dataDir, FILE);

async function readKeyFile(file: string): Promise<readonly Buffer[] | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  try {
    return parseSecretKeys(text.trim());
  } catch {
    throw new Error(
      `${file} is damaged. Restore it from a backup: without it the stored secrets cannot be read`,
    );
  }
}

/** A key for one purpose, so that no two uses share key material. */
export function deriveKey(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `switchyard ${purpose}`, KEY_BYTES));
}

/** What signs cookies and seals second factors, of each secret key. */
export const sessionSecretsOf = (keys: readonly Buffer[]): string[] =>
  keys.map((key) => deriveKey(key, 'session').toString('base64'));

/** Names a key without revealing it. */
export function keyId(key: Buffer): string {
  return createHash('sha256').update('switchyard key id').update(key).digest('hex').slice(0, 8);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
