import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { readTask } from '@/db/queries/runs';
import { Hold } from '@/demo/fleet/testing/hold';
import type { Committer } from '@/server/commands/commit-transition';
import { Harness } from './testing/harness';

let harness: Harness;
afterEach(() => harness.close());

const fleetOf = (count: number) => ({
  version: 'v1',
  tenants: Array.from({ length: count }, (_, index) => ({
    tenantId: `t${index + 1}`,
    instances: 2,
  })),
});

const callsOf = (taskId: string, path: string) =>
  harness.fleet.requests.filter((request) => request.task === taskId && request.path === path);
const count = (kinds: readonly string[], kind: string) => kinds.filter((one) => one === kind).length;

async function succeededStages(planId: string, taskId: string): Promise<unknown[]> {
  return (await harness.events(planId))
    .filter((event) => event.taskId === taskId && event.kind === 'StageSucceeded')
    .map((event) => event.payload.stageIndex);
}

describe('a process that is killed', () => {
  it('loses nothing: another goes on from the checkpoints', async () => {
    harness = await Harness.start({ fleet: fleetOf(2) });
    const planId = await harness.createPlan();
    const [first, second] = [`${planId}.1`, `${planId}.2`];
    const hold = Hold.on(harness.fleet, ({ path }) => path === '/reload');
    await harness.startPlan(planId);
    const program = fileURLToPath(new URL('./testing/executor-process.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', program], {
      env: { ...process.env, DATABASE_URL: harness.url },
      stdio: 'inherit',
    });
    const gone = once(child, 'exit');
    try {
      // One of two instances is being told, so the step has no answer on record, and the stage before it is done.
      await hold.until(({ tasks }) => tasks.has(first));
    } finally {
      child.kill('SIGKILL');
      await gone;
    }
    expect(await succeededStages(planId, first)).toEqual([0]);
    // What was sent arrives, though nobody hears the answer any more.
    hold.release();
    const before = await harness.eventually(async () => {
      const calls = callsOf(first, '/reload');
      return calls.length > 0 ? calls : null;
    });

    await harness.startExecutor();
    await harness.until(planId, 'COMPLETED');
    const kinds = await harness.kindsOf(first);
    const recovered = kinds.indexOf('TaskRecovered');
    expect(kinds.slice(recovered, recovered + 4)).toEqual([
      'TaskRecovered',
      'TaskProgress',
      'StepInDoubt',
      'StepStarted',
    ]);
    expect(count(kinds, 'TaskRecovered')).toBe(1);
    for (const taskId of [first, second]) {
      expect(await succeededStages(planId, taskId)).toEqual([0, 1, 2]);
      expect((await readTask(harness.db, taskId))?.task).toMatchObject({ attempt: 1, retryCount: 0 });
    }
    // The finished stage was not repeated; the open step was, with the same key under the next epoch.
    expect(callsOf(first, '/config').map((call) => call.instance)).toEqual(['t1-1', 't1-2']);
    const again = callsOf(first, '/reload').filter((call) => call.epoch === 2);
    expect(again.map((call) => call.instance)).toEqual(['t1-1', 't1-2']);
    expect(again[0]?.idempotencyKey).toBe(before[0]?.idempotencyKey);
    expect(before.map((call) => call.epoch)).not.toContain(2);
    expect(await harness.fleet.versions('t1')).toEqual(['v2', 'v2']);
  });
});

describe('a run that another process took over', () => {
  it('is refused, drops what it has, and the step is done again', async () => {
    harness = await Harness.start({ fleet: fleetOf(1) });
    await harness.startExecutor();
    const planId = await harness.createPlan();
    const taskId = `${planId}.1`;
    const hold = Hold.on(harness.fleet, ({ path }) => path === '/config');
    await harness.startPlan(planId);
    await hold.until();
    const read = await readTask(harness.db, taskId);
    if (!read) throw new Error(`no ${taskId}`);
    // As another process would: the claim raises the epoch.
    const claim = { taskId, planId, tenantId: 't1', epoch: read.epoch, events: [], claim: true };
    const taken = await harness.deps.committer.commitTransition({ atomic: false, plans: [], tasks: [claim] });
    expect(taken.tasks[taskId]).toMatchObject({ ok: true, epoch: 2 });
    const seen = (await harness.kindsOf(taskId)).length;
    hold.release();
    await harness.until(planId, 'COMPLETED');
    // The first thing written after the claim is the recovery: the old epoch stored nothing more.
    const after = (await harness.kindsOf(taskId)).slice(seen);
    expect(after.slice(0, 4)).toEqual(['TaskRecovered', 'TaskProgress', 'StepInDoubt', 'StepStarted']);
    expect(await succeededStages(planId, taskId)).toEqual([0, 1, 2]);
    expect(callsOf(taskId, '/reload').map((call) => call.epoch)).toEqual([3, 3]);
  });
});

