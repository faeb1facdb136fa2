import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';

/**
 * Every name under which the person with this address may have made a plan: theirs, now or before, and those of API keys
 * that they made. Names are somebody's for good (`actor_name`).
 */
export async function namesBehind(db: Database, email: string): Promise<string[]> {
  const [row] = await db.execute<{ names: string[] }>(sql`
    with own as (select unnest(names) as name from actor_name where kind = 'user' and principal = ${email}),
      of_keys as (select unnest(a.names) as name from api_key k join actor_name a on a.kind = 'apiKey' and a.principal = k.id::text
        where k.created_by in (select name from own))
    select array(select name from own union select name from of_keys) as names`);
  return row?.names ?? [];
}

/** Who made the plan; null when there is none. */
export async function makerOf(db: Database, planId: string): Promise<string | null> {
  const [row] = await db.execute<{ by: string }>(
    sql`select created_by as by from plan where plan_id = ${planId}`,
  );
  return row?.by ?? null;
}
