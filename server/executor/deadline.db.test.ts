import { afterEach, beforeEach, expect, it } from 'vitest';
import { Hold } from '@/demo/fleet/testing/hold';
import type { AtDeadline } from '@/domain/plan';
import { Harness } from './testing/harness';

const at = (time: string) => new Date(`2026-03-02T${time}Z`);
const TENANTS = ['a', 'b', 'c'];

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.start({
    fleet: { version: 'v1', tenants: TENANTS.map((tenantId) => ({ tenantId, instances: 1 })) },
    fakeClock: true,
  });
  await harness.time(at('10:00:00'));
});
afterEach(() => harness.close());

/** A plan of three, one at a time, that is to be finished at eleven; the first is held in its first call. */
async function begun(otherwise: AtDeadline = 'hold') {
  const hold = Hold.on(harness.fleet, ({ method }) => method === 'PUT');
  const planId = await harness.createPlan({ tenantIds: TENANTS, maxConcurrency: 1 });
  await due(planId, '11:00:00', otherwise);
  await harness.startPlan(planId);
  await hold.until();
  return { planId, hold };
}
const due = (planId: string, time: string, otherwise?: AtDeadline) =>
  harness.plan(planId, { type: 'setDeadline', actor: 'op', finishBy: at(time), otherwise });
const kinds = async (planId: string) =>
  (await harness.events(planId)).filter(({ taskId }) => taskId === null).map(({ kind }) => kind);
const told = async (planId: string) =>
  (await kinds(planId)).filter((kind) => kind === 'DeadlinePassed').length;
const untilTold = (planId: string) =>
  harness.eventually(async () => ((await told(planId)) > 0 ? true : null));
const statuses = (planId: string) =>
  Promise.all(TENANTS.map((_, index) => harness.statusOf(`${planId}.${index + 1}`)));

it('lets nothing new begin from its moment on, and what runs reach its end', async () => {
  await harness.startExecutor();
  const { planId, hold } = await begun();
  await harness.time(at('10:59:59'));
  expect(await told(planId)).toBe(0);
  await harness.time(at('11:00:00'));
  // Also while no slot is free.
  await untilTold(planId);
  hold.release();
  await harness.until(`${planId}.1`, 'COMPLETED');
  for (const seconds of [1, 60, 3600]) await harness.time({ seconds });
  expect(await statuses(planId)).toEqual(['COMPLETED', 'PENDING', 'PENDING']);
  expect(await harness.statusOf(planId)).toBe('RUNNING');
  expect(await told(planId)).toBe(1);

  await due(planId, '13:00:00');
  await harness.until(planId, 'COMPLETED');
  expect(await told(planId)).toBe(1);
});

it('is looked at once more by the statement that admits', async () => {
  await harness.startExecutor();
  const hold = Hold.on(harness.fleet, ({ method }) => method === 'PUT');
  const planId = await harness.createPlan({ tenantIds: TENANTS, maxConcurrency: 2 });
  await due(planId, '11:00:00');
  await harness.startPlan(planId);
  await hold.until();
  // The third was chosen before the deadline, and begins when one of the others ends; nobody looks at the plan in between.
  await harness.clock?.set(at('11:00:00'));
  hold.release();
  await Promise.all([1, 2].map((n) => harness.until(`${planId}.${n}`, 'COMPLETED')));
  await untilTold(planId);
  expect(await statuses(planId)).toEqual(['COMPLETED', 'COMPLETED', 'PENDING']);
});

it('opens no further wave', async () => {
  await harness.startExecutor();
  const waves = [{ size: { count: 1 }, bakeSeconds: 1800 }];
  const settings = { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null, waves };
  const planId = await harness.createPlan({ tenantIds: TENANTS, settings });
  await due(planId, '10:20:00');
  await harness.startPlan(planId);
  await harness.until(`${planId}.1`, 'COMPLETED');
  await harness.time(at('10:40:00'));
  await untilTold(planId);
  await harness.time({ seconds: 60 });
  expect(await kinds(planId)).not.toContain('WaveStarted');
  await due(planId, '13:00:00');
  await harness.until(planId, 'COMPLETED');
});

