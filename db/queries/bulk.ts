import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Database } from '@/db/client';
import { bulk, type bulkItem } from '@/db/schema/run';
import { type RowOf, selected, told } from '@/db/selection';
import type { BulkAction, BulkOptions } from '@/domain/bulk';
import type { InJson } from '@/domain/events';
import type { HeldBy, TaskStatus } from '@/domain/task';

/** Which tasks of a plan are meant; everything given must fit. */
export interface TaskFilter {
  taskIds?: readonly string[] | undefined;
  /** Those that the caller may act on at all: nobody named them. */
  among?: readonly string[] | undefined;
  status?: readonly TaskStatus[] | undefined;
  /** Part of the tenant's id or name. */
  q?: string | undefined;
  wave?: number | undefined;
  heldBy?: HeldBy | undefined;
}

export interface NewBulk {
  bulkId: string;
  planId: string;
  action: BulkAction;
  fromCheckpoint: boolean;
  options?: BulkOptions | undefined;
  reason: string | null;
  requestedBy: string;
  requestId: string | null;
}

/**
 * Freezes the ids that fit the filter now and stores them with the bulk action and its audit row, in one statement.
 * Returns how many there are; null when the requestId was used before.
 */
export async function insertBulk(db: Database, bulk: NewBulk, filter: TaskFilter): Promise<number | null> {
  const [row] = await db.execute<{ total: number }>(sql`
    with chosen as materialized (
      select t.task_id, t.tenant_id, row_number() over (order by t.ordinal)::int as place
      from task t left join tenant n on n.tenant_id = t.tenant_id where t.plan_id = ${bulk.planId} and ${matching(filter)}
    ), audited as (
      insert into audit (actor, action, target, reason, request_id, outcome)
      select ${bulk.requestedBy}, ${`task.bulk.${bulk.action}`}, ${bulk.planId}, ${bulk.reason}, ${bulk.requestId}::uuid,
        jsonb_build_object('bulkId', ${bulk.bulkId}::text, 'total', (select count(*) from chosen))
      on conflict (request_id) do nothing returning 1
    ), made as (
      insert into bulk (bulk_id, plan_id, action, from_checkpoint, options, reason, requested_by, request_id, total, ended_at)
      select ${bulk.bulkId}::uuid, ${bulk.planId}, ${bulk.action}, ${bulk.fromCheckpoint}, ${JSON.stringify(bulk.options ?? {})}::text::jsonb, ${bulk.reason}, ${bulk.requestedBy},
        ${bulk.requestId}::uuid, (select count(*) from chosen), case when exists (select 1 from chosen) then null else clock_timestamp() end
      from audited returning total
    ), items as (
      insert into bulk_item (bulk_id, place, task_id, tenant_id)
      select ${bulk.bulkId}::uuid, place, task_id, tenant_id from chosen where exists (select 1 from audited)
    )
    select total from made`);
  return row?.total ?? null;
}

/** Tasks that a filter names and that are not part of the bulk action, with the reason. */
export async function notChosen(
  db: Database,
  bulkId: string,
  planId: string,
  { taskIds }: TaskFilter,
): Promise<{ taskId: string; reason: string }[]> {
  if (!taskIds) return [];
  const rows = await db.execute<{ taskId: string; known: boolean }>(sql`
    select n.task_id, t.task_id is not null as known from jsonb_array_elements_text(${JSON.stringify(taskIds)}::text::jsonb) n(task_id)
    left join task t on t.task_id = n.task_id and t.plan_id = ${planId}
    where not exists (select 1 from bulk_item i where i.bulk_id = ${bulkId}::uuid and i.task_id = n.task_id)`);
  return rows.map(({ taskId, known }) => ({
    taskId,
    reason: known ? 'It does not fit the rest of the filter.' : `${planId} has no such task.`,
  }));
}

function matching({ taskIds, among, status, q, wave, heldBy }: TaskFilter): SQL {
  const conditions = [sql`true`];
  for (const ids of [taskIds, among])
    if (ids)
      conditions.push(
        sql`t.task_id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb))`,
      );
  if (status?.length) conditions.push(sql`t.status in ${[...status]}`);
  if (wave !== undefined) conditions.push(sql`t.wave = ${wave}`);
  if (heldBy) conditions.push(sql`t.held_by = ${heldBy}`);
  if (q) {
    const like = `%${q.replaceAll(/[%_\\]/g, '\\$&')}%`;
    conditions.push(sql`(t.tenant_id ilike ${like} or n.name ilike ${like})`);
  }
  return sql.join(conditions, sql` and `);
}

const b = alias(bulk, 'b');
const { bulkId, planId, action, requestedBy, reason, total, createdAt, endedAt } = b;
const BULK = { bulkId, planId, action, requestedBy, reason };

/** Bulk actions on tasks of a plan with work left, oldest first, each with its next `limit` tasks. */
export async function openBulks(db: Database, planId: string, limit: number) {
  const open = {
    ...BULK,
    createdAt,
    fromCheckpoint: b.fromCheckpoint,
    options: b.options,
    taskIds: sql<string[]>`(
    select coalesce(array_agg(i.task_id order by i.place), '{}') from (select task_id, place from bulk_item i
      where i.bulk_id = b.bulk_id and i.outcome is null order by i.place limit ${limit}) i)`,
  };
  const rows = await db.execute<RowOf<typeof open>>(
    sql`select ${selected(open)} from bulk b where b.plan_id = ${planId} and b.ended_at is null order by b.created_at`,
  );
  return [...rows];
}

export type OpenBulk = Awaited<ReturnType<typeof openBulks>>[number];

const STATUS = {
  ...BULK,
  ...{ total, createdAt, endedAt },
  done: sql<number>`(select count(*) from bulk_item i where i.bulk_id = b.bulk_id and i.outcome = 'done')`,
  refused: sql<number>`(select count(*) from bulk_item i where i.bulk_id = b.bulk_id and i.outcome = 'refused')`,
  /** Outcomes tenant by tenant, in the order they are worked off; without one it was not its turn yet. */
  items: sql<Pick<typeof bulkItem.$inferSelect, 'taskId' | 'tenantId' | 'outcome' | 'message'>[]>`(
    select coalesce(jsonb_agg(jsonb_build_object('taskId', i.task_id, 'tenantId', i.tenant_id, 'outcome', i.outcome,
      'message', i.message) order by i.place), '[]') from bulk_item i where i.bulk_id = b.bulk_id)`,
};

export type BulkStatus = InJson<RowOf<typeof STATUS>>;

export async function readBulk(db: Database, id: string): Promise<BulkStatus | null> {
  const [row] = await db.execute<RowOf<typeof STATUS>>(
    sql`select ${selected(STATUS)} from bulk b where b.bulk_id = ${id}`,
  );
  return row ? told(row) : null;
}
