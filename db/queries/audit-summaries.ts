import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { auditSignature, auditSummary } from '@/db/schema/audit';
import {
  type AuditSummary,
  type CheckedSummaries,
  type CheckSignature,
  checkSummaries,
  NO_SUMMARIES,
  type SignedSummary,
  summaryOf,
} from '@/domain/audit-summary';
import { type Asked, type Order, type Page, readPage } from './page';

export const SUMMARY_ORDER: Order = {
  by: 'desc',
  keys: [{ column: sql`audit_summary.day::text`, kind: 'text' }],
};

const SIGNED = {
  day: sql<string>`audit_summary.day::text`,
  summary: sql<string>`audit_summary.summary`,
  signatures: sql<
    SignedSummary['signatures']
  >`(select coalesce(jsonb_agg(jsonb_build_object('keyId', g.key_id, 'signature', g.signature)
    order by g.key_id), '[]') from audit_signature g where g.day = audit_summary.day)`,
};

/** What is kept of days whose entries were removed, the newest first. `told` is null where a summary was changed into none. */
export async function listAuditSummaries(
  db: Database,
  asked: Asked,
): Promise<Page<SignedSummary & { told: AuditSummary | null }>> {
  const table = sql`${auditSummary}`;
  const toItem = (row: SignedSummary) => ({ ...row, told: summaryOf(row.summary) });
  return readPage(
    db,
    { order: SUMMARY_ORDER, from: table, as: table, where: undefined, fields: SIGNED, toItem },
    asked,
  );
}

/** Signatures are checked so many at a time: that takes some 20 ms. */
const CHECKED_AT_ONCE = 200;

/** Whether all of them are as they were signed; others get their turn meanwhile. */
export async function verifySummaries(
  stored: readonly SignedSummary[],
  check: CheckSignature,
): Promise<CheckedSummaries> {
  let checked = NO_SUMMARIES;
  for (let from = 0; from < stored.length; from += CHECKED_AT_ONCE) {
    checked = checkSummaries(stored.slice(from, from + CHECKED_AT_ONCE), check, checked);
    await nextTurn();
  }
  return checked;
}

/** All of them, the oldest first: one for each day in years. */
export async function readAuditSummaries(db: Database): Promise<SignedSummary[]> {
  return db.select(SIGNED).from(auditSummary).orderBy(auditSummary.day);
}

/** The oldest day of the log as it would be kept, when it is older than the setting says, as the text that is to be signed. */
export async function auditDayToRemove(db: Database): Promise<string | null> {
  const [row] = await db.execute<{ told: string | null }>(sql`select audit_day_to_remove()::text as told`);
  return row?.told ?? null;
}

/** Replaces the entries of that day by its summary. Returns the day; null when another one is the oldest by now. */
export async function removeAuditDay(
  db: Database,
  given: { summary: string; keyId: string; signature: string },
): Promise<string | null> {
  const { summary, keyId, signature } = given;
  const [row] = await db.execute<{ day: string | null }>(
    sql`select remove_audit_day(${summary}, ${keyId}, ${signature})::text as day`,
  );
  return row?.day ?? null;
}

/** Adds the signature of another key; says whether it was not there yet. */
export async function addAuditSignature(
  db: Database,
  given: { day: string; keyId: string; signature: string },
): Promise<boolean> {
  const rows = await db.insert(auditSignature).values(given).onConflictDoNothing().returning();
  return rows.length > 0;
}
