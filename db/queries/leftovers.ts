import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { authRateLimit, authSession, authVerification, refusedAccess, share } from '@/db/schema/auth';
import { driftCheck } from '@/db/schema/catalogue';
import { tenantImport } from '@/db/schema/imports';
import { webhookDelivery } from '@/db/schema/notify';
import { bulk, bulkItem, node, requestBinding } from '@/db/schema/run';

/** Rows that only their age removes. */
interface Leftover {
  table: SQL;
  /** Which of them are old enough; `cutoff` is where the retention begins. */
  old: (cutoff: SQL) => SQL;
  /** Of large ones fewer go at once. */
  atOnce?: number;
}

/** In this order: what belongs to another goes before it. */
const LEFTOVERS = {
  deliveries: {
    table: sql`${webhookDelivery}`,
    old: (cutoff) => sql`coalesce(delivered_at, gave_up_at) < ${cutoff}`,
  },
  bulkItems: {
    table: sql`${bulkItem}`,
    old: (cutoff) => sql`bulk_id in (select bulk_id from ${bulk} where ended_at < ${cutoff})`,
  },
  bulks: {
    table: sql`${bulk}`,
    old: (cutoff) =>
      sql`ended_at < ${cutoff} and not exists (select 1 from ${bulkItem} i where i.bulk_id = ${bulk}.bulk_id)`,
  },
  // Each takes its tenants along. Until then it can be taken back; the audit log keeps what it was.
  imports: { table: sql`${tenantImport}`, old: (cutoff) => sql`at < ${cutoff}`, atOnce: 1 },
  // Nobody looked again for so long: what was found then says nothing about now.
  drift: { table: sql`${driftCheck}`, old: (cutoff) => sql`checked_at < ${cutoff}` },
  shares: {
    table: sql`${share}`,
    old: (cutoff) => sql`least(expires_at, revoked_at) < ${cutoff}`,
  },
  // Nobody repeats a command after a month; what the audit log keeps is kept there.
  bindings: { table: sql`${requestBinding}`, old: () => sql`at < now() - interval '30 days'` },
  sessions: { table: sql`${authSession}`, old: () => sql`expires_at < now() - interval '1 day'` },
  invites: { table: sql`${authVerification}`, old: () => sql`expires_at < now() - interval '30 days'` },
  // Windows of sign-in attempts and budgets, the longest of an hour.
  attempts: {
    table: sql`${authRateLimit}`,
    old: () => sql`last_request < extract(epoch from clock_timestamp() - interval '1 day') * 1000`,
  },
  // Refusals that nobody known got.
  refusals: { table: sql`${refusedAccess}`, old: (cutoff) => sql`minute < ${cutoff}` },
  nodes: { table: sql`${node}`, old: () => sql`beat_at < clock_timestamp() - interval '1 day'` },
} satisfies Record<string, Leftover>;

export type LeftoverName = keyof typeof LEFTOVERS;
export const LEFTOVER_NAMES = Object.keys(LEFTOVERS) as LeftoverName[];

/** Removes at most `batch` of these rows; returns how many, 0 when none is old enough. */
export async function removeLeftovers(
  db: Database,
  name: LeftoverName,
  { days, batch }: { days: number; batch: number },
): Promise<number> {
  const { table, old, atOnce = batch }: Leftover = LEFTOVERS[name];
  const rows = await db.execute(sql`
    delete from ${table} where ctid = any (array(
      select ctid from ${table} where ${old(sql`now() - make_interval(days => ${days})`)} limit ${Math.min(batch, atOnce)}))
    returning 1`);
  return rows.length;
}
