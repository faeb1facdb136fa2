import { sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Database } from '@/db/client';
import { recentLengths } from '@/db/queries/fleet';
import { plan } from '@/db/schema/run';
import { columnsBut, picked, type RowOf, selected, told } from '@/db/selection';
import { heldByDeadline } from '@/domain/deadline';
import type { EventKind } from '@/domain/events';
import type { Halt } from '@/domain/plan';
import { gateAhead } from '@/domain/plan-gate';
import { summarise, type TaskGroup } from '@/domain/plan-words';
import { isApproval, type PlaybookDefinition } from '@/domain/playbook';
import { effectivePolicies } from '@/domain/policies/choice';
import { doneWithin, remainingOf } from '@/domain/remaining';
import { percentDone, type StepCourse, type TaskStatus } from '@/domain/task';
import type { PlanView, PublicStatus } from '@/domain/view/plan-view';
import type { WaveDefinition } from '@/domain/wave';
import { TASK, TASK_CONTEXT } from './runs';
import { type RawTask, TASK_FROM, TASK_JSON, toTaskView } from './task-view';
import { isoNow } from './times';

const p = alias(plan, 'p');
export const PLAN_FIELDS = {
  ...columnsBut(
    p,
    'number',
    'revision',
    'ownSequenceId',
    'lastServedAt',
    'notifiedSeq',
    'summary',
    'awake',
    'epoch',
    'driver',
  ),
  lastWave: sql<number>`(select coalesce(max(t.wave), 0) from task t where t.plan_id = p.plan_id)`,
  partly: sql<boolean>`has_others(p.plan_id)`,
};
export type PlanRow = RowOf<typeof PLAN_FIELDS>;

export const PLAN_VIEW = selected(PLAN_FIELDS);

export function toPlanView(row: PlanRow, maxRetry: number): PlanView {
  const { settings, playbook, planSeq: _, ...plan } = told(picked(row, PLAN_FIELDS));
  return {
    ...plan,
    maxRetry: settings.maxRetry ?? maxRetry,
    stages: playbook.stages.map((stage) => stage.name),
    approvals: approvalsOf(playbook),
    policies: effectivePolicies(settings.policies, playbook.policies),
    waves: settings.waves ?? [],
    thresholds: settings.thresholds ?? {},
    driftGuard: settings.driftGuard ?? true,
  };
}

function approvalsOf(playbook: PlaybookDefinition): PlanView['approvals'] {
  return Object.fromEntries(
    playbook.stages.filter(isApproval).map(({ name, steps: [step] }) => {
      const { instructions, approvers } = step as { instructions?: string; approvers?: string };
      return [name, { instructions: instructions ?? '', approvers: approvers ?? null }];
    }),
  );
}

export const COUNTS = sql`
  select coalesce(jsonb_agg(jsonb_build_object('status', status, 'back', back, 'failed', failed, 'sent', sent, 'count', n, 'stages', stages)), '[]') as groups,
    coalesce(sum(n), 0)::int as total, coalesce(sum(requests), 0)::int as requests
  from (select status, direction = 'rollback' as back, counted is not null as failed, (task.sent->>'calls')::boolean as sent,
      stage_index as stages, count(*)::int as n, count(request)::int as requests
    from task where task.plan_id = p.plan_id group by 1, 2, 3, 4, 5) grouped`;

export const COUNTED = { groups: sql<TaskGroup[]>`c.groups`, total: sql<number>`c.total` };

/** What the groups of a plan's tasks come to. */
export function figuresOf({ groups, total }: RowOf<typeof COUNTED>, view: PlanView) {
  const byStatus: Partial<Record<TaskStatus, number>> = {};
  for (const { status, count } of groups) byStatus[status] = (byStatus[status] ?? 0) + count;
  const { status, intent, stages } = view;
  return {
    byStatus,
    total,
    ...summarise({ status, intent, stages: stages.length }, groups),
  };
}

/** The plan alone, with how its tasks stand. */
export async function planOverview(db: Database, planId: string, maxRetry: number) {
  const [row] = await db.execute<PlanRow & RowOf<typeof COUNTED> & { rollbacks: number; now: Date }>(
    sql`select ${PLAN_VIEW}, ${selected(COUNTED)}, ${ROLLBACKS} as rollbacks, clock_timestamp() as now
      from plan p cross join lateral (${COUNTS}) c where p.plan_id = ${planId}`,
  );
  if (!row) return null;
  const view = toPlanView(row, maxRetry);
  const figures = figuresOf(row, view);
  return {
    ...view,
    ...figures,
    /** Its deadline has passed: nothing new begins. */
    late: heldByDeadline(view, row.now),
    /** How many come to their end by its deadline at this pace; null without one, where all do, and where nobody can tell. */
    inTime: await inTime(db, view, figures.byStatus, row.now),
    planSeq: row.planSeq,
    /** Rollbacks under way or waiting for a slot: no brake holds them up. */
    rollbacks: row.rollbacks,
  };
}

