import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { EventKind } from '@/domain/events';
import { isSettled, type PlanStatus } from '@/domain/plan';
import { summarise, type TaskGroup } from '@/domain/plan-words';
import { isApproval, type PlaybookDefinition } from '@/domain/playbook';
import { effectivePolicies } from '@/domain/policies/choice';
import type { PlanSettings } from '@/domain/settings';
import type { Takeover } from '@/domain/takeover';
import { type OpenStep, percentDone, type TaskStatus } from '@/domain/task';
import type { PlanView, PublicStatus } from '@/domain/view/plan-view';
import { type RawTask, TASK_FROM, TASK_JSON, toTaskView } from './task-view';
import { iso, isoNow } from './times';

export type Row = Record<string, unknown>;
export const PLAN_VIEW = sql`p.plan_id, p.name, p.status, p.intent, p.intent_by, p.urgent, p.rollback_to, p.counting_since, p.halted, p.max_concurrency, p.settings, p.unit_id,
  p.unit_name, p.version, p.playbook_id, p.playbook_version, p.playbook, p.created_by, p.created_at, p.start_at, p.start_by,
  p.started_at, p.ended_at, p.wave, p.bake_until, p.events_removed_at, p.plan_seq,
  (select coalesce(max(t.wave), 0) from task t where t.plan_id = p.plan_id) as last_wave`;

