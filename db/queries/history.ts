import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { Row } from '@/db/selection';

/** So many of a playbook's last plans, and of their stages, make the figures. */
const PLANS = 20;
const STAGES = 200;

export interface StageDuration {
  p50Seconds: number;
  p90Seconds: number;
  count: number;
}

/** How long the stages of a playbook took in its last plans, by stage name. */
export async function stageDurations(db: Database, playbookId: string): Promise<Map<string, StageDuration>> {
  const rows = await db.execute<Row<StageDuration> & { stage: string }>(sql`
    select stage, percentile_cont(0.5) within group (order by seconds) as p50_seconds,
      percentile_cont(0.9) within group (order by seconds) as p90_seconds, count(*) as count
    from (
      select e.payload->>'stage' as stage, (e.payload->>'durationMillis')::float8 / 1000 as seconds,
        row_number() over (partition by e.payload->>'stage' order by e.at desc) as place
      from event e
      where e.kind = 'StageSucceeded' and e.plan_id in (
        select p.plan_id from plan p where p.playbook_id = ${playbookId} and p.started_at is not null
        order by p.number desc limit ${PLANS})
    ) past where place <= ${STAGES} group by stage`);
  return new Map(rows.map(({ stage, ...duration }) => [stage, duration]));
}
