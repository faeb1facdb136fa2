import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { Freeze, FreezeScope } from '@/server/domain/freeze';
import type { PlanIntent, PlanStatus } from '@/server/domain/plan';
import type { PlaybookDefinition } from '@/server/domain/playbook';
import type { PlanSettings } from '@/server/domain/settings';
import type { OpenRequest, TaskStatus } from '@/server/domain/task';
import type { Snapshot, Tenant } from '@/server/domain/tenant';
import type { Finished } from '@/server/domain/threshold';
import { readTask, type TaskWithContext } from './runs';

type Row = Record<string, unknown>;

/** Everything a run needs besides the task itself; the previous configuration is null when there is none. */
export interface RunMaterial {
  read: TaskWithContext;
  playbook: PlaybookDefinition;
  target: Snapshot;
  previous: Snapshot | null;
  /** What the tenant was last known to run of the unit, whatever is being sent to it now. */
  recordedVersion: string | null;
}

/** Reads a run's material, or null when the task has no target (it failed validation) or does not exist. */
export async function readRun(db: Database, taskId: string): Promise<RunMaterial | null> {
  const read = await readTask(db, taskId);
  if (!read?.target) return null;
  const [row] = await db.execute<Row>(sql`
    select p.playbook, ${snapshotJson('target')} as target, ${snapshotJson('prev')} as previous,
      coalesce(nullif(u.current_version, 'unknown'), (select h.to_version from tenant_history h where h.tenant_id = t.tenant_id
        and h.unit_id = t.unit_id and h.to_version <> 'unknown' order by h.id desc limit 1)) as recorded
    from task t join plan p on p.plan_id = t.plan_id
    join snapshot target on target.snapshot_id = t.target_snapshot_id
    left join snapshot prev on prev.snapshot_id = t.previous_snapshot_id
    left join tenant_unit u on u.tenant_id = t.tenant_id and u.unit_id = t.unit_id
    where t.task_id = ${taskId}`);
  if (!row) return null;
  return {
    read,
    playbook: row.playbook as PlaybookDefinition,
    target: row.target as Snapshot,
    previous: row.previous as Snapshot | null,
    recordedVersion: row.recorded as string | null,
  };
}

function snapshotJson(alias: 'target' | 'prev') {
  const s = sql.raw(alias);
  return sql`case when ${s}.snapshot_id is not null then jsonb_build_object('unitId', ${s}.unit_id, 'unitName', ${s}.unit_name,
    'version', ${s}.version, 'payload', ${s}.payload, 'format', ${s}.format, 'endpoints', ${s}.endpoints,
    'digest', ${s}.digest, 'scope', ${s}.scope) end`;
}

/** An open plan as admission sees it, least recently served first. */
export interface OpenPlan {
  planId: string;
  status: PlanStatus;
  intent: PlanIntent;
  halted: boolean;
  maxConcurrency: number;
  occupied: number;
  wave: number;
  settings: PlanSettings;
  countingSince: Date | null;
  /** Tasks whose failure counts, ever: what the thresholds were looked at with. */
  counted: number;
  /** Tasks that take part. */
  total: number;
  revision: number;
}

export async function openPlans(db: Database): Promise<OpenPlan[]> {
  const rows = await db.execute<Row>(sql`
    select plan_id, status, intent, halted is not null as halted, max_concurrency, revision, wave, settings, counting_since,
      (select count(*)::int from task t where t.plan_id = plan.plan_id and t.counted is not null) as counted,
      (select count(*)::int from task t where t.plan_id = plan.plan_id and t.status <> 'VALIDATION_FAILED') as total,
      (select count(*)::int from task t where t.plan_id = plan.plan_id and t.status in ('RUNNING', 'ROLLING_BACK')) as occupied
    from plan where status in ('RUNNING', 'PAUSED', 'ROLLING_BACK')
    order by last_served_at nulls first, number`);
  return rows.map((row) => ({
    planId: row.plan_id as string,
    status: row.status as PlanStatus,
    intent: row.intent as PlanIntent,
    halted: row.halted as boolean,
    maxConcurrency: row.max_concurrency as number,
    occupied: row.occupied as number,
    wave: row.wave as number,
    settings: row.settings as PlanSettings,
    countingSince: row.counting_since ? new Date(row.counting_since as string) : null,
    counted: row.counted as number,
    total: row.total as number,
    revision: Number(row.revision),
  }));
}

export interface AdmissionCandidate {
  taskId: string;
  tenantId: string;
  ordinal: number;
  status: TaskStatus;
  wave: number;
  request: Pick<OpenRequest, 'kind' | 'notBefore'> | null;
  tenantFree: boolean;
  frozen: boolean;
  endedAt: Date | null;
}

/**
 * The first tasks of a plan that could be taken in: every one with an open request that admission grants, and `limit`
 * pending ones of the present waves in order. With `strict` a pending task whose tenant is busy or frozen is kept,
 * because it blocks those behind it. `now` of the answer is database time.
 */