const lost = (code: string) => Object.assign(new Error(code), { code });

/** A committer whose first commit of a finished stage gets no proper answer. */
function failingOnce(when: 'before' | 'after', error: Error) {
  const real = harness.deps.committer;
  const asked: boolean[] = [];
  let failing: string | undefined;
  const committer: Committer = {
    commitTransition: async (commit, commitId) => {
      const finished = commit.tasks.find(({ events }) =>
        events.some(({ kind }) => kind === 'StageSucceeded'),
      );
      // Also where it is sent again by itself.
      const sent = finished && (finished.commitId ?? commitId);
      failing ??= sent;
      if (sent === undefined || sent !== failing) return real.commitTransition(commit, commitId);
      if (when === 'after') await real.commitTransition(commit, commitId);
      throw error;
    },
    wasCommitted: async (...args) => {
      const found = await real.wasCommitted(...args);
      asked.push(found);
      return found;
    },
  };
  return { committer, asked };
}

describe('an answer of the database that is lost', () => {
  it.each([
    ['after it was stored', 'after', lost('CONNECTION_CLOSED'), [true], 0],
    ['before it was stored', 'before', lost('CONNECTION_CLOSED'), [false], 0],
    // No lost answer but a refusal that may pass: the run ends, and the sweep takes it up again.
    ['because the disk was full for a moment', 'before', lost('53100'), [], 1],
  ] as const)('%s: every stage counts once', async (_name, when, error, expected, recoveries) => {
    harness = await Harness.start({ fleet: fleetOf(1) });
    const { committer, asked } = failingOnce(when, error);
    await harness.startExecutor({ committer });
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await harness.until(planId, 'COMPLETED');
    expect(asked).toEqual(expected);
    expect(await succeededStages(planId, `${planId}.1`)).toEqual([0, 1, 2]);
    expect(count(await harness.kindsOf(`${planId}.1`), 'TaskRecovered')).toBe(recoveries);
    const events = await harness.events(planId);
    expect(events.map((event) => event.planSeq)).toEqual(events.map((_, index) => index + 1));
  });
});

describe('what the database refuses for good', () => {
  it.each(['22P05', '22021', '23514', '54001'])('%s fails the step in words, once', async (code) => {
    harness = await Harness.start({ fleet: fleetOf(1) });
    const { committer } = failingOnce('before', lost(code));
    await harness.startExecutor({ committer });
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await harness.until(planId, 'PARTIAL_FAILED');
    const events = await harness.events(planId);
    const failed = events.find(({ kind }) => kind === 'TaskFailed');
    expect(failed?.payload).toMatchObject({ failure: { errorType: 'IN_DOUBT', code: 'NOT_STORED' } });
    expect(count(await harness.kindsOf(`${planId}.1`), 'TaskRecovered')).toBe(0);
    expect(callsOf(`${planId}.1`, '/config')).toHaveLength(2);
  });
});

describe('the sweep', () => {
  it('gives back a tenant that no task holds any more', async () => {
    harness = await Harness.start({ fleet: fleetOf(1) });
    const idle = await harness.createPlan({ version: 'v3' });
    await harness.db.execute(sql`insert into tenant_run (tenant_id, task_id) values ('t1', ${`${idle}.1`})`);
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await harness.startExecutor();
    await harness.until(planId, 'COMPLETED');
    expect([...(await harness.db.execute(sql`select * from tenant_run`))]).toEqual([]);
  });
});

