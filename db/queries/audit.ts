import { desc, eq } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { audit } from '@/db/schema/run';

/** What people and keys did, newest first. */
export function listAudit(db: Database, filter: { target?: string | undefined; limit: number }) {
  return db
    .select()
    .from(audit)
    .where(filter.target === undefined ? undefined : eq(audit.target, filter.target))
    .orderBy(desc(audit.id))
    .limit(filter.limit);
}

/** Puts something on record that changes no plan or task. */
export async function recordAudit(
  db: Database,
  entry: {
    actor: string;
    action: string;
    target: string;
    reason?: string;
    outcome?: Record<string, unknown>;
  },
): Promise<void> {
  await db.insert(audit).values({ ...entry, reason: entry.reason ?? null, outcome: entry.outcome ?? {} });
}
