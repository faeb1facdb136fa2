import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { preparedQuery } from '@/db/prepared';
import { type RowOf, selected } from '@/db/selection';
import type { FreezeOverride } from '@/domain/approval';
import { isLate, tellsDeadline } from '@/domain/deadline';
import type { InJson } from '@/domain/events';
import type { Freeze, FreezeScope } from '@/domain/freeze';
import { overriddenUntil } from '@/domain/freeze-override';
import {
  type Brake,
  brakeOf,
  type Halt,
  type PlanDeadline,
  type PlanState,
  type PlanStatus,
  strongest,
} from '@/domain/plan';
import type { PlanIntent } from '@/domain/plan-intent';
import type { PlaybookDefinition } from '@/domain/playbook';
import type { PlanSettings } from '@/domain/settings';
import type { Snapshot, Tenant, WayBack } from '@/domain/tenant';
import type { Finished } from '@/domain/threshold';
import {
  APPROVAL_DUE,
  idsIn,
  TASK,
  TASK_CONTEXT,
  TASK_CONTEXT_TABLES,
  type TaskWithContext,
  toTaskWithContext,
} from './runs';

/** Everything a run needs besides the task itself; the previous configuration is null when there is none. */
export interface RunMaterial {
  read: TaskWithContext;
  playbook: PlaybookDefinition;
  target: Snapshot;
  previous: Snapshot | null;
  /** What the tenant was last known to run of the unit, whatever is being sent to it now. */
  recordedVersion: string | null;
  /** While it is unknown what the tenant runs: what was sent to it last by another task; it may run that. */
  unconfirmed: Snapshot | null;
  /** It runs the target already, on record and confirmed by a health-check. */
  runsTarget: boolean;
}

const MATERIAL = {
  ...TASK_CONTEXT,
  playbook: sql<PlaybookDefinition>`p.playbook`,
  targetSnapshot: snapshotJson('target'),
  previousSnapshot: sql<Snapshot | null>`${snapshotJson('prev')}`,
  recordedVersion: sql<string | null>`coalesce(nullif(u.current_version, 'unknown'), u.known_version)`,
  unconfirmed: sql<Snapshot | null>`case when u.current_version = 'unknown' then (
      select ${snapshotJson('other')} from task o join snapshot other on other.snapshot_id = o.target_snapshot_id
      where o.tenant_id = t.tenant_id and o.unit_id = t.unit_id and o.task_id <> t.task_id and (o.sent->>'calls')::boolean
      order by o.stage_started_at desc nulls last limit 1) end`,
  runsTarget: sql<boolean>`coalesce(u.current_version = target.version and u.last_known_good_version = target.version
      and (select s.digest from snapshot s where s.snapshot_id = u.current_snapshot_id) = target.digest, false)`,
};
const MATERIAL_TABLES = sql`${TASK_CONTEXT_TABLES} left join tenant_unit u on u.tenant_id = t.tenant_id and u.unit_id = t.unit_id`;

const runMaterial = preparedQuery<RowOf<typeof MATERIAL>>(sql`
  select ${selected(MATERIAL)} from ${MATERIAL_TABLES}
  where t.task_id = any (${idsIn('taskIds')}) and target.snapshot_id is not null`);

/** The material of runs by task; left out are tasks without a target (they failed validation) and those that do not exist. */
export async function readRuns(db: Database, taskIds: readonly string[]): Promise<Map<string, RunMaterial>> {
  const rows = await runMaterial(db, { taskIds: JSON.stringify(taskIds) });
  return new Map(rows.map((row) => [row.taskId, toMaterial(row)]));
}

function toMaterial(row: RowOf<typeof MATERIAL>): RunMaterial {
  const { playbook, targetSnapshot: target, previousSnapshot: previous } = row;
  const { recordedVersion, unconfirmed, runsTarget } = row;
  return {
    read: toTaskWithContext(row),
    playbook,
    target,
    previous,
    recordedVersion,
    unconfirmed,
    runsTarget,
  };
}

