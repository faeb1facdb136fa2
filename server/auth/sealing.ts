import { parseEnvelope, symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto';
import { and, eq } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { authTwoFactor, authUser } from '@/db/schema/auth';
import { hashOf } from './tokens';

/** The newest first, each under a number of its own that stays: what is sealed says by it which one opens it. */
export const numbered = (secrets: readonly string[]) =>
  secrets.map((value) => ({ version: Number.parseInt(hashOf(value).slice(0, 8), 16), value }));

/**
 * Seals what belongs to second factors with the newest secret, so that older keys can be dropped. Row by row: it may be
 * stopped and run again. What cannot be opened is left as it is, and told.
 */
export async function rotateSecondFactors(db: Database, secrets: readonly string[]) {
  const rotation = { sealed: 0, unreadable: [] as string[] };
  const all = numbered(secrets);
  const currentVersion = all[0]?.version ?? 0;
  const key = { keys: new Map(all.map(({ version, value }) => [version, value])), currentVersion };
  const anew = async (data: string) => symmetricEncrypt({ key, data: await symmetricDecrypt({ key, data }) });
  const rows = await db
    .select({
      ...{ id: authTwoFactor.id, secret: authTwoFactor.secret, backupCodes: authTwoFactor.backupCodes },
      email: authUser.email,
    })
    .from(authTwoFactor)
    .innerJoin(authUser, eq(authUser.id, authTwoFactor.userId));
  for (const { id, secret, backupCodes, email } of rows) {
    if ([secret, backupCodes].every((sealed) => parseEnvelope(sealed)?.version === currentVersion)) continue;
    try {
      const sealed = { secret: await anew(secret), backupCodes: await anew(backupCodes) };
      // Only if it is still what was read: a backup code may have been used meanwhile.
      const done = await db
        .update(authTwoFactor)
        .set(sealed)
        .where(
          and(
            eq(authTwoFactor.id, id),
            eq(authTwoFactor.secret, secret),
            eq(authTwoFactor.backupCodes, backupCodes),
          ),
        )
        .returning({ id: authTwoFactor.id });
      rotation.sealed += done.length;
    } catch (error) {
      rotation.unreadable.push(`The second factor of ${email}: ${(error as Error).message}`);
    }
  }
  return rotation;
}
