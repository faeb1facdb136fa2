import { parseCookies } from 'better-auth/cookies';
import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { authSession, authUser, authVerification } from '@/db/schema/auth';
import type { Auth } from './auth';
import { hashOf } from './tokens';

/** Somebody whose password was right and who has yet to show a second factor. */
export interface Entering {
  userId: string;
  name: string;
  email: string;
}

/** Longer than any code of an authenticator is taken, before and after its half minute. */
const CODE_SECONDS = 120;
/** What the library puts before the name of a sign-in that waits for its second step. */
const CHALLENGE = '2fa-';

/** Who is between the two steps of a sign-in. For counting and the record alone: the library checks the signature. */
export async function whoIsEntering(auth: Auth, db: Database, headers: Headers): Promise<Entering | null> {
  const { name } = (await auth.$context).createAuthCookie('two_factor');
  const [challenge = ''] =
    parseCookies(headers.get('cookie') ?? '')
      .get(name)
      ?.split('.') ?? [];
  if (!challenge.startsWith(CHALLENGE)) return null;
  const [row] = await db.execute<Entering & Record<string, unknown>>(sql`
    select u.id as "userId", u.name, u.email from ${authVerification} v join ${authUser} u on u.id = v.value
    where v.identifier = ${challenge} and v.expires_at > now()`);
  return row ?? null;
}

/**
 * Whether this person's code was not given before: who looks over a shoulder, or between, must not use it again (RFC 6238,
 * 5.2). It counts as given from here on, in one statement, so that of two at once one is the first.
 */
export async function firstUse(db: Database, userId: string, code: string): Promise<boolean> {
  const key = `code:${hashOf(`${userId} ${code}`)}`;
  const rows = await db.execute(sql`
    insert into ${authVerification} as v (id, identifier, value, expires_at)
    values (${key}, ${key}, '', now() + make_interval(secs => ${CODE_SECONDS}))
    on conflict (id) do update set expires_at = excluded.expires_at where v.expires_at < now()
    returning id`);
  return rows.length > 0;
}

/** Ends all sessions of a person but one: who came in with the password alone must not stay. */
export async function keepOnly(db: Database, userId: string, sessionId: string): Promise<void> {
  await db.execute(sql`delete from ${authSession} where user_id = ${userId} and id <> ${sessionId}`);
}