/** A row of `snapshot` as it was made; null where there is none. */
export function snapshotJson(alias: 'target' | 'prev' | 'good' | 'other' | 's'): SQL<Snapshot> {
  const s = sql.raw(alias);
  return sql<Snapshot>`case when ${s}.snapshot_id is not null then jsonb_build_object('unitId', ${s}.unit_id, 'unitName', ${s}.unit_name,
    'version', ${s}.version, 'payload', ${s}.payload, 'format', ${s}.format, 'endpoints', ${s}.endpoints,
    'digest', ${s}.digest, 'scope', ${s}.scope) end`;
}

/** An open plan as admission sees it. */
export interface OpenPlan {
  planId: string;
  status: PlanStatus;
  intent: PlanIntent;
  /** What its halt, or the stop of everything, holds back. */
  brake: Brake;
  /** Until when freezes do not hold it: ISO 8601; null where they do. */
  overriddenUntil: string | null;
  /** When nothing new of it begins any more: ISO 8601; null without a deadline. */
  finishBy: string | null;
  maxConcurrency: number;
  occupied: number;
  wave: number;
  settings: PlanSettings;
  countingSince: Date | null;
  /** Tasks whose failure counts, ever: what the thresholds were looked at with. */
  counted: number;
  /** Tasks that take part; counted only for plans with thresholds. */
  total: number;
  revision: number;
}

/** What a driver finds when it looks at its plan: read in one statement, so that a look that finds nothing costs little. */
export interface Outlook {
  /** Database time. */
  now: Date;
  /** Started and not settled; else null. */
  plan: OpenPlan | null;
  planSeq: number;
  /** Admission is stopped everywhere. */
  stopped: boolean;
  /** Every freeze that was not removed. */
  freezes: Freeze[];
  /** Its status may have to follow its tasks, or its tasks its intent. */
  settles: boolean;
  /** A bulk action on its tasks is not worked off. */
  bulks: boolean;
  /** The time is over in which somebody might have decided about a task. */
  approvalsDue: boolean;
  /** Tasks whose operator does not want to wait for the stage under way; few at any time. */
  hurried: { taskId: string; by: string; reason: string | null }[];
  /** Tasks that the rows say are running; looked for only where it is asked for. */
  running: string[];
}

/**
 * An open plan with work in hand and no intent stays as it is, so that its tasks need not be counted; unless it holds one
 * that came to its boundary while the plan was being resumed.
 */
const UNSETTLED = sql`
  case when p.status in ('RUNNING', 'PAUSED', 'ROLLING_BACK')
    then p.intent <> 'none' or p.status <> 'RUNNING'
      or not (exists (select 1 from task t where t.plan_id = p.plan_id and t.status in ('PENDING', 'RUNNING', 'PAUSED', 'ROLLING_BACK'))
        or exists (select 1 from task t where t.plan_id = p.plan_id and t.request is not null))
      or exists (select 1 from task t where t.plan_id = p.plan_id and t.status = 'PAUSED' and t.held_by = 'plan' and t.request is null)
    else p.status not in ('CREATED', 'VALIDATING', 'READY') and (exists (select 1 from task t where t.plan_id = p.plan_id and t.request is not null)
      or (p.intent = 'cancel' and p.status = 'CANCELLED'
        and exists (select 1 from task t where t.plan_id = p.plan_id and t.status in ('PENDING', 'PAUSED')))) end`;

const FREEZES = sql`(select coalesce(jsonb_agg(jsonb_build_object('freezeId', freeze_id, 'name', name, 'tenantId', tenant_id, 'labels', labels,
  'window', "window") order by created_at), '[]') from "freeze" where removed_at is null)`;

const outlook = preparedQuery<
  Omit<Outlook, 'plan'> & {
    plan:
      | (Omit<InJson<OpenPlan>, 'brake' | 'overriddenUntil' | 'finishBy'> &
          Pick<PlanState, 'halted' | 'freezeOverride' | 'deadline'>)
      | null;
  }
