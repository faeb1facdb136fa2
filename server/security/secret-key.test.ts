import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deriveKey, keyId, loadSecretKeys, parseSecretKeys } from './secret-key';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'switchyard-key-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

describe('the secret key', () => {
  it('is made once, readable by its owner only', async () => {
    const [first] = await loadSecretKeys({ dataDir });
    const [again] = await loadSecretKeys({ dataDir });
    expect(first).toHaveLength(32);
    expect(again).toEqual(first);
    expect((await stat(path.join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600);
  });

  it('is one key when several processes start at once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadSecretKeys({ dataDir })));
    expect(new Set(keys.map(([key]) => key?.toString('hex'))).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(['secret.key']);
  });

  it('is not replaced when its file is damaged', async () => {
    await writeFile(path.join(dataDir, 'secret.key'), 'oops');
    await expect(loadSecretKeys({ dataDir })).rejects.toThrow('is damaged');
  });

  it('comes from the environment when set, newest first', async () => {
    const secretKeys = parseSecretKeys(`${Buffer.alloc(32, 2).toString('base64url')},${'01'.repeat(32)}`);
    expect(await loadSecretKeys({ secretKeys, dataDir })).toBe(secretKeys);
    expect(secretKeys.map((key) => key[0])).toEqual([2, 1]);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('gives each purpose a key of its own', () => {
    const key = Buffer.alloc(32, 1);
    expect(deriveKey(key, 'sessions')).not.toEqual(deriveKey(key, 'secrets'));
    expect(keyId(key)).toMatch(/^[0-9a-f]{8}$/);
  });
});
