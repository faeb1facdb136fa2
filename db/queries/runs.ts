import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Database } from '@/db/client';
import { preparedQuery } from '@/db/prepared';
import { plan, task } from '@/db/schema/run';
import { columnsBut, picked, type RowOf, selected } from '@/db/selection';
import { GOES_BACK_FROM } from '@/domain/going-back';
import {
  countTasks,
  isSettled,
  PLAN_STATUSES,
  type PlanFacts,
  type PlanState,
  type TaskCounts,
} from '@/domain/plan';
import type { PlanIntent } from '@/domain/plan-intent';
import { effectivePolicies, type PolicyChoice } from '@/domain/policies/choice';
import { planLayer, type SettingLayers } from '@/domain/settings';
import type { RuntimeFlags, TaskState } from '@/domain/task';
import type { WayBack } from '@/domain/tenant';

/** A task with what a decision about it needs, read in one statement. `now` is database time. */
export interface TaskWithContext extends RowOf<typeof FACTS> {
  task: TaskState;
  flags: Omit<RuntimeFlags, 'maxRetry'>;
  /** What tenant, plan and playbook say, for the settings that hold. */
  layers: Pick<SettingLayers, 'tenant' | 'plan' | 'playbook'>;
}

/** Names a snapshot without its payload. */
export interface SnapshotRef {
  snapshotId: string;
  unitId: string;
  unitName: string;
  version: string;
}

/** As statements call it. */
export const TASK = alias(task, 't');
const p = alias(plan, 'p');

/** A task as the state machine knows it: the columns of the same names, and what its snapshots say. */
export const TASK_STATE = {
  ...columnsBut(
    TASK,
    'unitId',
    'targetSnapshotId',
    'previousSnapshotId',
    'previousVersion',
    'admittedAt',
    'heartbeatAt',
    'revision',
    'sequenceId',
    'epoch',
    'run',
    'claimed',
    'nodeId',
  ),
  previous: sql<WayBack | null>`case when prev.snapshot_id is not null then
    jsonb_build_object('unitId', prev.unit_id, 'unitName', prev.unit_name, 'version', prev.version, 'snapshotId', prev.snapshot_id) end`,
  targetVersion: sql<string | null>`target.version`,
};

/** What the operator wanted of a plan no longer binds once it settled. */
const SETTLED = sql.raw(`('${PLAN_STATUSES.filter(isSettled).join("', '")}')`);

/**
 * Whether task `t` is overtaken. The function has the rule; what is asked before it costs next to nothing and leaves out
 * nearly every row, where a call for each of ten thousand would take longer than all the rest.
 */
export const overtaken = (
  planCreatedAt: SQL,
) => sql`(exists (select 1 from task o where o.tenant_id = t.tenant_id
  and o.unit_id = t.unit_id and o.task_id <> t.task_id and o.stage_started
  and o.admitted_at > coalesce(t.admitted_at, ${planCreatedAt})) and is_overtaken(t))`;

/** What a decision about a task is made on as it is read. */
const FACTS = {
  now: sql<Date>`clock_timestamp()`,
  revision: TASK.revision,
  epoch: TASK.epoch,
  claimed: TASK.claimed,
  sequenceId: TASK.sequenceId,
  unitId: TASK.unitId,
  previousSnapshotId: TASK.previousSnapshotId,
  settings: p.settings,
  planRevision: p.revision,
  target: sql<SnapshotRef | null>`case when target.snapshot_id is not null then jsonb_build_object('snapshotId', target.snapshot_id,
    'unitId', target.unit_id, 'unitName', target.unit_name, 'version', target.version) end`,
};

/** Select list, and the tables it is from, of a task with what a decision about it needs. */
export const TASK_CONTEXT = {
  ...TASK_STATE,
  ...FACTS,
  planIntent: sql<PlanIntent>`case when p.status in ${SETTLED} then 'none' else p.intent end`,
  planRollbackTo: p.rollbackTo,
  planAbandoned: sql<boolean>`p.started_at is null and p.status in ${SETTLED}`,
  newerTaskStarted: sql<boolean>`${overtaken(sql`p.created_at`)}`,
  playbookPolicies: sql<PolicyChoice | null>`p.playbook->'policies'`,
  playbookSettings: sql<SettingLayers['playbook'] | null>`p.playbook->'settings'`,
  overrides: sql<SettingLayers['tenant'] | null>`n.overrides`,
};
export const TASK_CONTEXT_TABLES = sql`task t join plan p on p.plan_id = t.plan_id left join tenant n on n.tenant_id = t.tenant_id
  left join snapshot target on target.snapshot_id = t.target_snapshot_id
  left join snapshot prev on prev.snapshot_id = t.previous_snapshot_id`;

export function toTaskWithContext(row: RowOf<typeof TASK_CONTEXT>): TaskWithContext {
  const { planIntent, planAbandoned, planRollbackTo, newerTaskStarted, settings, playbookPolicies } = row;
  const policies = effectivePolicies(settings.policies, playbookPolicies ?? {});
  return {
    ...picked(row, FACTS),
    task: picked(row, TASK_STATE),
    flags: { planIntent, planAbandoned, planRollbackTo, newerTaskStarted, policies },
    layers: { tenant: row.overrides ?? {}, plan: planLayer(settings), playbook: row.playbookSettings ?? {} },
  };
}