>(sql`
  select clock_timestamp() as now, exists (select 1 from executor where stopped is not null) as stopped, ${FREEZES} as freezes, p.plan_seq,
    case when p.status in ('RUNNING', 'PAUSED', 'ROLLING_BACK') then jsonb_build_object('planId', plan_id, 'status', status, 'intent', intent,
      'halted', halted, 'freezeOverride', freeze_override, 'deadline', deadline, 'maxConcurrency', max_concurrency, 'revision', revision, 'wave', wave, 'settings', settings, 'countingSince', counting_since,
      'counted', (select count(*) from task t where t.plan_id = p.plan_id and t.counted is not null),
      'total', case when settings ? 'thresholds' then (select count(*) from task t where t.plan_id = p.plan_id and t.status <> 'VALIDATION_FAILED') else 0 end,
      'occupied', (select count(*) from task t where t.plan_id = p.plan_id and t.status in ('RUNNING', 'ROLLING_BACK'))) end as plan,
    ${UNSETTLED} as settles,
    exists (select 1 from bulk b where b.plan_id = p.plan_id and b.ended_at is null) as bulks,
    case when ${sql.placeholder('sweep')}::boolean then exists (select 1 from task t where t.plan_id = p.plan_id and ${APPROVAL_DUE}) else false end as approvals_due,
    (select coalesce(jsonb_agg(jsonb_build_object('taskId', task_id, 'by', request->>'by', 'reason', request->>'reason')), '[]')
      from task t where t.plan_id = p.plan_id and t.request is not null and t.request->>'now' is not null) as hurried,
    case when ${sql.placeholder('sweep')}::boolean
      then array(select task_id from task t where t.plan_id = p.plan_id and t.status in ('RUNNING', 'ROLLING_BACK') order by t.started_at)
      else '{}' end as running
  from plan p where p.plan_id = ${sql.placeholder('planId')}`);

/** Throws when there is no such plan. `sweep` asks for what runs as well. */
export async function readOutlook(db: Database, planId: string, sweep: boolean): Promise<Outlook> {
  const [row] = await outlook(db, { planId, sweep });
  if (!row) throw new Error(`${planId} has no row`);
  if (!row.plan) return { ...row, plan: null };
  const { halted, freezeOverride, deadline, countingSince, ...plan } = row.plan;
  return {
    ...row,
    settles: row.settles || tellsDeadline(row.plan, row.now),
    plan: {
      ...plan,
      brake: brakeFor(halted, row.stopped, deadline, row.now),
      overriddenUntil: overriddenUntil(freezeOverride, row.now),
      finishBy: deadline?.finishBy ?? null,
      countingSince: countingSince ? new Date(countingSince) : null,
    },
  };
}

/** What holds an open plan back as a whole: its halt, the stop of everything, its deadline. No other than a halt holds up the way back. */
const brakeFor = (halted: Halt | null, stopped: boolean, deadline: PlanDeadline | null, now: Date): Brake =>
  strongest(brakeOf(halted), stopped || isLate(deadline, now) ? 'forward' : 'none');

/** A plan that somebody has to drive, or one whose scheduled start has come. */
export interface PlanInHand {
  planId: string;
  /** The living process that took it over last; null where there is none. */
  driver: string | null;
  /** It is to be started, and nobody has to drive it yet. */
  due: boolean;
}

/** What is looked for every second. */
export const plansInHand = preparedQuery<PlanInHand & Record<string, unknown>>(sql`
  select plan_id, (select node_id from node where node_id = driver and executing) as driver, false as due
  from (select plan_id, driver from plan where awake
    union select p.plan_id, p.driver from bulk b join plan p on p.plan_id = b.plan_id where b.ended_at is null) in_hand
  union all
  select plan_id, driver, true from plan where status = 'READY' and start_at is not null and start_at <= clock_timestamp()`);

const FREE = sql`(r.task_id is null or r.task_id = t.task_id)`;
/** Without a freeze nothing is unfolded for each task. */
const FROZEN = sql`(${sql.placeholder('freezes')}::text <> '[]' and exists (select 1 from jsonb_to_recordset(${sql.placeholder('freezes')}::text::jsonb) as f("tenantId" text, labels jsonb)
  where case when f."tenantId" is null then n.labels @> coalesce(f.labels, '{}') else n.tenant_id = f."tenantId" end))`;
const { planId, taskId, tenantId, ordinal, status, wave, request, endedAt } = TASK;
const CANDIDATE = {
  ...{ planId, taskId, tenantId, ordinal, status, wave, request, endedAt },
  tenantFree: sql<boolean>`${FREE}`,
  frozen: sql<boolean>`${FROZEN}`,
};

