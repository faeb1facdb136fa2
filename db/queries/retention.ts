import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';

/** What is kept of a plan's events once they are removed; written by the database function `summarise_events`. */
export interface EventSummary {
  throughSeq: number | null;
  firstEventAt: string | null;
  lastEventAt: string | null;
  /** How many of each kind there were. */
  events: Record<string, number>;
  tasks: Record<string, number>;
  stages: {
    stage: string;
    direction: 'forward' | 'rollback';
    count: number;
    p50Millis: number;
    p95Millis: number;
  }[];
  /** Failures that look alike, the most frequent first, with at most 20 of their tenants. */
  failures: {
    stage: string | null;
    step: string | null;
    errorType: string | null;
    code: string | null;
    count: number;
    tenants: string[];
  }[];
  /** People and keys that acted. */
  actors: string[];
  /** Of an earlier life, when the plan was opened again afterwards. */
  earlier?: EventSummary;
}

/**
 * Removes at most `batch` events of the plan that ended longest ago, if that is more than `days` ago, and writes its
 * summary before. Returns how many, or null when no plan is left to clear.
 */
export async function removeOldEvents(db: Database, days: number, batch: number): Promise<number | null> {
  const [row] = await db.execute<{ removed: number | null }>(
    sql`select remove_old_events(now() - make_interval(days => ${days}), ${batch}) as removed`,
  );
  return row?.removed ?? null;
}

/**
 * Looks at `batch` snapshots after the one named, in the order of their ids, and removes those that nothing names and that
 * are older than an hour: a plan stores its configurations before the statement that creates it, and a process that ends in
 * between leaves them. Returns how many it removed and the last it looked at, which is null when there was none left.
 */
export async function removeUnnamedSnapshots(
  db: Database,
  after: string,
  batch: number,
): Promise<{ removed: number; last: string | null }> {
  // Whatever names a snapshot is of the same tenant, by which tasks are found without reading them all.
  const [row] = await db.execute<{ removed: number; last: string | null }>(sql`
    with looked as materialized (
      select snapshot_id, tenant_id, created_at from snapshot
      where snapshot_id > ${after}::uuid order by snapshot_id limit ${batch}
    ), gone as (
      delete from snapshot where snapshot_id in (
        select s.snapshot_id from looked s where s.created_at < now() - interval '1 hour'
          and not exists (select 1 from task t where t.tenant_id = s.tenant_id
            and s.snapshot_id in (t.target_snapshot_id, t.previous_snapshot_id))
          and not exists (select 1 from tenant_unit u where u.tenant_id = s.tenant_id
            and s.snapshot_id in (u.current_snapshot_id, u.known_snapshot_id, u.last_known_good_snapshot_id))
          and not exists (select 1 from tenant_history h where h.tenant_id = s.tenant_id and h.snapshot_id = s.snapshot_id))
      returning 1
    )
    select (select count(*)::int from gone) as removed,
      (select snapshot_id::text from looked order by snapshot_id desc limit 1) as last`);
  return row ?? { removed: 0, last: null };
}

/** Ended deliveries are kept as long as events. */
export async function removeOldDeliveries(db: Database, days: number): Promise<number> {
  const rows = await db.execute(sql`
    delete from webhook_delivery where coalesce(delivered_at, gave_up_at) < now() - make_interval(days => ${days}) returning 1`);
  return rows.length;
}

/** When the events after this planSeq were removed; null if they are there, or if there never were any. */
export async function eventsRemovedAt(db: Database, planId: string, after: number): Promise<Date | null> {
  const [row] = await db.execute<{ at: Date }>(sql`
    select events_removed_at as at from plan
    where plan_id = ${planId} and events_removed_at is not null and (summary->>'throughSeq')::bigint > ${after}`);
  return row?.at ?? null;
}

/** The plan's summary; `summary` is null while its events are there, the whole is null when there is no such plan. */
export async function planSummary(
  db: Database,
  planId: string,
): Promise<{ planId: string; eventsRemovedAt: Date | null; summary: EventSummary | null } | null> {
  const [row] = await db.execute<{
    planId: string;
    eventsRemovedAt: Date | null;
    summary: EventSummary | null;
  }>(sql`select plan_id, events_removed_at, summary from plan where plan_id = ${planId}`);
  return row ?? null;
}
