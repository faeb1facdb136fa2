import { copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import type { Given } from '@/cli/arguments';
import { SECRET_KEY } from '@/db/embedded/backup/backup-folder';
import { moveAside, type Restored, restoreBackup, stamp } from '@/db/embedded/backup/restore-backup';
import { type Env, readEnv } from '@/server/env';
import { keptSecretKeys, keyId, secretKeyFile } from '@/server/security/secret-key';
import { ownPostgres } from './backup';

/** Puts a backup in the place of the embedded database, whose server is stopped. */
export async function restore(given: Given): Promise<number> {
  const from = path.resolve(given.only('backup'));
  const env = readEnv(process.env);
  if (env.databaseUrl) throw ownPostgres('restore');
  const dataDir = path.join(env.dataDir, 'postgres');
  const restored = await restoreBackup({ from, dataDir, log: console.error });
  for (const line of [...aboutDatabase(restored), ...(await putKeyBack(restored, from, env))])
    console.log(line);
  return 0;
}

function aboutDatabase({ backup, before, work }: Restored): string[] {
  const open = work.openPlans;
  return [
    `Restored as it was on ${backup.takenAt}, by Switchyard ${backup.switchyard}.`,
    ...(before === null ? [] : [`What was there before is in ${before}. Remove it when you miss nothing.`]),
    ...(open.length === 0
      ? ['No plan was under way.']
      : [
          `${open.length} plan${open.length === 1 ? '' : 's'} (${open.slice(0, 10).join(', ')}${open.length > 10 ? ', …' : ''}) with ${work.runningTasks} running tasks go on when the server starts; what was being sent is in doubt.`,
          'Instances may have got more than is on record since: see "After a restore" in docs/operations.md.',
        ]),
  ];
}

/** What opens the secrets: from the backup where that has it, else whether it is here. */
async function putKeyBack({ backup }: Restored, from: string, env: Env): Promise<string[]> {
  const here = ((await keptSecretKeys(env)) ?? []).map(keyId);
  const fits = backup.keys.some((key) => here.includes(key));
  if (fits || backup.keys.length === 0) return [];
  const file = secretKeyFile(env.dataDir);
  if (!backup.hasSecretKey || env.secretKeys)
    return [
      `Its secrets are sealed with the key ${backup.keys.join(', ')}, which is not here. Put it into ${env.secretKeys ? 'SWITCHYARD_SECRET_KEY' : file} before you start: tasks that need a secret fail otherwise.`,
    ];
  const aside = existsSync(file) ? moveAside(file, `secret.key.before-restore-${stamp()}`) : null;
  copyFileSync(path.join(from, SECRET_KEY), file);
  return [
    `The secret key of the backup is in ${file}.${aside === null ? '' : ` The one that was there is in ${aside}.`}`,
  ];
}
