import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTask } from '@/db/queries/runs';
import type { Failure } from '@/domain/failure';
import { PLAN_STATUS_CHANGES, PLAN_STATUSES } from '@/domain/plan';
import { TASK_STATUS_CHANGES, TASK_STATUSES } from '@/domain/task';
import { type TaskInput, transitionTask } from '@/domain/task-transition';
import { Harness } from '@/server/executor/testing/harness';
import type { Commit, TaskChange } from './commit';
import { taskChange } from './task-change';
import { commandTask } from './task-commands';

let harness: Harness;
beforeEach(async () => {
  const tenants = Array.from({ length: 5 }, (_, index) => ({ tenantId: `t${index + 1}`, instances: 1 }));
  harness = await Harness.start({ fleet: { version: 'v1', tenants } });
});
afterEach(() => harness.close());

async function started(request: Parameters<Harness['createPlan']>[0] = {}): Promise<string> {
  const planId = await harness.createPlan(request);
  await harness.startPlan(planId);
  return planId;
}

/** The change an input makes to a task as it is now. */
async function changeOf(taskId: string, input: TaskInput): Promise<TaskChange> {
  const read = await readTask(harness.db, taskId);
  if (!read) throw new Error(`no ${taskId}`);
  const context = {
    task: read.task,
    flags: { ...read.flags, maxRetry: 3 },
    totalStages: read.task.stages.length,
  };
  const outcome = transitionTask(context, input, read.now);
  if (!outcome.ok) throw new Error(outcome.rejection.message);
  return { ...taskChange(read, outcome.state, outcome.events), epoch: read.epoch };
}

const admission = async (taskId: string) => ({
  ...(await changeOf(taskId, { type: 'admit' })),
  admission: true,
});
const heartbeat = (taskId: string) => changeOf(taskId, { type: 'heartbeat' });
const pause = (taskId: string) => changeOf(taskId, { type: 'pause', actor: 'op', reason: null });

const commit = (tasks: TaskChange[], rest: Partial<Commit> = {}) =>
  harness.deps.committer.commitTransition({ atomic: false, plans: [], tasks, ...rest });

async function outcomes(tasks: TaskChange[], rest: Partial<Commit> = {}) {
  const result = await commit(tasks, rest);
  return tasks.map(({ taskId }) => {
    const one = result.tasks[taskId];
    return one?.ok ? 'stored' : (one?.refusal ?? 'left out');
  });
}

const rowsOf = async (table: string) => [
  ...(await harness.db.execute<Record<string, unknown>>(sql`select * from ${sql.identifier(table)}`)),
];

/** Everything the statement may write: what a refused commit must leave as it was. */
const everything = () =>
  Promise.all(
    ['plan', 'task', 'event', 'tenant_run', 'checkpoint', 'tenant_unit', 'tenant_history', 'audit'].map(
      rowsOf,
    ),
  );

describe('the database', () => {
  it.each([
    ['task', TASK_STATUSES, TASK_STATUS_CHANGES],
    ['plan', PLAN_STATUSES, PLAN_STATUS_CHANGES],
  ] as const)('permits the same changes of %s status as the domain', async (name, statuses, changes) => {
    const permitted = await harness.db.execute<{ pair: string }>(sql`
      select a || '>' || b as pair from unnest(${sql.raw(`array['${statuses.join("','")}']`)}) a,
        unnest(${sql.raw(`array['${statuses.join("','")}']`)}) b
      where ${sql.identifier(`${name}_status_change_permitted`)}(a, b)`);
    const table: Record<string, readonly string[]> = changes;
    const expected = statuses.flatMap((from) => (table[from] ?? []).map((to) => `${from}>${to}`));
    expect(permitted.map((row) => row.pair).sort()).toEqual(expected.sort());
  });

  it('refuses a forbidden change of status typed by hand', async () => {
    const planId = await started();
    const byHand = (table: string, id: string, status: string) =>
      harness.db.execute(
        sql`update ${sql.identifier(table)} set status = ${status} where ${sql.identifier(`${table}_id`)} = ${id}`,
      );
    await expect(byHand('task', `${planId}.1`, 'COMPLETED')).rejects.toMatchObject({
      cause: { message: 'task may not go from PENDING to COMPLETED' },
    });
    await expect(byHand('plan', planId, 'READY')).rejects.toMatchObject({
      cause: { message: 'plan may not go from RUNNING to READY' },
    });
  });

  it.each([
    ['event', 'message'],
    ['audit', 'action'],
    ['tenant_history', 'reason'],
    ['unit_version', 'payload'],
  ])('only ever appends to %s', async (table, column) => {
    await started();
    const before = await rowsOf(table);
    for (const statement of [
      `update ${table} set ${column} = 'x'`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
    ]) {
      await expect(harness.db.execute(sql.raw(statement)), statement).rejects.toMatchObject({
        cause: { message: `${table} is append-only` },
      });
    }
    expect(await rowsOf(table)).toEqual(before);
  });
});

