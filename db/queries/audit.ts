import { and, eq, getTableColumns, gte, ilike, like, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { actorName } from '@/db/schema/auth';
import { audit } from '@/db/schema/run';
import {
  type ChainPlace,
  type CheckedSummaries,
  type CheckSignature,
  type SignedSummary,
  summaryOf,
} from '@/domain/audit-summary';
import { readAuditSummaries, verifySummaries } from './audit-summaries';
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

/** A place where the chain is broken: an entry that was changed, one before which others are missing, or one of a removed day. */
export interface BrokenLink {
  chain: number;
  id: number;
  what: 'changed' | 'missing' | 'removed';
  /** How many entries before it are not there. */
  missing: number;
}

export interface ChainReport {
  entries: number;
  /** From before entries were chained: nothing can be said of them. */
  unchained: number;
  /** What is kept of the days before the entries. */
  summaries: CheckedSummaries;
  /** The newest entry; kept elsewhere, it shows later that nothing was cut off at the end. */
  last: ChainPlace | null;
  /** At most the first twenty. */
  wrong: BrokenLink[];
  /**
   * Whether the entry that was asked for is still there as it was; `summarised` when it stands within a removed day, whose
   * summary has the hash of the last one alone; null when none was asked for.
   */
  known: 'there' | 'gone' | 'summarised' | null;
}

/** Entries of one statement: hashing them takes a fraction of a second. */
const VERIFIED_AT_ONCE = 20_000;
const MOST_WRONG = 20;

/**
 * Reads the whole audit log and looks whether it is as it was written: nothing changed, taken out or moved, and each day that
 * was removed has its summary, as it was signed.
 */
export async function verifyAudit(
  db: Database,
  check: CheckSignature,
  known: ChainPlace | null = null,
): Promise<ChainReport> {
  for (;;) {
    const stored = await readAuditSummaries(db);
    const report = await verifyWith(db, stored, check, known);
    // A day that was removed meanwhile would look as if it were missing.
    if (report.wrong.length === 0 || (await readAuditSummaries(db)).length === stored.length) return report;
  }
}

async function verifyWith(
  db: Database,
  stored: readonly SignedSummary[],
  check: CheckSignature,
  known: ChainPlace | null,
): Promise<ChainReport> {
  const summaries = await verifySummaries(stored, check);
  const { chain, hash } = summaries.through ?? { chain: 0, hash: '' };
  const [all] = await db.execute<{ upto: number; unchained: number; removed: BrokenLink[] }>(sql`
    select coalesce(max(chain), 0) as upto, count(*) filter (where chain is null)::int as unchained,
      (select coalesce(jsonb_agg(jsonb_build_object('chain', chain, 'id', id, 'what', 'removed', 'missing', 0) order by chain), '[]')
        from (select chain, id from audit where chain <= ${chain} order by chain limit ${MOST_WRONG}) there) as removed
    from audit`);
  const report: ChainReport = {
    ...{ summaries, entries: 0, unchained: all?.unchained ?? 0, wrong: all?.removed ?? [], known: null },
    last: chain > 0 ? { chain, hash } : null,
  };
  for (
    let after = chain;
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
  if (known) report.known = await stillKnown(db, stored, known);
  return report;
}

async function stillKnown(
  db: Database,
  stored: readonly SignedSummary[],
  known: ChainPlace,
): Promise<'there' | 'gone' | 'summarised'> {
  const summarised = stored
    .map(({ summary }) => summaryOf(summary)?.last)
    .filter((last) => last !== undefined);
  const ended = summarised.find(({ chain }) => chain === known.chain);
  if (ended) return ended.hash === known.hash ? 'there' : 'gone';
  if (known.chain < Math.max(0, ...summarised.map(({ chain }) => chain))) return 'summarised';
  const found = await db.execute(
    sql`select 1 from audit where chain = ${known.chain} and hash = ${known.hash}`,
  );
  return found.length > 0 ? 'there' : 'gone';
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
