import type { Logger } from 'pino';
import postgres from 'postgres';
import type { Database } from '@/db/client';
import {
  auditDayToRemove,
  readAuditSummaries,
  removeAuditDay,
  verifySummaries,
} from '@/db/queries/audit-summaries';
import type { SummarySigner } from '@/domain/audit-summary';

export interface AuditRetentionDeps {
  db: Database;
  log: Logger;
  auditSigner: SummarySigner;
}

const LEFT =
  'The audit log is not as it was written, so nothing more of it was removed. Run switchyard audit verify, which says where, and find out who had the database';

/**
 * Removes day after day of the audit log that is older than the settings say, and signs what is kept of each. Returns how
 * many days. A log in which anything was changed stays as it is, for people to look at.
 */
export async function removeAuditDays(
  { db, log, auditSigner }: AuditRetentionDeps,
  signal: AbortSignal,
): Promise<number> {
  let days = 0;
  try {
    let summary = await auditDayToRemove(db);
    if (summary === null) return 0;
    // Who signs the next one says that it goes on from these.
    const { wrong } = await verifySummaries(await readAuditSummaries(db), auditSigner.check);
    if (wrong.length > 0) {
      log.error({ wrong: wrong.slice(0, 20) }, LEFT);
      return 0;
    }
    while (summary !== null && !signal.aborted) {
      const removed = await removeAuditDay(db, { summary, ...auditSigner.sign(summary) });
      if (removed === null) return days;
      days += 1;
      summary = await auditDayToRemove(db);
    }
  } catch (error) {
    if (!isBroken(error)) throw error;
    log.error({ err: error }, LEFT);
  }
  return days;
}

/** What `audit_day_to_remove` says of a day whose chain is broken. */
function isBroken(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof postgres.PostgresError && cause.code === '23000';
}
