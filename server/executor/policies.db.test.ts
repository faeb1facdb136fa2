import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PolicyChoice } from '@/domain/policies/choice';
import { Harness } from './testing/harness';

/** Far more than the test itself may take: the test's time runs on by itself as well. */
const HOUR = 3600;

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.start({
    fleet: {
      version: 'v1',
      tenants: ['acme', 'blue', 'cyan'].map((tenantId) => ({ tenantId, instances: 1 })),
    },
    fakeClock: true,
  });
  await harness.startExecutor();
});
afterEach(() => harness.close());

async function started(policies: PolicyChoice, change: { maxRetry?: number } = {}): Promise<string> {
  const planId = await harness.createPlan({
    maxConcurrency: 1,
    settings: {
      maxRetry: change.maxRetry ?? null,
      healthIntervalSeconds: null,
      healthAttempts: null,
      policies,
    },
  });
  await harness.startPlan(planId);
  return planId;
}

const kinds = async (task: string, kind: string) =>
  (await harness.kindsOf(task)).filter((one) => one === kind).length;
const untilKinds = (task: string, kind: string, count: number) =>
  harness.eventually(async () => ((await kinds(task, kind)) === count ? true : null));

describe('the retry policy', () => {
  it('none: a failed task rests until somebody asks', async () => {
    harness.fleet.setFault('acme', { kind: 'fail', times: 100 });
    const planId = await started({});
    expect(await harness.until(planId, 'PARTIAL_FAILED')).toBe('PARTIAL_FAILED');
    expect(await kinds(`${planId}.1`, 'RetryRequested')).toBe(0);
  });

  it('fixed: retries so often after the same wait, and only then the task counts as failed', async () => {
    harness.fleet.setFault('acme', { kind: 'fail', times: 100 });
    const planId = await started({ retry: { kind: 'fixed', attempts: 2, delaySeconds: HOUR } });
    const task = `${planId}.1`;
    await harness.until(`${planId}.3`, 'COMPLETED');
    expect([await harness.statusOf(task), await harness.statusOf(planId)]).toEqual(['FAILED', 'RUNNING']);
    await harness.time({ seconds: HOUR / 2 });
    expect(await kinds(task, 'TaskRetryStarted')).toBe(0);
    for (const retry of [1, 2]) {
      await harness.time({ seconds: HOUR });
      await untilKinds(task, 'TaskRetryCompleted', retry);
    }
    expect(await harness.until(planId, 'PARTIAL_FAILED')).toBe('PARTIAL_FAILED');
    const requested = (await harness.events(planId)).filter((event) => event.kind === 'RetryRequested');
    expect(requested.map((event) => event.actor)).toEqual(['policy', 'policy']);
  });

  it('exponential: waits twice as long each time, up to its longest', async () => {
    harness.fleet.setFault('acme', { kind: 'fail', times: 100 });
    const retry = { kind: 'exponential', attempts: 3, baseSeconds: HOUR, maxSeconds: 3 * HOUR } as const;
    const task = `${await started({ retry })}.1`;
    await untilKinds(task, 'TaskFailed', 1);
    for (const [round, wait] of [HOUR, 2 * HOUR, 3 * HOUR].entries()) {
      await harness.time({ seconds: wait - HOUR / 2 });
      expect(await kinds(task, 'TaskRetryStarted')).toBe(round);
      await harness.time({ seconds: HOUR / 2 });
      await untilKinds(task, 'TaskFailed', round + 2);
    }
    expect(await kinds(task, 'RetryRequested')).toBe(3);
  });

  it('stops at the retry limit of the plan', async () => {
    harness.fleet.setFault('acme', { kind: 'fail', times: 100 });
    const planId = await started({ retry: { kind: 'fixed', attempts: 5, delaySeconds: 0 } }, { maxRetry: 1 });
    expect(await harness.until(planId, 'PARTIAL_FAILED')).toBe('PARTIAL_FAILED');
    expect(await kinds(`${planId}.1`, 'TaskRetryStarted')).toBe(1);
  });
});

it('a retry that a newer plan overtook while it waited is withdrawn, and its plan settles', async () => {
  harness.fleet.setFault('acme', { kind: 'fail', times: 1 });
  const planId = await started({ retry: { kind: 'fixed', attempts: 2, delaySeconds: HOUR } });
  const task = `${planId}.1`;
  await harness.until(`${planId}.3`, 'COMPLETED');
  const newer = await harness.createPlan({ tenantIds: ['acme'], version: 'v3' });
  await harness.startPlan(newer);
  await harness.until(newer, 'COMPLETED');
  await harness.time({ seconds: HOUR });
  expect(await harness.until(planId, 'PARTIAL_FAILED')).toBe('PARTIAL_FAILED');
  expect((await harness.kindsOf(task)).at(-1)).toBe('RequestWithdrawn');
});

