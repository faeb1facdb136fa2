import type { AdmissionCandidate, OpenPlan, Outlook, PreviousSource, Room } from '@/db/queries/execution';
import type { PlanWithCounts, TaskSelection, TaskWithContext } from '@/db/queries/runs';
import { brakeOf, countTasks, isOpen, isSettled, strongest } from '@/domain/plan';
import { effectivePolicies } from '@/domain/policies/choice';
import { planLayer } from '@/domain/settings';
import { holdsTenant, occupiesSlot, type TaskState, type TaskStatus } from '@/domain/task';
import { type Snapshot, UNKNOWN_VERSION } from '@/domain/tenant';
import type { Finished } from '@/domain/threshold';
import type { PlanRow, Rows, TaskRow } from './rows';

/** What the queries of db/queries answer, from the rows of the model. One call sees one moment. */
export function withContext(rows: Rows, row: TaskRow): TaskWithContext {
  const plan = planOf(rows, row.task.planId);
  return {
    now: rows.now(),
    task: rows.withPrevious(row),
    revision: row.revision,
    epoch: row.epoch,
    claimed: row.claimed,
    sequenceId: row.sequenceId,
    planRevision: plan.revision,
    flags: {
      planIntent: isSettled(plan.plan.status) ? 'none' : plan.plan.intent,
      planAbandoned: plan.plan.startedAt === null && isSettled(plan.plan.status),
      planRollbackTo: plan.plan.rollbackTo,
      newerTaskStarted: isOvertaken(rows, row),
      policies: policiesOf(plan),
    },
    layers: { tenant: {}, plan: planLayer(plan.settings), playbook: plan.playbook.settings ?? {} },
    settings: plan.settings,
    unitId: row.unitId,
    target: row.target,
    previousSnapshotId: row.previousSnapshotId,
  };
}

/** Where a task that sent nothing left nothing that could be overwritten. */
const ENDED_FORWARD: readonly TaskStatus[] = ['COMPLETED', 'FAILED', 'CANCELLED'];

export function isOvertaken(rows: Rows, { task, unitId, admittedAt }: TaskRow): boolean {
  const { number } = planOf(rows, task.planId);
  for (const other of rows.tasks.values()) {
    const { task: one } = other;
    const same = one.tenantId === task.tenantId && other.unitId === unitId && one.taskId !== task.taskId;
    const left = one.sent.calls || !ENDED_FORWARD.includes(one.status);
    if (!same || !one.stageStarted || !left || other.admittedAt === null) continue;
    if (admittedAt === null ? planOf(rows, one.planId).number > number : other.admittedAt > admittedAt)
      return true;
  }
  return false;
}

export function planOf(rows: Rows, planId: string): PlanRow {
  const plan = rows.plans.get(planId);
  if (!plan) throw new Error(`No plan ${planId}`);
  return plan;
}

const policiesOf = (plan: PlanRow) => effectivePolicies(plan.settings.policies, plan.playbook.policies ?? {});

const byId = (a: TaskRow, b: TaskRow) => (a.task.taskId < b.task.taskId ? -1 : 1);

const isNotRunning = ({ status }: TaskState) => status === 'PENDING' || status === 'PAUSED';

const isHeldByPlan = ({ status, heldBy, request }: TaskState) =>
  status === 'PAUSED' && heldBy === 'plan' && request === null;

const isDue = ({ status, heldBy, request, approval }: TaskState, now: Date) =>
  status === 'PAUSED' &&
  heldBy === 'approval' &&
  request === null &&
  typeof approval?.due === 'string' &&
  new Date(approval.due) <= now;

const SELECTIONS: Record<TaskSelection, (row: TaskRow, now: Date) => boolean> = {
  notRunning: ({ task }) => isNotRunning(task),
  waitingToGoForward: ({ task }) =>
    !['RUNNING', 'ROLLING_BACK', 'PAUSED'].includes(task.status) &&
    (task.request?.kind === 'retry' || task.request?.kind === 'resume'),
  toRollBack: ({ task, previousSnapshotId }) =>
    task.stageStarted &&
    task.direction === 'forward' &&
    previousSnapshotId !== null &&
    ['COMPLETED', 'FAILED', 'CANCELLED', 'PAUSED'].includes(task.status) &&
    task.request?.kind !== 'rollback',
  standingStill: ({ task }) => isNotRunning(task) && task.request?.kind !== 'rollback',
  heldByPlan: ({ task }) => isHeldByPlan(task),
  approvalDue: ({ task }, now) => isDue(task, now),
  runningOn: ({ task }) => task.status === 'RUNNING' && !task.request?.now,
  notBack: ({ task }) => task.status === 'ROLLBACK_FAILED' && task.request === null,
};

