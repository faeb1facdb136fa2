import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { event } from '@/db/schema/run';
import type { LiveEvent } from '@/domain/view/plan-view';
import { isoNow } from './times';

/** The number of the newest event of each plan that there is. */
export async function lastPlanSeqs(db: Database, planIds: readonly string[]): Promise<Map<string, number>> {
  if (planIds.length === 0) return new Map();
  const rows = await db.execute<{ planId: string; seq: number }>(sql`
    select plan_id, plan_seq::int as seq from plan
    where plan_id in (select jsonb_array_elements_text(${JSON.stringify(planIds)}::text::jsonb))`);
  return new Map(rows.map(({ planId, seq }) => [planId, seq]));
}

/** Events of a plan (or one of its tasks) after a planSeq, in order. */
export async function eventsAfter(
  db: Database,
  planId: string,
  after: number,
  limit: number,
  taskId?: string,
): Promise<LiveEvent[]> {
  const rows = await db.execute<Omit<typeof event.$inferSelect, 'at'> & { at: string }>(sql`
    select plan_id, plan_seq, task_id, tenant_id, sequence_id, kind, status, actor, at::text as at, message, payload, change from event
    where plan_id = ${planId} and plan_seq > ${after} and (${taskId ?? null}::text is null or task_id = ${taskId ?? null})
    order by plan_seq limit ${limit}`);
  return rows.map((row) => ({
    ...row,
    eventId: `${row.planId}:${row.planSeq}`,
    at: isoNow(row.at),
  })) as object[] as LiveEvent[];
}

/** A part of the events, and whether more follow. */
export async function eventsPage(
  db: Database,
  planId: string,
  { after, limit }: { after: number; limit: number },
  taskId?: string,
): Promise<{ events: LiveEvent[]; more: boolean }> {
  const events = await eventsAfter(db, planId, after, limit + 1, taskId);
  return { events: events.slice(0, limit), more: events.length > limit };
}
