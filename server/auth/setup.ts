import { randomUUID } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '@/db/client';
import { claiming } from '@/db/queries/actor-names';
import { authAccount, authUser, setupToken } from '@/db/schema/auth';
import type { LimitedTo } from '@/domain/limited-to';
import { actorName, personalName } from './names';
import { MIN_PASSWORD_LENGTH } from './password';
import type { Role } from './principal';
import { hashOf, newToken } from './tokens';

/** What every new account needs. */
export const accountInput = z.strictObject({
  name: actorName,
  email: z
    .email('Enter an e-mail address')
    .max(254)
    .transform((email) => email.toLowerCase()),
  password: z
    .string()
    .min(MIN_PASSWORD_LENGTH, `A password has at least ${MIN_PASSWORD_LENGTH} characters`)
    .max(128, 'A password has at most 128 characters'),
});

/** What the setup page sends. */
export const setupClaimInput = accountInput.extend({ token: z.string().min(1).max(200) });

/** A claim either makes the first administrator or says why it did not. */
export type SetupClaim =
  | { ok: true; userId: string }
  | { ok: false; code: 'SETUP_DONE' | 'SETUP_LINK_INVALID'; message: string };

/** What a setup link is worth at this moment. */
export type SetupLinkState = 'valid' | 'invalid' | 'done';

const LINK_HOURS = 1;
const ENVIRONMENT = 'environment';

const DONE: SetupClaim = {
  ok: false,
  code: 'SETUP_DONE',
  message: 'Setup is already done. Sign in instead.',
};
const INVALID: SetupClaim = {
  ok: false,
  code: 'SETUP_LINK_INVALID',
  message: 'This setup link has expired or is not complete. Restart Switchyard: it prints a new one.',
};

/** Whether nobody has an account yet. */
export async function setupNeeded(db: Database): Promise<boolean> {
  const [row] = await db.select({ one: sql`1` }).from(authUser).limit(1);
  return row === undefined;
}

/** A fresh link to the setup page, valid for an hour; null when there is an account already. */
export async function issueSetupLink(db: Database, baseUrl: URL): Promise<URL | null> {
  const token = newToken();
  const [made] = await db.execute(sql`
    INSERT INTO ${setupToken} (hash, expires_at)
    SELECT ${hashOf(token)}, now() + make_interval(hours => ${LINK_HOURS})
    WHERE NOT EXISTS (SELECT 1 FROM ${authUser})
    RETURNING hash`);
  if (!made) return null;
  const link = new URL('/setup', baseUrl);
  link.searchParams.set('token', token);
  return link;
}

/** Tells the setup page what to show before anything is typed. */
export async function setupLinkState(db: Database, token: string): Promise<SetupLinkState> {
  const [row] = await db.execute<{ done: boolean; valid: boolean }>(sql`
    SELECT EXISTS (SELECT 1 FROM ${authUser}) AS done,
      EXISTS (SELECT 1 FROM ${setupToken}
        WHERE hash = ${hashOf(token)} AND claimed_at IS NULL AND expires_at > now()) AS valid`);
  if (row?.done) return 'done';
  return row?.valid ? 'valid' : 'invalid';
}

/** Makes the first administrator. Of any number of concurrent claims, with the same link or others, one succeeds. */
export async function claimSetup(db: Database, input: z.output<typeof setupClaimInput>): Promise<SetupClaim> {
  const state = await setupLinkState(db, input.token);
  // Hashing a password is slow on purpose, so nobody without a valid link may ask for it.
  if (state !== 'valid') return state === 'done' ? DONE : INVALID;
  const claim = sql`
    UPDATE ${setupToken} SET claimed_at = now()
    WHERE hash = ${hashOf(input.token)} AND claimed_at IS NULL AND expires_at > now()
      AND NOT EXISTS (SELECT 1 FROM ${authUser})
    RETURNING hash`;
  const userId = await insertAccountIf(db, claim, { ...input, role: 'admin' });
  return userId === null ? DONE : { ok: true, userId };
}

/** Makes the administrator named by the environment if there is no account yet; says whether it did. */
export async function ensureFirstAdmin(
  db: Database,
  admin: { email: string; password: string },
): Promise<boolean> {
  if (!(await setupNeeded(db))) return false;
  const gate = sql`
    INSERT INTO ${setupToken} (hash, expires_at, claimed_at)
    SELECT ${ENVIRONMENT}, now(), now() WHERE NOT EXISTS (SELECT 1 FROM ${authUser})
    RETURNING hash`;
  const account = { name: admin.email.split('@')[0] ?? 'admin', ...admin, role: 'admin' as const };
  return (await insertAccountIf(db, gate, account)) !== null;
}

/**
 * Inserts the account if `gate` yields a row, in one statement. The unique index on claimed links makes
 * the losers of a race fail as a whole, which is reported as null.
 */
export async function insertAccountIf(
  db: Database,
  gate: SQL,
  account: { name: string; email: string; password: string; role: Role; limitedTo?: LimitedTo | null },
): Promise<string | null> {
  const limitedTo = account.limitedTo ? JSON.stringify(account.limitedTo) : null;
  const password = await hashPassword(account.password);
  const id = randomUUID();
  try {
    const [made] = await db.execute<{ userId: string }>(sql`
      WITH gate AS (${gate}), person AS (
        INSERT INTO ${authUser} (id, name, email, role, limited_to)
        SELECT ${id}, ${account.name}, ${account.email}, ${account.role}, ${limitedTo}::text::jsonb FROM gate
        RETURNING id
      ), named AS (${claiming(personalName(account.name, account.email), sql`person`)})
      INSERT INTO ${authAccount} (id, account_id, provider_id, user_id, password)
      SELECT ${randomUUID()}, id, 'credential', id, ${password} FROM person
      RETURNING user_id`);
    return made?.userId ?? null;
  } catch (error) {
    if (isUniqueViolation(error)) return null;
    throw error;
  }
}

function isUniqueViolation(error: unknown): boolean {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  return cause instanceof Error && 'code' in cause && cause.code === '23505';
}
