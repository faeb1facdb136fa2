import path from 'node:path';
import type { Given } from '@/cli/arguments';
import { takeBackup } from '@/db/embedded/backup/take-backup';
import { EmbeddedPostgresError } from '@/db/embedded/errors';
import { startEmbeddedPostgres } from '@/db/embedded/launcher';
import { lookAtEmbedded } from '@/db/embedded/look';
import { version } from '@/package.json';
import { EnvError, readEnv } from '@/server/env';
import { keptSecretKeys, keyId, secretKeyFile } from '@/server/security/secret-key';

/** Copies the embedded database into a folder, while the server works on it or while it is stopped. */
export async function backup(given: Given): Promise<number> {
  const into = given.only('folder to make');
  const env = readEnv(process.env);
  if (env.databaseUrl) throw ownPostgres('backup');
  const withKey = given.flag('with-secret-key');
  if (withKey && env.secretKeys)
    throw new EnvError([
      {
        variable: 'SWITCHYARD_SECRET_KEY',
        message:
          'has the secret key, and not the data folder: keep it yourself, and leave out --with-secret-key',
      },
    ]);
  const requested = path.join(env.dataDir, 'postgres');
  const { dataDir, state, problem } = lookAtEmbedded(requested);
  if (problem !== null || state === 'none' || state === 'starting')
    throw new EmbeddedPostgresError('not-running', {
      what:
        problem ??
        `There is no database in ${dataDir} that could be copied${state === 'starting' ? ' yet' : ''}.`,
      meaning: 'No backup was made.',
      remedy: state === 'starting' ? 'Try again when the server is ready.' : 'Look at SWITCHYARD_DATA_DIR.',
    });
  // Of a stopped one as well: a database that somebody might start while it is copied has to be held by us.
  const started =
    state === 'stopped' ? await startEmbeddedPostgres({ dataDir: requested, log: console.error }) : null;
  try {
    const keys = ((await keptSecretKeys(env)) ?? []).map(keyId);
    const taken = await takeBackup({
      ...{ dataDir, into, about: { switchyard: version, keys } },
      ...(withKey ? { secretKeyFile: secretKeyFile(env.dataDir) } : {}),
    });
    console.log(`${taken.folder}: ${taken.files} files, ${(taken.bytes / 1e6).toFixed(1)} MB.`);
    console.log(withKey ? WITH_KEY : withoutKey(keys, env.secretKeys ? null : secretKeyFile(env.dataDir)));
    return 0;
  } finally {
    await started?.stop();
  }
}

const WITH_KEY =
  'It has the secret key: whoever reads it can open every secret in it. Keep it as you would keep those.';

const withoutKey = (keys: string[], file: string | null): string =>
  `Secrets in it are sealed, and the key ${keys[0] ?? ''} is not in it: keep ${file ?? 'SWITCHYARD_SECRET_KEY'} elsewhere. Without it they cannot be read.`;

/** Only the embedded one is ours to copy. */
export function ownPostgres(command: 'backup' | 'restore'): EnvError {
  const message = `leads to a PostgreSQL of yours, which has its own means (pg_basebackup, pg_dump); switchyard ${command} is for the embedded database`;
  return new EnvError([{ variable: 'DATABASE_URL', message }]);
}
