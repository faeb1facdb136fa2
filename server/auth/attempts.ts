import type { Database } from '@/db/client';
import type { AccessEvent } from './access-event';
import { spendLoginAttempt } from './login-limit';

/** Takes an attempt to give what only one person knows or has; the answer where there were too many, else null. */
export async function tooManyAttempts(
  deps: { db: Database; audit: (event: AccessEvent) => Promise<void> },
  subject: string | undefined,
  address: string,
): Promise<Response | null> {
  const seconds = await spendLoginAttempt(deps.db, subject ?? '', address);
  if (seconds <= 0) return null;
  await deps.audit({ action: 'login.limited', actor: null, subject: subject ?? 'unknown', address });
  const message = `Too many wrong passwords or codes for this account from your address. Try again in ${seconds} s.`;
  const headers = { 'retry-after': String(seconds) };
  return Response.json({ code: 'TOO_MANY_ATTEMPTS', message }, { status: 429, headers });
}
