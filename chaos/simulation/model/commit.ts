import { storedEvent } from '@/chaos/check/stored-event';
import { PLAN_STATUS_CHANGES } from '@/domain/plan';
import { occupiesSlot, TASK_STATUS_CHANGES } from '@/domain/task';
import { UNKNOWN_VERSION } from '@/domain/tenant';
import { planIn, taskIn } from '@/domain/testing-states';
import type {
  Commit,
  CommitRefusal,
  CommitResult,
  PlanChange,
  PlanCreation,
  TaskChange,
  TaskResult,
  TenantVersion,
} from '@/server/commands/commit';
import { changed } from '@/server/commands/commit-transition';
import { isOvertaken } from './reads';
import type { PlanRow, Rows, StoredSnapshotRow, TaskRow } from './rows';

type Refusals = Map<string, CommitRefusal>;

/** What the statement of the real database does, step by step as there (db/functions/commit_transition.sql). */
export function commitTransition(rows: Rows, commit: Commit, commitId: string): CommitResult {
  const planIds = [...new Set([...commit.plans, ...commit.tasks].map(({ planId }) => planId))];
  const fenced = planIds.filter((planId) => isFenced(rows, commit, planId));
  if (fenced.length > 0 && fenced.length === planIds.length)
    return { ...nothingWritten(rows, commitId, new Map(refusalsOf(commit, fenced))), fenced, locked: [] };
  // What names no driver, and makes no plan, wakes the plans it writes to.
  const wakes = commit.epochs === undefined && !commit.create;
  const woken = wakes ? planIds.filter((planId) => rows.plans.get(planId)?.awake === false) : [];
  if (commit.create) create(rows, commit.create);
  const requestId = commit.audit?.requestId;
  const prior = requestId ? rows.audit.get(requestId) : undefined;
  if (prior) return { commitId, now: rows.now(), repeated: prior, plans: {}, tasks: {} };
  const refused: Refusals = new Map(refusalsOf(commit, fenced));
  for (const { planId, ...change } of commit.plans)
    if (!fenced.includes(planId) && isStale(rows, { planId, ...change })) refused.set(planId, 'conflict');
  for (const change of commit.tasks) {
    const refusal = fenced.includes(change.planId) ? null : whyRefused(rows, change);
    if (refusal) refused.set(change.taskId, refusal);
  }
  if (commit.tasks.some((change) => change.admission)) checkAdmissions(rows, commit, refused);
  if (commit.atomic && refused.size > 0) return nothingWritten(rows, commitId, refused);
  const taken = takeHolds(rows, commit.tasks, refused);
  if (commit.atomic && refused.size > 0) {
    for (const tenantId of taken) rows.holds.delete(tenantId);
    return nothingWritten(rows, commitId, refused);
  }
  const given = giveBack(rows, commit.tasks, refused);
  const waiting = waitingFor(rows, given);
  if (rows.guarded) guardStatuses(rows, commit, refused);
  writePlans(rows, commit, refused, commitId);
  for (const change of commit.tasks)
    if (!refused.has(change.taskId)) writeTask(rows, change, change.commitId ?? commitId);
  if (commit.audit?.requestId) rows.audit.set(commit.audit.requestId, commit.audit.outcome);
  const result = answer(rows, commit, refused, commitId);
  for (const planId of Object.keys(result.plans)) {
    const row = rows.plans.get(planId);
    if (row && wakes && !isResting(commit, planId)) row.awake = true;
  }
  rows.writes += Object.keys(result.plans).length;
  return { ...result, woken, waiting, fenced, locked: [] };
}

const isResting = ({ plans }: Commit, planId: string) =>
  plans.some((change) => change.planId === planId && change.rests);

/** Somebody else drives the plan by now. Whoever takes it over knows of no epoch yet. */
function isFenced(rows: Rows, { epochs }: Commit, planId: string): boolean {
  const epoch = epochs?.[planId] ?? undefined;
  const row = rows.plans.get(planId);
  return row !== undefined && differs(epoch, row.epoch);
}

