import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { preparedQuery } from '@/db/prepared';
import { GOES_BACK_FROM } from '@/domain/going-back';
import {
  type Halt,
  isSettled,
  PLAN_STATUSES,
  type PlanFacts,
  type PlanIntent,
  type PlanState,
  type PlanStatus,
  type TaskCounts,
} from '@/domain/plan';
import type { PlaybookDefinition } from '@/domain/playbook';
import { effectivePolicies, type Policies, type PolicyChoice } from '@/domain/policies/choice';
import { type PlanSettings, planLayer, type SettingLayers } from '@/domain/settings';
import {
  type OpenRequest,
  type RuntimeFlags,
  TASK_STATUSES,
  type TaskState,
  type TaskStatus,
} from '@/domain/task';

/** A task with what a decision about it needs, read in one statement. `now` is database time. */
export interface TaskWithContext {
  now: Date;
  task: TaskState;
  revision: number;
  epoch: number;
  run: number;
  claimed: boolean;
  sequenceId: number;
  planRevision: number;
  flags: Omit<RuntimeFlags, 'maxRetry'>;
  /** What tenant, plan and playbook say, for the settings that hold. */
  layers: Pick<SettingLayers, 'tenant' | 'plan' | 'playbook'>;
  settings: PlanSettings;
  unitId: string;
  target: SnapshotRef | null;
  previousSnapshotId: string | null;
}

/** Names a snapshot without its payload. */
export interface SnapshotRef {
  snapshotId: string;
  unitId: string;
  unitName: string;
  version: string;
}

const seconds = (value: unknown): Date | null => (value == null ? null : new Date(value as string));

/** Columns of a task as the state machine knows it; alias `t`, its plan `p`, its previous snapshot `prev`. */
const TASK_STATE = sql`
  t.task_id, t.plan_id, t.tenant_id, t.ordinal, t.status, t.direction, t.stage_index, t.stages, t.current_stage,
  t.open_step, t.attempt, t.retry_count, t.request, t.held_by, t.retry, t.failure, t.stage_started, t.config_sent,
  t.health_confirmed, t.takeover, t.sent, t.counted, t.wave, t.policy_paused_at, t.drift_accepted, t.data_at, t.started_at, t.ended_at, t.duration_millis, t.worked, t.stage_started_at,
  case when prev.snapshot_id is not null then
    jsonb_build_object('unitId', prev.unit_id, 'unitName', prev.unit_name, 'version', prev.version,
      'snapshotId', prev.snapshot_id) end as previous`;

/** What the operator wanted of a plan no longer binds once it settled. */
const SETTLED = sql.raw(`('${PLAN_STATUSES.filter(isSettled).join("', '")}')`);

type Row = Record<string, unknown>;

function toTaskState(row: Row): TaskState {
  return {
    taskId: row.taskId as string,
    planId: row.planId as string,
    tenantId: row.tenantId as string,
    ordinal: row.ordinal as number,
    status: row.status as TaskStatus,
    direction: row.direction as TaskState['direction'],
    stageIndex: row.stageIndex as number,
    stages: row.stages as string[],
    currentStage: row.currentStage as string | null,
    openStep: row.openStep as TaskState['openStep'],
    attempt: row.attempt as number,
    retryCount: row.retryCount as number,
    request: row.request as OpenRequest | null,
    heldBy: row.heldBy as TaskState['heldBy'],
    retry: row.retry as TaskState['retry'],
    failure: row.failure as TaskState['failure'],
    counted: row.counted as TaskState['counted'],
    wave: row.wave as number,
    policyPausedAt: row.policyPausedAt as number | null,
    driftAccepted: row.driftAccepted as boolean,
    dataAt: row.dataAt as TaskState['dataAt'],
    takeover: row.takeover as TaskState['takeover'],
    sent: row.sent as TaskState['sent'],
    stageStarted: row.stageStarted as boolean,
    configSent: row.configSent as boolean,
    healthConfirmed: row.healthConfirmed as boolean,
    previous: row.previous as TaskState['previous'],
    targetVersion: (row.target as SnapshotRef | null)?.version ?? null,
    startedAt: seconds(row.startedAt),
    endedAt: seconds(row.endedAt),
    durationMillis: row.durationMillis == null ? null : Number(row.durationMillis),
    worked: row.worked as TaskState['worked'],
    stageStartedAt: seconds(row.stageStartedAt),
  };
}

