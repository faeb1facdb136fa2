import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { recordAudit } from '@/db/queries/audit';

/** What somebody can do who owns the tables: the triggers are no hindrance then. */
export async function tamper(db: Database, change: string): Promise<void> {
  const tables = ['audit', 'audit_summary', 'audit_signature'];
  for (const table of tables) await db.execute(sql.raw(`alter table ${table} disable trigger user`));
  try {
    await db.execute(sql.raw(change));
  } finally {
    for (const table of tables) await db.execute(sql.raw(`alter table ${table} enable trigger user`));
  }
}

/** Entries as if they had been written so many days ago, at noon of UTC: the clock cannot be turned. The oldest come first. */
export async function writtenDaysAgo(db: Database, days: number, targets: readonly string[]): Promise<void> {
  const [before] = await db.execute<{ id: number }>(sql`select coalesce(max(id), 0) as id from audit`);
  for (const target of targets) await recordAudit(db, { actor: 'ada', action: 'plan.start', target });
  await tamper(
    db,
    `update audit set at = (date_trunc('day', now() at time zone 'UTC') - interval '${days * 24 - 12} hours') at time zone 'UTC' where id > ${before?.id}`,
  );
  await rechain(db);
}

/** The chain made anew over what there is, as only the owner of the tables can. */
export function rechain(db: Database): Promise<void> {
  return tamper(
    db,
    `do $$ declare one audit; prior text := coalesce((select summary::jsonb#>>'{last,hash}' from audit_summary order by day desc limit 1), '');
    begin for one in select * from audit where chain is not null order by chain loop
      update audit set hash = audit_hash(prior, one) where id = one.id returning hash into prior;
    end loop; end $$`,
  );
}