/** Whatever is of the plans that somebody else drives. */
function refusalsOf({ plans, tasks }: Commit, fenced: readonly string[]): [string, CommitRefusal][] {
  const named = [
    ...tasks.map(({ taskId, planId }) => [taskId, planId]),
    ...plans.map(({ planId }) => [planId, planId]),
  ];
  return named.flatMap(([id = '', planId = '']) => (fenced.includes(planId) ? [[id, 'fenced']] : []));
}

/** The tenants that nobody holds any more, with the plan that gave them back. */
function giveBack(rows: Rows, changes: readonly TaskChange[], refused: Refusals): Map<string, string> {
  const given = new Map<string, string>();
  for (const { hold, taskId, tenantId, planId } of changes) {
    if (hold !== 'release' || refused.has(taskId) || rows.holds.get(tenantId) !== taskId) continue;
    rows.holds.delete(tenantId);
    given.set(tenantId, planId);
  }
  return given;
}

/** Other plans with a driver that have something to do for one of these tenants. */
function waitingFor(rows: Rows, given: ReadonlyMap<string, string>): string[] {
  const waiting = new Set<string>();
  for (const { task } of rows.tasks.values()) {
    const from = given.get(task.tenantId);
    const waits =
      from !== undefined && from !== task.planId && (task.status === 'PENDING' || task.request !== null);
    if (waits && rows.plans.get(task.planId)?.awake) waiting.add(task.planId);
  }
  return [...waiting];
}

function create(rows: Rows, { plan, tasks, stages }: PlanCreation): void {
  const { planId, status, maxConcurrency, endedAt, number, settings, playbook } = plan;
  const state = planIn(status, { planId, maxConcurrency, endedAt, startedAt: null, intent: 'none' });
  rows.plans.set(planId, {
    plan: state,
    revision: 0,
    planSeq: 0,
    ownSequenceId: 0,
    awake: false,
    epoch: 0,
    driver: null,
    number,
    createdAt: rows.millis(),
    settings,
    playbook,
  });
  for (const { taskId, tenantId, ordinal, wave, status, targetSnapshotId, previousSnapshotId } of tasks) {
    const snapshot = targetSnapshotId ? rows.snapshots.get(targetSnapshotId) : undefined;
    rows.tasks.set(taskId, {
      task: taskIn(status, {
        ...{ taskId, planId, tenantId, ordinal, wave, stages, previous: null },
        targetVersion: snapshot?.version ?? null,
      }),
      unitId: plan.unitId,
      target: snapshot ? { snapshotId: snapshot.snapshotId, ...unitOf(snapshot) } : null,
      previousSnapshotId,
      revision: 0,
      sequenceId: 0,
      epoch: 0,
      run: 0,
      claimed: false,
      admittedAt: null,
    });
  }
}

const unitOf = ({ unitId, unitName, version }: StoredSnapshotRow) => ({ unitId, unitName, version });

function isStale(rows: Rows, { planId, revision, planSeq }: PlanChange): boolean {
  const row = rows.plans.get(planId);
  if (!row) return true;
  return differs(revision, row.revision) || differs(planSeq, row.planSeq);
}

const differs = (said: number | undefined, is: number) => said !== undefined && said !== is;

function whyRefused(rows: Rows, change: TaskChange): CommitRefusal | null {
  const row = rows.tasks.get(change.taskId);
  const plan = rows.plans.get(change.planId);
  if (!row || !plan) return 'missing';
  if (differs(change.epoch, row.epoch)) return 'fenced';
  if (differs(change.revision, row.revision) || differs(change.planRevision, plan.revision))
    return 'conflict';
  return change.refuseIfOvertaken && isOvertaken(rows, row) ? 'overtaken' : null;
}

