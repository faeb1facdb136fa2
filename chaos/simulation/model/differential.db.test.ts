import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '@/chaos/random';
import { readHistory } from '@/chaos/read-history';
import * as execution from '@/db/queries/execution';
import type { TaskSelection, TaskWithContext } from '@/db/queries/runs';
import * as runs from '@/db/queries/runs';
import { type PlanInput, transitionPlan } from '@/domain/plan-transition';
import type { TaskInput } from '@/domain/task-input';
import { transitionTask } from '@/domain/task-transition';
import type { Commit, CommitResult } from '@/server/commands/commit';
import { type Committer, createCommitter } from '@/server/commands/commit-transition';
import { runtimeFlags } from '@/server/commands/runtime-flags';
import { taskChange } from '@/server/commands/task-change';
import { WorldDatabase } from '../sql/database';
import { drawWorld } from '../world';
import { commitTransition, tenantRevision } from './commit';
import * as reads from './reads';
import { planWithCounts, withContext } from './reads';
import { Rows, type TaskRow } from './rows';
import { seed } from './store';

/** The model is only worth as much as it does what the database does: the same commits, the same answers, the same rows. */
const WORLDS = 12;
const COMMITS = 80;

let database: WorldDatabase;
let committer: Committer;
beforeAll(async () => {
  database = await WorldDatabase.open();
  committer = createCommitter(database.db);
});
afterAll(() => database.close());

it.each(Array.from({ length: WORLDS }, (_, index) => index + 1))(
  'the model and the database answer alike and end alike, seed %i',
  async (number) => {
    const random = new Random(number);
    const world = drawWorld(random, 2);
    let millis = world.began.getTime();
    const rows = new Rows(() => millis);
    seed(rows, world);
    await database.fill(world);
    for (const nodeId of NODES) await bothExecute(rows, nodeId, true);
    for (const spec of world.plans) {
      const start = planChange(rows, spec.planId, { type: 'start', actor: 'op' });
      await both(rows, { atomic: true, plans: [start], tasks: [] });
    }
    for (let index = 0; index < COMMITS; index += 1) {
      millis += 1000;
      if (random.chance(0.05)) {
        rows.stop(!rows.stopped);
        await database.stop(rows.stopped);
      }
      if (random.chance(0.05)) await bothExecute(rows, random.oneOf(NODES), random.chance(0.6));
      await both(rows, drawCommit(random, rows));
      if (index % 4 !== 0) continue;
      // What may not begin before a time of the model may long begin by the database's clock.
      millis += 3_600_000;
      await bothRead(rows);
      millis -= 3_600_000;
    }
    const expected = rows.history([], [], true);
    const actual = await readHistory(database.db, [], true);
    // Ids of the commits that made the plans, and the time at which they were stored, are each side's own.
    const events = (history: typeof actual) =>
      history.events.map(({ commitId: _, storedAt: __, change, ...event }) => ({
        ...event,
        change: JSON.parse(JSON.stringify(change ?? null)),
      }));
    expect(events(actual)).toEqual(events(expected));
    expect(actual.plans).toEqual(expected.plans.map(({ awake: _, ...plan }) => plan));
    expect(await database.driving()).toEqual(
      [...rows.plans.values()].map(({ plan, awake, epoch, driver }) => ({
        ...{ planId: plan.planId, awake, epoch, driver },
      })),
    );
    expect(actual.tasks).toEqual(expected.tasks);
    expect(byTenant(actual.holds)).toEqual(byTenant(expected.holds));
    expect(byTenant(actual.tenants)).toMatchObject(
      byTenant(expected.tenants).map(({ tenantId, currentVersion, lastKnownGoodVersion }) => ({
        tenantId,
        currentVersion,
        lastKnownGoodVersion,
      })),
    );
  },
);

/** Every read that the executor makes, asked of both: what is known of tasks and plans, and who could be next. */
async function bothRead(rows: Rows): Promise<void> {
  const { db } = database;
  const same = (real: unknown, model: unknown) => expect(timeless(real)).toEqual(timeless(model));
  const taskIds = [...rows.tasks.keys()].sort();
  const byTask = (reads: TaskWithContext[]) =>
    reads.toSorted((a, b) => (a.task.taskId < b.task.taskId ? -1 : 1));
  same(
    byTask(await runs.readTasksById(db, taskIds)),
    byTask([...rows.tasks.values()].map((row) => withContext(rows, row))),
  );
  const byPlan = <T extends { planId: string }>(some: readonly T[]) =>
    some.toSorted((a, b) => (a.planId < b.planId ? -1 : 1));
  same(byPlan([...(await execution.plansInHand(db))]), byPlan(reads.inHand(rows)));
  for (const plan of rows.plans.values()) {
    const { planId } = plan.plan;
    same(await runs.readPlan(db, planId), planWithCounts(rows, plan));
    for (const sweep of [true, false])
      same(
        inOrder(await execution.readOutlook(db, planId, sweep)),
        inOrder(reads.outlookOf(rows, planId, sweep)),
      );
    for (const selection of SELECTIONS) {
      const page = { after: '', limit: 5 };
      same(
        await runs.readTasksOfPlan(db, planId, selection, page),
        reads.selected(rows, planId, selection, page),
      );
    }
    for (const strict of [true, false]) {
      for (const backwards of [true, false]) {
        const room = { planId, room: 3, strict, wave: plan.plan.wave, backwards };
        const { candidates } = await execution.admissionCandidates(db, room, []);
        same(candidates, reads.candidates(rows, room));
      }
    }
  }
}

