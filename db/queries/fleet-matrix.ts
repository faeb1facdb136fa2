import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { DriftFinding } from '@/domain/drift';
import type { ProbeOutcome } from '@/domain/events';
import type { FleetMap } from '@/domain/view/fleet-view';
import { chosenUnit } from './fleet';
import { type Asked, type Order, type Page, readPage } from './page';
import { isoNow } from './times';

/** A tenant with what its instances run of one deploy unit. */
export interface FleetInstances {
  tenantId: string;
  name: string;
  /** Null where nobody knows what it should run. */
  expected: string | null;
  instances: { instance: string; observed: string | null; ok: boolean; detail: string }[];
  /** When they were asked. */
  at: string | null;
  /** The plan that has it now. */
  planId: string | null;
}

/** Who runs another version comes first, then who did not say, then who was not looked at, then the rest. */
const WORST = sql`m.worst`;
export const FLEET_MATRIX_ORDER: Order = {
  by: 'asc',
  keys: [
    { column: WORST, kind: 'number' },
    { column: sql`m.tenant_id`, kind: 'text' },
  ],
};

/**
 * What every tenant's instances run of a unit, a page at a time. They were asked by the look for drift, or, where it has not
 * come by since the tenant was switched, by the last health round of the task that switched it: that is looked up for the
 * tenants of the page alone.
 */
export function fleetMatrix(db: Database, unitId: string, asked: Asked): Promise<Page<FleetInstances>> {
  const rows = sql`(
    select u.tenant_id, u.unit_id, coalesce(n.name, u.tenant_id) as name, u.current_version as expected,
      c.instances, c.checked_at,
      case when c.drifted then 0 when u.current_version = 'unknown' then 1 when c.tenant_id is null then 2
        when c.instances @> '[{"observed": null}]' then 1 else 3 end as worst
    from tenant_unit u join tenant n on n.tenant_id = u.tenant_id and n.removed_at is null
    left join drift_check c on c.tenant_id = u.tenant_id and c.unit_id = u.unit_id and c.expected = u.current_version
    where u.unit_id = ${unitId}) m`;
  return readPage(
    db,
    {
      order: FLEET_MATRIX_ORDER,
      from: rows,
      as: sql`m`,
      where: undefined,
      joined: sql`
        left join tenant_run r on r.tenant_id = m.tenant_id left join task k on k.task_id = r.task_id
        left join lateral (
          select e.payload->'instances' as instances, e.at from (
            select t.task_id from task t where t.tenant_id = m.tenant_id and t.unit_id = m.unit_id and t.stage_started
            order by t.stage_started_at desc nulls last limit 1) last
          join event e on e.task_id = last.task_id and e.kind = 'ProbeResult'
          order by e.sequence_id desc limit 1) probe on m.checked_at is null`,
      fields: {
        tenantId: sql<string>`m.tenant_id`,
        name: sql<string>`m.name`,
        expected: sql<string | null>`nullif(m.expected, 'unknown')`,
        findings: sql<DriftFinding[] | null>`m.instances`,
        checkedAt: sql<string | null>`m.checked_at::text`,
        probed: sql<ProbeOutcome[] | null>`probe.instances`,
        probedAt: sql<string | null>`probe.at::text`,
        planId: sql<string | null>`k.plan_id`,
      },
      toItem: ({ findings, checkedAt, probed, probedAt, ...tenant }): FleetInstances => {
        const at = checkedAt ?? probedAt;
        return {
          ...tenant,
          instances: findings?.map(ofFinding) ?? probed?.map(ofProbe) ?? [],
          at: at === null ? null : isoNow(at),
        };
      },
    },
    asked,
  );
}

const ofFinding = ({ instance, observed, detail }: DriftFinding) => ({
  ...{ instance, observed, detail, ok: observed !== null },
});
const ofProbe = ({ instance, version, ok, detail }: ProbeOutcome) => ({
  ...{ instance, observed: version, detail, ok },
});

/** How the fleet came to the newest version of a unit that any tenant runs. */
export interface FleetConvergence extends Pick<FleetMap, 'unitId' | 'units'> {
  /** Null while nobody runs anything of the unit. */
  version: string | null;
  /** Tenants with anything of the unit on record. */
  of: number;
  /** How many had come to it by a moment, oldest first. */
  points: { at: string; done: number }[];
}

/** So many points draw a curve that nobody can tell from the whole. */
const POINTS = 60;

export async function fleetConvergence(db: Database, asked: string | undefined): Promise<FleetConvergence> {
  const { unitId, units } = await chosenUnit(db, asked);
  const [row] = await db.execute<{ version: string; of: number; points: { at: string; done: number }[] }>(sql`
    with own as (
      select u.tenant_id, u.current_version from tenant_unit u
      join tenant n on n.tenant_id = u.tenant_id and n.removed_at is null where u.unit_id = ${unitId}
    ), newest as (
      select v.version from unit_version v
      where v.unit_id = ${unitId} and exists (select 1 from own where own.current_version = v.version)
      order by v.created_at desc, v.version desc limit 1
    ), came as (
      select max(h.at) as at from own join newest on newest.version = own.current_version
      join tenant_history h on h.tenant_id = own.tenant_id and h.unit_id = ${unitId} and h.to_version = own.current_version
      group by own.tenant_id
    ), spread as (
      select at, ntile(${POINTS}) over (order by at) as part from came
    )
    select newest.version, (select count(*)::int from own) as of,
      (select coalesce(jsonb_agg(jsonb_build_object('at', at, 'done', done) order by at), '[]') from (
        select max(at) as at, (sum(count(*)) over (order by part))::int as done from spread group by part) points) as points
    from newest`);
  return {
    ...{ unitId, units, version: row?.version ?? null, of: row?.of ?? 0 },
    points: (row?.points ?? []).map(({ at, done }) => ({ at: isoNow(at), done })),
  };
}