function checkAdmissions(rows: Rows, { plans, tasks }: Commit, refused: Refusals): void {
  const admissions = tasks.filter((change) => change.admission);
  const forward = admissions.filter(({ state }) => state?.status !== 'ROLLING_BACK');
  if (rows.stopped) for (const change of forward) refused.set(change.taskId, 'stopped');
  const places = new Map<string, number>();
  for (const change of admissions) {
    if (refused.has(change.taskId)) continue;
    const members = rows.tasksOf(change.planId);
    const occupied = members.filter(({ task }) => occupiesSlot(task.status)).length;
    const place = (places.get(change.planId) ?? 0) + 1;
    places.set(change.planId, place);
    const room = (rows.plans.get(change.planId)?.plan.maxConcurrency ?? 0) - occupied;
    if (place > room) refused.set(change.taskId, 'full');
  }
  for (const change of forward) {
    const seen = plans.find((plan) => plan.planId === change.planId)?.countedSeen;
    const counted = rows.tasksOf(change.planId).filter(({ task }) => task.counted !== null).length;
    if (differs(seen, counted)) refused.set(change.taskId, 'conflict');
  }
}

export function tenantRevision(
  rows: Rows,
  { taskId, tenantId }: Pick<TaskChange, 'taskId' | 'tenantId'>,
): number {
  return rows.units.get(`${tenantId} ${rows.tasks.get(taskId)?.unitId}`)?.revision ?? 0;
}

function takeHolds(rows: Rows, changes: readonly TaskChange[], refused: Refusals): string[] {
  const taken: string[] = [];
  for (const change of changes) {
    if (change.hold !== 'take' || refused.has(change.taskId)) continue;
    if (rows.holds.has(change.tenantId)) refused.set(change.taskId, 'tenantBusy');
    else {
      rows.holds.set(change.tenantId, change.taskId);
      taken.push(change.tenantId);
    }
  }
  for (const change of changes) {
    if (change.hold !== 'take' || refused.has(change.taskId)) continue;
    if (!differs(change.tenantRevision, tenantRevision(rows, change))) continue;
    rows.holds.delete(change.tenantId);
    refused.set(change.taskId, 'conflict');
  }
  return taken;
}

/** The triggers: what they refuse fails the statement as a whole. */
function guardStatuses(rows: Rows, commit: Commit, refused: Refusals): void {
  for (const { taskId, state } of commit.tasks) {
    const before = rows.tasks.get(taskId)?.task.status;
    if (!state || refused.has(taskId) || before === undefined || before === state.status) continue;
    if (!TASK_STATUS_CHANGES[before].includes(state.status))
      throw new Error(`task may not go from ${before} to ${state.status}`);
  }
  for (const { planId, state } of commit.plans) {
    const before = rows.plans.get(planId)?.plan.status;
    if (!state || refused.has(planId) || before === undefined || before === state.status) continue;
    if (!PLAN_STATUS_CHANGES[before].includes(state.status))
      throw new Error(`plan may not go from ${before} to ${state.status}`);
  }
}

function writePlans(rows: Rows, commit: Commit, refused: Refusals, commitId: string): void {
  for (const change of commit.plans) {
    const row = rows.plans.get(change.planId);
    if (!row || refused.has(change.planId)) continue;
    storeEvents(rows, row, null, change, commitId);
    if (change.driver !== undefined) {
      row.epoch += 1;
      row.driver = change.driver;
    }
    if (change.rests) {
      row.awake = false;
      row.driver = null;
    }
    if (!change.state) continue;
    row.plan = change.state;
    row.revision += 1;
  }
}

function writeTask(rows: Rows, change: TaskChange, commitId: string): void {
  const row = rows.tasks.get(change.taskId);
  const plan = rows.plans.get(change.planId);
  if (!row || !plan) return;
  storeEvents(rows, plan, row, change, commitId);
  if (change.state) {
    row.task = change.state;
    row.revision += 1;
  }
  if (change.previousSnapshotId) row.previousSnapshotId = change.previousSnapshotId;
  if (change.claim) row.epoch += 1;
  if (change.admission) row.run += 1;
  if (change.admission) row.admittedAt ??= rows.millis();
  if (change.claim) row.claimed = true;
  else if (change.admission) row.claimed = false;
  if (change.tenantVersion) moveTenant(rows, change, change.tenantVersion);
}

