import { and, eq, gte, ilike, like, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { audit } from '@/db/schema/run';
import { type Asked, containing, literal, type Order, tablePage } from './page';

export interface AuditFilter extends Asked {
  /** Part of the name. */
  actor?: string | undefined;
  /** As it is, or its beginning: `task` finds `task.pause`. */
  action?: string | undefined;
  /** As it is; a plan stands for its tasks as well. */
  target?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

export const AUDIT_ORDER: Order = { by: 'desc', keys: [{ column: sql`${audit.id}`, kind: 'number' }] };

/** What people and keys did, newest first. */
export function listAudit(db: Database, filter: AuditFilter) {
  const { actor, action, target, from, to } = filter;
  const where = and(
    actor ? ilike(audit.actor, containing(actor)) : undefined,
    action ? or(eq(audit.action, action), like(audit.action, `${literal(action)}.%`)) : undefined,
    target ? or(eq(audit.target, target), like(audit.target, `${literal(target)}.%`)) : undefined,
    from ? gte(audit.at, from) : undefined,
    to ? lt(audit.at, to) : undefined,
  );
  return tablePage(db, audit, { order: AUDIT_ORDER, where }, filter);
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