/** Whoever started at the same moment, or is asked for at once, comes in no order. */
const inOrder = ({ hurried, running, ...outlook }: execution.Outlook) => ({
  ...outlook,
  hurried: hurried.toSorted((a, b) => (a.taskId < b.taskId ? -1 : 1)),
  running: running.toSorted(),
});

async function bothExecute(rows: Rows, nodeId: string, executing: boolean): Promise<void> {
  await database.executes(nodeId, executing);
  if (executing) rows.nodes.add(nodeId);
  else rows.nodes.delete(nodeId);
}

/** Database time is each side's own. */
const timeless = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (name, inner) => (name === 'now' ? undefined : inner)));

const SELECTIONS: readonly TaskSelection[] = [
  'notRunning',
  'waitingToGoForward',
  'toRollBack',
  'standingStill',
  'heldByPlan',
  'runningOn',
  'notBack',
];

it('all refusals occurred, and most changes were stored', () => {
  const refusals = ['conflict', 'fenced', 'overtaken', 'full', 'tenantBusy', 'stopped', 'repeated'];
  const driving = ['takes over', 'rests', 'rests not', 'all fenced', 'one fenced', 'woken', 'waiting'];
  expect([...answers.keys()]).toEqual(expect.arrayContaining([...refusals, ...driving]));
  expect(answers.get('stored')).toBeGreaterThan(WORLDS * COMMITS * 0.4);
});

const answers = new Map<string, number>();
const count = (answer: string) => answers.set(answer, (answers.get(answer) ?? 0) + 1);

const byTenant = <T extends { tenantId: string }>(some: readonly T[]): T[] =>
  [...some].sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1));

async function both(rows: Rows, commit: Commit): Promise<void> {
  const commitId = crypto.randomUUID();
  const { now: _, ...expected } = commitTransition(rows, commit, commitId);
  const { now: __, ...actual } = await committer.commitTransition(commit, commitId);
  const inOrder = ({ woken, waiting, fenced, locked, ...result }: Omit<CommitResult, 'now'>) => ({
    ...result,
    fenced: fenced?.toSorted() ?? [],
    locked: locked ?? [],
    ...(woken && { woken: woken.toSorted() }),
    ...(waiting && { waiting: waiting.toSorted() }),
  });
  expect(inOrder(actual)).toEqual(inOrder(expected));
  const [own] = commit.plans;
  const stored = own && actual.plans[own.planId] !== undefined;
  if (own?.driver !== undefined && stored) count('takes over');
  if (own?.rests) count(stored ? 'rests' : 'rests not');
  if (actual.fenced?.length) count(Object.keys(actual.plans).length > 0 ? 'one fenced' : 'all fenced');
  if (actual.woken?.length) count('woken');
  if (actual.waiting?.length) count('waiting');
  if (actual.repeated) count('repeated');
  for (const outcome of Object.values(actual.tasks)) count(outcome.ok ? 'stored' : outcome.refusal);
}

const NODES = ['node-1', 'node-2'];

/** What somebody asks for, or what a driver stores: under its epoch, or under one that is over or not yet begun. */
function drawCommit(random: Random, rows: Rows): Commit {
  const all = [...rows.plans.values()];
  const { plan, epoch, planSeq } = random.oneOf(all);
  const { planId } = plan;
  if (random.chance(0.5)) return drawAsked(random, rows, [...rows.tasks.values()]);
  const epochs = { [planId]: random.chance(0.1) ? epoch + random.oneOf([-1, 1]) : epoch };
  if (random.chance(0.15)) {
    const driver = random.oneOf(NODES);
    return { atomic: true, epochs: { [planId]: null }, plans: [{ planId, driver, events: [] }], tasks: [] };
  }
  if (random.chance(0.25)) {
    const seen = random.chance(0.3) ? planSeq - 1 : planSeq;
    return {
      atomic: true,
      epochs,
      plans: [{ planId, planSeq: seen, rests: true, events: [] }],
      tasks: [],
    };
  }
  // Drivers of one process store together.
  if (random.chance(0.5)) {
    const ofAll = all.map((one) => [
      one.plan.planId,
      random.chance(0.1) ? one.epoch + random.oneOf([-1, 1]) : one.epoch,
    ]);
    const drawn = drawAsked(random, rows, [...rows.tasks.values()]);
    return { ...drawn, atomic: false, plans: [], epochs: Object.fromEntries(ofAll), skipLocked: true };
  }
  const drawn = drawAsked(random, rows, rows.tasksOf(planId));
  return { ...drawn, epochs, plans: drawn.plans.filter((one) => one.planId === planId) };
}