describe('the pause policy', () => {
  it('beforeStage: stops every task there once, and a resume goes on', async () => {
    const planId = await started({ pause: { kind: 'beforeStage', stage: 'Health' } });
    const task = `${planId}.1`;
    await harness.until(task, 'PAUSED');
    expect(await kinds(task, 'StageSucceeded')).toBe(2);
    const paused = (await harness.events(planId)).find((event) => event.kind === 'TaskPaused');
    expect(paused).toMatchObject({ actor: 'policy', payload: { heldBy: 'policy', currentStage: 'Health' } });
    await harness.task(task, 'resume');
    expect(await harness.until(task, 'COMPLETED')).toBe('COMPLETED');
  });

  it('afterCanary: the plan pauses when its first wave is through', async () => {
    const planId = await harness.createPlan({
      settings: {
        maxRetry: null,
        healthIntervalSeconds: null,
        healthAttempts: null,
        policies: { pause: { kind: 'afterCanary' } },
        waves: [{ size: { count: 1 }, bakeSeconds: 0 }],
      },
    });
    await harness.startPlan(planId);
    await harness.until(planId, 'PAUSED');
    expect([await harness.statusOf(`${planId}.1`), await harness.statusOf(`${planId}.2`)]).toEqual([
      'COMPLETED',
      'PENDING',
    ]);
    await harness.plan(planId, { type: 'resume', actor: 'op', reason: null });
    expect(await harness.until(planId, 'COMPLETED')).toBe('COMPLETED');
  });
});

describe('the completion policy', () => {
  it.each([
    [{ kind: 'all' } as const, 'PARTIAL_FAILED'],
    [{ kind: 'percent', percent: 60 } as const, 'COMPLETED'],
    [{ kind: 'percent', percent: 70 } as const, 'PARTIAL_FAILED'],
  ])('%o: a plan with one of three failed is %s', async (completion, expected) => {
    harness.fleet.setFault('blue', { kind: 'fail', times: 100 });
    const planId = await started({ completion });
    expect(await harness.until(planId, 'COMPLETED', 'PARTIAL_FAILED')).toBe(expected);
  });
});

describe('the rollback policy', () => {
  it('manual: a failed task stays where it is', async () => {
    harness.fleet.setFault('acme', { kind: 'dead' });
    const planId = await started({});
    await harness.until(planId, 'PARTIAL_FAILED');
    expect(await harness.statusOf(`${planId}.1`)).toBe('FAILED');
  });

  it('automatic: a failed task goes back to what it had, and still counts as failed', async () => {
    harness.fleet.setFault('acme', { kind: 'fail', times: 1 });
    const planId = await started({ rollback: { kind: 'automatic' } });
    await harness.until(planId, 'PARTIAL_FAILED');
    expect(await harness.statusOf(`${planId}.1`)).toBe('ROLLED_BACK');
    expect(await harness.fleet.versions('acme')).toEqual(['v1']);
    const back = (await harness.events(planId)).find((event) => event.kind === 'TaskRollingBack');
    expect(back?.actor).toBe('policy');
    const [row] = await harness.db.execute(
      sql`select counted is not null as counted from task where task_id = ${`${planId}.1`}`,
    );
    expect(row?.counted).toBe(true);
  });

  it('automatic: comes after the retries of the retry policy', async () => {
    harness.fleet.setFault('acme', { kind: 'fail', times: 2 });
    const planId = await started({
      rollback: { kind: 'automatic' },
      retry: { kind: 'fixed', attempts: 1, delaySeconds: 0 },
    });
    await harness.until(`${planId}.1`, 'ROLLED_BACK');
    const told = (await harness.kindsOf(`${planId}.1`)).filter(
      (kind) => kind.startsWith('Task') && kind !== 'TaskProgress',
    );
    expect(told).toEqual([
      'TaskCreated',
      'TaskValidated',
      'TaskStarted',
      'TaskFailed',
      'TaskRetryStarted',
      'TaskRetryCompleted',
      'TaskRollingBack',
      'TaskRolledBack',
    ]);
  });
});

describe('the health-check policy', () => {
  it.each([
    [{ kind: 'allInOneRound' } as const, 1],
    [{ kind: 'consecutiveRounds', rounds: 3 } as const, 3],
  ])('%o: %i good rounds', async (healthCheck, rounds) => {
    const planId = await started({ healthCheck });
    await harness.until(`${planId}.1`, 'COMPLETED');
    expect(await kinds(`${planId}.1`, 'ProbeResult')).toBe(rounds);
  });
});

describe('the checkpoint policy', () => {
  it.each([
    [{ kind: 'eachStage' } as const, 4],
    [{ kind: 'none' } as const, 6],
  ])('%o: a retry from checkpoint starts %i stages in all', async (checkpoint, stages) => {
    harness.fleet.setFault('acme', { kind: 'dead' });
    const planId = await started({ checkpoint });
    const task = `${planId}.1`;
    await harness.until(task, 'FAILED');
    harness.fleet.setFault('acme', { kind: 'none' });
    await harness.task(task, 'retry', { fromCheckpoint: true });
    await harness.until(task, 'COMPLETED');
    expect(await kinds(task, 'StageStarted')).toBe(stages);
  });
});
