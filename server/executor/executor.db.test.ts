import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { Hold } from '@/demo/fleet/testing/hold';
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

describe('a plan', () => {
  it('switches every tenant and confirms it on the instances', async () => {
    harness = await Harness.start({ fleet: fleetOf(5) });
    await harness.startExecutor();
    const planId = await harness.createPlan();
    expect(await harness.statusOf(planId)).toBe('READY');
    await harness.startPlan(planId);
    await harness.until(planId, 'COMPLETED');
    for (const tenantId of harness.fleet.tenants.keys())
      expect(await harness.fleet.versions(tenantId)).toEqual(['v2', 'v2']);
    expect(await harness.kindsOf(`${planId}.1`)).toEqual([
      'TaskCreated',
      'TaskValidated',
      'TaskStarted',
      'StageStarted',
      'StepStarted',
      'StepSucceeded',
      'StageSucceeded',
      'StageStarted',
      'StepStarted',
      'StepSucceeded',
      'StageSucceeded',
      'StageStarted',
      'StepStarted',
      'ProbeResult',
      'StepSucceeded',
      'StageSucceeded',
      'TaskCompleted',
    ]);
    const rows = await harness.db.execute(
      sql`select current_version as current, last_known_good_version as good from tenant_unit`,
    );
    expect([...rows]).toEqual(Array(5).fill({ current: 'v2', good: 'v2' }));
    expect([...(await harness.db.execute(sql`select * from tenant_run`))]).toEqual([]);
    const events = await harness.events(planId);
    expect(events.map((event) => event.planSeq)).toEqual(events.map((_, index) => index + 1));
  });

  it('fails the task whose instance stays on the old version, after exactly its rounds, and rolls it back', async () => {
    harness = await Harness.start({ fleet: fleetOf(2) });
    await harness.startExecutor();
    harness.fleet.setFault('t2', { kind: 'stuck' }, 't2-2');
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await harness.until(planId, 'PARTIAL_FAILED');
    const kinds = await harness.kindsOf(`${planId}.2`);
    expect(kinds.filter((kind) => kind === 'ProbeResult')).toHaveLength(3);
    expect(kinds.slice(-3)).toEqual(['StepFailed', 'StageFailed', 'TaskFailed']);
    expect(await harness.fleet.versions('t2')).toEqual(['v2', 'v1']);

    await harness.task(`${planId}.2`, 'rollback');
    await harness.until(`${planId}.2`, 'ROLLED_BACK');
    expect(await harness.fleet.versions('t2')).toEqual(['v1', 'v1']);
    await harness.until(planId, 'PARTIAL_FAILED');
    const [row] = await harness.db.execute(
      sql`select current_version as current, last_known_good_version as good from tenant_unit where tenant_id = 't2'`,
    );
    expect(row).toEqual({ current: 'v1', good: 'v1' });
  });

  it('retries from the checkpoint without repeating finished stages', async () => {
    harness = await Harness.start({ fleet: fleetOf(1) });
    await harness.startExecutor();
    harness.fleet.setFault('t1', { kind: 'stuck' });
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await harness.until(`${planId}.1`, 'FAILED');
    harness.fleet.setFault('t1', { kind: 'none' });
    // Put the stored configuration into effect, as an operator would by restarting the instance.
    for (const { url } of harness.fleet.endpoints('t1')) await fetch(`${url}/reload`, { method: 'POST' });
    const before = harness.fleet.requests.filter((request) => request.path === '/config').length;
    await harness.task(`${planId}.1`, 'retry', { fromCheckpoint: true });
    await harness.until(planId, 'COMPLETED');
    expect(harness.fleet.requests.filter((request) => request.path === '/config')).toHaveLength(before);
    const kinds = await harness.kindsOf(`${planId}.1`);
    expect(kinds.slice(kinds.indexOf('RetryRequested'))).toEqual([
      'RetryRequested',
      'TaskRetryStarted',
      'TaskProgress',
      'TaskProgress',
      'StageStarted',
      'StepStarted',
      'ProbeResult',
      'StepSucceeded',
      'StageSucceeded',
      'TaskCompleted',
      'TaskRetryCompleted',
    ]);
  });

  it('pauses at the stage boundary, resumes there, and rolls the whole plan back', async () => {
    harness = await Harness.start({ fleet: fleetOf(3) });
    await harness.startExecutor();
    const planId = await harness.createPlan({ maxConcurrency: 1 });
    const hold = Hold.on(harness.fleet);
    await harness.startPlan(planId);
    await hold.until();
    await harness.plan(planId, { type: 'pause', actor: 'op', reason: null });
    hold.release();
    await harness.until(planId, 'PAUSED');
    expect(await harness.statusOf(`${planId}.1`)).toBe('PAUSED');
    expect(await harness.statusOf(`${planId}.2`)).toBe('PENDING');
    await expect(harness.task(`${planId}.1`, 'resume')).rejects.toThrow('Resume the plan first');
    await harness.plan(planId, { type: 'resume', actor: 'op', reason: null });
    await harness.until(`${planId}.2`, 'COMPLETED');
    await harness.until(planId, 'COMPLETED');
    await harness.plan(planId, { type: 'rollback', actor: 'op', reason: 'bad release' });
    await harness.until(planId, 'ROLLED_BACK');
    for (const tenantId of harness.fleet.tenants.keys())
      expect(await harness.fleet.versions(tenantId)).toEqual(['v1', 'v1']);
    const rolled = (await harness.events(planId))
      .filter((event) => event.kind === 'TaskRollingBack')
      .map((event) => event.taskId);
    expect(rolled).toEqual([`${planId}.3`, `${planId}.2`, `${planId}.1`]);
  });
});
