import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { authRateLimit, authSession, authUser } from '@/db/schema/auth';
import { hashOf } from './tokens';

/** Wrong passwords, or codes of a second factor, that one address may try on one account before it has to wait. */
export const FREE_ATTEMPTS = 5;
/** The same for one account from addresses it never signed in from, and for one address on whatever accounts. */
const FREE_ON_ACCOUNT = 20;
const FREE_FROM_ADDRESS = 50;
const FIRST_WAIT_SECONDS = 30;
/** No wait is longer: who knows the password is never kept out for long. */
const LONGEST_WAIT_SECONDS = 900;
/** From elsewhere less, since anybody can make an account's owner wait by guessing. */
const LONGEST_ON_ACCOUNT_SECONDS = 60;
/** After so long without an attempt everything is as at first. */
const FORGOTTEN_SECONDS = 3600;

interface Limit {
  key: string;
  free: number;
  longest: number;
}

/** Whose attempts are counted together. */
function limitsOf(email: string, address: string, known: boolean): Limit[] {
  // Not the address of a person itself: what anybody types would be kept.
  const account = hashOf(email);
  const longest = LONGEST_WAIT_SECONDS;
  return [
    { key: `login:${account} ${address}`, free: FREE_ATTEMPTS, longest },
    { key: `login-from:${address}`, free: FREE_FROM_ADDRESS, longest },
    ...(known
      ? []
      : [{ key: `login-on:${account}`, free: FREE_ON_ACCOUNT, longest: LONGEST_ON_ACCOUNT_SECONDS }]),
  ];
}

/**
 * Takes one attempt to sign in from what an account and an address may make, on all nodes together, before the password, or
 * the code, is looked at. Answers with the seconds to wait, 0 when it may go on. Each attempt beyond the free ones doubles the wait
 * (OWASP, "Authentication Cheat Sheet": exponential lockout per account and source). An attempt that is refused counts for
 * nothing, so that a client that goes on asking does not keep itself out.
 */
export async function spendLoginAttempt(db: Database, email: string, address: string): Promise<number> {
  const limits = limitsOf(email, address, await signedInFrom(db, email, address));
  const rows = await db.execute<{ wait: number }>(sql`
    with asked as (
      select * from jsonb_to_recordset(${JSON.stringify(limits)}::jsonb) as l(key text, free int, longest int) order by key
    ), now_ms as (
      select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms
    ), standing as (
      select a.*, ms, case when b.last_request > ms - ${FORGOTTEN_SECONDS * 1000} then b.count else 0 end as made,
        b.last_request
      from asked a cross join now_ms left join ${authRateLimit} b on b.key = a.key
    ), waits as (
      select key, greatest(0, case when made < free then 0 else
        ceil((last_request + 1000 * least(longest, ${FIRST_WAIT_SECONDS} * power(2, least(made - free, 20))) - ms) / 1000.0)
      end)::int as wait from standing
    ), spent as (
      insert into ${authRateLimit} as b (id, key, count, last_request)
      -- An id of its own: of two first ones at once the later would else be refused by the id before it is counted.
      select gen_random_uuid()::text, key, 1, ms from standing where not exists (select 1 from waits where wait > 0) order by key
      on conflict (key) do update set last_request = excluded.last_request,
        count = case when b.last_request > excluded.last_request - ${FORGOTTEN_SECONDS * 1000} then b.count + 1 else 1 end
      returning b.count, b.key
    )
    -- Attempts of the same moment do not see each other, but are counted one after the other: beyond the free ones only
    -- the first goes on.
    select greatest((select max(wait) from waits),
      (select max(case when spent.count > free and spent.count > made + 1 then ${FIRST_WAIT_SECONDS} else 0 end)
        from spent join standing on standing.key = spent.key))::int as wait`);
  return rows[0]?.wait ?? 0;
}

/** All was right: this address starts anew on this account, and elsewhere the attempts it took do not count. */
export async function forgiveLogin(
  db: Database,
  email: string,
  address: string,
  attempts: number,
): Promise<void> {
  const [pair, ...others] = limitsOf(email, address, false).map(({ key }) => key);
  await db.execute(sql`
    with forgiven as (delete from ${authRateLimit} where key = ${pair})
    update ${authRateLimit} set count = greatest(0, count - ${attempts}::int) where key in ${others}`);
}

/** Whether the account is signed in at this address now: its owner is there, whoever else guesses elsewhere. */
async function signedInFrom(db: Database, email: string, address: string): Promise<boolean> {
  const rows = await db.execute(sql`
    select 1 from ${authSession} s join ${authUser} u on u.id = s.user_id
    where u.email = ${email} and s.ip_address = ${address} and s.expires_at > now() limit 1`);
  return rows.length > 0;
}
