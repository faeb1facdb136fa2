import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';

/**
 * Every name under which the person with this address may have made a plan: theirs, now or before, and those of API keys
 * that they made, or that one of those keys made. Names are somebody's for good (`actor_name`).
 */
export async function namesBehind(db: Database, email: string): Promise<string[]> {
  const [row] = await db.execute<{ names: string[] }>(sql`
    with recursive theirs(name) as (
      select unnest(names) from actor_name where kind = 'user' and principal = ${email}
      union
      select unnest(a.names) from theirs t join api_key k on k.created_by = t.name
        join actor_name a on a.kind = 'apiKey' and a.principal = k.id::text
    )
    select array(select name from theirs) as names`);
  return row?.names ?? [];
}

/** Who made the plan; null when there is none. */
export async function makerOf(db: Database, planId: string): Promise<string | null> {
  const [row] = await db.execute<{ by: string }>(
    sql`select created_by as by from plan where plan_id = ${planId}`,
  );
  return row?.by ?? null;
}
