import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { actorName } from '@/db/schema/auth';

/** A name, and whose it is to be: a person is known by their e-mail address, a key by its id. */
export interface NameClaim {
  /** The same for all names that look alike. */
  looks: string;
  name: string;
  kind: 'user' | 'apiKey';
  principal: string;
}

/** Makes a name somebody's for good; false when it, or one that looks like it, is or was somebody else's. */
export async function claimName(db: Database, claim: NameClaim): Promise<boolean> {
  const rows = await db.execute(sql`${claiming(claim, sql`(select 1) one`)} returning 1`);
  return rows.length > 0;
}

/** The same as part of a statement, once for each row of `from`. */
export function claiming({ looks, name, kind, principal }: NameClaim, from: SQL): SQL {
  return sql`
    insert into ${actorName} as a (looks, names, kind, principal)
    select ${looks}, array[${name}], ${kind}, ${principal} from ${from}
    on conflict (looks) do update set names = case when ${name} = any(a.names) then a.names else a.names || ${name}::text end
    where a.kind = excluded.kind and a.principal = excluded.principal`;
}

/** Whether a name, or one that looks like it, is or was somebody else's. */
export async function isTaken(db: Database, { looks, kind, principal }: NameClaim): Promise<boolean> {
  const rows = await db.execute(sql`
    select 1 from ${actorName} where looks = ${looks} and (kind, principal) <> (${kind}, ${principal})`);
  return rows.length > 0;
}