describe('a commit', () => {
  it('is refused when the row moved on, and writes nothing', async () => {
    const planId = await started();
    const first = await pause(`${planId}.1`);
    const late = await changeOf(`${planId}.1`, { type: 'cancel', actor: 'op', reason: null });
    expect(await outcomes([first])).toEqual(['stored']);
    const before = await everything();
    expect(await outcomes([late])).toEqual(['conflict']);
    expect(await everything()).toEqual(before);
  });

  it('is refused when the plan moved on that it was decided under', async () => {
    const planId = await started();
    const change = { ...(await admission(`${planId}.1`)), planRevision: 1 };
    await harness.plan(planId, { type: 'pause', actor: 'op', reason: null });
    expect(await outcomes([change])).toEqual(['conflict']);
    expect(await harness.statusOf(`${planId}.1`)).toBe('PENDING');
  });

  it('is refused under an epoch that is over, and for a task that is not there', async () => {
    const planId = await started();
    await commit([await admission(`${planId}.1`)]);
    const stale = await heartbeat(`${planId}.1`);
    await commit([{ ...(await heartbeat(`${planId}.1`)), claim: true }]);
    const before = await everything();
    expect(await outcomes([{ ...stale, beat: true }])).toEqual(['fenced']);
    expect(await outcomes([{ ...stale, taskId: 'PLN-0.1' }])).toEqual(['missing']);
    expect(await everything()).toEqual(before);
  });

  it('is refused once a newer task of the tenant has started a stage', async () => {
    const older = await started();
    const newer = await started({ version: 'v3' });
    const admitted = (planId: string, at: string) =>
      harness.db.execute(
        sql`update task set admitted_at = ${at}, stage_started = true where task_id = ${`${planId}.1`}`,
      );
    await admitted(older, '2026-01-01T00:00:00Z');
    const change = { ...(await pause(`${older}.1`)), refuseIfOvertaken: true };
    await admitted(newer, '2026-01-01T00:00:01Z');
    expect(await outcomes([change])).toEqual(['overtaken']);
    expect(await outcomes([{ ...(await pause(`${newer}.1`)), refuseIfOvertaken: true }])).toEqual(['stored']);
  });

  it('waits for the task of an earlier plan that was admitted after it was made, and is not overtaken by it', async () => {
    const [older, newer] = [await started(), await started({ version: 'v3' })];
    await commit([await admission(`${older}.1`)]);
    await commit([await changeOf(`${older}.1`, { type: 'stageStarted', stage: 'Config' })]);
    expect(await outcomes([{ ...(await pause(`${newer}.1`)), refuseIfOvertaken: true }])).toEqual(['stored']);
  });

  it('does not make certain what another task has left unknown, where nothing of its own was sent', async () => {
    const plans = [await started(), await started({ version: 'v3' })];
    const step = { stage: 'Config', step: 'send', stepIndex: 0, stepType: 'config-update' };
    const failure: Failure = {
      ...{ errorType: 'BUSINESS', code: 'X', message: 'failed', at: '', retryable: false },
      ...{ step: null, instance: null },
    };
    const reaches: Record<string, 'taken'>[] = [{ 't1-1': 'taken' }, {}];
    for (const [index, reached] of reaches.entries()) {
      const taskId = `${plans[index]}.1`;
      await commit([await admission(taskId)]);
      for (const input of [
        { type: 'stageStarted', stage: 'Config' },
        { type: 'stepStarted', ...step },
        { type: 'stepFailed', ...step, failure, attempts: [], reached },
        { type: 'stageFailed', stage: 'Config', failure },
      ] satisfies TaskInput[])
        await commit([await changeOf(taskId, input)]);
    }
    const [unit] = await harness.db.execute(
      sql`select current_version as version from tenant_unit where tenant_id = 't1'`,
    );
    expect(unit).toEqual({ version: 'unknown' });
  });

  it('tells what was sent with a stage that begins: nothing yet', async () => {
    const planId = await started();
    await commit([await admission(`${planId}.1`)]);
    await commit([await changeOf(`${planId}.1`, { type: 'stageStarted', stage: 'Config' })]);
    const [row] = await harness.db.execute(
      sql`select sent->'calls' as calls from task where task_id = ${`${planId}.1`}`,
    );
    expect(row).toEqual({ calls: false });
  });

  it('is refused also where the older one never ran: it is as old as its plan', async () => {
    const [older, newer] = [await started(), await started({ version: 'v3' })];
    const change = { ...(await pause(`${older}.1`)), refuseIfOvertaken: true };
    await commit([await admission(`${newer}.1`)]);
    const stage = { type: 'stageStarted', stage: 'Config' } as const;
    expect(await outcomes([change])).toEqual(['stored']);
    await commit([await changeOf(`${newer}.1`, stage)]);
    expect(
      await outcomes([
        {
          ...(await changeOf(`${older}.1`, { type: 'cancel', actor: 'op', reason: null })),
          refuseIfOvertaken: true,
        },
      ]),
    ).toEqual(['overtaken']);
  });

  it('admits no more than the plan’s limit, in the order given', async () => {
    const planId = await started({ maxConcurrency: 2 });
    const admit = (...ordinals: number[]) =>
      Promise.all(ordinals.map((ordinal) => admission(`${planId}.${ordinal}`)));
    expect(await outcomes(await admit(3, 1, 2))).toEqual(['stored', 'stored', 'full']);
    expect(await outcomes(await admit(2))).toEqual(['full']);
    expect((await rowsOf('tenant_run')).map((row) => row.tenantId).sort()).toEqual(['t1', 't3']);
  });

  it('admits no more than the limit when many try at once', async () => {
    const planId = await started({ maxConcurrency: 2 });
    const changes = await Promise.all([1, 2, 3, 4, 5].map((ordinal) => admission(`${planId}.${ordinal}`)));
    const results = (await Promise.all(changes.map((change) => outcomes([change])))).flat();
    expect(results.sort()).toEqual(['full', 'full', 'full', 'stored', 'stored']);
  });

  it('gives a tenant to one of two plans', async () => {
    const plans = [await started(), await started({ version: 'v3' })];
    const changes = await Promise.all(plans.map((planId) => admission(`${planId}.1`)));
    const results = (await Promise.all(changes.map((change) => outcomes([change])))).flat();
    expect(results.sort()).toEqual(['stored', 'tenantBusy']);
    const statuses = await Promise.all(plans.map((planId) => harness.statusOf(`${planId}.1`)));
    expect(statuses.sort()).toEqual(['PENDING', 'RUNNING']);
    expect(await rowsOf('tenant_run')).toHaveLength(1);
  });

  it('does not admit on a reading from before the tenant changed hands', async () => {
    const [first, second] = [await started(), await started({ version: 'v3' })];
    const late = { ...(await admission(`${second}.1`)), tenantRevision: 1 };
    await commit([await admission(`${first}.1`)]);
    const step = { stage: 'Config', step: 'send', stepIndex: 0, stepType: 'config-update' };
    await commit([await changeOf(`${first}.1`, { type: 'stepStarted', ...step })]);
    const failure = { errorType: 'BUSINESS', code: 'X', message: '', at: '', retryable: false } as const;
    const where = { step: 'send', instance: null };
    await commit([
      await changeOf(`${first}.1`, {
        type: 'stageFailed',
        stage: 'Config',
        failure: { ...failure, ...where },
      }),
    ]);
    expect(await outcomes([late])).toEqual(['conflict']);
    // Refused, it has not taken the tenant either.
    expect(await outcomes([{ ...(await admission(`${second}.1`)), tenantRevision: 2 }])).toEqual(['stored']);
  });

  it('admits nothing while everything is stopped', async () => {
    const planId = await started();
    await harness.db.execute(
      sql`insert into executor (id, stopped) values (1, '{"by":"op","reason":"","at":""}')`,
    );
    expect(await outcomes([await admission(`${planId}.1`)])).toEqual(['stopped']);
  });

  it('admits nothing when the override of freezes that it was chosen under is over', async () => {
    const planId = await started();
    const until = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
    const change = await admission(`${planId}.1`);
    expect(await outcomes([{ ...change, admitBefore: until(-1) }])).toEqual(['conflict']);
    expect(await outcomes([{ ...change, admitBefore: until(600) }])).toEqual(['stored']);
  });

  it('that is atomic writes all of it or nothing', async () => {
    const planId = await started();
    const good = await pause(`${planId}.1`);
    const bad = { ...(await pause(`${planId}.2`)), revision: 99 };
    const before = await everything();
    expect(await outcomes([good, bad], { atomic: true })).toEqual(['left out', 'conflict']);
    expect(await everything()).toEqual(before);
    expect(await outcomes([good, bad])).toEqual(['stored', 'conflict']);
  });

  it('that is atomic leaves everything when a tenant it needs is taken', async () => {
    const first = await started();
    const second = await started({ version: 'v3' });
    await commit([await admission(`${first}.1`)]);
    const changes = [await admission(`${second}.2`), await admission(`${second}.1`)];
    const before = await everything();
    const result = await outcomes(changes, { atomic: true });
    expect(result).toEqual(['left out', 'tenantBusy']);
    expect(await everything()).toEqual(before);
  });

  it('of several plans leaves out the one that somebody holds, and the one that somebody else drives', async () => {
    const plans = [];
    for (const tenantId of ['t1', 't2', 't3']) plans.push(await started({ tenantIds: [tenantId] }));
    const [held = '', lost = '', well = ''] = plans;
    const epochs = { [held]: 0, [lost]: 7, [well]: 0 };
    const changes = await Promise.all(plans.map((planId) => admission(`${planId}.1`)));
    const { sql: somebody } = harness.connect();
    await somebody.begin(async (tx) => {
      await tx`select 1 from plan where plan_id = ${held} for update`;
      expect(await outcomes(changes, { epochs, skipLocked: true })).toEqual(['locked', 'fenced', 'stored']);
      const both = await commit(changes.slice(0, 2), { epochs, skipLocked: true });
      expect(both).toMatchObject({ locked: [held], fenced: [lost], plans: {} });
    });
    expect(await rowsOf('tenant_run')).toMatchObject([{ tenantId: 't3' }]);
    expect(await outcomes(changes.slice(0, 1), { epochs, skipLocked: true })).toEqual(['stored']);
  });

  it('of a driver of the build before is fenced by the one epoch it names, and told so as it knows it', async () => {
    const planId = await started({ tenantIds: ['t1'] });
    const [change] = [await admission(`${planId}.1`)];
    const former = (planEpoch: number) => ({ planEpoch }) as Partial<Commit>;
    expect((await commit([change], former(7))).fenced).toBeTruthy();
    const stored = await commit([change], former(0));
    expect([stored.fenced ?? false, stored.tasks[change.taskId]?.ok]).toEqual([false, true]);
  });

  it('numbers events without gaps under many commits at once', async () => {
    const planId = await started();
    const ids = [1, 2, 3, 4, 5].map((ordinal) => `${planId}.${ordinal}`);
    await commit(await Promise.all(ids.map(admission)));
    const beats = await Promise.all(ids.map(heartbeat));
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        outcomes([beats[index % 5] as TaskChange, beats[(index + 1) % 5] as TaskChange]),
      ),
    );
    expect(results.flat().every((one) => one === 'stored')).toBe(true);
    const events = await harness.events(planId);
    expect(events.filter((event) => event.kind === 'TaskProgress')).toHaveLength(100);
    expect(events.map((event) => event.planSeq)).toEqual(events.map((_, index) => index + 1));
    for (const owner of [null, ...ids]) {
      const own = events.filter((event) => event.taskId === owner).map((event) => event.sequenceId);
      expect(own.length).toBeGreaterThan(1);
      expect(own).toEqual(own.map((_, index) => index + 1));
    }
  });

  it('stores state and events together or not at all', async () => {
    const planId = await started();
    const taskId = `${planId}.1`;
    await commit([await admission(taskId)]);
    const done = await changeOf(taskId, { type: 'stageSucceeded', stage: 'Config' });
    const before = await everything();
    expect(await outcomes([{ ...done, revision: 99 }])).toEqual(['conflict']);
    // A status the trigger refuses fails the statement after the event was inserted.
    const forbidden = { ...done, state: { ...done.state, status: 'PENDING' } } as TaskChange;
    await expect(commit([forbidden])).rejects.toMatchObject({ code: '23514' });
    expect(await everything()).toEqual(before);
    expect(await outcomes([done])).toEqual(['stored']);
    expect((await harness.kindsOf(taskId)).at(-1)).toBe('StageSucceeded');
    expect((await readTask(harness.db, taskId))?.task.stageIndex).toBe(1);
  });

  it('is known by its id after a lost answer', async () => {
    const planId = await started();
    const { committer } = harness.deps;
    const commitId = randomUUID();
    const tasks = [await pause(`${planId}.1`)];
    expect(await committer.wasCommitted(`${planId}.1`, commitId, 0)).toBe(false);
    await committer.commitTransition({ atomic: false, plans: [], tasks }, commitId);
    expect(await committer.wasCommitted(`${planId}.1`, commitId, 0)).toBe(true);
  });
});

describe('a command repeated with its requestId', () => {
  it('gives the first outcome, also when the same is asked many times at once', async () => {
    const planId = await started();
    const taskId = `${planId}.1`;
    const requestId = randomUUID();
    const input = { type: 'pause', actor: 'op', reason: null } as const;
    const ask = () => commandTask(harness.deps, taskId, input, requestId);
    const answers = await Promise.all(Array.from({ length: 8 }, ask));
    expect(answers).toEqual(Array(8).fill({ taskId, status: 'PAUSED', request: null }));
    await harness.task(taskId, 'resume');
    expect(await ask()).toEqual({ taskId, status: 'PAUSED', request: null });
    expect(await harness.statusOf(taskId)).toBe('PENDING');
    expect((await harness.kindsOf(taskId)).filter((kind) => kind === 'TaskPaused')).toHaveLength(1);
  });
});
