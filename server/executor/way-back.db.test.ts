import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { Agent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import type { Instance } from '@/demo/fleet/instance';
import { Hold } from '@/demo/fleet/testing/hold';
import type { PlaybookDefinition } from '@/domain/playbook';
import type { PlanSettings } from '@/domain/settings';
import { reconcile } from '@/server/commands/reconcile';
import { rollbackTask } from '@/server/commands/rollback-task';
import { stopExecutor } from '@/server/commands/stop-executor';
import { lookAgain } from '@/server/fleet/look-again';
import { Harness } from './testing/harness';

let harness: Harness;
afterEach(() => harness.close());

const UNSET = { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null };
const begin = async (tenants: string[], instances = 1, options: { playbook?: PlaybookDefinition } = {}) => {
  const all = tenants.map((tenantId) => ({ tenantId, instances }));
  harness = await Harness.start({ fleet: { version: 'v1', tenants: all }, ...options });
  await harness.startExecutor();
};
const instance = (tenant: string, index = 0): Instance => {
  const found = harness.fleet.tenants.get(tenant)?.instances[index];
  if (!found) throw new Error(`no instance ${index} of ${tenant}`);
  return found;
};
const started = async (change: Parameters<Harness['createPlan']>[0] = {}) => {
  const planId = await harness.createPlan(change);
  await harness.startPlan(planId);
  return planId;
};
const rollBack = (planId: string, extra: { now?: boolean; toVersion?: string } = {}) =>
  harness.plan(planId, { type: 'rollback', actor: 'op', reason: 'because', ...extra });
const puts = (key: string) =>
  harness.fleet.requests
    .filter((one) => one.instance === key && one.method === 'PUT')
    .map((one) => one.version);
const statuses = async (planId: string) =>
  (
    await harness.db.execute<{ status: string }>(
      sql`select status from task where plan_id = ${planId} order by ordinal`,
    )
  ).map((row) => row.status);
const recordOf = async (tenant: string) => {
  const [row] = await harness.db.execute<{ version: string }>(
    sql`select current_version as version from tenant_unit where tenant_id = ${tenant} and unit_id = 'router'`,
  );
  return row?.version;
};
const stop = (on: boolean) =>
  stopExecutor(harness.db, { stop: on, actor: 'op', reason: 'incident', requestId: randomUUID() });
const FAIL = { kind: 'fail', times: 1000 } as const;

describe('brakes', () => {
  it('a plan that a threshold halted goes back, all of it, without being halted again', async () => {
    await begin(['a', 'b', 'c']);
    instance('b').fault = FAIL;
    const settings: PlanSettings = { ...UNSET, thresholds: { failedCount: 1 } };
    const planId = await started({ maxConcurrency: 1, settings });
    await harness.eventually(async () =>
      (await harness.events(planId)).some(({ kind }) => kind === 'PlanHalted') ? true : null,
    );
    instance('b').fault = { kind: 'none' };
    await rollBack(planId);
    await harness.until(planId, 'ROLLED_BACK', 'FAILED');
    expect(await statuses(planId)).toEqual(['ROLLED_BACK', 'ROLLED_BACK', 'CANCELLED']);
    expect((await harness.events(planId)).filter(({ kind }) => kind === 'PlanHalted')).toHaveLength(1);
    expect(await harness.fleet.versions('a')).toEqual(['v1']);
  });

  it.each(['the stop of everything', 'a halt by a threshold', 'a pause of the plan'])(
    '%s lets a single rollback through, and nothing forward',
    async (brake) => {
      await begin(['a', 'b', 'c']);
      const settings: PlanSettings = brake.includes('threshold')
        ? { ...UNSET, thresholds: { failedCount: 1 } }
        : UNSET;
      if (brake.includes('threshold')) instance('b').fault = FAIL;
      const hold = Hold.on(harness.fleet, ({ tenantId }) => tenantId === 'b');
      const planId = await started({ maxConcurrency: 1, settings });
      await harness.until(`${planId}.1`, 'COMPLETED');
      await hold.until();
      if (brake.includes('everything')) await stop(true);
      if (brake.includes('pause')) await harness.plan(planId, { type: 'pause', actor: 'op', reason: null });
      hold.release();
      await harness.until(`${planId}.2`, brake.includes('pause') ? 'PAUSED' : 'COMPLETED', 'FAILED');
      await harness.task(`${planId}.1`, 'rollback', { reason: 'because' });
      await harness.until(`${planId}.1`, 'ROLLED_BACK');
      expect(await harness.statusOf(`${planId}.3`)).toBe('PENDING');
      if (brake.includes('everything')) await stop(false);
    },
  );
});

describe('a rollback', () => {
  it('of a plan can be asked again until everything is back, and tells nobody twice', async () => {
    await begin(['a', 'b']);
    const planId = await started();
    await harness.until(planId, 'COMPLETED');
    const down = instance('b');
    const port = Number(new URL(down.url).port);
    await down.close();
    await rollBack(planId);
    await harness.until(planId, 'FAILED');
    expect(await statuses(planId)).toEqual(['ROLLED_BACK', 'ROLLBACK_FAILED']);
    await down.listen(port);
    await rollBack(planId);
    await harness.until(planId, 'ROLLED_BACK');
    expect(await statuses(planId)).toEqual(['ROLLED_BACK', 'ROLLED_BACK']);
    expect([puts('a-1'), puts('b-1')]).toEqual([
      ['v2', 'v1'],
      ['v2', 'v1'],
    ]);
    await expect(rollBack(planId)).rejects.toThrow(/nothing|anything|earlier/i);
  });

  it('sends nothing to an instance that never took the new version, and says what runs', async () => {
    await begin(['a'], 3);
    instance('a', 1).fault = FAIL;
    const planId = await started();
    await harness.until(planId, 'PARTIAL_FAILED');
    await harness.task(`${planId}.1`, 'rollback', { reason: 'because' });
    await harness.until(`${planId}.1`, 'ROLLED_BACK', 'ROLLBACK_FAILED');
    expect(await harness.statusOf(`${planId}.1`)).toBe('ROLLED_BACK');
    await harness.until(planId, 'ROLLED_BACK');
    expect([puts('a-1'), puts('a-2'), puts('a-3')]).toEqual([['v2', 'v1'], ['v2'], []]);
    expect([await recordOf('a'), await harness.statusOf(planId)]).toEqual(['v1', 'ROLLED_BACK']);
  });

  it('has nothing to do where drift kept everything from being sent, and the record stays', async () => {
    await begin(['a']);
    await fetch(`${instance('a').url}/config`, { method: 'PUT', body: '{"version":"v7"}' });
    await fetch(`${instance('a').url}/reload`, { method: 'POST' });
    const planId = await started();
    await harness.until(planId, 'PARTIAL_FAILED');
    await expect(harness.task(`${planId}.1`, 'rollback')).rejects.toThrow('Nothing was sent');
    await expect(rollBack(planId)).rejects.toThrow();
    expect([await recordOf('a'), await harness.statusOf(planId)]).toEqual(['v1', 'PARTIAL_FAILED']);
  });

  it('of a plan without anything to go back to is refused and changes nothing', async () => {
    await begin(['a', 'b']);
    await harness.db.execute(sql`delete from tenant_unit`);
    const planId = await started();
    await harness.until(planId, 'COMPLETED');
    await expect(rollBack(planId)).rejects.toThrow('earlier configuration');
    expect(await harness.statusOf(planId)).toBe('COMPLETED');
  });

  it('of every task by itself leaves a plan that is rolled back, not one that failed in part', async () => {
    await begin(['a', 'b']);
    const planId = await started();
    await harness.until(planId, 'COMPLETED');
    for (const task of [1, 2]) await harness.task(`${planId}.${task}`, 'rollback', { reason: 'because' });
    await harness.until(planId, 'ROLLED_BACK', 'PARTIAL_FAILED');
    expect(await harness.statusOf(planId)).toBe('ROLLED_BACK');
  });

  it('goes to a version that was once confirmed, and to no other; never to the one it comes from', async () => {
    await begin(['a']);
    const first = await started();
    await harness.until(first, 'COMPLETED');
    const second = await started({ version: 'v3' });
    await harness.until(second, 'COMPLETED');
    const to = (toVersion: string) =>
      rollbackTask(
        harness.deps,
        `${second}.1`,
        { actor: 'op', reason: 'because', now: false, toVersion },
        randomUUID(),
      );
    await expect(to('v1')).rejects.toThrow('never confirmed v1');
    await expect(to('v3')).rejects.toThrow('v3 is what it runs; choose a version');
    await harness.task(`${second}.1`, 'rollback', { reason: 'because' });
    await harness.until(`${second}.1`, 'ROLLED_BACK');
    const third = await started({ version: 'v3' });
    await harness.until(third, 'COMPLETED');
    const down = instance('a');
    const port = Number(new URL(down.url).port);
    await down.close();
    await rollBack(third, { toVersion: 'v2' });
    await harness.until(third, 'FAILED');
    await down.listen(port);
    // Also to a chosen version until everything is back.
    await rollBack(third, { toVersion: 'v2' });
    await harness.until(third, 'ROLLED_BACK');
    expect([await recordOf('a'), await harness.fleet.versions('a')]).toEqual(['v2', ['v2']]);
  });

  it('at once goes to the chosen version also where a task runs', async () => {
    await begin(['a', 'b']);
    const first = await started();
    await harness.until(first, 'COMPLETED');
    const second = await started({ version: 'v3' });
    await harness.until(second, 'COMPLETED');
    instance('b').fault = { kind: 'stuck' };
    const settings: PlanSettings = { ...UNSET, healthAttempts: 1000, healthIntervalSeconds: 3600 };
    const third = await started({ version: 'v1', settings });
    await harness.until(`${third}.1`, 'COMPLETED');
    await harness.eventually(async () =>
      (await harness.kindsOf(`${third}.2`)).includes('ProbeResult') ? true : null,
    );
    instance('b').fault = { kind: 'none' };
    await rollBack(third, { toVersion: 'v2', now: true });
    await harness.until(third, 'ROLLED_BACK', 'FAILED');
    expect(await statuses(third)).toEqual(['ROLLED_BACK', 'ROLLED_BACK']);
    expect([await recordOf('a'), await recordOf('b')]).toEqual(['v2', 'v2']);
  });

  it('of a plan ends what stands still and was told nothing', async () => {
    const approval = { name: 'Sign-off', steps: [{ name: 'ask', type: 'approval' }] };
    const send = {
      name: 'send',
      type: 'config-update',
      request: { body: '{"version":"{{config.version}}"}' },
    };
    const stages = [approval, { name: 'Config', steps: [send] }];
    await begin(['a', 'b'], 1, { playbook: { stages } });
    const planId = await started();
    for (const task of [1, 2]) await harness.until(`${planId}.${task}`, 'PAUSED');
    await harness.task(`${planId}.1`, 'approve');
    await harness.until(`${planId}.1`, 'COMPLETED');
    await rollBack(planId);
    await harness.until(planId, 'ROLLED_BACK');
    expect(await statuses(planId)).toEqual(['ROLLED_BACK', 'CANCELLED']);
  });

  it('waits until a target has settled, and does not bake', async () => {
    const wait = (name: string, settle: boolean) => ({
      name,
      steps: [{ name, type: 'wait', seconds: 0, settle }],
    });
    const send = { body: '{"version":"{{config.version}}"}' };
    await begin(['a'], 1, {
      playbook: {
        stages: [
          { name: 'Config', steps: [{ name: 'send', type: 'config-update', request: send }] },
          { name: 'Reload', steps: [{ name: 'tell', type: 'broadcast' }] },
          wait('Settle', true),
          { name: 'Health', steps: [{ name: 'confirm', type: 'health-check' }] },
          wait('Bake', false),
        ],
      },
    });
    const planId = await started();
    await harness.until(planId, 'COMPLETED');
    await rollBack(planId);
    await harness.until(planId, 'ROLLED_BACK');
    const back = (await harness.events(planId)).filter(
      ({ kind, status }) => kind.startsWith('Stage') && status === 'ROLLING_BACK',
    );
    const told = back.map(({ kind, payload }) => `${kind} ${payload.stage}`);
    expect(told).toContain('StageRolledBack Settle');
    expect(told).toContain('StageSkipped Bake');
  });
});

describe('the record', () => {
  it('stays what it was when not a byte left, and there is nothing to take back', async () => {
    await begin(['a']);
    await instance('a').close();
    const planId = await started({ settings: { ...UNSET, driftGuard: false } });
    await harness.until(planId, 'PARTIAL_FAILED');
    expect(await recordOf('a')).toBe('v1');
    await expect(harness.task(`${planId}.1`, 'rollback')).rejects.toThrow('Nothing was sent');
  });
});

describe('to cancel', () => {
  it('a plan that has not started cancels its tasks in the same statement', async () => {
    await begin(['a', 'b']);
    const planId = await harness.createPlan();
    await harness.plan(planId, { type: 'cancel', actor: 'op', reason: 'not now' });
    expect([await harness.statusOf(planId), ...(await statuses(planId))]).toEqual([
      'CANCELLED',
      'CANCELLED',
      'CANCELLED',
    ]);
    // So that others may plan them at once.
    await harness.createPlan();
  });

  it('a task whose stage then fails cancels it, with the failure beside it', async () => {
    await begin(['a']);
    instance('a').fault = FAIL;
    const hold = Hold.on(harness.fleet, ({ method }) => method === 'PUT');
    const planId = await started();
    await hold.until();
    await harness.task(`${planId}.1`, 'cancel', { reason: 'because' });
    hold.release();
    await harness.until(planId, 'CANCELLED');
    const [row] = await harness.db.execute(sql`select status, failure->>'code' as code from task`);
    expect(row).toEqual({ status: 'CANCELLED', code: 'HTTP_500' });
  });
});

describe('who does not want to wait', () => {
  const endless: PlanSettings = { ...UNSET, healthAttempts: 1000, healthIntervalSeconds: 3600 };

  it('ends health rounds between two of them, and goes back', async () => {
    await begin(['a']);
    instance('a').fault = { kind: 'stuck' };
    const planId = await started({ settings: endless });
    await harness.eventually(async () =>
      (await harness.kindsOf(`${planId}.1`)).includes('ProbeResult') ? true : null,
    );
    instance('a').fault = { kind: 'none' };
    await rollbackTask(
      harness.deps,
      `${planId}.1`,
      { actor: 'op', reason: 'no use', now: true, toVersion: undefined },
      randomUUID(),
    );
    await harness.until(`${planId}.1`, 'ROLLED_BACK');
    const failed = (await harness.events(planId)).find(({ kind }) => kind === 'StageFailed');
    expect(failed?.payload.failure).toMatchObject({
      code: 'STOPPED',
      message: 'Stopped by op between two rounds (no use).',
    });
  });

  it('abandons a call under way, which is in doubt then', async () => {
    await begin(['a', 'b']);
    const hold = Hold.on(harness.fleet, ({ method }) => method === 'PUT');
    const planId = await started();
    await hold.until(({ tasks }) => tasks.size === 2);
    await harness.plan(planId, { type: 'cancel', actor: 'op', reason: 'stop it', now: true });
    await harness.until(planId, 'CANCELLED');
    hold.release();
    const rows = await harness.db.execute(
      sql`select status, failure->>'errorType' as type, failure->>'code' as code from task`,
    );
    expect([...rows]).toEqual([1, 2].map(() => ({ status: 'CANCELLED', type: 'IN_DOUBT', code: 'STOPPED' })));
    expect([await recordOf('a'), await recordOf('b')]).toEqual(['unknown', 'unknown']);
  });
});

describe('a plan that completes', () => {
  it('looks once more at every tenant, and says who has left since', async () => {
    harness = await Harness.start({
      fleet: { version: 'v1', tenants: ['a', 'b'].map((tenantId) => ({ tenantId, instances: 1 })) },
    });
    const fleetDeps = {
      db: harness.db,
      http: new Agent(),
      layers: harness.layers,
      secretsOf: async () => ({ named: {} }),
    };
    await harness.startExecutor({ lookAgain: (id) => lookAgain(fleetDeps, id) });
    const planId = await harness.createPlan({ maxConcurrency: 1 });
    const hold = Hold.on(harness.fleet, ({ tenantId }) => tenantId === 'b');
    await harness.startPlan(planId);
    await harness.until(`${planId}.1`, 'COMPLETED');
    await fetch(`${instance('a').url}/config`, { method: 'PUT', body: '{"version":"v1"}' });
    await fetch(`${instance('a').url}/reload`, { method: 'POST' });
    hold.release();
    await harness.until(planId, 'COMPLETED');
    const told = (await harness.events(planId)).find(({ kind }) => kind === 'PlanCompleted');
    expect(told?.payload).toEqual({
      completed: 2,
      left: [{ taskId: `${planId}.1`, tenantId: 'a', detail: 'a-1 runs v1' }],
    });
  });
});

describe('what is on record', () => {
  it('is sent again to instances that left it, and only to those; a plan says who has left', async () => {
    await begin(['a', 'b'], 2);
    const planId = await started();
    await harness.until(planId, 'COMPLETED');
    // A restart with what it had before.
    await fetch(`${instance('a').url}/config`, { method: 'PUT', body: '{"version":"v1"}' });
    await fetch(`${instance('a').url}/reload`, { method: 'POST' });
    const before = harness.fleet.requests.length;
    const { plans, leftOut } = await reconcile(harness.deps, {
      ...{ tenantIds: ['a', 'b', 'nobody'], unitId: 'router', maxConcurrency: 5 },
      ...{ actor: 'op', reason: 'a restart', requestId: randomUUID() },
    });
    expect(leftOut).toEqual([{ tenantId: 'nobody', reason: 'Nothing of router is on record for it.' }]);
    const again = plans[0]?.planId ?? '';
    await harness.until(again, 'COMPLETED');
    const told = harness.fleet.requests.slice(before).filter((one) => one.method === 'PUT');
    expect(told.map((one) => `${one.instance} ${one.version}`)).toEqual(['a-1 v2']);
    expect(await harness.fleet.versions('a')).toEqual(['v2', 'v2']);
    // It has the way back that the plan before it had.
    await rollBack(again);
    await harness.until(again, 'ROLLED_BACK');
    expect(await harness.fleet.versions('a')).toEqual(['v1', 'v1']);
  });
});
