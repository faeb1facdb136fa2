import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '@/chaos/random';
import { readHistory } from '@/chaos/read-history';
import { type PlanInput, transitionPlan } from '@/domain/plan-transition';
import type { TaskInput } from '@/domain/task-input';
import { transitionTask } from '@/domain/task-transition';
import { type Commit, type Committer, createCommitter } from '@/server/commands/commit-transition';
import { runtimeFlags } from '@/server/commands/runtime-flags';
import { taskChange } from '@/server/commands/task-change';
import { WorldDatabase } from '../sql/database';
import { drawWorld } from '../world';
import { commitTransition, tenantRevision } from './commit';
import { planWithCounts, withContext } from './reads';
import { Rows, type TaskRow } from './rows';
import { seed } from './store';

/** The model is only worth as much as it does what the database does: the same commits, the same answers, the same rows. */
const WORLDS = 12;
const COMMITS = 60;

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
    const rows = new Rows(4, () => millis);
    seed(rows, world);
    await database.fill(world, 4);
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
      await both(rows, drawCommit(random, rows));
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
    expect(actual.plans).toEqual(expected.plans);
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

it('all refusals occurred, and most changes were stored', () => {
  const refusals = ['conflict', 'fenced', 'overtaken', 'full', 'tenantBusy', 'stopped', 'repeated'];
  expect([...answers.keys()]).toEqual(expect.arrayContaining(refusals));
  expect(answers.get('stored')).toBeGreaterThan(WORLDS * COMMITS * 0.5);
});

const answers = new Map<string, number>();
const count = (answer: string) => answers.set(answer, (answers.get(answer) ?? 0) + 1);

const byTenant = <T extends { tenantId: string }>(some: readonly T[]): T[] =>
  [...some].sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1));

async function both(rows: Rows, commit: Commit): Promise<void> {
  const commitId = crypto.randomUUID();
  const { now: _, ...expected } = commitTransition(rows, commit, commitId);
  const { now: __, ...actual } = await committer.commitTransition(commit, commitId);
  expect(actual).toEqual(expected);
  if (actual.repeated) count('repeated');
  for (const outcome of Object.values(actual.tasks)) count(outcome.ok ? 'stored' : outcome.refusal);
}

function drawCommit(random: Random, rows: Rows): Commit {
  const plans = [...rows.plans.values()];
  const own = random.chance(0.25)
    ? [planChange(rows, random.oneOf(plans).plan.planId, drawPlanInput(random), random)]
    : [];
  const tasks = random
    .shuffled([...rows.tasks.values()])
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
    ...(random.chance(0.1) && { rerun: true }),
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
  const served = random?.chance(0.3) ? { served: true } : {};
  const countedSeen = random?.chance(0.3) ? { countedSeen: random.below(2) } : {};
  if (!outcome.ok) return { planId, events: [], ...served, ...countedSeen };
  return {
    planId,
    revision,
    ...planSeq,
    state: outcome.state,
    events: outcome.events,
    ...served,
    ...countedSeen,
  };
}
