import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { PlanStatus } from '@/domain/plan';
import type { PlanSummary } from '@/domain/plan-words';
import type { TaskStatus } from '@/domain/task';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import { type Asked, containing, type Order, type Page, readPage } from './page';
import { COUNTED, COUNTS, figuresOf, PLAN_FIELDS, toPlanView } from './plan-views';
import { type RawTask, TASK_JOINS, TASK_JSON, toTaskView } from './task-view';

export interface PlanListItem extends PlanView, PlanSummary {
  byStatus: Partial<Record<TaskStatus, number>>;
  total: number;
  openRequests: number;
}

/** Running ones first, then the newest. */
export const PLAN_ORDER: Order = {
  by: 'desc',
  keys: [
    { column: sql`(p.status in ('RUNNING', 'PAUSED', 'ROLLING_BACK'))`, kind: 'flag' },
    { column: sql`p.number`, kind: 'number' },
  ],
};

/** Plans; `q` looks in id, name, version and unit, tenants' ids are left out. */
export function listPlans(
  db: Database,
  filter: Asked & { status?: PlanStatus[] | undefined; q?: string | undefined; maxRetry: number },
): Promise<Page<PlanListItem>> {
  const conditions = [sql`true`];
  if (filter.status?.length) conditions.push(sql`p.status in ${filter.status}`);
  if (filter.q) {
    const like = containing(filter.q);
    conditions.push(
      sql`(p.plan_id ilike ${like} or p.name ilike ${like} or p.version ilike ${like} or p.unit_name ilike ${like})`,
    );
  }
  return readPage(
    db,
    {
      order: PLAN_ORDER,
      from: sql`plan p`,
      as: sql`p`,
      where: sql.join(conditions, sql` and `),
      joined: sql`left join lateral (${COUNTS}) c on true`,
      fields: { ...PLAN_FIELDS, ...COUNTED, openRequests: sql<number>`c.requests` },
      toItem: (row) => {
        const view = toPlanView(row, filter.maxRetry);
        return { ...view, ...figuresOf(row, view), openRequests: row.openRequests };
      },
    },
    filter,
  );
}

export const TASK_ORDER: Order = { by: 'asc', keys: [{ column: sql`t.ordinal`, kind: 'number' }] };

/** Tasks of a plan by ordinal; `q` looks in the tenants' ids and names. */
export function listTasks(
  db: Database,
  planId: string,
  filter: Asked & { status?: readonly TaskStatus[] | undefined; q?: string | undefined },
): Promise<Page<TaskView>> {
  const conditions = [sql`t.plan_id = ${planId}`];
  if (filter.status?.length) conditions.push(sql`t.status in ${filter.status}`);
  if (filter.q) {
    const like = containing(filter.q);
    conditions.push(sql`(t.tenant_id ilike ${like} or n.name ilike ${like})`);
  }
  return readPage(
    db,
    {
      order: TASK_ORDER,
      from: sql`task t left join tenant n on n.tenant_id = t.tenant_id`,
      as: sql`t`,
      named: sql`listed`,
      where: sql.join(conditions, sql` and `),
      // The row as it is in its table: a function takes it.
      joined: sql`left join task t on t.task_id = listed.task_id ${TASK_JOINS}`,
      fields: { task: sql<RawTask>`${TASK_JSON}` },
      toItem: ({ task }) => toTaskView(task),
    },
    filter,
  );
}
