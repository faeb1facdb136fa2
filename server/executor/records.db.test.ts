import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { Hold } from '@/demo/fleet/testing/hold';
import { DEFAULT_SETTINGS } from '@/domain/settings';
import { Harness } from './testing/harness';

/** What is on record of a tenant, a plan and an executor while things happen and after they went wrong. */
let harness: Harness;
afterEach(() => harness.close());

const fleet = {
  version: 'v1',
  tenants: ['acme', 'blue', 'cyan'].map((tenantId) => ({ tenantId, instances: 1 })),
};
const versions = async (tenant: string) => {
  const [row] = await harness.db.execute<{ current: string; good: string | null }>(
    sql`select current_version as current, last_known_good_version as good from tenant_unit where tenant_id = ${tenant}`,
  );
  return row;
};
async function switched(version: string, status: string, change: object = {}): Promise<string> {
  const planId = await harness.createPlan({ tenantIds: ['acme'], version, ...change });
  await harness.startPlan(planId);
  await harness.until(`${planId}.1`, status);
  return `${planId}.1`;
}
const previousOf = async (task: string) =>
  (
    await harness.db.execute<{ version: string }>(
      sql`select s.version from task t join snapshot s on s.snapshot_id = t.previous_snapshot_id where t.task_id = ${task}`,
    )
  )[0]?.version ?? null;

describe('the version of a tenant', () => {
  it('is unknown from a send until its instances confirm one, and the last known good stays', async () => {
    harness = await Harness.start({ fleet });
    await harness.startExecutor();
    await switched('v2', 'COMPLETED');
    expect(await versions('acme')).toEqual({ current: 'v2', good: 'v2' });
    harness.fleet.setFault('acme', { kind: 'dead' });
    const task = await switched('v3', 'FAILED');
    expect(await versions('acme')).toEqual({ current: 'unknown', good: 'v2' });
    harness.fleet.setFault('acme', { kind: 'none' });
    await harness.task(task, 'rollback');
    await harness.until(task, 'ROLLED_BACK');
    expect(await versions('acme')).toEqual({ current: 'v2', good: 'v2' });
  });
});

describe('what a task goes back to', () => {
  it('is what was given, else the last known good, else what it runs, else nothing', async () => {
    harness = await Harness.start({ fleet });
    await harness.startExecutor();
    const imported = await switched('v2', 'COMPLETED');
    expect(await previousOf(imported)).toBe('v1');
    harness.fleet.setFault('acme', { kind: 'dead' });
    const known = await switched('v3', 'FAILED');
    expect(await previousOf(known)).toBe('v2');
    harness.fleet.setFault('acme', { kind: 'none' });
    await harness.task(known, 'rollback');
    await harness.until(known, 'ROLLED_BACK');
    const given = await switched('v3', 'COMPLETED', { sources: { acme: 'v1' } });
    expect(await previousOf(given)).toBe('v1');

    await harness.db.execute(sql`delete from tenant_unit where tenant_id = 'blue'`);
    const first = await switched('v2', 'COMPLETED', { tenantIds: ['blue'] });
    expect(await previousOf(first)).toBeNull();
    await expect(harness.task(first, 'rollback')).rejects.toMatchObject({
      rejection: { code: 'NO_PREVIOUS' },
    });
  });
});

describe('a plan that is cancelled', () => {
  it('cancels what waits at once and what runs at its boundary, and rolls nothing back', async () => {
    harness = await Harness.start({ fleet });
    await harness.startExecutor();
    const hold = Hold.on(harness.fleet, ({ path }) => path === '/config');
    const planId = await harness.createPlan({ maxConcurrency: 1 });
    await harness.startPlan(planId);
    await hold.until();
    await harness.plan(planId, { type: 'cancel', actor: 'op', reason: 'Wrong version' });
    hold.release();
    await harness.until(planId, 'CANCELLED');
    const kinds = await Promise.all([1, 2, 3].map((task) => harness.kindsOf(`${planId}.${task}`)));
    for (const told of kinds) expect(told.at(-1)).toBe('TaskCancelled');
    expect(kinds[0]).toContain('StageSucceeded');
    expect(kinds[0]).not.toContain('StepFailed');
    expect(kinds.slice(1).flat()).not.toContain('TaskStarted');
    expect([...(await harness.db.execute(sql`select * from tenant_run`))]).toEqual([]);
  });
});

describe('a heartbeat', () => {
  it('comes again and again inside a long step', async () => {
    harness = await Harness.start({
      fleet,
      settings: { ...DEFAULT_SETTINGS, heartbeatSeconds: 1, healthIntervalSeconds: 0 },
    });
    await harness.startExecutor();
    const hold = Hold.on(harness.fleet, ({ path }) => path === '/config');
    const planId = await harness.createPlan({ tenantIds: ['acme'] });
    await harness.startPlan(planId);
    const beats = await harness.eventually(async () => {
      const kinds = await harness.kindsOf(`${planId}.1`);
      const inside = kinds.slice(kinds.indexOf('StepStarted') + 1);
      return kinds.includes('StepStarted') && inside.length >= 2 ? inside : null;
    });
    expect(beats.slice(0, 2)).toEqual(['TaskProgress', 'TaskProgress']);
    hold.release();
  });
});

it('a request that comes while the health-check asks is not lost', async () => {
  harness = await Harness.start({ fleet });
  await harness.startExecutor();
  const planId = await harness.createPlan({ tenantIds: ['acme'] });
  const reloading = Hold.on(harness.fleet, ({ path }) => path === '/reload');
  await harness.startPlan(planId);
  const task = `${planId}.1`;
  // The drift guard has asked as well, long before.
  await reloading.until();
  const asking = Hold.on(harness.fleet, ({ path }) => path === '/health');
  reloading.release();
  await asking.until();
  await harness.task(task, 'pause');
  asking.release();
  await harness.until(task, 'COMPLETED');
  const kinds = await harness.kindsOf(task);
  expect(kinds.slice(kinds.indexOf('PauseRequested'))).toContain('RequestWithdrawn');
});
