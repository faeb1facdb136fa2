import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { activeFreezes, frozenBy } from '@/domain/freeze';
import { FEWEST_LENGTHS, LENGTHS_BASIS, type RecentLengths } from '@/domain/remaining';
import type { Json } from '@/domain/view/columns';
import type { FleetMap, FleetState, FleetTenant } from '@/domain/view/fleet-view';
import { toColumn } from '@/domain/view/to-column';
import { readFreezes } from './execution';

/**
 * Tasks that failed and that nobody has taken as they are: neither closed with their plan nor overtaken by a newer one. By
 * way of the plans that can have any, so that what all others left behind is not looked at; and all at once, because a
 * question for each of thousands takes long.
 */
const FAILURES = sql`
  with failed as materialized (
    select t.task_id, t.tenant_id, t.unit_id, t.plan_id, p.name as plan_name, p.number
    from plan p join task t on t.plan_id = p.plan_id and t.status in ('FAILED', 'ROLLBACK_FAILED')
    where p.status in ('RUNNING', 'PAUSED', 'ROLLING_BACK', 'PARTIAL_FAILED', 'FAILED') and p.intent <> 'close'
  ), overtaken as materialized (
    select o.task_id from overtaken_among((select coalesce(array_agg(task_id), '{}') from failed)) o(task_id)
  ) select * from failed f where not exists (select 1 from overtaken o where o.task_id = f.task_id)`;

/** So many versions tell apart what the tenants run; the rest are old. */
const MOST_VERSIONS = 200;

/** The deploy units, and which of them is looked at: the one that is asked for, else the one that most tenants run. */
export async function chosenUnit(
  db: Database,
  asked: string | undefined,
): Promise<Pick<FleetMap, 'unitId' | 'units'>> {
  const rows = await db.execute<{ unitId: string; name: string }>(sql`
    select d.unit_id, d.name from deploy_unit d
    order by (select count(*) from tenant_unit u where u.unit_id = d.unit_id) desc, d.unit_id limit 200`);
  const units = rows.map((unit) => ({ ...unit }));
  return { unitId: units.find((unit) => unit.unitId === asked)?.unitId ?? units[0]?.unitId ?? null, units };
}

/** Every tenant with what it runs of one unit: the one that is asked for, else the one that most of them run. */
export async function fleetMap(db: Database, asked: string | undefined): Promise<FleetMap> {
  const { unitId, units } = await chosenUnit(db, asked);
  const [rows, versions, { now, freezes }] = await Promise.all([
    tenantsOf(db, unitId),
    db.execute<{ version: string }>(sql`select version from unit_version where unit_id = ${unitId}
      order by created_at desc, version desc limit ${MOST_VERSIONS}`),
    readFreezes(db),
  ]);
  const active = activeFreezes(freezes, now);
  const tenants = rows.map((row): FleetTenant => {
    const frozen = active.length === 0 ? null : frozenBy(active, row.tenantId, row.labels);
    return { ...row, frozen: frozen?.name ?? null };
  });
  return {
    unitId,
    units,
    versions: versions.map(({ version }) => version),
    count: tenants.length,
    tenants: toColumn(tenants as unknown as Json[]),
  };
}

async function tenantsOf(db: Database, unitId: string | null): Promise<Omit<FleetTenant, 'frozen'>[]> {
  const state = sql<FleetState>`case
    when held.status = 'PAUSED' then 'paused' when held.status = 'ROLLING_BACK' then 'back'
    when held.task_id is not null then 'switching' when failed.tenant_id is not null then 'failed'
    when c.drifted then 'drifted' when u.tenant_id is null then 'none'
    when u.current_version = 'unknown' then 'unknown' else 'settled' end`;
  const rows = await db.execute<Record<string, unknown> & Omit<FleetTenant, 'frozen'>>(sql`
    select t.tenant_id, nullif(t.name, t.tenant_id) as name, t.labels, u.current_version as version, ${state} as state,
      coalesce(held.plan_id, failed.plan_id) as plan_id
    from tenant t
    left join tenant_unit u on u.tenant_id = t.tenant_id and u.unit_id = ${unitId}
    left join drift_check c on c.tenant_id = u.tenant_id and c.unit_id = u.unit_id and c.expected = u.current_version
    left join (select k.* from tenant_run r join task k on k.task_id = r.task_id where k.unit_id = ${unitId}) held
      on held.tenant_id = t.tenant_id
    left join (select distinct on (f.tenant_id) f.tenant_id, f.plan_id from (${FAILURES}) f
      where f.unit_id = ${unitId} order by f.tenant_id, f.number desc) failed on failed.tenant_id = t.tenant_id
    where t.removed_at is null order by t.tenant_id`);
  return [...rows];
}

/** Failures of all plans that nobody has taken as they are. */
export interface PlanFailures {
  planId: string;
  name: string;
  count: number;
}

/** The plans with failures, the newest first. */
export async function failuresByPlan(db: Database): Promise<PlanFailures[]> {
  const rows = await db.execute<Record<string, unknown> & PlanFailures>(sql`
    select f.plan_id, f.plan_name as name, count(*)::int as count from (${FAILURES}) f
    group by f.plan_id, f.plan_name, f.number order by f.number desc`);
  return [...rows];
}

/** How long the tasks of each plan took that completed last; left out are plans of which too few have. */
export async function recentLengths(
  db: Database,
  planIds: readonly string[],
): Promise<Map<string, RecentLengths>> {
  if (planIds.length === 0) return new Map();
  const rows = await db.execute<Record<string, unknown> & RecentLengths & { planId: string }>(sql`
    select plan_id, count(*)::int as basis, percentile_cont(0.25) within group (order by duration_millis) as short,
      percentile_cont(0.75) within group (order by duration_millis) as long
    from (select plan_id, duration_millis::float8 as duration_millis, row_number() over (partition by plan_id order by ended_at desc) as place
      from task where plan_id in ${planIds} and status = 'COMPLETED' and duration_millis is not null) done
    where place <= ${LENGTHS_BASIS} group by plan_id having count(*) >= ${FEWEST_LENGTHS}`);
  return new Map(rows.map(({ planId, ...lengths }) => [planId, lengths]));
}
