import { randomBytes } from 'node:crypto';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { afterEach, describe, expect, it } from 'vitest';
import { Hold } from '@/demo/fleet/testing/hold';
import { Harness } from '@/server/executor/testing/harness';
import { observeCommits } from './observe-commits';
import { createTracing, type Tracing } from './tracing';

const seed = randomBytes(32);
let harness: Harness;
let tracing: Tracing | null = null;
afterEach(async () => {
  await harness.close();
});

async function startTraced(tenants: string[]) {
  harness = await Harness.start({
    fleet: { version: 'v1', tenants: tenants.map((tenantId) => ({ tenantId, instances: 2 })) },
  });
  return tracedExecutor();
}

/** An executor that is traced, and a way to get what it traced: ending the executor sends everything. */
async function tracedExecutor() {
  const exporter = new InMemorySpanExporter();
  // An in-memory exporter forgets when it is shut down.
  exporter.shutdown = async () => {};
  tracing = createTracing({}, { db: harness.db, seed, exporter });
  const executor = await harness.startExecutor({
    committer: observeCommits(harness.deps.committer, (groups) => tracing?.stored(groups)),
  });
  return async () => {
    await executor.stop(0);
    await tracing?.stop();
    return exporter.getFinishedSpans();
  };
}

const named = (spans: ReadableSpan[], name: string) => spans.filter((span) => span.name === name);
const only = (spans: ReadableSpan[], name: string): ReadableSpan => {
  const found = named(spans, name);
  expect(found.map((one) => one.name)).toEqual([name]);
  return found[0] as ReadableSpan;
};
const parentOf = (spans: ReadableSpan[], span: ReadableSpan) =>
  spans.find((one) => one.spanContext().spanId === span.parentSpanContext?.spanId)?.name;
const seconds = ([whole, nanos]: readonly [number, number]) => whole + nanos / 1e9;

describe('a trace', () => {
  it('is off unless a collector is named', async () => {
    harness = await Harness.start({ fleet: { version: 'v1', tenants: [{ tenantId: 'a', instances: 1 }] } });
    expect(createTracing({}, { db: harness.db, seed })).toBeNull();
    expect(
      createTracing(
        { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' },
        { db: harness.db, seed },
      ),
    ).toBeNull();
  });

  it('shows plan, task, stage, step and request, one inside the other', async () => {
    const spansAtEnd = await startTraced(['a']);
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await harness.until(planId, 'COMPLETED');
    const spans = await spansAtEnd();

    const plan = only(spans, 'plan');
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(
      new Set([plan.spanContext().traceId]),
    );
    expect(plan.parentSpanContext).toBeUndefined();
    expect(parentOf(spans, only(spans, 'task a'))).toBe('plan');
    for (const stage of ['Config', 'Reload', 'Health'])
      expect(parentOf(spans, only(spans, `stage ${stage}`))).toBe('task a');
    expect(parentOf(spans, only(spans, 'step send'))).toBe('stage Config');
    expect(parentOf(spans, only(spans, 'step confirm'))).toBe('stage Health');
    // Two instances: looked at by the drift guard, sent to, told, asked.
    const requests = spans.filter(({ kind }) => kind === SpanKind.CLIENT);
    expect(requests.map((span) => parentOf(spans, span))).toEqual([
      'step send',
      'step send',
      'step send',
      'step send',
      'step tell',
      'step tell',
      'step confirm',
      'step confirm',
    ]);
    for (const span of requests)
      expect(span.attributes).toMatchObject({
        'http.response.status_code': 200,
        'server.address': '127.0.0.1',
      });
    for (const span of spans) {
      expect(seconds(span.startTime)).toBeGreaterThanOrEqual(seconds(plan.startTime) - 0.1);
      expect(seconds(span.endTime)).toBeGreaterThanOrEqual(seconds(span.startTime));
      expect(span.resource.attributes['service.name']).toBe('switchyard');
    }
  });

  it('tells failures by type and code, and nothing of what was sent or answered', async () => {
    const spansAtEnd = await startTraced(['a', 'b']);
    harness.fleet.setFault('b', { kind: 'fail', times: 100 });
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await harness.until(planId, 'PARTIAL_FAILED');
    const spans = await spansAtEnd();
    const task = only(spans, 'task b');
    expect(task.status).toMatchObject({ code: SpanStatusCode.ERROR });
    expect(task.attributes).toMatchObject({
      'switchyard.tenant.id': 'b',
      'switchyard.attempt': 1,
      'error.type': expect.stringMatching(/^[A-Z_]+$/),
    });
    const told = JSON.stringify(
      spans.map(({ name, attributes, status, events }) => [name, attributes, status, events]),
    );
    expect(told).not.toContain('backend');
    expect(told).not.toContain('answered');
  });

  it('has an attempt of its own for a retry and for a rollback', async () => {
    const spansAtEnd = await startTraced(['a']);
    harness.fleet.setFault('a', { kind: 'fail', times: 1 }, 'a-1');
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await harness.until(planId, 'PARTIAL_FAILED');
    await harness.task(`${planId}.1`, 'retry', { fromCheckpoint: true });
    await harness.until(planId, 'COMPLETED');
    await harness.task(`${planId}.1`, 'rollback');
    await harness.until(`${planId}.1`, 'ROLLED_BACK');
    const spans = await spansAtEnd();
    const tasks = named(spans, 'task a');
    expect(tasks.map(({ attributes, status }) => [attributes['switchyard.attempt'], status.code])).toEqual([
      [1, SpanStatusCode.ERROR],
      [2, SpanStatusCode.UNSET],
      [3, SpanStatusCode.UNSET],
    ]);
    expect(new Set(tasks.map((span) => span.spanContext().spanId)).size).toBe(3);
    for (const span of spans.filter(({ name }) => name.startsWith('stage ')))
      expect(parentOf(spans, span)).toBe('task a');
  });

  it('is one trace although another process ends what this one began', async () => {
    const first = await startTraced(['a']);
    // The first process goes down in the middle of a stage.
    const hold = Hold.on(harness.fleet, ({ path }) => path === '/config');
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await hold.until();
    const before = await first();
    hold.release();
    const second = await tracedExecutor();
    await harness.until(planId, 'COMPLETED');
    const after = await second();
    const spans = [...before, ...after];
    const plan = only(spans, 'plan');
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(parentOf(spans, only(after, 'task a'))).toBe('plan');
    expect(parentOf(spans, only(after, 'stage Config'))).toBe('task a');
    const events = await harness.events(planId);
    const startedAt = (kind: string) => events.find((event) => event.kind === kind)?.at;
    expect(seconds(plan.startTime)).toBeCloseTo(new Date(startedAt('PlanStarted') ?? 0).getTime() / 1000, 2);
    expect(seconds(only(after, 'stage Config').startTime)).toBeCloseTo(
      new Date(startedAt('StageStarted') ?? 0).getTime() / 1000,
      2,
    );
  });
});
