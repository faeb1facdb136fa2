import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { plan, task } from '@/db/schema/run';
import type { tenantSnapshot } from '@/db/schema/snapshots';
import { type Row, selected } from '@/db/selection';
import type { DriftFinding } from '@/domain/drift';
import type { PlaybookDefinition, StepDefinition } from '@/domain/playbook';
import { planLayer, type SettingLayers } from '@/domain/settings';
import type { Snapshot, Tenant } from '@/domain/tenant';
import { tenantFields } from './catalogue';
import { snapshotJson } from './execution';

/** A tenant whose instances should run a version, and how the playbook that brought it there asks them. */
export interface ToCheck {
  tenant: Tenant;
  unitId: string;
  expected: string;
  digest: string | null;
  /** What should run there as a whole, where the health-check tells by a condition; else null. */
  config: Snapshot | null;
  probe: StepDefinition;
  playbook: NonNullable<SettingLayers['playbook']>;
}

/** Contents are large: they are read only for a health-check that holds a condition against them. */
const configOf = (playbook: SQL) => sql`
  case when s.payload is not null and ${playbook} @? '$.stages[*].steps[*] ? (@.type == "health-check" && exists(@.applied))'
    then ${snapshotJson('s')} end as config`;

/**
 * Tenants to look at: those that no task holds, with a known version that a plan brought there, by a playbook with a
 * health-check. Least recently checked first.
 */
export async function tenantsToCheck(
  db: Database,
  which: { limit: number; notSinceSeconds: number; tenantIds?: readonly string[] | undefined },
): Promise<ToCheck[]> {
  const named = which.tenantIds
    ? sql`and u.tenant_id in (select jsonb_array_elements_text(${JSON.stringify(which.tenantIds)}::text::jsonb))`
    : sql``;
  const rows = await db.execute<
    Row<Tenant & Omit<ToCheck, 'tenant' | 'probe' | 'playbook'> & { definition: PlaybookDefinition }>
  >(sql`
    select ${selected(tenantFields('n'))}, u.unit_id, u.current_version as expected, s.digest, last.playbook as definition,
      ${configOf(sql`last.playbook`)}
    from tenant_unit u join tenant n on n.tenant_id = u.tenant_id and n.removed_at is null
    left join snapshot s on s.snapshot_id = u.current_snapshot_id
    left join drift_check c on c.tenant_id = u.tenant_id and c.unit_id = u.unit_id
    cross join lateral (
      select p.playbook from task t join plan p on p.plan_id = t.plan_id
      where t.tenant_id = u.tenant_id and t.unit_id = u.unit_id and t.stage_started order by t.stage_started_at desc limit 1) last
    where u.current_version <> 'unknown' and not exists (select 1 from tenant_run r where r.tenant_id = u.tenant_id)
      and (c.checked_at is null or c.checked_at < clock_timestamp() - make_interval(secs => ${which.notSinceSeconds})) ${named}
    order by c.checked_at nulls first, u.tenant_id limit ${which.limit}`);
  return rows.flatMap(({ unitId, expected, digest, config, definition, ...tenant }) => {
    const probe = probeOf(definition);
    return probe
      ? [{ tenant, unitId, expected, digest, config, probe, playbook: definition.settings ?? {} }]
      : [];
  });
}

const probeOf = ({ stages }: PlaybookDefinition) =>
  stages.flatMap(({ steps }) => steps).find(({ type }) => type === 'health-check');

export interface DriftRecord {
  tenantId: string;
  unitId: string;
  expected: string;
  drifted: boolean;
  instances: DriftFinding[];
}

/** Keeps what was found, unless a task has moved the tenant since it was asked. */
export async function storeDrift(db: Database, found: readonly DriftRecord[]): Promise<void> {
  if (found.length === 0) return;
  await db.execute(sql`
    insert into drift_check (tenant_id, unit_id, expected, drifted, instances, checked_at)
    select f."tenantId", f."unitId", f.expected, f.drifted, f.instances, clock_timestamp()
    from jsonb_to_recordset(${JSON.stringify(found)}::text::jsonb)
      as f("tenantId" text, "unitId" text, expected text, drifted boolean, instances jsonb)
    join tenant_unit u on u.tenant_id = f."tenantId" and u.unit_id = f."unitId" and u.current_version = f.expected
    order by f."tenantId", f."unitId"
    on conflict (tenant_id, unit_id) do update set expected = excluded.expected, drifted = excluded.drifted,
      instances = excluded.instances, checked_at = excluded.checked_at`);
}

type CompletedRow = Pick<typeof task.$inferSelect, 'taskId' | 'tenantId'> &
  Pick<typeof tenantSnapshot.$inferSelect, 'version' | 'digest' | 'endpoints' | 'scope'> &
  Pick<typeof plan.$inferSelect, 'playbook' | 'settings'> &
  Pick<Tenant, 'overrides'> &
  Pick<ToCheck, 'config'>;

/** Who completed a plan, with what they should run and how they are asked; the probe is null without a health-check. */
export async function completedForLook(
  db: Database,
  planId: string,
): Promise<{
  probe: StepDefinition | null;
  layers: Pick<SettingLayers, 'plan' | 'playbook'>;
  tenants: { taskId: string; tenant: Tenant; version: string; digest: string; config: Snapshot | null }[];
}> {
  const rows = await db.execute<CompletedRow>(sql`
    select t.task_id, t.tenant_id, s.version, s.digest, s.endpoints, s.scope, coalesce(n.overrides, '{}') as overrides, p.playbook, p.settings,
      ${configOf(sql`p.playbook`)}
    from task t join plan p on p.plan_id = t.plan_id join snapshot s on s.snapshot_id = t.target_snapshot_id
    left join tenant n on n.tenant_id = t.tenant_id
    where t.plan_id = ${planId} and t.status = 'COMPLETED' and not is_overtaken(t) order by t.ordinal`);
  const [first] = rows;
  if (!first) return { probe: null, layers: {}, tenants: [] };
  return {
    probe: probeOf(first.playbook) ?? null,
    layers: { plan: planLayer(first.settings), playbook: first.playbook.settings ?? {} },
    tenants: rows.map(({ taskId, tenantId, version, digest, endpoints, scope, overrides, config }) => ({
      taskId,
      tenant: { tenantId, ...scope, endpoints, overrides },
      version,
      digest,
      config,
    })),
  };
}
