import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { NEWS_KINDS, type NewsItem, TOPICS } from '@/domain/view/news';

/** So many of a plan's last events are looked at: news are new. */
const LOOKED_AT = 2000;
/** More at once is told as a number. */
const MOST_ITEMS = 20;

export interface News {
  /** Database time: what came later is asked for next time. */
  now: Date;
  /** The newest first. */
  items: NewsItem[];
  total: number;
}

/** What happened in these plans after a moment, of all topics; with `madeBy` of the plans that this person made. */
export async function newsOf(
  db: Database,
  asked: { planIds: readonly string[]; after: Date; madeBy?: string | undefined },
): Promise<News> {
  const kinds = TOPICS.flatMap((topic) => NEWS_KINDS[topic].map((kind) => ({ topic, kind })));
  const [row] = await db.execute<{ now: Date; items: NewsItem[]; total: number }>(sql`
    with topic as (select * from jsonb_to_recordset(${JSON.stringify(kinds)}::text::jsonb) as k(topic text, kind text)),
    found as (
      select e.plan_id || ':' || e.plan_seq as "eventId", topic.topic, e.kind, e.plan_id as "planId", p.name as "planName",
        e.task_id as "taskId", n.name as "tenantName", e.at
      from plan p
      join event e on e.plan_id = p.plan_id and e.plan_seq > p.plan_seq - ${LOOKED_AT} and e.at > ${asked.after.toISOString()}::timestamptz
      join topic on topic.kind = e.kind
      left join tenant n on n.tenant_id = e.tenant_id
      where p.plan_id in (select jsonb_array_elements_text(${JSON.stringify(asked.planIds)}::text::jsonb))
        and (${asked.madeBy ?? null}::text is null or p.created_by = ${asked.madeBy ?? null})
        and (e.kind <> 'TaskPaused' or e.payload->>'heldBy' = 'approval')
    )
    select clock_timestamp() as now, (select count(*)::int from found) as total,
      (select coalesce(jsonb_agg(to_jsonb(f) - 'at' order by f.at desc), '[]') from (select * from found order by at desc limit ${MOST_ITEMS}) f) as items`);
  if (!row) throw new Error('The news returned no row');
  return row;
}
