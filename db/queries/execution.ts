import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { PlanIntent, PlanStatus } from '@/server/domain/plan';
import type { PlaybookDefinition } from '@/server/domain/playbook';
import type { OpenRequest, TaskStatus } from '@/server/domain/task';
import type { Snapshot, Tenant } from '@/server/domain/tenant';
import { readTask, type TaskWithContext } from './runs';

type Row = Record<string, unknown>;

/** Everything a run needs besides the task itself; the previous configuration is null when there is none. */
export interface RunMaterial {
  read: TaskWithContext;
  playbook: PlaybookDefinition;
  target: Snapshot;
  previous: Snapshot | null;
  data: Record<string, unknown>;
}

/** Reads a run's material, or null when the task has no target (it failed validation) or does not exist. */
export async function readRun(db: Database, taskId: string): Promise<RunMaterial | null> {
  const read = await readTask(db, taskId);
  if (!read?.target) return null;
  const [row] = await db.execute<Row>(sql`
    select p.playbook, ${snapshotJson('target')} as target, ${snapshotJson('prev')} as previous, k.data
    from task t join plan p on p.plan_id = t.plan_id
    join snapshot target on target.snapshot_id = t.target_snapshot_id
    left join snapshot prev on prev.snapshot_id = t.previous_snapshot_id
    left join checkpoint k on k.task_id = t.task_id and k.direction = t.direction
      and k.epoch = (t.data_at->>'epoch')::int and k.stage_index = (t.data_at->>'stageIndex')::int
    where t.task_id = ${taskId}`);
  if (!row) return null;
  return {
    read,
    playbook: row.playbook as PlaybookDefinition,
    target: row.target as Snapshot,
    previous: row.previous as Snapshot | null,
    data: (row.data as Record<string, unknown> | null) ?? {},
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
  revision: number;
}

export async function openPlans(db: Database): Promise<OpenPlan[]> {
  const rows = await db.execute<Row>(sql`
    select plan_id, status, intent, halted is not null as halted, max_concurrency, revision,
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
    revision: Number(row.revision),
  }));
}

export interface AdmissionCandidate {
  taskId: string;
  tenantId: string;
  ordinal: number;
  status: TaskStatus;
  request: Pick<OpenRequest, 'kind'> | null;
  tenantFree: boolean;
  endedAt: Date | null;
}

/**
 * The first tasks of a plan that could be taken in: every one with an open request that admission grants, and `limit`
 * pending ones in order. With `strict` a pending task whose tenant is busy is kept, because it blocks those behind it.
 */
export async function admissionCandidates(
  db: Database,
  planId: string,
  limit: number,
  strict: boolean,
): Promise<AdmissionCandidate[]> {
  const free = sql`(r.task_id is null or r.task_id = t.task_id)`;
  const columns = sql`t.task_id, t.tenant_id, t.ordinal, t.status, t.request, t.ended_at, ${free} as tenant_free`;
  const rows = await db.execute<Row>(sql`
    (select ${columns} from task t left join tenant_run r on r.tenant_id = t.tenant_id
     where t.plan_id = ${planId} and t.request is not null and t.status not in ('RUNNING', 'ROLLING_BACK', 'PENDING'))
    union all
    (select ${columns} from task t left join tenant_run r on r.tenant_id = t.tenant_id
     where t.plan_id = ${planId} and t.status = 'PENDING' and (${strict} or ${free})
     order by t.ordinal limit ${limit})`);
  return rows.map((row) => ({
    taskId: row.task_id as string,
    tenantId: row.tenant_id as string,
    ordinal: row.ordinal as number,
    status: row.status as TaskStatus,
    request: row.request as OpenRequest | null,
    tenantFree: row.tenant_free as boolean,
    endedAt: row.ended_at ? new Date(row.ended_at as string) : null,
  }));
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
