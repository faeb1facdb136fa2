import { createLogger } from '@/server/logging';
import { SecretsCheck } from '@/server/security/check-secrets';
import { keptSecretKeys } from '@/server/security/secret-key';
import { createSecretBox } from '@/server/security/secrets';
import type { DatabaseCheck } from '../check';
import { fail, ok } from '../finding';

/** Whether the keys here open what is stored. */
export const secrets: DatabaseCheck = {
  name: 'secrets',
  look: async ({ db }, { env }) => {
    const kept = await keptSecretKeys(env);
    if (!kept) return [ok('no secret key was made yet')];
    const told = await new SecretsCheck({
      db,
      box: createSecretBox(kept),
      log: createLogger('silent'),
    }).state();
    if (told === 'ok') return [ok('every stored secret can be opened')];
    return [
      fail(
        `stored secrets: ${told}`,
        'Tasks that need them fail',
        'Put the missing key into SWITCHYARD_SECRET_KEY, after the first one',
      ),
    ];
  },
};
