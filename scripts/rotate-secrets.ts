import path from 'node:path';
import { connect } from '@/db/client';
import { EmbeddedPostgresError } from '@/db/embedded/errors';
import { startEmbeddedPostgres } from '@/db/embedded/launcher';
import { rotateSecondFactors } from '@/server/auth/sealing';
import { EnvError, readEnv } from '@/server/env';
import { createAuditSigner } from '@/server/security/audit-signer';
import { rotateSecrets as rotateStored } from '@/server/security/rotate-secrets';
import { rotateSignatures } from '@/server/security/rotate-signatures';
import { loadSecretKeys, sessionSecretsOf } from '@/server/security/secret-key';
import { createSecretBox } from '@/server/security/secrets';

/** Seals every stored secret with the first key of SWITCHYARD_SECRET_KEY, so that the others can be dropped. */
export async function rotateSecrets(): Promise<number> {
  try {
    const { said, all } = await rotate();
    console.log(said);
    return all ? 0 : 1;
  } catch (error) {
    const mendable = error instanceof EnvError || error instanceof EmbeddedPostgresError;
    console.error(mendable ? error.message : error);
    return 1;
  }
}

async function rotate(): Promise<{ said: string; all: boolean }> {
  const env = readEnv(process.env);
  const keys = await loadSecretKeys(env);
  if (!env.secretKeys || keys.length < 2)
    throw new EnvError([
      {
        variable: 'SWITCHYARD_SECRET_KEY',
        message: 'must hold the new key and, after a comma, the present one, to rotate from one to the other',
      },
    ]);
  const postgres = env.databaseUrl
    ? null
    : await startEmbeddedPostgres({ dataDir: path.join(env.dataDir, 'postgres'), log: console.error });
  const connection = connect(env.databaseUrl ?? postgres?.url ?? '', 2);
  try {
    const signatures = await rotateSignatures(connection.db, createAuditSigner(keys));
    const rotations = [
      await rotateStored(connection.db, createSecretBox(keys)),
      await rotateSecondFactors(connection.db, sessionSecretsOf(keys)),
    ];
    const sealed = rotations.reduce((sum, rotation) => sum + rotation.sealed, 0);
    const unreadable = [...rotations, signatures].flatMap((rotation) => rotation.unreadable);
    const anew = signatures.signed > 0 ? ` Signed ${signatures.signed} days of the audit log with it.` : '';
    const done = `Sealed ${sealed} secrets with the first key.${anew}`;
    if (unreadable.length === 0)
      return { said: `${done} The others can be dropped from SWITCHYARD_SECRET_KEY.`, all: true };
    const left = `${done} ${unreadable.length} could not be opened and are as they were:`;
    return { said: [left, ...unreadable].join('\n'), all: false };
  } finally {
    await connection.close();
    await postgres?.stop();
  }
}