export async function admissionCandidates(
  db: Database,
  planId: string,
  choice: { limit: number; strict: boolean; wave: number; freezes: readonly FreezeScope[] },
): Promise<{ now: Date; candidates: AdmissionCandidate[] }> {
  const { limit, strict, wave } = choice;
  const free = sql`(r.task_id is null or r.task_id = t.task_id)`;
  const frozen = frozenSql(choice.freezes);
  const columns = sql`clock_timestamp() as now, t.task_id, t.tenant_id, t.ordinal, t.status, t.wave, t.request, t.ended_at,
    ${free} as tenant_free, ${frozen} as frozen`;
  const from = sql`from task t left join tenant_run r on r.tenant_id = t.tenant_id left join tenant n on n.tenant_id = t.tenant_id`;
  const rows = await db.execute<Row>(sql`
    (select ${columns} ${from}
     where t.plan_id = ${planId} and t.request is not null and t.status not in ('RUNNING', 'ROLLING_BACK', 'PENDING'))
    union all
    (select ${columns} ${from}
     where t.plan_id = ${planId} and t.status = 'PENDING' and t.wave <= ${wave} and (${strict} or (${free} and not ${frozen}))
     order by t.ordinal limit ${limit})`);
  const candidates = rows.map((row) => ({
    taskId: row.task_id as string,
    tenantId: row.tenant_id as string,
    ordinal: row.ordinal as number,
    status: row.status as TaskStatus,
    wave: row.wave as number,
    request: row.request as OpenRequest | null,
    tenantFree: row.tenant_free as boolean,
    frozen: row.frozen as boolean,
    endedAt: row.ended_at ? new Date(row.ended_at as string) : null,
  }));
  return { now: new Date((rows[0]?.now as string | undefined) ?? 0), candidates };
}

/** Whether one of the freezes is for the task's tenant (alias `n`). */
function frozenSql(freezes: readonly FreezeScope[]): SQL {
  if (freezes.length === 0) return sql`false`;
  const each = freezes.map(({ tenantId, labels }) =>
    tenantId === null
      ? sql`n.labels @> ${JSON.stringify(labels ?? {})}::text::jsonb`
      : sql`n.tenant_id = ${tenantId}`,
  );
  return sql`coalesce(${sql.join(each, sql` or `)}, false)`;
}

/** Every freeze that was not removed, and database time to judge them by. */
export async function readFreezes(db: Database): Promise<{ now: Date; freezes: Freeze[] }> {
  const [row] = await db.execute<Row>(sql`
    select clock_timestamp() as now, (select coalesce(jsonb_agg(jsonb_build_object('freezeId', freeze_id, 'name', name,
      'tenantId', tenant_id, 'labels', labels, 'window', "window") order by created_at), '[]') from "freeze" where removed_at is null) as freezes`);
  if (!row) throw new Error('The freezes were not read');
  return { now: new Date(row.now as string), freezes: row.freezes as Freeze[] };
}

/** How the plan's tasks ended since `since`, newest first: what thresholds are judged by. */
export async function finishedSince(db: Database, planId: string, since: Date | null): Promise<Finished[]> {
  const rows = await db.execute<Row>(sql`
    select t.counted from task t
    where t.plan_id = ${planId} and (t.counted is not null or t.status = 'COMPLETED')
      and coalesce((t.counted->>'at')::timestamptz, t.ended_at) > coalesce(${since?.toISOString() ?? null}::timestamptz, '-infinity')
    order by coalesce((t.counted->>'at')::timestamptz, t.ended_at) desc`);
  return rows.map((row) => ({ failure: row.counted as Finished['failure'] }));
}

/** What a tenant would go back to: its last known good snapshot, else the version on record, to be made now. */
export interface PreviousSource {
  taskId: string;
  tenant: Tenant;
  snapshotId: string | null;
  version: {
    unitId: string;
    unitName: string;
    version: string;
    payload: string;
    format: 'json' | 'text';
  } | null;
}

/** For tasks that are admitted for the first time and were given no source: what a rollback will restore. */
export async function previousSources(db: Database, taskIds: readonly string[]): Promise<PreviousSource[]> {
  if (taskIds.length === 0) return [];
  const rows = await db.execute<Row>(sql`
    select t.task_id, n.tenant_id, n.name, n.labels, n.endpoints, n.variables, n.overrides,
      coalesce(u.last_known_good_snapshot_id, u.current_snapshot_id) as snapshot_id,
      v.unit_id, d.name as unit_name, v.version, v.payload, v.format
    from task t join tenant n on n.tenant_id = t.tenant_id
    left join tenant_unit u on u.tenant_id = t.tenant_id and u.unit_id = t.unit_id
    left join unit_version v on v.unit_id = t.unit_id and v.version = coalesce(u.last_known_good_version, u.current_version)
    left join deploy_unit d on d.unit_id = v.unit_id
    where t.task_id in ${taskIds}`);
  return rows.map((row) => ({
    taskId: row.task_id as string,
    tenant: {
      tenantId: row.tenant_id as string,
      name: row.name as string,
      labels: row.labels as Tenant['labels'],
      endpoints: row.endpoints as Tenant['endpoints'],
      variables: row.variables as Tenant['variables'],
      overrides: row.overrides as Tenant['overrides'],
    },
    snapshotId: row.snapshot_id as string | null,
    version: row.version
      ? {
          unitId: row.unit_id as string,
          unitName: row.unit_name as string,
          version: row.version as string,
          payload: row.payload as string,
          format: row.format as 'json' | 'text',
        }
      : null,
  }));
}

/** Tasks that the rows say are running, oldest first. */
export async function activeTasks(db: Database): Promise<{ taskId: string; run: number }[]> {
  const rows = await db.execute<Row>(
    sql`select task_id, run from task where status in ('RUNNING', 'ROLLING_BACK') order by started_at`,
  );
  return rows.map((row) => ({ taskId: row.task_id as string, run: row.run as number }));
}

/** Gives back tenants whose task no longer holds them. Returns what was mended, for the log. */
export async function releaseLeakedHolds(db: Database): Promise<string[]> {
  const rows = await db.execute<Row>(sql`
    delete from tenant_run r using task t
    where t.task_id = r.task_id and not (t.status in ('RUNNING', 'ROLLING_BACK') or (t.status = 'PAUSED' and t.started_at is not null))
    returning r.tenant_id`);
  return rows.map((row) => row.tenant_id as string);
}