async function inTime(
  db: Database,
  plan: PlanView,
  byStatus: Partial<Record<TaskStatus, number>>,
  now: Date,
): Promise<{ done: number; of: number } | null> {
  const { planId, deadline } = plan;
  const millis = deadline === null ? 0 : Date.parse(deadline.finishBy) - now.getTime();
  if (millis <= 0) return null;
  const lengths = await recentLengths(db, [planId]);
  return doneWithin(plan, byStatus, lengths.get(planId) ?? null, millis);
}

const ROLLBACKS = sql`(select count(*)::int from task t where t.plan_id = p.plan_id
  and (t.status = 'ROLLING_BACK' or t.request->>'kind' = 'rollback'))`;

const DETAIL = {
  task: sql<RawTask>`${TASK_JSON}`,
  now: sql<Date>`clock_timestamp()`,
  planId: TASK.planId,
  stages: TASK.stages,
  epoch: TASK.epoch,
  sequenceId: TASK.sequenceId,
  takeover: TASK.takeover,
  wave: TASK.wave,
  course: sql<StepCourse | null>`t.open_step->'course'`,
  tenantHeldBy: sql<string | null>`case when r.task_id <> t.task_id then rt.plan_id end`,
  target: snapshotOf('target'),
  previous: snapshotOf('prev'),
  planStatus: p.status,
  planIntent: TASK_CONTEXT.planIntent,
  planIntentBy: p.intentBy,
  planHalted: p.halted,
  planLate: sql<
    string | null
  >`case when (p.deadline->>'finishBy')::timestamptz <= clock_timestamp() then p.deadline->>'finishBy' end`,
  planWave: p.wave,
  startAt: p.startAt,
  startBy: p.startBy,
  bakeUntil: p.bakeUntil,
  measurements: p.gate,
  waves: sql<WaveDefinition[] | null>`p.settings->'waves'`,
  maxConcurrency: p.maxConcurrency,
  stopped: sql<Halt | null>`(select stopped from executor)`,
  labels: sql<Record<string, string>>`coalesce(n.labels, '{}')`,
  lastWave: sql<number>`(select max(o.wave) from task o where o.plan_id = t.plan_id)`,
  waveFailed: sql<number>`(select count(*) from task o where o.plan_id = t.plan_id and o.wave = p.wave
    and o.status not in ('COMPLETED', 'VALIDATION_FAILED', 'PENDING', 'RUNNING', 'PAUSED', 'ROLLING_BACK'))`,
  occupied: sql<number>`(select count(*) from task o where o.plan_id = t.plan_id and o.status in ('RUNNING', 'ROLLING_BACK'))`,
  ahead: sql<number>`(select count(*) from task o where o.plan_id = t.plan_id and o.status = 'PENDING' and o.ordinal < t.ordinal)`,
};

/** One task with its snapshots' payloads, for the task page. */
export async function taskDetail(db: Database, taskId: string) {
  const [row] = await db.execute<RowOf<typeof DETAIL>>(sql`
    select ${selected(DETAIL)} ${TASK_FROM} join plan p on p.plan_id = t.plan_id
    left join snapshot target on target.snapshot_id = t.target_snapshot_id
    left join snapshot prev on prev.snapshot_id = t.previous_snapshot_id
    left join tenant_run r on r.tenant_id = t.tenant_id left join task rt on rt.task_id = r.task_id
    where t.task_id = ${taskId}`);
  if (!row) return null;
  const { task, measurements, waves, ...detail } = told(row);
  const view = toTaskView(task);
  const { status, stageIndex, startedAt, endedAt } = view;
  return {
    ...detail,
    view,
    waveGate: gateAhead(waves ?? [], { wave: detail.planWave, gate: measurements }),
    /** From its first start to its end, with every pause in between; `durationMillis` is what it was worked on. */
    elapsedMillis: startedAt && endedAt ? Date.parse(endedAt) - Date.parse(startedAt) : null,
    percent: percentDone({ status, stageIndex, stages: row.stages }),
  };
}

export interface SnapshotView {
  unitId: string;
  unitName: string;
  version: string;
  payload: string;
  format: 'json' | 'text';
  digest: string;
  endpoints: { key: string; url: string; healthUrl?: string }[];
}

function snapshotOf(alias: 'target' | 'prev') {
  const s = sql.raw(alias);
  return sql<SnapshotView | null>`case when ${s}.snapshot_id is not null then jsonb_build_object('unitId', ${s}.unit_id, 'unitName', ${s}.unit_name, 'version',
    ${s}.version, 'payload', ${s}.payload, 'format', ${s}.format, 'digest', ${s}.digest, 'endpoints', ${s}.endpoints) end`;
}

