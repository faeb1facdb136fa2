import { randomUUID } from 'node:crypto';
import { DrizzleQueryError } from 'drizzle-orm';
import { Agent } from 'undici';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { WaveGate } from '@/domain/wave';
import { stopExecutor } from '@/server/commands/stop-executor';
import { measureWave } from '@/server/fleet/measure-wave';
import { StepServer } from '@/server/steps/testing/step-context';
import type { Executor } from './executor';
import { Harness } from './testing/harness';

const TENANTS = ['a', 'b', 'c', 'd'];
const SECRET = 'hunter2-of-the-metrics';

let harness: Harness;
let metrics: StepServer;
/** What is measured; null is an empty vector. */
let value: number | null;
/** Given the next measurement's answer, which it may keep back. */
let hold: ((answer: () => void) => void) | null;

beforeEach(async () => {
  metrics = await StepServer.start();
  value = 1;
  hold = null;
  metrics.answer = ({ url }, response) => {
    const number = url.includes('v1') ? 5 : value;
    const result = number === null ? [] : [{ value: [0, String(number)] }];
    const answer = () => response.end(JSON.stringify({ data: { result } }));
    if (hold) hold(answer);
    else answer();
  };
  harness = await Harness.start({
    fleet: { version: 'v1', tenants: TENANTS.map((tenantId) => ({ tenantId, instances: 1 })) },
    fakeClock: true,
  });
});
afterEach(async () => {
  await harness.close();
  await metrics.close();
});

function start(): Promise<Executor> {
  const secretsOf = async () => ({ named: { metrics: SECRET } });
  const deps = { db: harness.db, http: new Agent(), secretsOf };
  return harness.startExecutor({ measureWave: (wave, signal) => measureWave(deps, wave, signal) });
}

async function planWith(gate: Partial<WaveGate>, bakeSeconds = 0): Promise<string> {
  const url = (version: string) =>
    `${metrics.url}/query?version={{${version}.version}}&tenants={{wave.tenants | url}}`;
  const asked: WaveGate = {
    query: {
      url: url('config'),
      headers: { authorization: 'Bearer {{secret.metrics}}' },
      expect: { status: [200] },
    },
    ...{ everySeconds: 60, measurements: 3, failureLimit: 1, inconclusiveLimit: 1, otherwise: 'halt' },
    atMost: 3,
    ...gate,
  };
  await harness.recordSecrets(TENANTS, ['metrics']);
  const planId = await harness.createPlan({
    settings: {
      ...{ maxRetry: null, healthIntervalSeconds: null, healthAttempts: null },
      waves: [{ name: 'Canary', size: { count: 2 }, bakeSeconds, gate: asked }],
    },
  });
  await harness.startPlan(planId);
  return planId;
}

const ofKind = async (planId: string, kind: string) =>
  (await harness.events(planId)).filter((event) => event.kind === kind);
const untilMeasured = (planId: string, count: number) =>
  harness.eventually(async () => ((await ofKind(planId, 'WaveMeasured')).length >= count ? true : null));

/** Keeps the answer of the next measurement back; resolves to what gives it. */
const nextHeld = () =>
  new Promise<() => void>((resolve) => {
    hold = (answer) => {
      hold = null;
      resolve(answer);
    };
  });

it('measures a wave in the name of its first tenant, and opens the next one when it passed', async () => {
  await start();
  const planId = await planWith({});
  for (const count of [1, 2, 3]) {
    await untilMeasured(planId, count);
    if (count < 3) expect(await harness.statusOf(`${planId}.3`)).toBe('PENDING');
    await harness.time({ seconds: 61 });
  }
  expect(await harness.until(planId, 'COMPLETED')).toBe('COMPLETED');
  expect(metrics.received.map(({ url }) => url)).toEqual(Array(3).fill('/query?version=v2&tenants=a%7Cb'));
  expect(metrics.received[0]?.headers.authorization).toBe(`Bearer ${SECRET}`);
  const events = await harness.events(planId);
  expect(events.flatMap(({ kind, payload }) => (kind === 'WaveMeasured' ? [payload] : []))).toEqual(
    [1, 2, 3].map((round) => ({
      ...{ wave: 0, round, rounds: 3, verdict: 'passed', told: 'the value is 1' },
    })),
  );
  expect(JSON.stringify(events)).not.toContain(SECRET);
});

it('bakes as long as it is to, also when everything was measured', async () => {
  await start();
  const planId = await planWith({ measurements: 1 }, 3600);
  await untilMeasured(planId, 1);
  await harness.time({ seconds: 3000 });
  expect(await harness.statusOf(`${planId}.3`)).toBe('PENDING');
  await harness.time({ seconds: 601 });
  expect(await harness.until(planId, 'COMPLETED')).toBe('COMPLETED');
  expect(metrics.received).toHaveLength(1);
});

it('halts the plan with the number beside the old one, and a person goes on all the same', async () => {
  await start();
  value = 7;
  const baseline = { url: `${metrics.url}/query?version={{previous.version}}` };
  const planId = await planWith({ baseline, atMost: '{{data.baseline}}', failureLimit: 0 });
  await harness.eventually(async () => ((await ofKind(planId, 'PlanHalted')).length > 0 ? true : null));
  const [halted] = await ofKind(planId, 'PlanHalted');
  expect(halted).toMatchObject({
    payload: {
      by: 'gate',
      reason:
        'Wave 1 (Canary) did not pass its gate: 1 measurement of 1 beyond the limit: the value is 7, the baseline 5, expected at most 5.',
    },
  });
  await harness.time({ seconds: 3600 });
  expect(await harness.statusOf(`${planId}.3`)).toBe('PENDING');
  await harness.plan(planId, { type: 'continue', actor: 'op', reason: 'Known and harmless' });
  expect(await harness.until(planId, 'COMPLETED')).toBe('COMPLETED');
});

