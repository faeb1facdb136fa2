import { afterEach, beforeEach, expect, it } from 'vitest';
import { insertFreeze } from '@/db/queries/settings';
import { Hold } from '@/demo/fleet/testing/hold';
import { ANY_APPROVER } from '@/domain/approval';
import { USUAL_OVERRIDE } from '@/domain/freeze-override';
import { Harness } from './testing/harness';

const settings = { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null };
const at = (time: string) => new Date(`2026-03-02T${time}Z`);

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.start({
    fleet: { version: 'v1', tenants: ['a', 'b', 'c'].map((tenantId) => ({ tenantId, instances: 1 })) },
    fakeClock: true,
  });
  await harness.time(at('10:00:00'));
  await insertFreeze(harness.db, 'op', {
    ...{ name: 'Peak', tenantId: null, labels: null },
    window: { kind: 'once', from: at('09:00:00').toISOString(), to: at('14:00:00').toISOString() },
  });
});
afterEach(() => harness.close());

const override = (planId: string, until: Date) =>
  harness.plan(planId, {
    type: 'overrideFreezes',
    ...{ actor: 'root', reason: 'A leak', until, rule: USUAL_OVERRIDE, approver: ANY_APPROVER },
  });
const begin = async (tenantIds: string[], bakeSeconds: number | null = null) => {
  const waves = bakeSeconds === null ? [] : [{ size: { count: 1 }, bakeSeconds }];
  const planId = await harness.createPlan({ tenantIds, settings: { ...settings, waves } });
  await harness.startPlan(planId);
  return planId;
};

it('lets a frozen plan go on while it holds, and no other', async () => {
  await harness.startExecutor();
  const urgent = await begin(['a']);
  const usual = await begin(['b']);
  await harness.time({ seconds: 60 });
  expect(await harness.statusOf(`${urgent}.1`)).toBe('PENDING');
  await override(urgent, at('11:00:00'));
  await harness.until(urgent, 'COMPLETED');
  await harness.time({ seconds: 60 });
  expect(await harness.statusOf(`${usual}.1`)).toBe('PENDING');
});

it.each(['by time', 'withdrawn'])('holds again once it is over: %s', async (ends) => {
  await harness.startExecutor();
  const planId = await begin(['a', 'b'], 1800);
  await override(planId, at(ends === 'by time' ? '10:20:00' : '13:00:00'));
  await harness.until(`${planId}.1`, 'COMPLETED');
  if (ends === 'withdrawn')
    await harness.plan(planId, { type: 'withdrawOverride', actor: 'op', reason: null });
  await harness.time({ seconds: 3600 });
  await harness.eventually(async () =>
    (await harness.events(planId)).some(({ kind }) => kind === 'WaveStarted') ? true : null,
  );
  await harness.time({ seconds: 1 });
  expect(await harness.statusOf(`${planId}.2`)).toBe('PENDING');
  await harness.time(at('14:00:01'));
  await harness.until(planId, 'COMPLETED');
});

it('lets a step that was taken over be sent again', async () => {
  const first = await harness.startExecutor();
  const hold = Hold.on(harness.fleet, ({ method }) => method === 'PUT');
  const planId = await begin(['a']);
  await override(planId, at('13:00:00'));
  await hold.until();
  await harness.plan(planId, { type: 'withdrawOverride', actor: 'op', reason: null });
  await first.stop(0);
  hold.release();
  await harness.startExecutor();
  await harness.eventually(async () =>
    (await harness.kindsOf(`${planId}.1`)).includes('TaskRecovered') ? true : null,
  );
  expect(await harness.statusOf(`${planId}.1`)).toBe('RUNNING');
  expect(harness.fleet.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  await override(planId, at('13:00:00'));
  await harness.time({ seconds: 30 });
  await harness.until(`${planId}.1`, 'COMPLETED');
});