/** The newest task of a tenant, for callers that know the tenant only. */
export async function newestTaskOf(db: Database, tenantId: string): Promise<string | null> {
  const [row] = await db.execute<{ taskId: string }>(
    sql`select t.task_id from task t join plan p on p.plan_id = t.plan_id where t.tenant_id = ${tenantId} order by p.number desc limit 1`,
  );
  return row?.taskId ?? null;
}

type PublicRow = PlanRow &
  RowOf<typeof COUNTED> & {
    updatedAt: Date;
    milestones: { at: string; kind: EventKind }[];
    tasks: PublicStatus['tasks'];
    progress: { at: string; done: number }[];
  };

/** So many points draw a curve that nobody can tell from the whole. */
const CURVE_POINTS = 60;

/** How many of a plan's tasks had ended well by the end of each stretch of its time in which any did, up to the last that ended. */
const PROGRESS = sql`(select coalesce(jsonb_agg(jsonb_build_object('at', at, 'done', done) order by at), '[]') from (
  select max(ended_at) as at, sum(count(*)) over (order by stretch) as done from (
    select t.ended_at, width_bucket(extract(epoch from t.ended_at), extract(epoch from p.started_at),
      extract(epoch from coalesce(p.ended_at, (select max(o.ended_at) from task o where o.plan_id = p.plan_id))) + 1, ${sql.raw(String(CURVE_POINTS))}) as stretch
    from task t where t.plan_id = p.plan_id and t.ended_at > p.started_at
      and t.status = case when p.intent = 'rollback' or p.status = 'ROLLED_BACK' then 'ROLLED_BACK' else 'COMPLETED' end) ended
  group by stretch) curve)`;

/** Sentences without names or reasons. */
const MILESTONES: Partial<Record<EventKind, string>> = {
  PlanStarted: 'Started',
  PlanPaused: 'Paused',
  PlanResumed: 'Resumed',
  PlanCompleted: 'Completed',
  PlanPartiallyFailed: 'Finished with failures',
  PlanFailed: 'Failed',
  PlanCancelled: 'Cancelled',
  PlanRollingBack: 'Rolling back',
  PlanRolledBack: 'Rolled back',
  PlanHalted: 'Halted',
  WaveStarted: 'Next wave started',
  WaveFinished: 'Wave finished',
  WaveReopened: 'Wave open again',
};

/** What a share link shows of a plan. Tenant names only with `showNames`. */
export async function publicStatus(
  db: Database,
  planId: string,
  options: { showNames: boolean; expiresAt: Date },
): Promise<PublicStatus | null> {
  const [row] = await db.execute<PublicRow>(sql`
    select ${PLAN_VIEW}, ${selected(COUNTED)}, ${PROGRESS} as progress,
      (select coalesce(jsonb_agg(m order by m.seq desc), '[]') from (select e.plan_seq as seq, e.at, e.kind from event e
         where e.plan_id = p.plan_id and e.task_id is null and e.kind in ${Object.keys(MILESTONES)} order by e.plan_seq desc limit 12) m) as milestones,
      coalesce((select max(e.at) from event e where e.plan_id = p.plan_id and e.plan_seq = p.plan_seq), clock_timestamp()) as updated_at,
      case when ${options.showNames} then (select jsonb_agg(jsonb_build_object('name', coalesce(n.name, t.tenant_id), 'status', t.status,
         'stageIndex', t.stage_index) order by t.ordinal) from task t left join tenant n on n.tenant_id = t.tenant_id where t.plan_id = p.plan_id) end as tasks
    from plan p cross join lateral (${COUNTS}) c where p.plan_id = ${planId}`);
  if (!row) return null;
  const view = toPlanView(row, 0);
  const { byStatus, total, percent, of, funnel, ...summary } = figuresOf(row, view);
  const lengths = view.status === 'RUNNING' ? await recentLengths(db, [planId]) : null;
  return {
    planId: view.planId,
    name: view.name,
    status: view.status,
    version: view.version,
    total,
    headline: summary.headline,
    told: summary.told,
    percent,
    remaining: remainingOf(view, byStatus, lengths?.get(planId) ?? null),
    progress: row.progress.map(({ at, done }) => ({ at: isoNow(at), done })),
    of,
    byStatus,
    funnel: view.stages.map((stage, index) => ({ stage, done: funnel[index] ?? 0 })),
    startedAt: view.startedAt,
    endedAt: view.endedAt,
    updatedAt: row.updatedAt.toISOString(),
    milestones: row.milestones.flatMap(({ at, kind }) => {
      const text = MILESTONES[kind];
      return text ? [{ at: isoNow(at), kind, text }] : [];
    }),
    tasks: row.tasks,
    stages: view.stages,
    expiresAt: options.expiresAt.toISOString(),
  };
}
