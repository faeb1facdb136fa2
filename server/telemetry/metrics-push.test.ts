import pino from 'pino';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pushMetrics } from './metrics-push';
import { Collector } from './testing/collector';

let collector: Collector;
beforeEach(async () => {
  collector = await Collector.start();
});
afterEach(() => collector.close());

const said: { level: number; msg: string }[] = [];
const log = pino({}, { write: (line: string) => void said.push(JSON.parse(line)) });
const registry = new Registry();
const registers = [registry];
const refused = new Counter({ name: 'commands_refused', help: 'Refused', labelNames: ['reason'], registers });
const active = new Gauge({ name: 'task_active', help: 'Running', registers });
const steps = new Histogram({
  ...{
    name: 'step_duration_seconds',
    help: 'Seconds',
    labelNames: ['type'],
    buckets: [0.1, 1, 10],
    registers,
  },
});
beforeEach(() => {
  said.length = 0;
  registry.resetMetrics();
});

const read = () => registry.getMetricsAsJSON();
const started = (
  env: Record<string, string> = {},
  reading: Parameters<typeof pushMetrics>[1]['read'] = read,
) => {
  const pushed = pushMetrics({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env }, { log, read: reading });
  if (!pushed) throw new Error('Nothing is pushed');
  return pushed;
};

/** What a program sends at its end. */
async function sentAtEnd(env?: Record<string, string>) {
  const sent = collector.next();
  await started(env).stop();
  const { path, body } = await sent;
  const [{ resource, scopeMetrics }] = body.resourceMetrics;
  return { path, resource, metrics: scopeMetrics.flatMap((one: { metrics: object[] }) => one.metrics) };
}

describe('metrics that are pushed', () => {
  it('are those of /metrics, under the same names', async () => {
    refused.inc({ reason: 'NOT_ALLOWED_IN_STATE' }, 3);
    refused.inc({ reason: 'BUSY' });
    active.set(7);
    for (const seconds of [0.05, 0.5, 0.6, 5, 50]) steps.observe({ type: 'wait' }, seconds);
    steps.observe({ type: 'health-check' }, 0.2);
    const { path, metrics } = await sentAtEnd();
    expect(path).toBe('/v1/metrics');
    const of = (name: string) => metrics.find((one: { name: string }) => one.name === name);
    const text = (key: string, value: string) => [{ key, value: { stringValue: value } }];
    expect(of('commands_refused')).toMatchObject({
      description: 'Refused',
      sum: {
        ...{ aggregationTemporality: 2, isMonotonic: true },
        dataPoints: [
          { attributes: text('reason', 'NOT_ALLOWED_IN_STATE'), asDouble: 3 },
          { attributes: text('reason', 'BUSY'), asDouble: 1 },
        ],
      },
    });
    expect(of('task_active')).toMatchObject({ gauge: { dataPoints: [{ asDouble: 7 }] } });
    expect(of('step_duration_seconds')).toMatchObject({
      unit: 's',
      histogram: {
        aggregationTemporality: 2,
        dataPoints: [
          {
            ...{ attributes: text('type', 'wait'), count: 5, sum: 56.15 },
            ...{ explicitBounds: [0.1, 1, 10], bucketCounts: [1, 2, 1, 1] },
          },
          { attributes: text('type', 'health-check'), count: 1, bucketCounts: [0, 1, 0, 0] },
        ],
      },
    });
    const names = [...(await registry.metrics()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(metrics.map(({ name }: { name: string }) => name)).toEqual(names);
  });

  it('count since the program began, for a process that can be told from others', async () => {
    active.set(1);
    const { metrics, resource } = await sentAtEnd({ OTEL_SERVICE_NAME: 'ours' });
    const [{ startTimeUnixNano, timeUnixNano }] = metrics[1].gauge.dataPoints;
    const began = Date.now() - process.uptime() * 1000;
    expect(Number(startTimeUnixNano) / 1e6).toBeCloseTo(began, -3);
    expect(Number(timeUnixNano)).toBeGreaterThan(Number(startTimeUnixNano));
    const told = Object.fromEntries(
      resource.attributes.map(({ key, value }: { key: string; value: object }) => [
        key,
        Object.values(value)[0],
      ]),
    );
    expect(told['service.instance.id']).toContain(`/${process.pid}`);
  });

  it('are sent again and again', async () => {
    const pushed = started({ OTEL_METRIC_EXPORT_INTERVAL: '20' });
    await collector.next();
    await collector.next();
    await pushed.stop();
    expect(collector.received.length).toBeGreaterThanOrEqual(2);
  });

  it('that do not get through are told once, and so is that they do again', async () => {
    collector.status = 400;
    const pushed = started({ OTEL_METRIC_EXPORT_INTERVAL: '20' });
    for (let time = 0; time < 3; time += 1) await collector.next();
    collector.status = 200;
    await collector.next();
    await pushed.stop();
    expect(said.map(({ msg }) => msg)).toEqual([
      expect.stringContaining('could not be sent to the collector'),
      'Metrics reach the collector again',
    ]);
  });

  it('that cannot be read are told as well', async () => {
    await started({}, () => Promise.reject(new Error('no database'))).stop();
    expect(said).toMatchObject([{ err: { message: 'no database' } }]);
    expect(collector.received).toEqual([]);
  });
});

describe('no metrics are pushed', () => {
  it.each([
    ['without a collector', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    ['where OpenTelemetry is off', { OTEL_SDK_DISABLED: 'true' }],
    ['where nothing is to be pushed', { OTEL_METRICS_EXPORTER: 'none' }],
    ['where they are scraped alone', { OTEL_METRICS_EXPORTER: 'prometheus' }],
  ])('%s', (_when, env) => {
    const options = { log, read };
    expect(pushMetrics({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env }, options)).toBeNull();
  });

  it.each([
    'http://169.254.169.254:4318',
    'http://metadata.google.internal',
    'http://[fd00:ec2::254]',
    'collector',
  ])('to %s', (address) => {
    for (const name of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'])
      expect(() => pushMetrics({ [name]: address }, { log, read })).toThrow('Metrics cannot be sent');
  });
});
