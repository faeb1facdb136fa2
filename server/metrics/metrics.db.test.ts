import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { testApiServer } from '@/server/api/testing/api-server';
import { mutate } from '@/server/api/testing/call';
import { createMetrics } from './metrics';

/** Every metric of SPEC 10, and what this server tells besides. */
const NAMED = [
  'task_active',
  'heartbeat_lag',
  'queue_depth',
  'queue_waiting',
  'nodes_alive',
  'nodes_executing',
  'free_slots',
  'webhook_deliveries_open',
  'task_completed',
  'task_failed',
  'task_paused',
  'task_cancelled',
  'rollback_count',
  'webhook_deliveries',
  'commands_refused',
  'stage_duration_seconds',
  'step_duration_seconds',
  'commit_latency_seconds',
  'webhook_latency_seconds',
];

const server = testApiServer();
beforeAll(async () => {
  for (const version of ['amber', 'violet'])
    await call('versions.create', { unitId: 'edge-router', version, payload: '{"backend":"new"}' });
});

async function scrape(): Promise<{ text: string; value(series: string): number }> {
  const answer = await fetch(`${server.url}/metrics`, {
    headers: { authorization: `Bearer ${server.viewerKey}` },
  });
  const text = await answer.text();
  const value = (series: string) => {
    const line = text.split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? Number.NaN : Number(line.slice(series.length + 1));
  };
  return { text, value };
}

const call = (procedure: string, input: object) => mutate(server.url, server.key, procedure, input);