function moveTenant(rows: Rows, { tenantId, taskId }: TaskChange, move: TenantVersion): void {
  const { unitId, unitName, lastKnownGood } = move;
  const key = `${tenantId} ${unitId}`;
  const before = rows.units.get(key);
  // What another task has left unknown stays so.
  if (move.restore && before?.unknownBy !== taskId) return;
  if (move.restore && (before?.knownVersion ?? null) === null) {
    rows.units.delete(key);
    return;
  }
  const version = move.restore ? (before?.knownVersion ?? null) : move.version;
  const snapshotId = move.restore ? (before?.knownSnapshotId ?? null) : move.snapshotId;
  const certain = version !== UNKNOWN_VERSION;
  const wasCertain = before !== undefined && before.currentVersion !== UNKNOWN_VERSION;
  const kept = wasCertain
    ? { version: before.currentVersion, snapshotId: before.currentSnapshotId }
    : { version: before?.knownVersion ?? null, snapshotId: before?.knownSnapshotId ?? null };
  rows.units.set(key, {
    tenantId,
    unitId,
    unitName,
    currentVersion: version,
    currentSnapshotId: certain ? snapshotId : null,
    knownVersion: certain ? version : kept.version,
    knownSnapshotId: certain ? snapshotId : kept.snapshotId,
    lastKnownGoodVersion: lastKnownGood ? version : (before?.lastKnownGoodVersion ?? null),
    lastKnownGoodSnapshotId: lastKnownGood ? snapshotId : (before?.lastKnownGoodSnapshotId ?? null),
    revision: (before?.revision ?? 0) + 1,
    unknownBy: certain ? null : wasCertain || !before ? taskId : before.unknownBy,
  });
}

/** The last one carries what the change makes of the state. */
function storeEvents(
  rows: Rows,
  plan: PlanRow,
  task: TaskRow | null,
  { events, state, before }: PlanChange | TaskChange,
  commitId: string,
): void {
  const carried = state && before ? changed<object>(before, state) : (state ?? null);
  for (const [index, event] of events.entries()) {
    const change = index === events.length - 1 ? carried : null;
    rows.events.push(storedEvent(plan, task, event, { change, commitId, storedAt: rows.millis() }));
  }
}

function nothingWritten(rows: Rows, commitId: string, refused: Refusals): CommitResult {
  const tasks = [...refused].map(([id, refusal]): [string, TaskResult] => [id, { ok: false, refusal }]);
  return { commitId, now: rows.now(), plans: {}, tasks: Object.fromEntries(tasks) };
}

function answer(rows: Rows, commit: Commit, refused: Refusals, commitId: string): CommitResult {
  const result: CommitResult = { commitId, now: rows.now(), plans: {}, tasks: {} };
  const written = [
    ...commit.plans.filter(({ planId }) => !refused.has(planId)),
    ...commit.tasks.filter(({ taskId }) => !refused.has(taskId)),
  ];
  for (const { planId } of written) {
    const row = rows.plans.get(planId);
    if (row) result.plans[planId] = { revision: row.revision, planSeq: row.planSeq, epoch: row.epoch };
  }
  for (const { taskId } of commit.tasks) {
    const row = rows.tasks.get(taskId);
    const refusal = refused.get(taskId);
    if (refusal || !row) result.tasks[taskId] = { ok: false, refusal: refusal ?? 'missing' };
    else {
      const { revision, epoch, run, sequenceId } = row;
      result.tasks[taskId] = { ok: true, revision, epoch, run, sequenceId };
    }
  }
  return result;
}

/** Whether a commit reached the log of this task. */
export function wasCommitted(rows: Rows, taskId: string, commitId: string, afterSequenceId: number): boolean {
  return rows.events.some(
    (event) => event.taskId === taskId && event.sequenceId > afterSequenceId && event.commitId === commitId,
  );
}
