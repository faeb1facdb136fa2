import { and, desc, eq, gte, ilike, like, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { audit } from '@/db/schema/run';

export interface AuditFilter {
  /** Part of the name. */
  actor?: string | undefined;
  /** As it is, or its beginning: `task` finds `task.pause`. */
  action?: string | undefined;
  /** As it is; a plan stands for its tasks as well. */
  target?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  /** Entries older than the one with this id. */
  cursor?: number | null | undefined;
  limit: number;
}

const literal = (text: string) => text.replaceAll(/[%_\\]/g, '\\$&');

/** What people and keys did, newest first. */
export function listAudit(db: Database, filter: AuditFilter) {
  const { actor, action, target, from, to, cursor } = filter;
  return db
    .select()
    .from(audit)
    .where(
      and(
        actor ? ilike(audit.actor, `%${literal(actor)}%`) : undefined,
        action ? or(eq(audit.action, action), like(audit.action, `${literal(action)}.%`)) : undefined,
        target ? or(eq(audit.target, target), like(audit.target, `${literal(target)}.%`)) : undefined,
        from ? gte(audit.at, from) : undefined,
        to ? lt(audit.at, to) : undefined,
        cursor ? lt(audit.id, cursor) : undefined,
      ),
    )
    .orderBy(desc(audit.id))
    .limit(filter.limit);
}

/**
 * An audit row as part of the statement that makes the change: one for each row of `changed` (a CTE), so that what did
 * not happen is not on record. `target` and `outcome` may name its columns.
 */
export function auditOf(
  changed: SQL,
  entry: { actor: string; action: string | SQL; target: string | SQL; outcome?: SQL },
): SQL {
  const { actor, action, target, outcome = sql`'{}'::jsonb` } = entry;
  return sql`insert into audit (actor, action, target, outcome)
    select ${actor}, ${action}, ${target}, ${outcome} from ${changed}`;
}

/** Puts something on record that changes no plan or task. */
export async function recordAudit(
  db: Database,
  entry: {
    actor: string;
    action: string;
    target: string;
    reason?: string | null;
    outcome?: Record<string, unknown>;
  },
): Promise<void> {
  await db.insert(audit).values({ ...entry, reason: entry.reason ?? null, outcome: entry.outcome ?? {} });
}
