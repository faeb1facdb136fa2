import { type HrTime, ValueType } from '@opentelemetry/api';
import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import { JsonMetricsSerializer, MetricsExporterMetricsHelper } from '@opentelemetry/otlp-transformer';
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Logger } from 'pino';
import { guardedAgent, sender } from './collector';
import { collectorOf, type Variables } from './collector-address';

/** A metric as the registry of `/metrics` has it; of a histogram the values are those of its buckets, `_sum` and `_count`. */
export interface MetricFamily {
  name: string;
  help: string;
  /** `counter`, `gauge` or `histogram`. */
  type: unknown;
  values: readonly {
    value: number;
    labels: Readonly<Partial<Record<string, string | number>>>;
    metricName?: string;
  }[];
}

export interface PushOptions {
  log: Logger;
  /** What `/metrics` tells at this moment. */
  read(): Promise<readonly MetricFamily[]>;
}

/** As the specification of OpenTelemetry has it. */
const INTERVAL_MILLIS = 60_000;
const TIMEOUT_MILLIS = 30_000;
/** How long the end of the program waits for the last numbers to be taken. */
const LAST_MILLIS = 3000;

/**
 * Sends what `/metrics` tells, under the same names, to a collector of OpenTelemetry: each minute, and once more at the end;
 * null unless OTEL_EXPORTER_OTLP_ENDPOINT (or its _METRICS_ form) names one. OTEL_METRICS_EXPORTER without `otlp` switches it
 * off, OTEL_METRIC_EXPORT_INTERVAL and _TIMEOUT count in milliseconds. Throws when the collector is an address that nothing
 * here ever calls.
 */
export function pushMetrics(env: Variables, { log, read }: PushOptions): { stop(): Promise<void> } | null {
  const collector = collectorOf(env, 'METRICS');
  if (!collector) return null;
  const exporter = new OTLPExporterBase<ResourceMetrics>(
    createOtlpHttpExportDelegate(
      convertLegacyHttpOptions(
        { url: addressOf(env, collector), httpAgentOptions: guardedAgent(collector, 'Metrics') },
        'METRICS',
        'v1/metrics',
        {
          'Content-Type': 'application/json',
        },
      ),
      JsonMetricsSerializer,
      'otlp_http_metric_exporter',
      MetricsExporterMetricsHelper,
      undefined,
    ),
  );
  const told = tellOnce(log);
  const exportIntervalMillis = millis(env.OTEL_METRIC_EXPORT_INTERVAL) ?? INTERVAL_MILLIS;
  const timeout = millis(env.OTEL_METRIC_EXPORT_TIMEOUT) ?? TIMEOUT_MILLIS;
  const startTime = timeOf(Date.now() - process.uptime() * 1000);
  const reader = new PeriodicExportingMetricReader({
    ...{ exportIntervalMillis, exportTimeoutMillis: Math.min(timeout, exportIntervalMillis) },
    exporter: {
      export: (metrics, done) =>
        exporter.export(metrics, (result) => {
          told(result.error ?? null);
          done(result);
        }),
      forceFlush: () => exporter.forceFlush(),
      shutdown: () => exporter.shutdown(),
    },
    metricProducers: [
      {
        collect: async () => {
          const resource = sender();
          try {
            const metrics = metricsOf(await read(), startTime, timeOf(Date.now()));
            return {
              resourceMetrics: { resource, scopeMetrics: [{ scope: { name: 'switchyard' }, metrics }] },
              errors: [],
            };
          } catch (error) {
            told(error);
            return { resourceMetrics: { resource, scopeMetrics: [] }, errors: [error] };
          }
        },
      },
    ],
  });
  const provider = new MeterProvider({ resource: sender(), readers: [reader] });
  return { stop: () => provider.shutdown({ timeoutMillis: LAST_MILLIS }) };
}

/** As the specification has it: the address for metrics alone is taken as it is, that for everything has them below it. */
const addressOf = (env: Variables, collector: string): string =>
  env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT ? collector : `${collector.replace(/\/$/, '')}/v1/metrics`;

/** Says when metrics do not get through, and when they do again; not each minute. */
function tellOnce(log: Logger): (problem: unknown) => void {
  let failing = false;
  return (problem) => {
    if (problem !== null && !failing)
      log.warn(
        { err: problem },
        'Metrics could not be sent to the collector; they are sent again at the next interval, and /metrics tells them meanwhile. Look whether OTEL_EXPORTER_OTLP_ENDPOINT can be reached',
      );
    if (problem === null && failing) log.info('Metrics reach the collector again');
    failing = problem !== null;
  };
}

/** What a registry has, in the model of OpenTelemetry: all since the program began. */
function metricsOf(families: readonly MetricFamily[], startTime: HrTime, endTime: HrTime): MetricData[] {
  return families.map((family) => {
    const { name, help: description, type, values } = family;
    const common = {
      descriptor: {
        name,
        description,
        unit: name.endsWith('_seconds') ? 's' : '',
        valueType: ValueType.DOUBLE,
      },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
    };
    const time = { startTime, endTime };
    if (type === 'histogram')
      return {
        ...common,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: histogramsOf(family).map((one) => ({ ...time, ...one })),
      };
    const dataPoints = values.map(({ value, labels }) => ({ ...time, attributes: { ...labels }, value }));
    return type === 'counter'
      ? { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
      : { ...common, dataPointType: DataPointType.GAUGE, dataPoints };
  });
}

/** A histogram for each set of labels. The registry counts what is up to each bound, OpenTelemetry what is between two. */
function histogramsOf({ name, values }: MetricFamily) {
  const byLabels = new Map<string, typeof values>();
  for (const one of values) {
    const { le: _, ...labels } = one.labels;
    const key = JSON.stringify(Object.entries(labels).sort());
    byLabels.set(key, [...(byLabels.get(key) ?? []), one]);
  }
  return [...byLabels.values()].map((parts) => {
    const { le: _, ...attributes } = parts[0]?.labels ?? {};
    const told = (part: string) =>
      parts.find(({ metricName }) => metricName === `${name}_${part}`)?.value ?? 0;
    const buckets = parts
      .flatMap(({ labels, value }) =>
        labels.le === undefined ? [] : [{ bound: Number(labels.le), upTo: value }],
      )
      .filter(({ bound }) => Number.isFinite(bound))
      .sort((one, other) => one.bound - other.bound);
    const count = told('count');
    const upTo = [...buckets.map((bucket) => bucket.upTo), count];
    const counts = upTo.map((so, at) => so - (upTo[at - 1] ?? 0));
    const boundaries = buckets.map(({ bound }) => bound);
    return { attributes, value: { buckets: { boundaries, counts }, sum: told('sum'), count } };
  });
}

const timeOf = (at: number): HrTime => [Math.floor(at / 1000), Math.round((at % 1000) * 1e6)];

function millis(text: string | undefined): number | null {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) && value > 0 ? value : null;
}
