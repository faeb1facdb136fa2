import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBulk } from '@/db/queries/bulk';
import { insertFreeze, removeFreeze } from '@/db/queries/settings';
import type { FreezeWindow } from '@/domain/freeze';
import type { PlaybookDefinition, StepDefinition } from '@/domain/playbook';
import type { Resolution } from '@/domain/task';
import { startBulk } from '@/server/commands/bulk';
import { resolveTask } from '@/server/commands/resolve-task';
import { stopExecutor } from '@/server/commands/stop-executor';
import { Harness } from './testing/harness';

const send = (change: Record<string, unknown> = {}): StepDefinition => ({
  name: 'send',
  type: 'config-update',
  request: { body: '{"version":"{{config.version}}","config":{{config.payload | json}}}' },
  ...change,
});
const REST = [
  { name: 'Reload', steps: [{ name: 'tell', type: 'broadcast' }] },
  { name: 'Health', steps: [{ name: 'confirm', type: 'health-check' }] },
];
const PLAIN: PlaybookDefinition = { stages: [{ name: 'Config', steps: [send()] }, ...REST] };

let harness: Harness;
const begin = async (definition: PlaybookDefinition = PLAIN) => {
  harness = await Harness.start({
    fleet: { version: 'v1', tenants: ['a', 'b', 'c'].map((tenantId) => ({ tenantId, instances: 1 })) },
    playbook: definition,
    fakeClock: true,
  });
  await harness.startExecutor();
};
afterEach(() => harness.close());

const stopAll = (stop: boolean) =>
  stopExecutor(harness.db, { stop, actor: 'op', reason: 'Incident 4711', requestId: randomUUID() });

async function started(change: Parameters<Harness['createPlan']>[0] = {}): Promise<string> {
  const planId = await harness.createPlan({ maxConcurrency: 1, ...change });
  await harness.startPlan(planId);
  return planId;
}
const kinds = async (task: string, ...wanted: string[]) =>
  (await harness.kindsOf(task)).filter((kind) => wanted.includes(kind));
const sent = (tenant: string) =>
  harness.fleet.requests.filter(({ tenantId, method }) => tenantId === tenant && method === 'PUT').length;
const resolve = (task: string, resolution: Resolution) =>
  resolveTask(harness.deps, task, { actor: 'op', resolution, reason: 'Looked at it' }, randomUUID());
const refusal = (asked: Promise<unknown>) =>
  asked.then(
    () => 'granted',
    (error) => error.rejection?.code ?? error.name,
  );

describe('an approval', () => {
  const definition: PlaybookDefinition = {
    stages: [
      { name: 'Config', steps: [send()] },
      { name: 'Sign off', steps: [{ name: 'ask', type: 'approval', instructions: 'Look at the errors.' }] },
      ...REST,
    ],
  };
  beforeEach(() => begin(definition));

  it('frees the slot and keeps the tenant, and goes on when somebody approves, who is on record', async () => {
    const planId = await started();
    // Concurrency 1: all three come to rest there only if each frees its slot.
    for (const task of [1, 2, 3]) await harness.until(`${planId}.${task}`, 'PAUSED');
    const task = `${planId}.1`;
    const [hold] = await harness.db.execute(sql`select task_id from tenant_run where tenant_id = 'a'`);
    expect(hold?.taskId).toBe(task);
    expect(await refusal(harness.task(task, 'resume'))).toBe('APPROVAL_NEEDED');
    await harness.task(task, 'approve', { reason: 'No errors seen' });
    expect(await harness.until(task, 'COMPLETED')).toBe('COMPLETED');
    const approved = (await harness.events(planId)).find(
      (event) =>
        event.taskId === task && event.kind === 'StageSucceeded' && event.payload.stage === 'Sign off',
    );
    expect(approved?.actor).toBe('op');
    const [row] = await harness.db.execute(
      sql`select actor, reason from audit where action = 'task.approve'`,
    );
    expect(row).toEqual({ actor: 'op', reason: 'No errors seen' });
    expect(await refusal(harness.task(task, 'approve'))).not.toBe('granted');
  });

  it('that is rejected cancels the task, which can be rolled back without being asked again', async () => {
    const planId = await started();
    const task = `${planId}.1`;
    await harness.until(task, 'PAUSED');
    await harness.task(task, 'reject', { reason: 'Too many errors' });
    expect(await harness.statusOf(task)).toBe('CANCELLED');
    expect(await harness.fleet.versions('a')).toEqual(['v1']);
    await harness.task(task, 'rollback');
    expect(await harness.until(task, 'ROLLED_BACK')).toBe('ROLLED_BACK');
    expect(await kinds(task, 'StageSkipped')).toHaveLength(1);
  });

  it('that is given while the plan is paused waits for the plan', async () => {
    const planId = await started();
    const task = `${planId}.1`;
    await harness.until(`${planId}.3`, 'PAUSED');
    await harness.plan(planId, { type: 'pause', actor: 'op', reason: null });
    await harness.task(task, 'approve');
    expect(await harness.statusOf(task)).toBe('PAUSED');
    await harness.plan(planId, { type: 'resume', actor: 'op', reason: null });
    expect(await harness.until(task, 'COMPLETED')).toBe('COMPLETED');
    expect(await harness.statusOf(`${planId}.2`)).toBe('PAUSED');
  });
});