export function toTaskWithContext(row: Row): TaskWithContext {
  return {
    now: new Date(row.now as string),
    task: toTaskState(row),
    revision: Number(row.revision),
    epoch: row.epoch as number,
    run: row.run as number,
    claimed: row.claimed as boolean,
    sequenceId: Number(row.sequenceId),
    planRevision: Number(row.planRevision),
    flags: {
      planIntent: row.planIntent as PlanIntent,
      planStarted: row.planStarted as boolean,
      planRollbackTo: row.planRollbackTo as string | null,
      newerTaskStarted: row.newerTaskStarted as boolean,
      policies: policiesOf(row.settings, row.playbookPolicies),
    },
    layers: {
      tenant: (row.overrides as SettingLayers['tenant'] | null) ?? {},
      plan: planLayer(row.settings as PlanSettings),
      playbook: (row.playbookSettings as SettingLayers['playbook'] | null) ?? {},
    },
    settings: row.settings as PlanSettings,
    unitId: row.unitId as string,
    target: row.target as SnapshotRef | null,
    previousSnapshotId: row.previousSnapshotId as string | null,
  };
}

const policiesOf = (settings: unknown, playbook: unknown): Policies =>
  effectivePolicies((settings as PlanSettings).policies, (playbook as PolicyChoice | null) ?? {});

/**
 * Whether task `t` is overtaken. The function has the rule; what is asked before it costs next to nothing and leaves out
 * nearly every row, where a call for each of ten thousand would take longer than all the rest.
 */
export const overtaken = (
  planCreatedAt: SQL,
) => sql`(exists (select 1 from task o where o.tenant_id = t.tenant_id
  and o.unit_id = t.unit_id and o.task_id <> t.task_id and o.stage_started
  and o.admitted_at > coalesce(t.admitted_at, ${planCreatedAt})) and is_overtaken(t))`;

/** Select list, and the tables it is from, of a task with what a decision about it needs. */
export const TASK_CONTEXT = sql`
  clock_timestamp() as now, ${TASK_STATE}, t.revision, t.epoch, t.run, t.claimed, t.sequence_id, t.unit_id,
    case when target.snapshot_id is not null then jsonb_build_object('snapshotId', target.snapshot_id, 'unitId', target.unit_id,
      'unitName', target.unit_name, 'version', target.version) end as target,
    t.previous_snapshot_id, p.revision as plan_revision, case when p.status in ${SETTLED} then 'none' else p.intent end as plan_intent, p.rollback_to as plan_rollback_to, p.started_at is not null as plan_started, p.settings, p.playbook->'policies' as playbook_policies, p.playbook->'settings' as playbook_settings, n.overrides,
    ${overtaken(sql`p.created_at`)} as newer_task_started`;
export const TASK_CONTEXT_TABLES = sql`task t join plan p on p.plan_id = t.plan_id left join tenant n on n.tenant_id = t.tenant_id
  left join snapshot target on target.snapshot_id = t.target_snapshot_id
  left join snapshot prev on prev.snapshot_id = t.previous_snapshot_id`;

async function readTasks(db: Database, where: SQL): Promise<TaskWithContext[]> {
  const rows = await db.execute<Row>(sql`select ${TASK_CONTEXT} from ${TASK_CONTEXT_TABLES} where ${where}`);
  return rows.map(toTaskWithContext);
}

const tasksById = preparedQuery<Row>(
  sql`select ${TASK_CONTEXT} from ${TASK_CONTEXT_TABLES} where t.task_id = any (${idsIn('taskIds')})`,
);