it('goes on when it is taken away', async () => {
  await harness.startExecutor();
  const { planId, hold } = await begun();
  await harness.time(at('11:00:00'));
  hold.release();
  await harness.until(`${planId}.1`, 'COMPLETED');
  await untilTold(planId);
  await harness.plan(planId, { type: 'setDeadline', actor: 'op', finishBy: null });
  await harness.until(planId, 'COMPLETED');
});

it.each(['rolled back', 'cancelled'])('holds up no way out: %s', async (how) => {
  await harness.startExecutor();
  const { planId, hold } = await begun();
  hold.release();
  await harness.until(`${planId}.1`, 'COMPLETED');
  await harness.time(at('11:00:00'));
  await untilTold(planId);
  const asked = { actor: 'op', reason: 'It is late' };
  await harness.plan(planId, { type: how === 'cancelled' ? 'cancel' : 'rollback', ...asked });
  await harness.until(planId, how === 'cancelled' ? 'CANCELLED' : 'ROLLED_BACK');
});

it('lets one tenant be taken back while it holds the others', async () => {
  await harness.startExecutor();
  const { planId, hold } = await begun();
  await harness.time(at('11:00:00'));
  hold.release();
  await harness.until(`${planId}.1`, 'COMPLETED');
  await untilTold(planId);
  await harness.task(`${planId}.1`, 'rollback', { reason: 'It is late' });
  await harness.until(`${planId}.1`, 'ROLLED_BACK');
  expect(await harness.statusOf(`${planId}.2`)).toBe('PENDING');
});

it('takes everything back where that was chosen', async () => {
  await harness.startExecutor();
  const { planId, hold } = await begun('rollback');
  hold.release();
  await harness.until(`${planId}.1`, 'COMPLETED');
  await harness.time(at('11:00:00'));
  await harness.until(planId, 'ROLLED_BACK');
  const back = await statuses(planId);
  expect(back.slice(1).every((status) => status === 'CANCELLED' || status === 'ROLLED_BACK')).toBe(true);
  expect(back[0]).toBe('ROLLED_BACK');
  expect(await kinds(planId)).toEqual(expect.arrayContaining(['DeadlinePassed', 'PlanRollingBack']));
});

it('passes while nobody runs: who comes back tells it, and begins nothing new', async () => {
  const first = await harness.startExecutor();
  const { planId, hold } = await begun();
  await first.stop(0);
  hold.release();
  await harness.time(at('11:30:00'));
  await harness.startExecutor();
  // What ran goes on to its end.
  await harness.until(`${planId}.1`, 'COMPLETED');
  await untilTold(planId);
  await harness.time({ seconds: 60 });
  expect(await statuses(planId)).toEqual(['COMPLETED', 'PENDING', 'PENDING']);
  expect(await told(planId)).toBe(1);
  await due(planId, '15:00:00');
  await harness.until(planId, 'COMPLETED');
});

it('is none of the concern of a plan that is done in time', async () => {
  await harness.startExecutor();
  const planId = await harness.createPlan({ tenantIds: TENANTS });
  await due(planId, '11:00:00', 'rollback');
  await harness.startPlan(planId);
  await harness.until(planId, 'COMPLETED');
  await harness.time(at('12:00:00'));
  expect(await told(planId)).toBe(0);
  // Opened again for one tenant, the others stay where they are.
  await harness.task(`${planId}.1`, 'rollback', { reason: 'Look again' });
  await harness.until(`${planId}.1`, 'ROLLED_BACK');
  await harness.time({ seconds: 60 });
  expect(await told(planId)).toBe(0);
  expect(await statuses(planId)).toEqual(['ROLLED_BACK', 'COMPLETED', 'COMPLETED']);
});
