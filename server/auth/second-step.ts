import { parseCookies } from 'better-auth/cookies';
import { eq, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { authSession, authUser, authVerification } from '@/db/schema/auth';
import type { Auth } from './auth';
import type { Authenticate, Principal } from './principal';
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
 * Leaves all but a begun sign-in out of the cookies that the library is told: it knows nothing of rules that shut a session
 * which is there still, and would let it change how its owner signs in.
 */
export async function entryAlone(auth: Auth, headers: Headers): Promise<void> {
  const { name } = (await auth.$context).createAuthCookie('two_factor');
  const kept = (headers.get('cookie') ?? '')
    .split(';')
    .filter((one) => one.split('=', 1)[0]?.trim() === name);
  headers.set('cookie', kept.join(';').trim());
}

/**
 * Takes a person's code out of use: who looks over a shoulder, or between, must not come in with it (RFC 6238, 5.2). In one
 * statement and before it is looked at, so that of two at once one is the first; false for any other.
 */
export async function spendCode(db: Database, userId: string, code: string): Promise<boolean> {
  const key = keyOf(userId, code);
  const rows = await db.execute(sql`
    insert into ${authVerification} as v (id, identifier, value, expires_at)
    values (${key}, ${key}, '', now() + make_interval(secs => ${CODE_SECONDS}))
    on conflict (id) do update set expires_at = excluded.expires_at where v.expires_at < now()
    returning id`);
  return rows.length > 0;
}

/** It was not right, so that it was not used. */
export async function returnCode(db: Database, userId: string, code: string): Promise<void> {
  await db.delete(authVerification).where(eq(authVerification.id, keyOf(userId, code)));
}

const keyOf = (userId: string, code: string) => `code:${hashOf(`${userId} ${code}`)}`;

/**
 * Ends all sessions of a person but the one that the library's answer begins: who came in with the password alone must not
 * stay.
 */
export async function keepOnlyNew(
  { db, authenticate }: { db: Database; authenticate: Authenticate },
  caller: Principal,
  answer: Headers,
): Promise<void> {
  const cookie = answer
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ');
  const now = await authenticate(new Headers({ cookie }), { looking: true });
  if (!now?.sessionId) return;
  await db.execute(sql`delete from ${authSession} where user_id = ${caller.id} and id <> ${now.sessionId}`);
}