export type AdmissionCandidate = RowOf<typeof CANDIDATE>;

/** How many tasks a plan may take in now, and what its strictness and waves let pass. */
export interface Room {
  planId: string;
  room: number;
  /** One at a time: a task whose tenant is busy or frozen is kept, because it blocks those behind it. */
  strict: boolean;
  wave: number;
  /** A plan that goes back does so in the reverse order in which its tasks ended. */
  backwards: boolean;
}

const CANDIDATES = sql`task t left join tenant_run r on r.tenant_id = t.tenant_id left join tenant n on n.tenant_id = t.tenant_id
  where t.plan_id = w."planId"`;
const RESTING = sql`t.request is not null and t.status not in ('RUNNING', 'ROLLING_BACK', 'PENDING')`;

const candidatesQuery = preparedQuery<AdmissionCandidate & { now: Date }>(sql`
  select clock_timestamp() as now, c.* from jsonb_to_record(${sql.placeholder('room')}::text::jsonb)
    as w("planId" text, room int, strict boolean, wave int, backwards boolean)
  cross join lateral (
    (select ${selected(CANDIDATE)} from ${CANDIDATES} and ${RESTING} and t.request->>'kind' = 'rollback' and (w.strict or ${FREE})
     order by case when w.backwards then t.ended_at end desc, case when w.backwards then -t.ordinal else t.ordinal end limit w.room)
    union all
    (select ${selected(CANDIDATE)} from ${CANDIDATES} and ${RESTING} and t.request->>'kind' <> 'rollback'
       and coalesce((t.request->>'notBefore')::timestamptz, '-infinity') <= clock_timestamp()
       and (w.strict or (${FREE} and not ${FROZEN})) order by t.ordinal limit w.room)
    union all
    (select ${selected(CANDIDATE)} from ${CANDIDATES} and t.status = 'PENDING' and t.wave <= w.wave
       and (w.strict or (${FREE} and not ${FROZEN})) order by t.ordinal limit w.room)) c`);

/**
 * The first tasks of a plan that could be taken in: at most `room` each of those that are to go back, those that
 * were asked to go on, and those that wait for their turn. `now` of the answer is database time.
 */
export async function admissionCandidates(
  db: Database,
  room: Room,
  freezes: readonly FreezeScope[],
): Promise<{ now: Date; candidates: AdmissionCandidate[] }> {
  const candidates = await candidatesQuery(db, {
    room: JSON.stringify(room),
    freezes: JSON.stringify(freezes),
  });
  return { now: candidates[0]?.now ?? new Date(0), candidates };
}

/** Every freeze that was not removed, and database time to judge them by. */
export async function readFreezes(db: Database): Promise<{ now: Date; freezes: Freeze[] }> {
  const { now, freezes } = await readBrakes(db);
  return { now, freezes };
}

/**
 * What holds back whatever goes forward: the stop of everything and the freezes, with database time to judge them by, and
 * the override of freezes that the named plan has.
 */
export interface Brakes {
  now: Date;
  stopped: Halt | null;
  freezes: Freeze[];
  override: FreezeOverride | null;
}

export async function readBrakes(db: Database, planId: string | null = null): Promise<Brakes> {
  const [row] = await db.execute<{ [Name in keyof Brakes]: Brakes[Name] }>(sql`
    select clock_timestamp() as now, (select stopped from executor) as stopped, ${FREEZES} as freezes,
      (select freeze_override from plan where plan_id = ${planId}) as override`);
  if (!row) throw new Error('The freezes were not read');
  return row;
}

/**
 * The frozen configurations of a version that every instance of these tenants once confirmed, by tenant; the newest of
 * each. Who never confirmed it is left out.
 */
export async function confirmedSnapshots(
  db: Database,
  tenantIds: readonly string[],
  { unitId, version }: { unitId: string; version: string },
): Promise<Map<string, WayBack>> {
  const rows = await db.execute<Required<WayBack> & { tenantId: string }>(sql`
    select distinct on (h.tenant_id) h.tenant_id, s.snapshot_id, s.unit_id, s.unit_name, s.version
    from tenant_history h join snapshot s on s.snapshot_id = h.snapshot_id
    where h.tenant_id in (select jsonb_array_elements_text(${JSON.stringify(tenantIds)}::text::jsonb)) and h.unit_id = ${unitId}
      and h.to_version = ${version} and s.version = ${version} and h.confirmed order by h.tenant_id, h.id desc`);
  return new Map(rows.map(({ tenantId, ...back }) => [tenantId, back]));
}