/** An array of ids, given as JSON under the name of a placeholder. */
export function idsIn(name: string): SQL {
  return sql`array(select jsonb_array_elements_text(${sql.placeholder(name)}::text::jsonb))`;
}

/** Tasks with everything a decision needs; those that do not exist are left out. */
export async function readTasksById(db: Database, taskIds: readonly string[]): Promise<TaskWithContext[]> {
  if (taskIds.length === 0) return [];
  return (await tasksById(db, { taskIds: JSON.stringify(taskIds) })).map(toTaskWithContext);
}

export async function readTask(db: Database, taskId: string): Promise<TaskWithContext | null> {
  const [found] = await readTasksById(db, [taskId]);
  return found ?? null;
}

/** Tasks of a plan that its intent concerns; what each is for is said where it is asked. */
export type TaskSelection =
  | 'notRunning'
  | 'waitingToGoForward'
  | 'toRollBack'
  | 'standingStill'
  | 'heldByPlan'
  | 'runningOn'
  | 'notBack';

const SELECTIONS: Record<TaskSelection, SQL> = {
  notRunning: sql`t.status in ('PENDING', 'PAUSED')`,
  waitingToGoForward: sql`t.status not in ('RUNNING', 'ROLLING_BACK', 'PAUSED') and t.request->>'kind' in ('retry', 'resume')`,
  toRollBack: sql`t.stage_started and t.direction = 'forward' and (t.previous_snapshot_id is not null or p.rollback_to is not null)
    and t.status in ('COMPLETED', 'FAILED', 'CANCELLED', 'PAUSED') and t.request->>'kind' is distinct from 'rollback'`,
  standingStill: sql`t.status in ('PENDING', 'PAUSED') and t.request->>'kind' is distinct from 'rollback'`,
  heldByPlan: sql`t.status = 'PAUSED' and t.held_by = 'plan' and t.request is null`,
  runningOn: sql`t.status = 'RUNNING' and (t.request->>'now') is null`,
  notBack: sql`t.status = 'ROLLBACK_FAILED' and t.request is null`,
};

/** A page of the selected tasks, in the order of their ids; `after` is the last id of the page before. */
export function readTasksOfPlan(
  db: Database,
  planId: string,
  selection: TaskSelection,
  page: { after: string; limit: number },
): Promise<TaskWithContext[]> {
  return readTasks(
    db,
    sql`t.plan_id = ${planId} and ${SELECTIONS[selection]} and t.task_id > ${page.after} order by t.task_id limit ${page.limit}`,
  );
}

export interface PlanWithCounts {
  now: Date;
  plan: PlanState;
  revision: number;
  planSeq: number;
  counts: TaskCounts;
  facts: PlanFacts;
  settings: PlanSettings;
  playbook: PlaybookDefinition;
}

/** `canGoBack` of the domain over the rows of a plan `p`; a test compares the two. */
const CAN_GO_BACK = sql.raw(`status in ('${GOES_BACK_FROM.join("', '")}') and stage_started
  and ((sent->>'calls')::boolean or status = 'RUNNING') and previous_version <> p.version`);

