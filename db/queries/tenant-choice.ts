import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { fitting } from '@/db/queries/catalogue';
import { namedIds, type TenantChoice, type TenantFilter } from '@/domain/tenant-choice';

const idsOf = (ids: readonly string[]): SQL =>
  sql`(select jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb))`;

/** Of the rows `t` of tenants, those that are meant: each step changes what the ones before it came to. */
function chosen(choice: TenantChoice): SQL {
  const meant = choice.reduce((before, step) => {
    const concerned = step.filter ? fitting(step.filter) : sql`t.tenant_id in ${idsOf(step.ids)}`;
    return step.take ? sql`(${before} or (${concerned}))` : sql`(${before} and not (${concerned}))`;
  }, sql`false`);
  return sql`t.removed_at is null and ${meant}`;
}

const HOLDER = sql`left join tenant_run r on r.tenant_id = t.tenant_id left join task holder on holder.task_id = r.task_id`;

/** Which tenants are meant: those there are by id, then the named ones that there are not. */
export async function chosenIds(
  db: Database,
  choice: TenantChoice,
  leaveOutBusy: boolean,
): Promise<string[]> {
  const free = leaveOutBusy ? sql`holder.task_id is null` : sql`true`;
  const rows = await db.execute<{ tenantId: string }>(sql`
    select t.tenant_id from tenant t ${HOLDER} where ${chosen(choice)} and ${free} order by t.tenant_id`);
  const unknown = await unknownAmong(db, namedIds(choice));
  return [...rows.map((row) => row.tenantId), ...unknown];
}

async function unknownAmong(db: Database, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db.execute<{ tenantId: string }>(sql`
    select id as tenant_id from jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb) id
    where not exists (select 1 from tenant t where t.tenant_id = id and t.removed_at is null)`);
  return rows.map((row) => row.tenantId);
}

/** How many are meant, who of them another plan holds, and how many of those that fit what is looked at. */
export async function countChosen(db: Database, choice: TenantChoice, shown: TenantFilter) {
  const looked = sql`t.removed_at is null and ${fitting(shown)}`;
  const [row] = await db.execute<{
    chosen: number;
    busy: number;
    fitting: number;
    fittingChosen: number;
  }>(sql`
    select count(*) filter (where meant)::int as chosen, count(*) filter (where meant and busy)::int as busy,
      count(*) filter (where looked)::int as fitting, count(*) filter (where meant and looked)::int as fitting_chosen
    from (select (${chosen(choice)}) as meant, (${looked}) as looked, holder.task_id is not null as busy from tenant t ${HOLDER}) counted`);
  const plans = await db.execute<{ planId: string; tenants: number }>(sql`
    select holder.plan_id, count(*)::int as tenants from tenant t ${HOLDER}
    where holder.task_id is not null and ${chosen(choice)} group by 1 order by 2 desc, 1 limit 5`);
  return {
    ...{ chosen: 0, busy: 0, fitting: 0, fittingChosen: 0, ...row },
    /** Those that hold the most of them. */
    busyIn: [...plans],
    unknown: await unknownAmong(db, namedIds(choice)),
  };
}

/** The labels of those that are meant, by id: what waves are made of. */
export async function labelsOfChosen(db: Database, choice: TenantChoice, leaveOutBusy: boolean) {
  const free = leaveOutBusy ? sql`holder.task_id is null` : sql`true`;
  const rows = await db.execute<{ labels: Record<string, string> }>(sql`
    select t.labels from tenant t ${HOLDER} where ${chosen(choice)} and ${free} order by t.tenant_id`);
  return [...rows];
}