async function readTasks(db: Database, where: SQL): Promise<TaskWithContext[]> {
  const rows = await db.execute<RowOf<typeof TASK_CONTEXT>>(
    sql`select ${selected(TASK_CONTEXT)} from ${TASK_CONTEXT_TABLES} where ${where}`,
  );
  return rows.map(toTaskWithContext);
}

const tasksById = preparedQuery<RowOf<typeof TASK_CONTEXT>>(
  sql`select ${selected(TASK_CONTEXT)} from ${TASK_CONTEXT_TABLES} where t.task_id = any (${idsIn('taskIds')})`,
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
  | 'notBack'
  | 'approvalDue';

/** Of a task `t`: nobody decided in the time that there was. */
export const APPROVAL_DUE = sql`t.status = 'PAUSED' and t.held_by = 'approval' and t.request is null
  and (t.approval->>'due')::timestamptz <= clock_timestamp()`;

const SELECTIONS: Record<TaskSelection, SQL> = {
  notRunning: sql`t.status in ('PENDING', 'PAUSED')`,
  waitingToGoForward: sql`t.status not in ('RUNNING', 'ROLLING_BACK', 'PAUSED') and t.request->>'kind' in ('retry', 'resume')`,
  toRollBack: sql`t.stage_started and t.direction = 'forward' and (t.previous_snapshot_id is not null or p.rollback_to is not null)
    and t.status in ('COMPLETED', 'FAILED', 'CANCELLED', 'PAUSED') and t.request->>'kind' is distinct from 'rollback'`,
  standingStill: sql`t.status in ('PENDING', 'PAUSED') and t.request->>'kind' is distinct from 'rollback'`,
  heldByPlan: sql`t.status = 'PAUSED' and t.held_by = 'plan' and t.request is null`,
  runningOn: sql`t.status = 'RUNNING' and (t.request->>'now') is null`,
  notBack: sql`t.status = 'ROLLBACK_FAILED' and t.request is null`,
  approvalDue: APPROVAL_DUE,
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

export interface PlanWithCounts extends RowOf<typeof PLAN_FACTS> {
  plan: PlanState;
  counts: TaskCounts;
  facts: PlanFacts;
}

/** `canGoBack` of the domain over the rows of a plan `p`; a test compares the two. */
const CAN_GO_BACK = sql.raw(`status in ('${GOES_BACK_FROM.join("', '")}') and stage_started
  and ((sent->>'calls')::boolean or status = 'RUNNING') and previous_snapshot_id is not null and previous_version <> p.version`);

export const PLAN_STATE = columnsBut(
  p,
  'number',
  'name',
  'settings',
  'unitId',
  'unitName',
  'version',
  'playbookId',
  'playbookVersion',
  'playbook',
  'revision',
  'planSeq',
  'ownSequenceId',
  'lastServedAt',
  'awake',
  'epoch',
  'driver',
  'notifiedSeq',
  'summary',
  'eventsRemovedAt',
  'createdBy',
  'createdAt',
);
const PLAN_FACTS = {
  now: sql<Date>`clock_timestamp()`,
  revision: p.revision,
  planSeq: p.planSeq,
  settings: p.settings,
  playbook: p.playbook,
};
const COUNTED = {
  byStatus: sql<Partial<TaskCounts['byStatus']>>`c.by_status`,
  openRequests: sql<number>`c.open_requests`,
  startedNotRolledBack: sql<number>`c.started_not_rolled_back`,
  ableToGoBack: sql<number>`c.able_to_go_back`,
  backOnPurpose: sql<number>`c.back_on_purpose`,
};
const IN_WAVE = {
  lastWave: sql<number>`c.last_wave`,
  inWave: sql<number>`c.in_wave`,
  unsettledInWave: sql<number>`c.unsettled_in_wave`,
  notCompletedInWave: sql<number>`c.not_completed_in_wave`,
  lastEndedInWave: sql<Date | null>`c.last_ended_in_wave`,
};
const PLAN = { ...PLAN_STATE, ...PLAN_FACTS, ...COUNTED, ...IN_WAVE };

/** Plans and how their tasks stand, in one statement. */
async function readPlans(db: Database, where: SQL): Promise<PlanWithCounts[]> {
  const rows = await db.execute<RowOf<typeof PLAN>>(sql`
    select ${selected(PLAN)}
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
    ...picked(row, PLAN_FACTS),
    plan: picked(row, PLAN_STATE),
    counts: { ...picked(row, COUNTED), byStatus: { ...NO_TASKS, ...row.byStatus } },
    facts: {
      ...picked(row, IN_WAVE),
      policies: effectivePolicies(row.settings.policies, row.playbook.policies),
      waves: row.settings.waves ?? [],
    },
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

const NO_TASKS = countTasks([]).byStatus;