/** How the plan's tasks ended since `since`, newest first: what thresholds are judged by. */
export async function finishedSince(db: Database, planId: string, since: Date | null): Promise<Finished[]> {
  const rows = await db.execute<{ failure: Finished['failure'] }>(sql`
    select t.counted as failure from task t
    where t.plan_id = ${planId} and (t.counted is not null or t.status = 'COMPLETED')
      and coalesce((t.counted->>'at')::timestamptz, t.ended_at) > coalesce(${since?.toISOString() ?? null}::timestamptz, '-infinity')
    order by coalesce((t.counted->>'at')::timestamptz, t.ended_at) desc`);
  return [...rows];
}

/** What a tenant would go back to: its last known good snapshot, else the version on record (while that is unknown, the last certain one), to be made now. */
export interface PreviousSource {
  tenant: Tenant;
  snapshot: { snapshotId: string; content: Snapshot } | null;
  version: Pick<Snapshot, 'unitId' | 'unitName' | 'version' | 'payload' | 'format'> | null;
}

/** A task that is about to be admitted, with what its run needs and what a rollback of it would restore. */
export interface Arrival {
  material: RunMaterial;
  source: PreviousSource;
  /** What the tenant's record of the unit had come to; 0 without one. */
  tenantRevision: number;
}

const ARRIVAL = {
  ...MATERIAL,
  tenantRevision: sql<number>`coalesce(u.revision, 0)`,
  tenant: sql<Tenant>`jsonb_build_object('tenantId', t.tenant_id, 'name', n.name, 'labels', n.labels, 'endpoints', n.endpoints,
    'variables', n.variables, 'overrides', n.overrides)`,
  snapshot: sql<PreviousSource['snapshot']>`case when good.snapshot_id is not null then
    jsonb_build_object('snapshotId', good.snapshot_id, 'content', ${snapshotJson('good')}) end`,
  version: sql<
    PreviousSource['version']
  >`case when v.version is not null then jsonb_build_object('unitId', v.unit_id,
    'unitName', d.name, 'version', v.version, 'payload', v.payload, 'format', v.format) end`,
};

const arrivals = preparedQuery<RowOf<typeof ARRIVAL>>(sql`
  select ${selected(ARRIVAL)} from ${MATERIAL_TABLES}
  left join snapshot good on good.snapshot_id = coalesce(u.last_known_good_snapshot_id, u.current_snapshot_id, u.known_snapshot_id)
  left join unit_version v on good.snapshot_id is null and v.unit_id = t.unit_id and v.version = coalesce(u.last_known_good_version, nullif(u.current_version, 'unknown'), u.known_version)
  left join deploy_unit d on d.unit_id = v.unit_id
  where t.task_id = any (${idsIn('taskIds')}) and target.snapshot_id is not null`);

/** In no order; left out are tasks that do not exist and those without a target. */
export async function readArrivals(db: Database, taskIds: readonly string[]): Promise<Arrival[]> {
  if (taskIds.length === 0) return [];
  const rows = await arrivals(db, { taskIds: JSON.stringify(taskIds) });
  return rows.map((row) => {
    const { tenantRevision, tenant, snapshot, version } = row;
    return { material: toMaterial(row), tenantRevision, source: { tenant, snapshot, version } };
  });
}

/** Gives back tenants whose task no longer holds them. Returns what was mended, for the log. */
export async function releaseLeakedHolds(db: Database): Promise<string[]> {
  const rows = await db.execute<{ tenantId: string }>(sql`
    delete from tenant_run r using task t
    where t.task_id = r.task_id and not (t.status in ('RUNNING', 'ROLLING_BACK') or (t.status = 'PAUSED' and t.started_at is not null))
    returning r.tenant_id`);
  return rows.map((row) => row.tenantId);
}
