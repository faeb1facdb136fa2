import { randomUUID } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '@/db/client';
import { auditOf } from '@/db/queries/audit';
import { authAccount, authSession, authUser, authVerification } from '@/db/schema/auth';
import { NotFound } from '@/server/input/refused';
import { accountInput } from './setup';
import { hashOf, newToken } from './tokens';

const RESET_HOURS = 24;
const PREFIX = 'reset:';
const keyOf = (token: string) => PREFIX + hashOf(token);

/** What the reset page sends. */
export const resetInput = accountInput.pick({ password: true }).extend({ token: z.string().min(1).max(200) });

/** Whose password a link resets. */
export interface Reset {
  userId: string;
  name: string;
  email: string;
}

/**
 * A link with which one person sets a new password, once, within a day; an earlier one to the same person ends. It is
 * returned this once and stored hashed. Their password and sessions stay until it is used. Throws {@link NotFound}.
 */
export async function makeReset(
  db: Database,
  { userId, actor }: { userId: string; actor: string },
): Promise<string> {
  const token = newToken();
  const rows = await db.execute(sql`
    WITH replaced AS (
      DELETE FROM ${authVerification} WHERE identifier LIKE ${`${PREFIX}%`} AND value = ${userId}
    ), made AS (
      INSERT INTO ${authVerification} (id, identifier, value, expires_at)
      SELECT ${randomUUID()}, ${keyOf(token)}, id, now() + make_interval(hours => ${RESET_HOURS})
      FROM ${authUser} WHERE id = ${userId} RETURNING value
    ), audited AS (${auditOf(sql`made JOIN ${authUser} u ON u.id = made.value`, {
      actor,
      action: 'member.reset',
      target: sql`u.email`,
    })})
    SELECT value FROM made`);
  if (rows.length === 0) throw new NotFound('member', userId);
  return token;
}

/** Whose password this link sets; null when it is wrong, used, replaced or too old. */
export async function readReset(db: Database, token: string): Promise<Reset | null> {
  const [row] = await db.execute<Reset & Record<string, unknown>>(sql`
    SELECT u.id AS user_id, u.name, u.email FROM ${authVerification} v JOIN ${authUser} u ON u.id = v.value
    WHERE v.identifier = ${keyOf(token)} AND v.expires_at > now()`);
  return row ?? null;
}

/** Sets the password, the first one of who came by single sign-on so far, and ends all sessions of its owner; the link is used up in the same statement. False when it is worth nothing. */
export async function claimReset(db: Database, claim: z.output<typeof resetInput>): Promise<boolean> {
  // Hashing a password is slow on purpose, so nobody without a valid link may ask for it.
  if (!(await readReset(db, claim.token))) return false;
  const password = await hashPassword(claim.password);
  const rows = await db.execute(sql`
    WITH used AS (
      DELETE FROM ${authVerification} WHERE identifier = ${keyOf(claim.token)} AND expires_at > now() RETURNING value
    ), ended AS (
      DELETE FROM ${authSession} USING used WHERE user_id = used.value
    ), changed AS (
      UPDATE ${authAccount} SET password = ${password}, updated_at = now() FROM used
      WHERE user_id = used.value AND provider_id = 'credential' RETURNING user_id
    ), first AS (
      INSERT INTO ${authAccount} (id, account_id, provider_id, user_id, password)
      SELECT ${randomUUID()}, value, 'credential', value, ${password} FROM used
      WHERE NOT EXISTS (SELECT 1 FROM ${authAccount} WHERE user_id = used.value AND provider_id = 'credential')
      RETURNING user_id
    )
    SELECT user_id FROM changed UNION ALL SELECT user_id FROM first`);
  return rows.length > 0;
}

/** Signs somebody out everywhere, at once; answers with how many sessions that were. Throws {@link NotFound}. */
export async function endSessions(
  db: Database,
  { userId, actor }: { userId: string; actor: string },
): Promise<number> {
  const [row] = await db.execute<{ ended: number }>(sql`
    WITH person AS (
      SELECT id, email FROM ${authUser} WHERE id = ${userId}
    ), gone AS (
      DELETE FROM ${authSession} USING person WHERE user_id = person.id RETURNING 1
    ), counted AS (
      SELECT email, (SELECT count(*)::int FROM gone) AS ended FROM person
    ), audited AS (${auditOf(sql`counted`, {
      actor,
      action: 'member.endSessions',
      target: sql`email`,
      outcome: sql`jsonb_build_object('ended', ended)`,
    })})
    SELECT ended FROM counted`);
  if (!row) throw new NotFound('member', userId);
  return row.ended;
}