describe('a plan', () => {
  const heldBy = async (planId: string) =>
    (
      await harness.db.execute<{ status: string; held: string | null }>(
        sql`select status, held_by as held from task where plan_id = ${planId} order by ordinal`,
      )
    ).map((row) => `${row.status} ${row.held}`);

  it('that is resumed leaves the task paused that an operator paused', async () => {
    harness = await Harness.start({ fleet: fleetOf(3) });
    await harness.startExecutor();
    const planId = await harness.createPlan();
    const hold = Hold.on(harness.fleet);
    await harness.startPlan(planId);
    await hold.until(({ tasks }) => tasks.size === 3);
    await harness.task(`${planId}.1`, 'pause');
    await harness.plan(planId, { type: 'pause', actor: 'op', reason: null });
    hold.release();
    await harness.until(planId, 'PAUSED');
    expect(await heldBy(planId)).toEqual(['PAUSED operator', 'PAUSED plan', 'PAUSED plan']);
    await harness.plan(planId, { type: 'resume', actor: 'op', reason: null });
    await harness.until(`${planId}.2`, 'COMPLETED');
    await harness.until(`${planId}.3`, 'COMPLETED');
    expect(await heldBy(planId)).toEqual(['PAUSED operator', 'COMPLETED null', 'COMPLETED null']);
    await harness.task(`${planId}.1`, 'resume');
    await harness.until(planId, 'COMPLETED');
  });

  it('that rolls back cancels what is paused and has nothing to go back to', async () => {
    harness = await Harness.start({ fleet: fleetOf(2) });
    await harness.db.execute(sql`delete from tenant_unit where tenant_id = 't1'`);
    await harness.startExecutor();
    const planId = await harness.createPlan();
    // Inside the first stage: a pause granted before it would leave nothing to roll back.
    const hold = Hold.on(harness.fleet, ({ tenantId, path }) => tenantId === 't1' && path === '/config');
    await harness.startPlan(planId);
    await hold.until();
    await harness.task(`${planId}.1`, 'pause');
    hold.release();
    await harness.until(`${planId}.2`, 'COMPLETED');
    await harness.until(`${planId}.1`, 'PAUSED');
    await harness.plan(planId, { type: 'rollback', actor: 'op', reason: 'bad' });
    // Not everything that started went back, so the plan failed; but it did not wait for ever.
    await harness.until(planId, 'FAILED');
    expect(await heldBy(planId)).toEqual(['CANCELLED null', 'ROLLED_BACK null']);
  });

  it('whose rollback is halted takes nothing more back until it is resumed', async () => {
    harness = await Harness.start({ fleet: fleetOf(4) });
    await harness.startExecutor();
    const tenantIds = ['t1', 't2', 't3'];
    const planId = await harness.createPlan({ tenantIds, maxConcurrency: 1 });
    await harness.startPlan(planId);
    await harness.until(planId, 'COMPLETED');
    const hold = Hold.on(harness.fleet, ({ task }) => task?.startsWith(planId) === true);
    await harness.plan(planId, { type: 'rollback', actor: 'op', reason: 'bad' });
    await hold.until();
    await harness.plan(planId, { type: 'pause', actor: 'op', reason: 'look first' });
    hold.release();
    await harness.until(`${planId}.3`, 'ROLLED_BACK');
    // Admission goes on all the while, for another plan.
    const other = await harness.createPlan({ tenantIds: ['t4'] });
    await harness.startPlan(other);
    await harness.until(other, 'COMPLETED');
    expect(await heldBy(planId)).toEqual(['COMPLETED null', 'COMPLETED null', 'ROLLED_BACK null']);
    expect(await harness.statusOf(planId)).toBe('ROLLING_BACK');
    await harness.plan(planId, { type: 'resume', actor: 'op', reason: null });
    await harness.until(planId, 'ROLLED_BACK');
    const told = (await harness.events(planId))
      .map((event) => `${event.kind} ${event.taskId?.slice(-1) ?? ''}`.trim())
      .filter((event) => /^(TaskRollingBack|PlanHalted|PlanResumed)/.test(event));
    expect(told).toEqual([
      'TaskRollingBack 3',
      'PlanHalted',
      'PlanResumed',
      'TaskRollingBack 2',
      'TaskRollingBack 1',
    ]);
  });
});
