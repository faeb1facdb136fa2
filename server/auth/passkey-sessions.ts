import { APIError } from 'better-auth/api';
import type { Database } from '@/db/client';
import { mustComeByPasskey, noteUse } from './passkeys';

/** What the library knows of the request that a session is made for. */
interface Making {
  path: string;
  body?: unknown;
  context: { session?: { session: { userId: string; passkeyId?: unknown } } | null };
}

/** Addresses at which a passkey was verified by the time a session is made; any other could name one that it did not see. */
const VERIFIED: ReadonlySet<string> = new Set([
  '/passkey/verify-authentication',
  '/passkey/verify-registration',
]);

/**
 * The passkey a new session begins with: the one that was verified, or that of the session it replaces, as after a change of
 * the password. Null for any other. Throws where the password was right and must not be enough.
 */
export async function passkeyOfSession(
  db: Database,
  userId: string,
  making: Making | null,
): Promise<string | null> {
  if (making && VERIFIED.has(making.path)) return noteUse(db, credentialIn(making.body));
  if (making?.path === '/sign-in/email' && (await mustComeByPasskey(db, userId)))
    throw new APIError('FORBIDDEN', { code: 'PASSKEY_NEEDED', message: BY_PASSKEY });
  const former = making?.context.session?.session;
  return former?.userId === userId && typeof former.passkeyId === 'string' ? former.passkeyId : null;
}

/** Told to nobody but who knows the password. */
const BY_PASSKEY = 'A second factor is required of you, and yours is a passkey. Sign in with that instead.';

function credentialIn(body: unknown): string {
  const { response } = (body ?? {}) as { response?: { id?: unknown } };
  return typeof response?.id === 'string' ? response.id : '';
}