export function selected(
  rows: Rows,
  planId: string,
  selection: TaskSelection,
  page: { after: string; limit: number },
): TaskWithContext[] {
  return rows
    .tasksOf(planId)
    .filter((row) => SELECTIONS[selection](row, rows.now()) && row.task.taskId > page.after)
    .sort(byId)
    .slice(0, page.limit)
    .map((row) => withContext(rows, row));
}

const UNSETTLED: readonly TaskStatus[] = ['PENDING', 'RUNNING', 'PAUSED', 'ROLLING_BACK'];

export function planWithCounts(rows: Rows, plan: PlanRow): PlanWithCounts {
  const tasks = rows.tasksOf(plan.plan.planId).map((row) => rows.withPrevious(row));
  const lastWave = Math.max(0, ...tasks.map((task) => task.wave));
  const inWave = tasks.filter((task) => task.wave === plan.plan.wave && task.status !== 'VALIDATION_FAILED');
  const ends = inWave.flatMap(({ status, endedAt }) =>
    status === 'COMPLETED' && endedAt ? [endedAt.getTime()] : [],
  );
  return {
    now: rows.now(),
    plan: plan.plan,
    revision: plan.revision,
    planSeq: plan.planSeq,
    counts: countTasks(tasks),
    facts: {
      policies: policiesOf(plan),
      waves: plan.settings.waves ?? [],
      lastWave,
      inWave: inWave.length,
      unsettledInWave: inWave.filter((task) => UNSETTLED.includes(task.status) || task.request !== null)
        .length,
      notCompletedInWave: rows.acceptsFailures
        ? 0
        : inWave.filter((task) => task.status !== 'COMPLETED').length,
      lastEndedInWave: ends.length === 0 ? null : new Date(Math.max(...ends)),
    },
    settings: plan.settings,
    playbook: plan.playbook,
  };
}

function isUnsettled(rows: Rows, { plan }: PlanRow): boolean {
  const tasks = rows.tasksOf(plan.planId).map(({ task }) => task);
  const asked = tasks.some((task) => task.request !== null);
  if (!isOpen(plan.status)) {
    return asked || (plan.intent === 'cancel' && plan.status === 'CANCELLED' && tasks.some(isNotRunning));
  }
  const work = asked || tasks.some((task) => UNSETTLED.includes(task.status));
  const held = tasks.some(isHeldByPlan);
  return plan.intent !== 'none' || plan.status !== 'RUNNING' || !work || held;
}

const NOT_STARTED: readonly string[] = ['CREATED', 'VALIDATING', 'READY'];

export function outlookOf(rows: Rows, planId: string, sweep: boolean): Outlook {
  const row = planOf(rows, planId);
  const tasks = rows.tasksOf(planId).map(({ task }) => task);
  return {
    now: rows.now(),
    plan: isOpen(row.plan.status) ? openPlan(rows, row, tasks) : null,
    planSeq: row.planSeq,
    stopped: rows.stopped,
    freezes: [],
    settles: !NOT_STARTED.includes(row.plan.status) && isUnsettled(rows, row),
    bulks: false,
    approvalsDue: sweep && tasks.some((task) => isDue(task, rows.now())),
    hurried: tasks.flatMap(({ taskId, request }) =>
      request?.now ? [{ taskId, by: request.by, reason: request.reason }] : [],
    ),
    running:
      sweep && rows.recovers
        ? tasks
            .filter((task) => occupiesSlot(task.status))
            .sort((a, b) => (a.startedAt?.getTime() ?? 0) - (b.startedAt?.getTime() ?? 0))
            .map(({ taskId }) => taskId)
        : [],
  };
}

function openPlan(rows: Rows, row: PlanRow, tasks: readonly TaskState[]): OpenPlan {
  const { plan, settings, revision } = row;
  return {
    planId: plan.planId,
    status: plan.status,
    intent: plan.intent,
    overriddenUntil: null,
    finishBy: null,
    brake: strongest(brakeOf(plan.halted), rows.stopped ? 'forward' : 'none'),
    maxConcurrency: plan.maxConcurrency,
    occupied: rows.counts ? tasks.filter((task) => occupiesSlot(task.status)).length : 0,
    wave: plan.wave,
    settings,
    countingSince: plan.countingSince,
    counted: tasks.filter((task) => task.counted !== null).length,
    total: settings.thresholds ? tasks.filter((task) => task.status !== 'VALIDATION_FAILED').length : 0,
    revision,
  };
}

export function inHand(rows: Rows): { planId: string; driver: string | null; due: boolean }[] {
  return [...rows.plans.values()]
    .filter(({ awake }) => awake)
    .map(({ plan, driver }) => ({
      planId: plan.planId,
      driver: driver !== null && rows.nodes.has(driver) ? driver : null,
      due: false,
    }));
}

