import { isIP } from 'node:net';
import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { authPasskey, authSession, authUser } from '@/db/schema/auth';
import { LOOPBACK } from './origin';
import type { Role } from './principal';
import { hasPasskey, secondFactorMissing } from './second-factor';

/** Whom passkeys are made for: browsers use one where both fit, and nowhere else. */
export interface PasskeyParty {
  /** The host, which each passkey belongs to for good. */
  id: string;
  /** The one address whose pages may ask for it. */
  origin: string;
}

/**
 * By the address that is configured: what a request says of its host is anybody's choice. Null where browsers make none:
 * without TLS, and for the numbers of hosts, other than this machine's, which has a name.
 */
export function passkeyParty({ protocol, hostname, port }: URL): PasskeyParty | null {
  if (LOOPBACK.has(hostname))
    return { id: 'localhost', origin: new URL(`${protocol}//localhost:${port}`).origin };
  const named = isIP(hostname.replaceAll(/[[\]]/g, '')) === 0;
  return named && protocol === 'https:'
    ? { id: hostname, origin: `https://${hostname}${port && `:${port}`}` }
    : null;
}

/** More are nobody's need; each is told to the authenticator at the next registration. */
export const MAX_PASSKEYS = 20;

/** A passkey as its owner sees it. */
export interface PasskeyInfo {
  id: string;
  name: string | null;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** What a person signs in with besides the password. */
export interface SecondFactors {
  /** Whether codes of an authenticator are asked for. */
  codes: boolean;
  /** The oldest first. */
  passkeys: PasskeyInfo[];
  /** Whether the password opens nothing without one of these passkeys. */
  byPasskeyAlone: boolean;
}

/** What of second factors a person has. */
export async function secondFactorsOf(db: Database, userId: string): Promise<SecondFactors> {
  const [person] = await db.execute<{ codes: boolean }>(
    sql`SELECT two_factor_enabled AS codes FROM ${authUser} WHERE id = ${userId}`,
  );
  const passkeys = await db.execute<PasskeyInfo & Record<string, unknown>>(sql`
    SELECT id, name, created_at, last_used_at FROM ${authPasskey} WHERE user_id = ${userId} ORDER BY created_at, id`);
  const byPasskeyAlone = await mustComeByPasskey(db, userId);
  return { codes: person?.codes === true, passkeys: [...passkeys], byPasskeyAlone };
}

/** Whose passkey this is, by the id that browsers send; null when it is nobody's. */
export async function ownerOf(db: Database, credentialId: string) {
  const [row] = await db.execute<{ name: string; email: string; passkey: string | null }>(sql`
    SELECT u.name, u.email, p.name AS passkey FROM ${authPasskey} p JOIN ${authUser} u ON u.id = p.user_id
    WHERE p.credential_id = ${credentialId}`);
  return row ?? null;
}

/** Notes that a passkey was used; answers with its id, null when it is gone. */
export async function noteUse(db: Database, credentialId: string): Promise<string | null> {
  const [row] = await db.execute<{ id: string }>(sql`
    UPDATE ${authPasskey} SET last_used_at = now() WHERE credential_id = ${credentialId} RETURNING id`);
  return row?.id ?? null;
}

/**
 * Whether the password alone must not let somebody in: a second factor is required of them, and theirs are passkeys alone.
 * To let them set up codes with the password would let in whoever found that out.
 */
export async function mustComeByPasskey(db: Database, userId: string): Promise<boolean> {
  const [person] = await db.execute<{ role: Role; codes: boolean }>(
    sql`SELECT role, two_factor_enabled AS codes FROM ${authUser} WHERE id = ${userId}`,
  );
  if (!person || person.codes || !(await hasPasskey(db, userId))) return false;
  return secondFactorMissing(db, person.role);
}

/**
 * Takes a passkey of a person away, and ends the sessions that began with it, but for the one they do it in. The last second
 * factor stays where one is required: of two removals at once the later waits for the lock and sees what the first left.
 */
export async function removePasskey(
  db: Database,
  asked: { userId: string; role: Role; id: string; sessionId: string },
): Promise<{ removed: string | null } | { refused: 'unknown' | 'last' }> {
  const { userId, role, id, sessionId } = asked;
  const required = await secondFactorMissing(db, role);
  const [row] = await db.execute<{ known: boolean; removed: boolean; name: string | null }>(sql`
    WITH mine AS (
      SELECT id FROM ${authPasskey} WHERE user_id = ${userId} ORDER BY id FOR UPDATE
    ), gone AS (
      DELETE FROM ${authPasskey} p USING ${authUser} u
      WHERE p.id = ${id} AND p.id IN (SELECT id FROM mine) AND u.id = p.user_id
        AND (NOT ${required}::boolean OR u.two_factor_enabled OR (SELECT count(*) FROM mine) > 1)
      RETURNING p.id, p.name
    ), ended AS (
      DELETE FROM ${authSession} s USING gone WHERE s.passkey_id = gone.id AND s.id <> ${sessionId}
    )
    SELECT EXISTS (SELECT 1 FROM mine WHERE id = ${id}) AS known, EXISTS (SELECT 1 FROM gone) AS removed,
      (SELECT name FROM gone) AS name`);
  if (row?.removed) return { removed: row.name };
  return { refused: row?.known ? 'last' : 'unknown' };
}