export function toPlanView(row: Row, maxRetry: number): PlanView {
  const playbook = row.playbook as PlaybookDefinition;
  const settings = row.settings as PlanSettings;
  return {
    planId: row.plan_id as string,
    name: row.name as string,
    status: row.status as PlanStatus,
    intent: row.intent as PlanView['intent'],
    intentBy: row.intent_by as string | null,
    halted: row.halted as PlanView['halted'],
    urgent: row.urgent as string | null,
    rollbackTo: row.rollback_to as string | null,
    countingSince: iso(row.counting_since),
    maxConcurrency: row.max_concurrency as number,
    maxRetry: settings.maxRetry ?? maxRetry,
    unitId: row.unit_id as string,
    unitName: row.unit_name as string,
    version: row.version as string,
    playbookId: row.playbook_id as string,
    playbookVersion: row.playbook_version as number,
    stages: playbook.stages.map((stage) => stage.name),
    approvals: approvalsOf(playbook),
    createdBy: row.created_by as string,
    createdAt: isoNow(row.created_at),
    startAt: iso(row.start_at),
    startBy: iso(row.start_by),
    startedAt: iso(row.started_at),
    endedAt: iso(row.ended_at),
    policies: effectivePolicies(settings.policies, playbook.policies),
    waves: settings.waves ?? [],
    thresholds: settings.thresholds ?? {},
    driftGuard: settings.driftGuard ?? true,
    wave: row.wave as number,
    lastWave: row.last_wave as number,
    bakeUntil: iso(row.bake_until),
    eventsRemovedAt: iso(row.events_removed_at),
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

/** What the groups of a plan's tasks come to. */
export function figuresOf(row: Row, view: PlanView) {
  const groups = row.groups as TaskGroup[];
  const byStatus: Partial<Record<TaskStatus, number>> = {};
  for (const { status, count } of groups) byStatus[status] = (byStatus[status] ?? 0) + count;
  const { status, intent, stages } = view;
  return {
    byStatus,
    total: row.total as number,
    ...summarise({ status, intent, stages: stages.length }, groups),
  };
}

/** The plan alone, with how its tasks stand. */
export async function planOverview(db: Database, planId: string, maxRetry: number) {
  const [row] = await db.execute<Row>(
    sql`select ${PLAN_VIEW}, c.groups, c.total, ${ROLLBACKS} as rollbacks
      from plan p cross join lateral (${COUNTS}) c where p.plan_id = ${planId}`,
  );
  if (!row) return null;
  const view = toPlanView(row, maxRetry);
  return {
    ...view,
    ...figuresOf(row, view),
    planSeq: Number(row.plan_seq),
    /** Rollbacks under way or waiting for a slot: no brake holds them up. */
    rollbacks: row.rollbacks as number,
  };
}

const ROLLBACKS = sql`(select count(*)::int from task t where t.plan_id = p.plan_id
  and (t.status = 'ROLLING_BACK' or t.request->>'kind' = 'rollback'))`;

/** One task with its snapshots' payloads, for the task page. */
export async function taskDetail(db: Database, taskId: string) {
  const [row] = await db.execute<Row>(sql`
    select ${TASK_JSON} as task, t.plan_id, t.stages, t.epoch, t.sequence_id, r.task_id as holder, rt.plan_id as holder_plan,
      ${snapshotOf('target')} as target, ${snapshotOf('prev')} as previous, clock_timestamp() as now,
      p.status as plan_status, p.intent as plan_intent, p.intent_by as plan_intent_by, t.takeover, t.open_step, p.max_concurrency, p.halted, p.start_at, p.start_by, p.wave as plan_wave, p.bake_until,
      (select stopped from executor) as stopped, t.wave, n.labels,
      (select max(o.wave) from task o where o.plan_id = t.plan_id) as last_wave,
      (select count(*)::int from task o where o.plan_id = t.plan_id and o.wave = p.wave
        and o.status not in ('COMPLETED', 'VALIDATION_FAILED', 'PENDING', 'RUNNING', 'PAUSED', 'ROLLING_BACK')) as wave_failed,
      (select count(*)::int from task o where o.plan_id = t.plan_id and o.status in ('RUNNING', 'ROLLING_BACK')) as occupied,
      (select count(*)::int from task o where o.plan_id = t.plan_id and o.status = 'PENDING' and o.ordinal < t.ordinal) as ahead
    ${TASK_FROM} join plan p on p.plan_id = t.plan_id
    left join snapshot target on target.snapshot_id = t.target_snapshot_id
    left join tenant_run r on r.tenant_id = t.tenant_id left join task rt on rt.task_id = r.task_id
    where t.task_id = ${taskId}`);
  if (!row) return null;
  const view = toTaskView(row.task as RawTask);
  return {
    now: isoNow(row.now),
    view,
    planId: row.plan_id as string,
    stages: row.stages as string[],
    epoch: row.epoch as number,
    sequenceId: Number(row.sequence_id),
    /** From its first start to its end, with every pause in between; `durationMillis` is what it was worked on. */
    elapsedMillis:
      view.startedAt && view.endedAt ? Date.parse(view.endedAt) - Date.parse(view.startedAt) : null,
    percent: percentDone({
      status: view.status,
      stageIndex: view.stageIndex,
      stages: row.stages as string[],
    }),
    tenantHeldBy: row.holder && row.holder !== taskId ? (row.holder_plan as string) : null,
    planStatus: row.plan_status as PlanStatus,
    planIntent: isSettled(row.plan_status as PlanStatus)
      ? ('none' as const)
      : (row.plan_intent as PlanView['intent']),
    planIntentBy: row.plan_intent_by as string | null,
    takeover: row.takeover as Takeover | null,
    course: (row.open_step as OpenStep | null)?.course ?? null,
    planHalted: row.halted as PlanView['halted'],
    stopped: row.stopped as PlanView['halted'],
    startAt: iso(row.start_at),
    startBy: iso(row.start_by),
    wave: row.wave as number,
    planWave: row.plan_wave as number,
    lastWave: row.last_wave as number,
    waveFailed: row.wave_failed as number,
    bakeUntil: iso(row.bake_until),
    labels: (row.labels as Record<string, string> | null) ?? {},
    maxConcurrency: row.max_concurrency as number,
    occupied: row.occupied as number,
    ahead: row.ahead as number,
    target: row.target as SnapshotView | null,
    previous: row.previous as SnapshotView | null,
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

function snapshotOf(alias: 'target' | 'prev'): SQL {
  const s = sql.raw(alias);
  return sql`case when ${s}.snapshot_id is not null then jsonb_build_object('unitId', ${s}.unit_id, 'unitName', ${s}.unit_name, 'version',
    ${s}.version, 'payload', ${s}.payload, 'format', ${s}.format, 'digest', ${s}.digest, 'endpoints', ${s}.endpoints) end`;
}

/** The newest task of a tenant, for callers that know the tenant only. */
export async function newestTaskOf(db: Database, tenantId: string): Promise<string | null> {
  const [row] = await db.execute<{ task_id: string }>(
    sql`select t.task_id from task t join plan p on p.plan_id = t.plan_id where t.tenant_id = ${tenantId} order by p.number desc limit 1`,
  );
  return row?.task_id ?? null;
}

/** What a share link shows of a plan. Tenant names only with `showNames`. */
export async function publicStatus(
  db: Database,
  planId: string,
  options: { showNames: boolean; expiresAt: Date },
): Promise<PublicStatus | null> {
  const [row] = await db.execute<Row>(sql`
    select ${PLAN_VIEW}, clock_timestamp() as now, c.groups, c.total,
      (select coalesce(jsonb_agg(m order by m.seq desc), '[]') from (select e.plan_seq as seq, e.at, e.kind from event e
         where e.plan_id = p.plan_id and e.task_id is null order by e.plan_seq desc limit 8) m) as milestones,
      (select max(e.at) from event e where e.plan_id = p.plan_id and e.plan_seq = p.plan_seq) as updated_at,
      case when ${options.showNames} then (select jsonb_agg(jsonb_build_object('name', coalesce(n.name, t.tenant_id), 'status', t.status,
         'stageIndex', t.stage_index) order by t.ordinal) from task t left join tenant n on n.tenant_id = t.tenant_id where t.plan_id = p.plan_id) end as tasks
    from plan p cross join lateral (${COUNTS}) c where p.plan_id = ${planId}`);
  if (!row) return null;
  const view = toPlanView(row, 0);
  const { byStatus, total, headline, percent, of, funnel } = figuresOf(row, view);
  return {
    planId: view.planId,
    name: view.name,
    status: view.status,
    version: view.version,
    total,
    headline,
    percent,
    of,
    byStatus,
    funnel: view.stages.map((stage, index) => ({ stage, done: funnel[index] ?? 0 })),
    startedAt: view.startedAt,
    endedAt: view.endedAt,
    updatedAt: iso(row.updated_at) ?? isoNow(row.now),
    milestones: (row.milestones as { at: string; kind: EventKind }[]).flatMap(({ at, kind }) => {
      const text = MILESTONES[kind];
      return text ? [{ at: isoNow(at), text }] : [];
    }),
    tasks: row.tasks as PublicStatus['tasks'],
    stages: view.stages,
    expiresAt: options.expiresAt.toISOString(),
  };
}

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
