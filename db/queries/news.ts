import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { NEWS_KINDS, type NewsItem, type Topic } from '@/domain/view/news';

/** More than so many at once are news to nobody. */
const MOST_ITEMS = 200;

export interface News {
  /** Database time: what came later is asked for next time. */
  now: Date;
  /** The newest first, 200 at most. */
  items: NewsItem[];
}

/**
 * What happened of these topics (one at least) after a moment; without one nothing is news. With `madeBy` only in plans
 * that this person made.
 */
export async function newsOf(
  db: Database,
  asked: { topics: readonly Topic[]; after?: Date | undefined; madeBy?: string | undefined },
): Promise<News> {
  // Written out, so that the planner sees that the index of the news, which holds these kinds alone, has them all.
  const kindsOf = (topics: readonly Topic[]) =>
    sql.raw(topics.flatMap((topic) => NEWS_KINDS[topic].map((kind) => `'${kind}'`)).join(', '));
  const topic = asked.topics.map((name) => sql`when e.kind in (${kindsOf([name])}) then ${name}::text`);
  const [row] = await db.execute<{ now: Date; items: NewsItem[] }>(sql`
    with found as (
      select e.plan_id || ':' || e.plan_seq as "eventId", case ${sql.join(topic, sql` `)} end as topic, e.kind,
        e.plan_id as "planId", p.name as "planName", e.task_id as "taskId", n.name as "tenantName", e.at
      from event e join plan p using (plan_id) left join tenant n on n.tenant_id = e.tenant_id
      where e.at > ${asked.after?.toISOString() ?? 'infinity'}::timestamptz and e.kind in (${kindsOf(asked.topics)})
        and (${asked.madeBy ?? null}::text is null or p.created_by = ${asked.madeBy ?? null})
        and (e.kind <> 'TaskPaused' or e.payload->>'heldBy' = 'approval')
      order by e.at desc limit ${MOST_ITEMS}
    )
    select clock_timestamp() as now,
      (select coalesce(jsonb_agg(to_jsonb(f) - 'at' order by f.at desc), '[]') from found f) as items`);
  if (!row) throw new Error('The news returned no row');
  return row;
}
