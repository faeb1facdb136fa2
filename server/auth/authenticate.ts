import { createHash, timingSafeEqual } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { authSession, authUser } from '@/db/schema/auth';
import type { LimitedTo } from '@/domain/limited-to';
import { findApiKey } from './api-keys';
import type { Auth, SessionLife } from './auth';
import type { SsoCheck, Standing } from './oidc/still-admitted';
import { type Authenticate, ROLES } from './principal';
import { hasPasskey, secondFactorMissing } from './second-factor';

/**
 * Builds the one function every door asks. It reads the database each time, so a revoked session,
 * key or role counts from the next request on.
 */
export function createAuthenticate(deps: {
  auth: Auth;
  db: Database;
  sessions: SessionLife;
  apiKey?: string;
  /** Whether the key of the environment is taken now. */
  apiKeyOn?: () => boolean;
  /** Where there is single sign-on: whether a session may go on. */
  sso?: SsoCheck | undefined;
  /** Told of a key that is nobody's. */
  unknownKey?: (address: string) => void;
}): Authenticate {
  return async (headers, { looking = false, address = 'unknown', enrolling = false } = {}) => {
    const authorization = headers.get('authorization');
    // A caller that shows a key means the key: a bad one must not fall back to a cookie.
    if (authorization !== null) {
      const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
      if (key === undefined) return null;
      if (deps.apiKey !== undefined && deps.apiKeyOn?.() !== false && sameSecret(key, deps.apiKey)) {
        return { kind: 'apiKey', id: 'environment', name: 'SWITCHYARD_API_KEY', role: 'operator' };
      }
      const holder = await findApiKey(deps.db, key, address);
      if (!holder && !looking) deps.unknownKey?.(address);
      return holder;
    }
    if (!headers.has('cookie')) return null;
    const found = await deps.auth.api.getSession({ headers, query: { disableRefresh: true } });
    if (!found) return null;
    const stands = deps.sso ? await deps.sso({ id: found.session.id, userId: found.user.id }) : PASSWORD;
    if (!stands) return null;
    const role = ROLES.find((known) => known === (stands.role ?? found.user.role));
    if (!role) return null;
    const { limitedTo: limits, groups } = await rightsOf(deps.db, found.user.id);
    const limitedTo = role === 'admin' ? null : limits;
    const codes = found.user.twoFactorEnabled === true;
    // A session that began with a passkey, which is there still, has shown two factors.
    const has = codes || typeof found.session.passkeyId === 'string';
    // Whoever comes from the provider has shown there what it asks for.
    const missing = !stands.bySingleSignOn && !has && (await secondFactorMissing(deps.db, role));
    // Who has a passkey must show it: with the password alone they could be anybody who sets up another factor.
    if (missing && (!enrolling || (await hasPasskey(deps.db, found.user.id)))) return null;
    const { id, updatedAt } = found.session;
    if (!looking && Date.now() - updatedAt.getTime() > USE_NOTED_MS)
      await noteUse(deps.db, id, deps.sessions);
    return {
      kind: 'user',
      id: found.user.id,
      name: found.user.name,
      email: found.user.email,
      role,
      sessionId: found.session.id,
      secondFactor: missing ? 'missing' : has ? 'on' : 'off',
      ...(codes && { codes }),
      ...(stands.bySingleSignOn && { singleSignOn: true, groups: groups ?? [] }),
      ...(limitedTo && { limitedTo }),
    };
  };
}

const PASSWORD: Standing = { bySingleSignOn: false };

/** Asked with each request, as the session is: what was taken away is gone at once. */
async function rightsOf(db: Database, userId: string) {
  const [row] = await db.execute<{ limitedTo: LimitedTo | null; groups: string[] | null }>(
    sql`select limited_to, groups from ${authUser} where id = ${userId}`,
  );
  return row ?? { limitedTo: null, groups: null };
}

/** A session's use is written at most this often. */
const USE_NOTED_MS = 60_000;

/** Puts the end of a session off, but not beyond what it may last in all. */
async function noteUse(db: Database, id: string, { idleHours, days }: SessionLife): Promise<void> {
  await db.execute(sql`
    update ${authSession} set updated_at = now(),
      expires_at = least(now() + make_interval(hours => ${idleHours}), created_at + make_interval(days => ${days}))
    where id = ${id} and expires_at > now()`);
}

/** Hashing first makes the lengths equal, so the comparison takes the same time whatever was sent. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