/** Plans and how their tasks stand, in one statement. */
async function readPlans(db: Database, where: SQL): Promise<PlanWithCounts[]> {
  const rows = await db.execute<Row>(sql`
    select clock_timestamp() as now, p.plan_id, p.status, p.intent, p.intent_by, p.urgent, p.rollback_to, p.halted, p.max_concurrency, p.wave, p.bake_until, p.counting_since, p.start_at, p.start_by, p.started_at, p.ended_at,
      p.revision, p.plan_seq, p.settings, p.playbook, c.by_status, c.open_requests, c.started_not_rolled_back,
      c.able_to_go_back, c.back_on_purpose, c.last_wave, c.in_wave, c.unsettled_in_wave, c.not_completed_in_wave, c.last_ended_in_wave
    from plan p
    cross join lateral (
      select coalesce(jsonb_object_agg(status, n), '{}') as by_status, coalesce(sum(requests), 0)::int as open_requests,
        coalesce(sum(started), 0)::int as started_not_rolled_back, coalesce(sum(able), 0)::int as able_to_go_back,
        coalesce(sum(on_purpose), 0)::int as back_on_purpose, coalesce(max(last_wave), 0) as last_wave,
        coalesce(sum(in_wave), 0)::int as in_wave, coalesce(sum(unsettled), 0)::int as unsettled_in_wave,
        coalesce(sum(not_completed), 0)::int as not_completed_in_wave, max(last_ended) as last_ended_in_wave
      from (select status, count(*)::int as n, count(request)::int as requests,
              count(*) filter (where (sent->>'calls')::boolean and status <> 'ROLLED_BACK')::int as started, max(wave) as last_wave,
              count(*) filter (where ${CAN_GO_BACK})::int as able,
              count(*) filter (where status = 'ROLLED_BACK' and counted is null)::int as on_purpose,
              count(*) filter (where wave = p.wave and status <> 'VALIDATION_FAILED')::int as in_wave,
              count(*) filter (where wave = p.wave
                and (status in ('PENDING', 'RUNNING', 'PAUSED', 'ROLLING_BACK') or request is not null))::int as unsettled,
              count(*) filter (where wave = p.wave and status not in ('VALIDATION_FAILED', 'COMPLETED'))::int as not_completed,
              max(ended_at) filter (where wave = p.wave and status = 'COMPLETED') as last_ended
            from task where task.plan_id = p.plan_id group by status) grouped
    ) c
    where ${where}`);
  return rows.map((row) => ({
    now: new Date(row.now as string),
    plan: {
      planId: row.planId as string,
      status: row.status as PlanStatus,
      intent: row.intent as PlanIntent,
      intentBy: row.intentBy as string | null,
      halted: row.halted as Halt | null,
      urgent: row.urgent as string | null,
      rollbackTo: row.rollbackTo as string | null,
      maxConcurrency: row.maxConcurrency as number,
      wave: row.wave as number,
      bakeUntil: seconds(row.bakeUntil),
      countingSince: seconds(row.countingSince),
      startAt: seconds(row.startAt),
      startBy: seconds(row.startBy),
      startedAt: seconds(row.startedAt),
      endedAt: seconds(row.endedAt),
    },
    revision: Number(row.revision),
    planSeq: Number(row.planSeq),
    counts: {
      byStatus: { ...NO_TASKS, ...(row.byStatus as Partial<Record<TaskStatus, number>>) },
      openRequests: row.openRequests as number,
      startedNotRolledBack: row.startedNotRolledBack as number,
      ableToGoBack: row.ableToGoBack as number,
      backOnPurpose: row.backOnPurpose as number,
    },
    facts: {
      policies: policiesOf(row.settings, (row.playbook as PlaybookDefinition).policies),
      waves: (row.settings as PlanSettings).waves ?? [],
      lastWave: row.lastWave as number,
      inWave: row.inWave as number,
      unsettledInWave: row.unsettledInWave as number,
      notCompletedInWave: row.notCompletedInWave as number,
      lastEndedInWave: seconds(row.lastEndedInWave),
    },
    settings: row.settings as PlanSettings,
    playbook: row.playbook as PlaybookDefinition,
  }));
}

/** Plans whose scheduled start has come. */
export function readPlansDue(db: Database): Promise<PlanWithCounts[]> {
  return readPlans(db, sql`p.status = 'READY' and p.start_at <= clock_timestamp()`);
}

export async function readPlan(db: Database, planId: string): Promise<PlanWithCounts | null> {
  const [found] = await readPlans(db, sql`p.plan_id = ${planId}`);
  return found ?? null;
}

const NO_TASKS = Object.fromEntries(TASK_STATUSES.map((status) => [status, 0])) as Record<TaskStatus, number>;
