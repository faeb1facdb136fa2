import { and, eq, getTableColumns, gte, ilike, like, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { actorName } from '@/db/schema/auth';
import { audit } from '@/db/schema/run';
import { type Asked, containing, literal, type Order, readPage } from './page';

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

/** An entry, and whom its actor's name stands for: a person's e-mail address, a key's id, or neither for the program. */
const ENTRY = {
  ...getTableColumns(audit),
  actorKind: sql<'user' | 'apiKey' | null>`h.kind`,
  actorId: sql<string | null>`h.principal`,
};

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
  const table = sql`${audit}`;
  // A name looks like one of them at most.
  const joined = sql`left join ${actorName} h on h.names @> array[${audit.actor}]`;
  return readPage(db, { order: AUDIT_ORDER, from: table, as: table, where, joined, fields: ENTRY }, filter);
}

/** A place where the chain is broken: an entry that was changed, or one before which others are missing. */
export interface BrokenLink {
  chain: number;
  id: number;
  what: 'changed' | 'missing';
  /** How many entries before it are not there. */
  missing: number;
}

export interface ChainReport {
  entries: number;
  /** From before entries were chained: nothing can be said of them. */
  unchained: number;
  /** The newest entry; kept elsewhere, it shows later that nothing was cut off at the end. */
  last: { chain: number; hash: string } | null;
  /** At most the first twenty. */
  wrong: BrokenLink[];
  /** Whether the entry that was asked for is still there as it was; null when none was. */
  known: 'there' | 'gone' | null;
}

/** Entries of one statement: hashing them takes a fraction of a second. */
const VERIFIED_AT_ONCE = 20_000;
const MOST_WRONG = 20;

/** Reads the whole audit log and looks whether it is as it was written: nothing changed, taken out or moved. */
export async function verifyAudit(
  db: Database,
  known: { chain: number; hash: string } | null = null,
): Promise<ChainReport> {
  const [all] = await db.execute<{ upto: number; unchained: number }>(sql`
    select coalesce(max(chain), 0) as upto, count(*) filter (where chain is null)::int as unchained from audit`);
  const report: ChainReport = {
    entries: 0,
    unchained: all?.unchained ?? 0,
    last: null,
    wrong: [],
    known: null,
  };
  for (
    let after = 0;
    after < (all?.upto ?? 0) && report.wrong.length < MOST_WRONG;
    after += VERIFIED_AT_ONCE
  ) {
    const prior = report.last ?? { chain: 0, hash: '' };
    const [row] = await db.execute<{ part: Pick<ChainReport, 'entries' | 'last' | 'wrong'> }>(sql`
      select verify_audit(${prior.chain}, ${prior.hash}, ${after + VERIFIED_AT_ONCE}) as part`);
    report.entries += row?.part.entries ?? 0;
    report.last = row?.part.last ?? report.last;
    report.wrong.push(...(row?.part.wrong ?? []));
  }
  if (known) {
    const found = await db.execute(
      sql`select 1 from audit where chain = ${known.chain} and hash = ${known.hash}`,
    );
    report.known = found.length > 0 ? 'there' : 'gone';
  }
  return report;
}

/**
 * An audit row as part of the statement that makes the change: one for each row of `changed` (a CTE), so that what did
 * not happen is not on record. `actor`, `target` and `outcome` may name its columns.
 */
export function auditOf(
  changed: SQL,
  entry: { actor: string | SQL; action: string | SQL; target: string | SQL; outcome?: SQL },
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