describe('/metrics', () => {
  it('has every metric, with what it counts and in which unit', async () => {
    const { text } = await scrape();
    for (const name of NAMED) {
      expect(text).toMatch(new RegExp(`^# HELP ${name} \\S`, 'm'));
      expect(text).toMatch(new RegExp(`^# TYPE ${name} (gauge|counter|histogram)$`, 'm'));
    }
    for (const name of NAMED.filter((one) => one.endsWith('_seconds') || one === 'heartbeat_lag'))
      expect(text).toMatch(new RegExp(`^# HELP ${name} Seconds`, 'm'));
  });

  it('has the same for who pushes them: names and values', async () => {
    const { text } = await scrape();
    const metrics = createMetrics(server.db);
    const told = await metrics.read();
    expect(told.map(({ name }) => name)).toEqual(
      [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name),
    );
    const alive = told.find(({ name }) => name === 'nodes_alive');
    expect(alive?.values).toMatchObject([{ value: 1 }]);
  });

  it('is explained to whoever keeps it running', () => {
    const text = readFileSync('docs/operations.md', 'utf8');
    expect(NAMED.filter((name) => !text.includes(name))).toEqual([]);
  });

  it('moves with what happens', async () => {
    const before = await scrape();
    expect(before.value('nodes_alive')).toBe(1);
    expect(before.value('free_slots')).toBe(20);
    expect(before.value('task_active')).toBe(0);

    // One tenant stays at its health rounds, one fails, one completes and goes back, two have to wait.
    server.fleet.setFault('acme-us', { kind: 'stuck' });
    server.fleet.setFault('borealis', { kind: 'fail', times: 100 });
    const created = await call('plans.create', {
      name: 'Metrics',
      tenantIds: ['acme-us', 'borealis', 'acme-eu', 'cobalt-retail'],
      unitId: 'edge-router',
      version: 'amber',
      playbookId: 'blue-green',
      maxConcurrency: 2,
      settings: { healthIntervalSeconds: 3600, healthAttempts: 1000 },
      requestId: randomUUID(),
    });
    expect(created.error).toBeNull();
    const { planId } = created.data as { planId: string };
    await call('plans.start', { planId });
    await server.untilTask(`${planId}.2`, 'FAILED');
    await server.untilTask(`${planId}.3`, 'COMPLETED');
    await server.untilTask(`${planId}.4`, 'COMPLETED');
    await call('tasks.rollback', { taskId: `${planId}.3` });
    await server.untilTask(`${planId}.3`, 'ROLLED_BACK');
    expect((await call('tasks.resume', { taskId: `${planId}.3` })).status).toBe(409);

    const during = await scrape();
    expect(during.value('task_active')).toBe(1);
    expect(during.value('free_slots')).toBe(19);
    expect(during.value('heartbeat_lag')).toBeGreaterThan(0);
    const moved = (series: string) => during.value(series) - (before.value(series) || 0);
    expect(moved('task_completed')).toBe(2);
    expect(moved('task_failed')).toBe(1);
    expect(moved('rollback_count')).toBe(1);
    expect(moved('stage_duration_seconds_count{direction="rollback"}')).toBeGreaterThan(0);
    expect(moved('step_duration_seconds_count{type="config-update",outcome="failed"}')).toBe(1);
    expect(moved('step_duration_seconds_count{type="health-check",outcome="succeeded"}')).toBe(3);
    expect(moved('commit_latency_seconds_count')).toBeGreaterThan(10);
    expect(moved('commands_refused{reason="NOT_ALLOWED_IN_STATE"}')).toBe(1);

    // A second plan waits for the tenant that the first one has, and for its turn; then for its plan.
    const second = await call('plans.create', {
      name: 'Waits',
      tenantIds: ['acme-us', 'acme-eu', 'cobalt-retail'],
      unitId: 'edge-router',
      version: 'violet',
      playbookId: 'blue-green',
      maxConcurrency: 1,
      requestId: randomUUID(),
    });
    expect(second.error).toBeNull();
    const waiting = (second.data as { planId: string }).planId;
    await call('plans.start', { planId: waiting });
    const queued = await scrape();
    expect(queued.value('queue_depth')).toBe(3);
    expect(queued.value('queue_waiting{reason="tenant"}')).toBe(1);
    expect(queued.value('queue_waiting{reason="slot"}')).toBe(2);
    await call('plans.pause', { planId: waiting });
    expect((await scrape()).value('queue_waiting{reason="plan"}')).toBe(3);
    await call('tasks.pause', { taskId: `${waiting}.2` });
    await call('plans.cancel', { planId: waiting });
    await server.untilTask(`${waiting}.3`, 'CANCELLED');
    await server.untilTask(`${waiting}.1`, 'CANCELLED');
    await server.untilTask(`${waiting}.2`, 'CANCELLED');
    const after = await scrape();
    expect(after.value('task_paused') - queued.value('task_paused')).toBe(1);
    expect(after.value('task_cancelled') - queued.value('task_cancelled')).toBe(3);
    expect(after.value('queue_depth')).toBe(0);
  });

  it('has as many series with ten thousand tenants as with a few, and reads the rows once for all who ask at once', async () => {
    const names = async () => {
      const { text } = await scrape();
      return text
        .split('\n')
        .flatMap((line) => (/^[a-z]/.test(line) ? [line.slice(0, line.lastIndexOf(' '))] : []));
    };
    const before = await names();
    const tenants = Array.from({ length: 10_000 }, (_, index) => ({
      tenantId: `many-${index}`,
      endpoints: [{ key: 'a', url: 'http://127.0.0.1:9' }],
    }));
    expect((await call('tenants.import', { tenants })).error).toBeNull();
    expect(
      (await mutate(server.url, server.adminKey, 'executor.stop', { reason: 'all are to wait' })).error,
    ).toBeNull();
    const { data, error } = await call('plans.create', {
      name: 'Many',
      tenantIds: tenants.map(({ tenantId }) => tenantId),
      unitId: 'edge-router',
      version: 'violet',
      playbookId: 'blue-green',
      requestId: randomUUID(),
    });
    expect(error).toBeNull();
    await call('plans.start', { planId: (data as { planId: string }).planId });
    const after = await names();
    expect((await scrape()).value('queue_depth')).toBe(10_000);
    const added = after.filter((name) => !before.includes(name));
    // Only what happened for the first time: a decision of the task machine, a way in which memory was tidied up.
    expect(
      added.filter((name) => !/^(task_transitions|nodejs_gc_duration_seconds_\w+)\{/.test(name)),
    ).toEqual([]);
    expect(after.length).toBeLessThan(500);
    expect(after.filter((name) => name.includes('many-') || name.includes('PLN-'))).toEqual([]);

    let reads = 0;
    const counting = {
      execute: (...args: Parameters<typeof server.db.execute>) => {
        reads += 1;
        return server.db.execute(...args);
      },
    } as unknown as typeof server.db;
    const metrics = createMetrics(counting);
    await Promise.all(Array.from({ length: 20 }, () => metrics.render()));
    expect(reads).toBe(1);
  });

  it('counts deliveries by outcome', async () => {
    const metrics = createMetrics(server.db);
    metrics.notified('delivered', 0.2);
    metrics.notified('failed', 10);
    metrics.notified('gaveUp', 10);
    const { body } = await metrics.render();
    for (const outcome of ['delivered', 'failed', 'gaveUp'])
      expect(body).toContain(`webhook_deliveries{outcome="${outcome}"} 1`);
    expect(body).toContain('webhook_latency_seconds_count 3');
    expect(body).toContain('webhook_deliveries_open 0');
  });
});
