import { stat } from 'node:fs/promises';
import { keptSecretKeys, keyId, secretKeyFile } from '@/server/security/secret-key';
import type { Check, Situation } from '../check';
import { type Finding, ok, warn } from '../finding';

/** Of 32 random bytes about 30 differ; fewer than 20 do not happen. */
const FEWEST_BYTES = 20;
/** Of 32 random characters of base64 about 25 differ. */
const FEWEST_CHARACTERS = 12;
const MAKE_ONE = 'Make one with: openssl rand -base64 32';

/** Whether the keys are there, and look as if nobody could guess them. */
export const keys: Check = {
  name: 'keys',
  look: async ({ env }) => {
    const secretKeys = await keptSecretKeys(env);
    const findings = (secretKeys ?? []).filter(isChosen).map((key) => weakSecretKey(keyId(key)));
    if (env.apiKey !== undefined && new Set(env.apiKey).size < FEWEST_CHARACTERS) findings.push(WEAK_API_KEY);
    if (!env.secretKeys && secretKeys) findings.push(...(await openFile(secretKeyFile(env.dataDir))));
    return findings.length > 0 ? findings : [ok(whereFrom(env, secretKeys?.length ?? 0))];
  },
};

/** Whether somebody typed it: few different bytes, or all of them letters. */
export function isChosen(key: Buffer): boolean {
  return new Set(key).size < FEWEST_BYTES || key.every((byte) => byte >= 0x20 && byte < 0x7f);
}

const weakSecretKey = (id: string): Finding =>
  warn(
    `the secret key ${id} does not look random`,
    'Whoever guesses it reads every stored secret and signs sessions',
    `${MAKE_ONE}; how to change it is in docs/operations.md under "Keys"`,
  );

const WEAK_API_KEY = warn(
  'SWITCHYARD_API_KEY has few different characters',
  'Whoever guesses it can do what an operator can',
  MAKE_ONE,
);

async function openFile(file: string): Promise<Finding[]> {
  const { mode } = await stat(file);
  if ((mode & 0o077) === 0) return [];
  return [
    warn(`others on this machine may read ${file}`, 'It opens every stored secret', `chmod 600 ${file}`),
  ];
}

function whereFrom(env: Situation['env'], count: number): string {
  if (env.secretKeys) return `SWITCHYARD_SECRET_KEY holds ${count === 1 ? 'one key' : `${count} keys`}`;
  const file = secretKeyFile(env.dataDir);
  return count > 0 ? `the secret key is in ${file}` : `the first start makes a secret key in ${file}`;
}
