import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { Row } from '@/db/selection';

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

/** A batch of a walk over a table in the order of its keys: `last` is where the next one begins, null at the end. */
interface Walked {
  removed: number;
  last: string | null;
}

/**
 * Looks at `batch` snapshots after the one named, and removes those that nobody can go forward or back to any more: neither
 * a tenant's record nor its history of what was confirmed names them, nor a task, but of plans that ended more than `days` ago
 * and whose tenant a newer one has. What was frozen within the last hour stays: its plan may be about to be created.
 */
export async function removeSnapshots(
  db: Database,
  after: string,
  { days, batch }: { days: number; batch: number },
): Promise<Walked> {
  const [row] = await db.execute<Row<Walked>>(sql`
    select removed, last::text from remove_snapshots(${after}::uuid, now() - make_interval(days => ${days}), ${batch})`);
  return row ?? { removed: 0, last: null };
}

/** Looks at `batch` contents after the one named, and removes those that no snapshot has. */
export async function removeContents(
  db: Database,
  after: string,
  { batch }: { batch: number },
): Promise<Walked> {
  const [row] = await db.execute<Row<Walked>>(
    sql`select removed, last from remove_contents(${after}, ${batch})`,
  );
  return row ?? { removed: 0, last: null };
}

/** Which of these tasks can never run again: a newer one has their tenant, and their plan ended more than `days` ago. */
export async function pastTasks(
  db: Database,
  taskIds: readonly string[],
  days: number,
): Promise<{ taskId: string; epoch: number }[]> {
  const rows = await db.execute<{ taskId: string; epoch: number }>(sql`
    select t.task_id, t.epoch from task t where t.task_id in (select jsonb_array_elements_text(${JSON.stringify(taskIds)}::text::jsonb))
      and is_past(t, now() - make_interval(days => ${days}))`);
  return [...rows];
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