export function candidates(
  rows: Rows,
  { planId, room, strict, wave, backwards }: Room,
): AdmissionCandidate[] {
  const all = rows.tasksOf(planId).map(({ task }): AdmissionCandidate => {
    const holder = rows.holds.get(task.tenantId);
    const { taskId, tenantId, ordinal, status, request, endedAt } = task;
    const tenantFree = holder === undefined || holder === taskId;
    return {
      planId,
      taskId,
      tenantId,
      ordinal,
      status,
      wave: task.wave,
      request,
      tenantFree,
      frozen: false,
      endedAt,
    };
  });
  const fit = all.filter((one) => strict || one.tenantFree).sort((a, b) => a.ordinal - b.ordinal);
  const resting = fit.filter(
    ({ request, status }) => request !== null && !['RUNNING', 'ROLLING_BACK', 'PENDING'].includes(status),
  );
  const back = resting.filter(({ request }) => request?.kind === 'rollback');
  const endOf = (one: AdmissionCandidate) => one.endedAt?.getTime() ?? Number.POSITIVE_INFINITY;
  if (backwards) back.sort((a, b) => endOf(b) - endOf(a) || b.ordinal - a.ordinal);
  const on = resting.filter(
    ({ request }) =>
      request?.kind !== 'rollback' && (!request?.notBefore || Date.parse(request.notBefore) <= rows.millis()),
  );
  const pending = fit.filter((one) => one.status === 'PENDING' && one.wave <= wave);
  if (rows.pendingOrder === -1) pending.reverse();
  return [back, on, pending].flatMap((some) => some.slice(0, room));
}

export function finished(rows: Rows, planId: string, since: Date | null): Finished[] {
  const endOf = (task: TaskState) =>
    task.counted ? Date.parse(task.counted.at) : (task.endedAt?.getTime() ?? 0);
  return rows
    .tasksOf(planId)
    .map(({ task }) => task)
    .filter((task) => task.counted !== null || task.status === 'COMPLETED')
    .filter((task) => since === null || endOf(task) > since.getTime())
    .sort((a, b) => endOf(b) - endOf(a))
    .map((task) => ({ failure: task.counted }));
}

/** Every tenant of the model has a snapshot of what it runs, or nothing to go back to. */
export function sourceOf(rows: Rows, row: TaskRow): PreviousSource {
  const { tenantId } = row.task;
  const unit = rows.units.get(`${tenantId} ${row.unitId}`);
  const tenant = { tenantId, name: tenantId, labels: {}, endpoints: [], variables: {}, overrides: {} };
  const content = rows.snapshots.get(
    unit?.lastKnownGoodSnapshotId ?? unit?.currentSnapshotId ?? unit?.knownSnapshotId ?? '',
  );
  return { tenant, snapshot: content ? { snapshotId: content.snapshotId, content } : null, version: null };
}

export function releaseLeaked(rows: Rows): string[] {
  const leaked = [...rows.holds].filter(([, taskId]) => {
    const row = rows.tasks.get(taskId);
    return row && !holdsTenant(row.task);
  });
  for (const [tenantId] of leaked) rows.holds.delete(tenantId);
  return leaked.map(([tenantId]) => tenantId);
}

export function leakedData(rows: Rows): string[] {
  const stored = new Set([...rows.checkpoints.values()].map(({ taskId }) => taskId));
  return [...stored].filter((taskId) => {
    const task = rows.tasks.get(taskId)?.task;
    return !task || (task.dataAt === null && !occupiesSlot(task.status));
  });
}

const unitRow = (rows: Rows, row: TaskRow) => rows.units.get(`${row.task.tenantId} ${row.unitId}`);

export function recordedVersion(rows: Rows, row: TaskRow): string | null {
  const unit = unitRow(rows, row);
  return unit?.currentVersion === UNKNOWN_VERSION ? unit.knownVersion : (unit?.currentVersion ?? null);
}

/** What was sent last by another task, while it is unknown what the tenant runs. */
export function unconfirmed(rows: Rows, row: TaskRow): Snapshot | null {
  if (!rows.knowsUnconfirmed || unitRow(rows, row)?.currentVersion !== UNKNOWN_VERSION) return null;
  const began = ({ task }: TaskRow) => task.stageStartedAt?.getTime() ?? 0;
  const [last] = [...rows.tasks.values()]
    .filter(({ task, unitId }) => task.tenantId === row.task.tenantId && unitId === row.unitId)
    .filter(({ task }) => task.taskId !== row.task.taskId && task.sent.calls)
    .sort((one, other) => began(other) - began(one));
  return rows.snapshots.get(last?.target?.snapshotId ?? '') ?? null;
}

/** On record and confirmed by a health-check. */
export function runsTarget(rows: Rows, row: TaskRow): boolean {
  const unit = unitRow(rows, row);
  const version = row.target?.version;
  if (!unit || unit.currentVersion !== version || unit.lastKnownGoodVersion !== version) return false;
  const digest = (id: string | null | undefined) => (id ? rows.snapshots.get(id)?.digest : undefined);
  const runs = digest(unit.currentSnapshotId);
  return runs !== undefined && runs === digest(row.target?.snapshotId);
}