describe('a step in doubt', () => {
  beforeEach(() => begin({ stages: [{ name: 'Config', steps: [send({ inDoubt: 'ask' })] }, ...REST] }));

  const doubtful = async () => {
    harness.fleet.setFault('a', { kind: 'drop' });
    const planId = await started({ tenantIds: ['a'] });
    const task = `${planId}.1`;
    await harness.until(task, 'FAILED');
    harness.fleet.setFault('a', { kind: 'none' });
    const [row] = await harness.db.execute(
      sql`select failure->>'errorType' as type from task where task_id = ${task}`,
    );
    expect(row?.type).toBe('IN_DOUBT');
    return task;
  };

  it('that is taken as applied is not sent again', async () => {
    const task = await doubtful();
    const before = sent('a');
    expect(await refusal(harness.task(task, 'retry', { fromCheckpoint: true }))).toBe('IN_DOUBT');
    expect(await refusal(resolve(task, 'override'))).toBe('NOTHING_TO_DO');
    await resolve(task, 'applied');
    expect(await harness.until(task, 'COMPLETED')).toBe('COMPLETED');
    expect(sent('a')).toBe(before);
  });

  it('that is to be sent again is sent once more', async () => {
    const task = await doubtful();
    const before = sent('a');
    await resolve(task, 'resend');
    expect(await harness.until(task, 'COMPLETED')).toBe('COMPLETED');
    expect(sent('a')).toBe(before + 1);
  });
});

describe('the drift guard', () => {
  beforeEach(() => begin());
  const change = async (tenant: string, version: string) => {
    const [instance] = harness.fleet.tenants.get(tenant)?.instances ?? [];
    await fetch(`${instance?.url}/config`, { method: 'PUT', body: JSON.stringify({ version, config: {} }) });
    await fetch(`${instance?.url}/reload`, { method: 'POST' });
  };

  it('sends nothing to a tenant that somebody changed, until an operator overrides it with a reason', async () => {
    await change('a', 'v9');
    const before = sent('a');
    const planId = await started({ tenantIds: ['a', 'b'] });
    const task = `${planId}.1`;
    await harness.until(task, 'FAILED');
    expect(await harness.until(`${planId}.2`, 'COMPLETED')).toBe('COMPLETED');
    expect(sent('a')).toBe(before);
    const [row] = await harness.db.execute(
      sql`select failure->>'message' as message from task where task_id = ${task}`,
    );
    expect(row?.message).toContain('runs v9, expected v2 or v1');
    // What it saw is on record like any other look, marked as the guard's.
    const looks = (await harness.events(planId)).filter(
      ({ taskId, kind }) => taskId === task && kind === 'ProbeResult',
    );
    expect(looks.map(({ payload }) => payload)).toMatchObject([
      { guard: true, instances: [{ ok: false, version: 'v9', detail: 'runs v9' }] },
    ]);
    await resolve(task, 'override');
    expect(await harness.until(task, 'COMPLETED')).toBe('COMPLETED');
    expect(await harness.fleet.versions('a')).toEqual(['v2']);
  });

  it('looks before rolling back as well', async () => {
    const planId = await started({ tenantIds: ['a'] });
    const task = `${planId}.1`;
    await harness.until(task, 'COMPLETED');
    await change('a', 'v9');
    await harness.task(task, 'rollback');
    expect(await harness.until(task, 'ROLLBACK_FAILED')).toBe('ROLLBACK_FAILED');
    expect(await harness.fleet.versions('a')).toEqual(['v9']);
    await resolve(task, 'override');
    expect(await harness.until(task, 'ROLLED_BACK')).toBe('ROLLED_BACK');
    expect(await harness.fleet.versions('a')).toEqual(['v1']);
  });

  it('can be switched off for a plan', async () => {
    await change('a', 'v9');
    const settings = { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null, driftGuard: false };
    const planId = await started({ tenantIds: ['a'], settings });
    expect(await harness.until(`${planId}.1`, 'COMPLETED', 'FAILED')).toBe('COMPLETED');
  });
});

