import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { auditOf } from '@/db/queries/audit';
import { readSetting, SECOND_FACTOR, writeSettings } from '@/db/queries/settings';
import { authPasskey, authSession, authTwoFactor, authUser } from '@/db/schema/auth';
import { CommandRefused, NotFound } from '@/server/input/refused';
import { atLeast, type Principal, ROLES, type Role } from './principal';

const refused = (message: string) => new CommandRefused({ code: 'REFUSED_BY_GUARD', message });

/** The least role that a second factor is required of; null when it is everybody's own choice. */
export async function secondFactorRequiredFrom(db: Database): Promise<Role | null> {
  const from = await readSetting(db, SECOND_FACTOR);
  return ROLES.find((known) => known === from) ?? null;
}

/** Whether somebody without a second factor may do nothing before they have one. */
export async function secondFactorMissing(db: Database, role: Role): Promise<boolean> {
  const from = await secondFactorRequiredFrom(db);
  return from !== null && atLeast(role, from);
}

/** Whether a person has a passkey at all. */
export async function hasPasskey(db: Database, userId: string): Promise<boolean> {
  const rows = await db.execute(sql`SELECT 1 FROM ${authPasskey} WHERE user_id = ${userId} LIMIT 1`);
  return rows.length > 0;
}

/**
 * Requires a second factor of a role and those above it, or of nobody. It counts at once: who has none is led to set it up.
 * Throws {@link CommandRefused} for who would shut the door on themselves.
 */
export async function requireSecondFactor(
  db: Database,
  from: Role | null,
  by: Pick<Principal, 'kind' | 'id' | 'name' | 'role' | 'secondFactor' | 'singleSignOn'>,
): Promise<void> {
  const concerned = by.kind === 'user' && !by.singleSignOn;
  if (from !== null && concerned && by.secondFactor !== 'on' && atLeast(by.role, from))
    throw refused(
      (await hasPasskey(db, by.id))
        ? 'Sign in with your passkey first: it would be required of you at once.'
        : 'Set up your own second factor first: it would be required of you at once.',
    );
  await writeSettings(db, by.name, { [SECOND_FACTOR]: from });
}

/**
 * Takes codes and passkeys from somebody who lost them, and ends their sessions: they sign in with their password, and are led
 * to set it up anew where it is required.
 */
export async function removeSecondFactor(
  db: Database,
  { userId, actor }: { userId: string; actor: string },
): Promise<void> {
  const rows = await db.execute(sql`
    WITH changed AS (
      UPDATE ${authUser} SET two_factor_enabled = false, updated_at = now()
      WHERE id = ${userId}
        AND (two_factor_enabled OR EXISTS (SELECT 1 FROM ${authPasskey} WHERE user_id = ${userId}))
      RETURNING id, email
    ), gone AS (
      DELETE FROM ${authTwoFactor} USING changed WHERE user_id = changed.id
    ), passkeys AS (
      DELETE FROM ${authPasskey} USING changed WHERE user_id = changed.id
    ), ended AS (
      DELETE FROM ${authSession} USING changed WHERE user_id = changed.id
    ), audited AS (${auditOf(sql`changed`, {
      actor,
      action: 'member.removeSecondFactor',
      target: sql`email`,
    })})
    SELECT id FROM changed`);
  if (rows.length > 0) return;
  const [there] = await db.execute(sql`SELECT 1 FROM ${authUser} WHERE id = ${userId}`);
  throw there ? refused('They have no second factor.') : new NotFound('member', userId);
}
