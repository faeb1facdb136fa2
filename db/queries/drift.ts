import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { DriftFinding } from '@/domain/drift';
import type { PlaybookDefinition, StepDefinition } from '@/domain/playbook';
import { type PlanSettings, planLayer, type SettingLayers } from '@/domain/settings';
import type { SnapshotScope, Tenant } from '@/domain/tenant';

type Row = Record<string, unknown>;

/** A tenant whose instances should run a version, and how the playbook that brought it there asks them. */
export interface ToCheck {
  tenant: Tenant;
  unitId: string;
  expected: string;
  digest: string | null;
  probe: StepDefinition;
  playbook: NonNullable<SettingLayers['playbook']>;
}

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
  const rows = await db.execute<Row>(sql`
    select n.tenant_id, n.name, n.labels, n.endpoints, n.variables, n.overrides, u.unit_id, u.current_version, s.digest,
      last.playbook
    from tenant_unit u join tenant n on n.tenant_id = u.tenant_id and n.removed_at is null
    left join snapshot s on s.snapshot_id = u.current_snapshot_id
    left join drift_check c on c.tenant_id = u.tenant_id and c.unit_id = u.unit_id
    cross join lateral (
      select p.playbook from task t join plan p on p.plan_id = t.plan_id
      where t.tenant_id = u.tenant_id and t.unit_id = u.unit_id and t.stage_started order by t.stage_started_at desc limit 1) last
    where u.current_version <> 'unknown' and not exists (select 1 from tenant_run r where r.tenant_id = u.tenant_id)
      and (c.checked_at is null or c.checked_at < clock_timestamp() - make_interval(secs => ${which.notSinceSeconds})) ${named}
    order by c.checked_at nulls first, u.tenant_id limit ${which.limit}`);
  return rows.flatMap((row) => {
    const { stages, settings = {} } = row.playbook as {
      stages: { steps: StepDefinition[] }[];
      settings?: ToCheck['playbook'];
    };
    const probe = stages.flatMap(({ steps }) => steps).find(({ type }) => type === 'health-check');
    if (!probe) return [];
    const tenant: Tenant = {
      tenantId: row.tenantId as string,
      name: row.name as string,
      labels: row.labels as Tenant['labels'],
      endpoints: row.endpoints as Tenant['endpoints'],
      variables: row.variables as Tenant['variables'],
      overrides: row.overrides as Tenant['overrides'],
    };
    const expected = row.currentVersion as string;
    const digest = row.digest as string | null;
    return [{ tenant, unitId: row.unitId as string, expected, digest, probe, playbook: settings }];
  });
}

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

/** Who completed a plan, with what they should run and how they are asked; the probe is null without a health-check. */
export async function completedForLook(
  db: Database,
  planId: string,
): Promise<{
  probe: StepDefinition | null;
  layers: Pick<SettingLayers, 'plan' | 'playbook'>;
  tenants: { taskId: string; tenant: Tenant; version: string; digest: string }[];
}> {
  const rows = await db.execute<Row>(sql`
    select t.task_id, t.tenant_id, s.version, s.digest, s.endpoints, s.scope, n.overrides, p.playbook, p.settings
    from task t join plan p on p.plan_id = t.plan_id join snapshot s on s.snapshot_id = t.target_snapshot_id
    left join tenant n on n.tenant_id = t.tenant_id
    where t.plan_id = ${planId} and t.status = 'COMPLETED' and not is_overtaken(t) order by t.ordinal`);
  const [first] = rows;
  if (!first) return { probe: null, layers: {}, tenants: [] };
  const { stages, settings = {} } = first.playbook as PlaybookDefinition;
  const steps = stages.flatMap((stage) => stage.steps);
  return {
    probe: steps.find(({ type }) => type === 'health-check') ?? null,
    layers: { plan: planLayer(first.settings as PlanSettings), playbook: settings },
    tenants: rows.map((row) => {
      const { name, labels, variables } = row.scope as SnapshotScope;
      return {
        taskId: row.taskId as string,
        tenant: {
          tenantId: row.tenantId as string,
          name,
          labels,
          endpoints: row.endpoints as Tenant['endpoints'],
          variables,
          overrides: (row.overrides as Tenant['overrides'] | null) ?? {},
        },
        version: row.version as string,
        digest: row.digest as string,
      };
    }),
  };
}