it('takes the wave back where it is to', async () => {
  await start();
  value = null;
  const planId = await planWith({ otherwise: 'rollback', inconclusiveLimit: 0 });
  expect(await harness.until(planId, 'ROLLED_BACK')).toBe('ROLLED_BACK');
  expect(await Promise.all(TENANTS.map((tenantId) => harness.fleet.versions(tenantId)))).toEqual(
    Array(4).fill(['v1']),
  );
  const [back] = await ofKind(planId, 'PlanRollingBack');
  expect(back?.payload).toMatchObject({
    by: 'policy',
    reason: expect.stringContaining('1 measurement of 1 without a result: it answered 200 without the value'),
  });
});

it('tells of what keeps it from a number, and shows no secret of it', async () => {
  await start();
  metrics.answer = ({ headers }, response) => response.writeHead(403).end(`no: ${headers.authorization}`);
  const planId = await planWith({ inconclusiveLimit: 0 });
  await harness.eventually(async () => ((await ofKind(planId, 'PlanHalted')).length > 0 ? true : null));
  const [measured] = await ofKind(planId, 'WaveMeasured');
  expect(measured?.payload).toMatchObject({ verdict: 'inconclusive', told: expect.stringContaining('403') });
  expect(JSON.stringify(await harness.events(planId))).not.toContain(SECRET);
});

it('is measured on by whoever takes the plan over, with what was measured before', async () => {
  const first = await start();
  const planId = await planWith({});
  await untilMeasured(planId, 1);
  const second = nextHeld();
  await harness.time({ seconds: 61 });
  // The second measurement is under way when its process goes.
  await second;
  await first.stop(0);
  await start();
  await untilMeasured(planId, 2);
  await harness.time({ seconds: 61 });
  await untilMeasured(planId, 3);
  expect(await harness.until(planId, 'COMPLETED')).toBe('COMPLETED');
  expect((await ofKind(planId, 'WaveMeasured')).map(({ payload }) => payload.round)).toEqual([1, 2, 3]);
});

it('measures nothing while the plan is paused, and counts nothing that was asked for before', async () => {
  await start();
  value = 9;
  const first = nextHeld();
  const planId = await planWith({ failureLimit: 0 });
  const answer = await first;
  await harness.plan(planId, { type: 'pause', actor: 'op', reason: null });
  await harness.until(planId, 'PAUSED');
  answer();
  await harness.time({ seconds: 3600 });
  expect(await ofKind(planId, 'WaveMeasured')).toEqual([]);
  value = 1;
  await harness.plan(planId, { type: 'resume', actor: 'op', reason: null });
  await untilMeasured(planId, 1);
  expect((await ofKind(planId, 'WaveMeasured'))[0]?.payload).toMatchObject({ verdict: 'passed' });
});

it('counts nothing that was asked for before everything was stopped', async () => {
  await start();
  value = 9;
  const first = nextHeld();
  const planId = await planWith({ failureLimit: 0 });
  const answer = await first;
  const stopAll = (stop: boolean) =>
    stopExecutor(harness.db, { stop, actor: 'op', reason: 'Incident', requestId: randomUUID() });
  await stopAll(true);
  // The plan is looked at while everything is stopped.
  await harness.time({ seconds: 3600 });
  answer();
  await harness.time({ seconds: 3600 });
  expect(await ofKind(planId, 'WaveMeasured')).toEqual([]);
  value = 1;
  await stopAll(false);
  await untilMeasured(planId, 1);
  expect((await ofKind(planId, 'WaveMeasured'))[0]?.payload).toMatchObject({ verdict: 'passed' });
});

it('does not show what the database says when it cannot be asked', async () => {
  const secretsOf = () => Promise.reject(new DrizzleQueryError('select sealed from secret', ['acme-eu']));
  const deps = { db: harness.db, http: new Agent(), secretsOf };
  await harness.startExecutor({ measureWave: (wave, signal) => measureWave(deps, wave, signal) });
  const planId = await planWith({ inconclusiveLimit: 0 });
  await harness.eventually(async () => ((await ofKind(planId, 'PlanHalted')).length > 0 ? true : null));
  expect(JSON.stringify(await harness.events(planId))).not.toContain('select sealed');
});

it('begins anew when a task of it is taken back and sent again after the halt', async () => {
  await start();
  value = 9;
  const planId = await planWith({ failureLimit: 0 });
  await harness.eventually(async () => ((await ofKind(planId, 'PlanHalted')).length > 0 ? true : null));
  await harness.task(`${planId}.2`, 'rollback');
  await harness.until(`${planId}.2`, 'ROLLED_BACK');
  value = 1;
  await harness.plan(planId, { type: 'resume', actor: 'op', reason: null });
  await harness.eventually(async () => ((await ofKind(planId, 'WaveReopened')).length > 0 ? true : null));
  await harness.task(`${planId}.2`, 'retry');
  await untilMeasured(planId, 2);
  expect((await ofKind(planId, 'WaveMeasured')).at(-1)?.payload).toMatchObject({
    round: 1,
    verdict: 'passed',
  });
});
