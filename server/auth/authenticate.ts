import { createHash, timingSafeEqual } from 'node:crypto';
import type { Database } from '@/db/client';
import { findApiKey } from './api-keys';
import type { Auth } from './auth';
import { type Authenticate, ROLES } from './principal';

/**
 * Builds the one function every door asks. It reads the database each time, so a revoked session,
 * key or role counts from the next request on.
 */
export function createAuthenticate(deps: { auth: Auth; db: Database; apiKey?: string }): Authenticate {
  return async (headers) => {
    const authorization = headers.get('authorization');
    // A caller that shows a key means the key: a bad one must not fall back to a cookie.
    if (authorization !== null) {
      const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
      if (key === undefined) return null;
      if (deps.apiKey !== undefined && sameSecret(key, deps.apiKey)) {
        return { kind: 'apiKey', id: 'environment', name: 'SWITCHYARD_API_KEY', role: 'operator' };
      }
      return findApiKey(deps.db, key);
    }
    if (!headers.has('cookie')) return null;
    const found = await deps.auth.api.getSession({ headers, query: { disableRefresh: true } });
    const role = ROLES.find((known) => known === found?.user.role);
    if (!found || !role) return null;
    return {
      kind: 'user',
      id: found.user.id,
      name: found.user.name,
      email: found.user.email,
      role,
      sessionId: found.session.id,
    };
  };
}

/** Hashing first makes the lengths equal, so the comparison takes the same time whatever was sent. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