describe('a freeze', () => {
  beforeEach(() => begin());
  const froze = (window: FreezeWindow, scope: { tenantId?: string; labels?: Record<string, string> } = {}) =>
    insertFreeze(harness.db, 'op', { name: 'Peak', tenantId: null, labels: null, window, ...scope });

  it('once: holds its tenant back until it ends, and nobody else', async () => {
    await harness.time(new Date('2026-03-02T10:00:00Z'));
    await froze(
      { kind: 'once', from: '2026-03-02T09:00:00Z', to: '2026-03-02T12:00:00Z' },
      { tenantId: 'b' },
    );
    const planId = await started({ maxConcurrency: 2 });
    await harness.until(`${planId}.1`, 'COMPLETED');
    await harness.until(`${planId}.3`, 'COMPLETED');
    await harness.time(new Date('2026-03-02T11:00:00Z'));
    expect(await harness.statusOf(`${planId}.2`)).toBe('PENDING');
    await harness.time(new Date('2026-03-02T12:00:01Z'));
    expect(await harness.until(planId, 'COMPLETED')).toBe('COMPLETED');
  });

  it('weekly: follows the clock on the wall of its time zone, past midnight', async () => {
    // Monday 22:00 to Tuesday 04:00 in Tokyo is Monday 13:00 to 19:00 UTC.
    await harness.time(new Date('2026-03-02T13:30:00Z'));
    const window = { kind: 'weekly', days: [1], from: '22:00', to: '04:00', timeZone: 'Asia/Tokyo' } as const;
    await froze({ ...window, days: [...window.days] });
    const planId = await started();
    await harness.time(new Date('2026-03-02T18:00:00Z'));
    expect(await harness.statusOf(`${planId}.1`)).toBe('PENDING');
    await harness.time(new Date('2026-03-02T19:00:01Z'));
    expect(await harness.until(planId, 'COMPLETED')).toBe('COMPLETED');
  });

  it('by label: holds those that carry it, and ends when it is removed', async () => {
    await harness.db.execute(sql`update tenant set labels = '{"tier":"gold"}' where tenant_id = 'c'`);
    const window = { kind: 'once', from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' } as const;
    const { freezeId } = await froze(window, { labels: { tier: 'gold' } });
    const planId = await started();
    await harness.until(`${planId}.2`, 'COMPLETED');
    await harness.time({ seconds: 60 });
    expect(await harness.statusOf(`${planId}.3`)).toBe('PENDING');
    await removeFreeze(harness.db, 'op', freezeId);
    await harness.time({ seconds: 1 });
    expect(await harness.until(planId, 'COMPLETED')).toBe('COMPLETED');
  });

  it('holds up no rollback', async () => {
    const planId = await started();
    await harness.until(planId, 'COMPLETED');
    await froze({ kind: 'once', from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' });
    await harness.plan(planId, { type: 'rollback', actor: 'op', reason: 'Back' });
    expect(await harness.until(planId, 'ROLLED_BACK')).toBe('ROLLED_BACK');
  });
});

describe('a scheduled start', () => {
  beforeEach(() => begin());

  it('comes at its time, by itself, and not before', async () => {
    await harness.time(new Date('2026-03-02T10:00:00Z'));
    const planId = await harness.createPlan();
    const startAt = new Date('2026-03-02T22:00:00Z');
    const past = new Date('2026-03-02T09:00:00Z');
    expect(await refusal(harness.plan(planId, { type: 'schedule', actor: 'op', startAt: past }))).toBe(
      'OUT_OF_RANGE',
    );
    await harness.plan(planId, { type: 'schedule', actor: 'op', startAt });
    await harness.time(new Date('2026-03-02T21:00:00Z'));
    expect(await harness.statusOf(planId)).toBe('READY');
    await harness.time(new Date('2026-03-02T22:00:01Z'));
    expect(await harness.until(planId, 'COMPLETED')).toBe('COMPLETED');
  });

  it('that is missed, whatever held it up, waits for a person and is told once', async () => {
    await harness.time(new Date('2026-03-02T10:00:00Z'));
    const planId = await harness.createPlan();
    await harness.plan(planId, { type: 'schedule', actor: 'op', startAt: new Date('2026-03-02T22:00:00Z') });
    await stopAll(true);
    await harness.time(new Date('2026-03-02T22:05:00Z'));
    expect(await harness.statusOf(planId)).toBe('READY');
    await harness.time(new Date('2026-03-03T08:00:00Z'));
    await stopAll(false);
    await harness.time({ seconds: 1 });
    const missed = async () =>
      (await harness.events(planId))
        .filter(({ kind }) => kind === 'PlanStartMissed')
        .map((one) => one.payload);
    const told = { startAt: '2026-03-02T22:00:00.000Z', startBy: '2026-03-02T22:15:00.000Z' };
    expect(await missed()).toEqual([told]);
    expect(await harness.statusOf(planId)).toBe('READY');
    await harness.plan(planId, { type: 'start', actor: 'op' });
    expect(await harness.until(planId, 'COMPLETED')).toBe('COMPLETED');
    expect(await missed()).toEqual([told]);
  });

  it('that is taken back does not come', async () => {
    await harness.time(new Date('2026-03-02T10:00:00Z'));
    const planId = await harness.createPlan();
    await harness.plan(planId, { type: 'schedule', actor: 'op', startAt: new Date('2026-03-02T22:00:00Z') });
    await harness.plan(planId, { type: 'schedule', actor: 'op', startAt: null });
    await harness.time(new Date('2026-03-03T22:00:00Z'));
    expect(await harness.statusOf(planId)).toBe('READY');
  });
});

describe('a global stop', () => {
  beforeEach(() => begin());

  it('takes in nothing in any plan until it is lifted, and is on record', async () => {
    await stopAll(true);
    expect(await refusal(stopAll(true))).toBe('NOTHING_TO_DO');
    const planId = await started();
    await harness.time({ seconds: 60 });
    expect(await harness.statusOf(`${planId}.1`)).toBe('PENDING');
    await stopAll(false);
    await harness.time({ seconds: 1 });
    expect(await harness.until(planId, 'COMPLETED')).toBe('COMPLETED');
    const rows = await harness.db.execute(
      sql`select action, reason from audit where target = 'executor' order by id`,
    );
    expect([...rows]).toEqual([
      { action: 'executor.stop', reason: 'Incident 4711' },
      { action: 'executor.resume', reason: 'Incident 4711' },
    ]);
  });
});

describe('a bulk action', () => {
  beforeEach(() => begin());
  const untilOver = (bulkId: string) =>
    harness.eventually(async () => {
      const bulk = await readBulk(harness.db, bulkId);
      return bulk?.endedAt ? bulk : null;
    });

  it('does what it can for the tasks it froze, tells each outcome, and is done once', async () => {
    harness.fleet.setFault('a', { kind: 'fail', times: 1 });
    harness.fleet.setFault('c', { kind: 'fail', times: 1 });
    const planId = await started();
    await harness.until(planId, 'PARTIAL_FAILED');
    const requestId = randomUUID();
    const bulk = {
      planId,
      action: 'retry',
      fromCheckpoint: true,
      reason: null,
      requestedBy: 'op',
      requestId,
    } as const;
    const first = await startBulk(harness.deps, bulk, {});
    expect(await startBulk(harness.deps, bulk, {})).toEqual(first);
    await harness.time({ seconds: 1 });
    const over = await untilOver(first.bulkId);
    expect(over.items.map(({ tenantId, outcome }) => [tenantId, outcome])).toEqual([
      ['a', 'done'],
      ['b', 'refused'],
      ['c', 'done'],
    ]);
    expect(over.items[1]?.message).toContain('completed');
    expect(await harness.until(planId, 'COMPLETED')).toBe('COMPLETED');
    expect(await kinds(`${planId}.1`, 'RetryRequested')).toHaveLength(1);
  });

  it('on nothing is over at once', async () => {
    const planId = await harness.createPlan();
    const bulk = {
      planId,
      action: 'pause',
      fromCheckpoint: true,
      reason: null,
      requestedBy: 'op',
      requestId: null,
    } as const;
    const { bulkId, total } = await startBulk(harness.deps, bulk, { status: ['FAILED'] });
    expect([total, (await untilOver(bulkId)).done]).toEqual([0, 0]);
  });
});

describe('a plan with failures', () => {
  beforeEach(() => begin());

  it('is closed as failed, and stays open to a retry', async () => {
    harness.fleet.setFault('a', { kind: 'fail', times: 1 });
    const planId = await started();
    await harness.until(planId, 'PARTIAL_FAILED');
    await harness.plan(planId, { type: 'close', actor: 'op', reason: 'Tenant leaves anyway' });
    expect(await harness.statusOf(planId)).toBe('FAILED');
    await harness.task(`${planId}.1`, 'retry');
    expect(await harness.until(planId, 'COMPLETED')).toBe('COMPLETED');
  });
});