function drawAsked(random: Random, rows: Rows, members: readonly TaskRow[]): Commit {
  const plans = [...rows.plans.values()];
  const own = random.chance(0.25)
    ? [planChange(rows, random.oneOf(plans).plan.planId, drawPlanInput(random), random)]
    : [];
  const tasks = random
    .shuffled(members)
    .slice(0, own.length > 0 ? random.below(2) : 1 + random.below(3))
    .map((row) => drawTaskChange(random, rows, row));
  const requestId = random.chance(0.1) ? `00000000-0000-4000-9000-00000000000${random.below(5)}` : null;
  const audit = {
    actor: 'op',
    action: 'draw',
    target: 'x',
    reason: null,
    requestId,
    outcome: { drawn: true },
  };
  return { atomic: random.chance(0.4), plans: own, tasks, ...(requestId && { audit }) };
}

function drawTaskChange(random: Random, rows: Rows, row: TaskRow): Commit['tasks'][number] {
  const read = withContext(rows, row);
  const inputs = random.shuffled(inputsOf(row));
  const context = { task: read.task, flags: runtimeFlags(read, {}), totalStages: read.task.stages.length };
  const outcome = inputs
    .map((input) => ({ input, outcome: transitionTask(context, input, read.now) }))
    .find((one) => one.outcome.ok);
  const stale = (value: number) => (random.chance(0.1) ? value + 1 : value);
  const epoch = random.chance(0.7) ? { epoch: stale(row.epoch) } : {};
  const planRevision = random.chance(0.5) ? { planRevision: stale(read.planRevision) } : {};
  const flags = {
    ...(random.chance(0.2) && { claim: true }),
    ...(random.chance(0.3) && { beat: true, nodeId: 'node' }),
    ...(random.chance(0.3) && { refuseIfOvertaken: true }),
  };
  const { taskId, planId, tenantId } = row.task;
  if (!outcome?.outcome.ok)
    return { taskId, planId, tenantId, ...epoch, ...planRevision, ...flags, events: [] };
  const change = taskChange(read, outcome.outcome.state, outcome.outcome.events);
  const seen = tenantRevision(rows, row.task);
  const admission =
    outcome.input.type === 'admit'
      ? { admission: true, ...(random.chance(0.7) && { tenantRevision: stale(seen) }) }
      : {};
  return { ...change, revision: stale(row.revision), ...epoch, ...planRevision, ...flags, ...admission };
}

function inputsOf({ task }: TaskRow): TaskInput[] {
  const asked = { actor: 'op', reason: 'because' };
  const stage = task.stages[task.stageIndex] ?? '';
  const step = { stage, step: 's', stepIndex: 0, stepType: 'config-update' };
  const at = new Date(0).toISOString();
  const failure = {
    errorType: 'BUSINESS' as const,
    code: 'X',
    message: 'failed',
    at,
    retryable: true,
    step: null,
    instance: null,
  };
  return [
    { type: 'admit' },
    { type: 'admit' },
    { type: 'boundary' },
    { type: 'stageStarted', stage },
    { type: 'stepStarted', ...step },
    { type: 'stepSucceeded', ...step, stepType: 'health-check', detail: '', attempts: [] },
    { type: 'stageSucceeded', stage },
    { type: 'stageSucceeded', stage },
    { type: 'stageFailed', stage, failure },
    { type: 'pause', ...asked },
    { type: 'resume', ...asked },
    { type: 'cancel', ...asked },
    { type: 'retry', ...asked, fromCheckpoint: true },
    { type: 'rollback', ...asked },
    { type: 'heartbeat' },
  ];
}

function drawPlanInput(random: Random): PlanInput {
  const asked = { actor: 'op', reason: 'because' };
  return random.oneOf<PlanInput>([
    { type: 'pause', ...asked },
    { type: 'resume', ...asked },
    { type: 'resume', ...asked },
    { type: 'rollback', ...asked },
    { type: 'setConcurrency', actor: 'op', value: 1 + random.below(3) },
    { type: 'settle' },
  ]);
}

function planChange(rows: Rows, planId: string, input: PlanInput, random?: Random): Commit['plans'][number] {
  const row = rows.plans.get(planId);
  if (!row) throw new Error(`No plan ${planId}`);
  const outcome = transitionPlan(planWithCounts(rows, row), input, rows.now());
  const revision = random?.chance(0.1) ? row.revision + 1 : row.revision;
  const planSeq = random?.chance(0.3) ? { planSeq: row.planSeq - random.below(2) } : {};
  const countedSeen = random?.chance(0.3) ? { countedSeen: random.below(2) } : {};
  if (!outcome.ok) return { planId, events: [], ...countedSeen };
  return {
    planId,
    revision,
    ...planSeq,
    state: outcome.state,
    events: outcome.events,
    ...countedSeen,
  };
}
