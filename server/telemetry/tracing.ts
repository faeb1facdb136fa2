import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { planIdOf } from '@/domain/task';
import { guardedAgent, sender } from './collector';
import { collectorOf, type Variables } from './collector-address';
import type { StoredGroup } from './observe-commits';
import { type Beginning, PlanSpans } from './plan-spans';
import { traceRequests } from './request-spans';
import { SpanIds } from './span-ids';

export interface TracingOptions {
  db: Database;
  /** The same on every node of an installation; trace ids are derived from it. */
  seed: Buffer;
  /** Else OTLP over HTTP, as the standard variables say. */
  exporter?: SpanExporter;
}

export interface Tracing {
  /** Turns what was stored into spans. */
  stored(groups: readonly StoredGroup[]): void;
  /** Sends what is left and stops. */
  stop(): Promise<void>;
}

/**
 * Tracing with OpenTelemetry; null unless OTEL_EXPORTER_OTLP_ENDPOINT (or its _TRACES_ form) names a collector. The
 * other standard variables count as well: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_EXPORTER_OTLP_HEADERS,
 * OTEL_BSP_*, OTEL_TRACES_SAMPLER with _ARG, OTEL_SDK_DISABLED. Throws when the collector is an address that nothing
 * here ever calls.
 */
export function createTracing(env: Variables, options: TracingOptions): Tracing | null {
  const collector = collectorOf(env, 'TRACES');
  const exporter =
    options.exporter ??
    (collector && new OTLPTraceExporter({ httpAgentOptions: guardedAgent(collector, 'Traces') }));
  if (!exporter) return null;
  const root = samplerOf(env);
  const ids = new SpanIds(options.seed);
  const provider = new NodeTracerProvider({
    resource: sender(),
    sampler: new ParentBasedSampler({ root }),
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('switchyard');
  const sampled = (traceId: string) =>
    root.shouldSample(ROOT_CONTEXT, traceId, 'plan', SpanKind.INTERNAL, {}, []).decision ===
    SamplingDecision.RECORD_AND_SAMPLED;
  const spans = new PlanSpans(tracer, ids, sampled, (beginning) => findBeginning(options.db, beginning));
  const stopRequests = traceRequests(tracer, (taskId) => spans.contextOfStep(taskId, planIdOf(taskId)));
  return {
    stored: spans.stored,
    stop: async () => {
      stopRequests();
      await spans.settled();
      await provider.shutdown();
    },
  };
}

/** Whether a trace is recorded is decided by its id alone, so that all nodes decide alike. */
function samplerOf({
  OTEL_TRACES_SAMPLER: name = '',
  OTEL_TRACES_SAMPLER_ARG: argument,
}: Variables): Sampler {
  if (name.endsWith('always_off')) return new AlwaysOffSampler();
  const ratio = argument === undefined || argument === '' ? 1 : Number(argument);
  return name.endsWith('traceidratio') && ratio >= 0 && ratio <= 1
    ? new TraceIdRatioBasedSampler(ratio)
    : new AlwaysOnSampler();
}

async function findBeginning(
  db: Database,
  { planId, taskId, kinds, place }: Beginning,
): Promise<Date | null> {
  const [row] = await db.execute<{ at: Date | null }>(sql`
    select max(at) as at from event
    where plan_id = ${planId} and task_id is not distinct from ${taskId} and kind in ${kinds}
      and payload @> ${JSON.stringify(place)}::text::jsonb`);
  return row?.at ?? null;
}
