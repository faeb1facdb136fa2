import { z } from 'zod';
import { boundProblem, ORDERED } from '@/domain/condition';
import { isTemplate } from '@/domain/template';
import { limits } from './condition-settings';
import { connectionSettings, extraction, probeRequest } from './http-settings';
import { callTemplates, type StepTemplate, type StepUrl, textsIn } from './step-templates';

/** Where a number comes from: Prometheus, or whatever else answers with one. */
const query = z.strictObject({
  /** Where to ask; a template. Queries are written with the filter `url`: `…/api/v1/query?query={{…}}`. */
  url: z.string().min(1, 'is missing'),
  method: z.enum(['GET', 'POST']).default('GET'),
  ...probeRequest,
  timeoutMillis: z.number().int().min(1).max(60_000).default(10_000),
  /** Where the number stands in the answer; that of a Prometheus vector with one element unless said. */
  value: extraction.default({ json: 'data.result[0].value[1]', secret: false }),
});

const fields = {
  query,
  /** The same of what runs the old version still: its number stands for `{{data.baseline}}`. */
  baseline: query.optional(),
  ...limits,
  /** Per cent by which the number may be beyond its limit. */
  tolerancePercent: z.number().min(0).max(1000).default(0),
  everySeconds: z.number().min(0).max(3600).default(30),
  /** How often it is measured. */
  measurements: z.number().int().min(1).max(1000).default(5),
  /** So many may be beyond their limit, and so many without a number: one more fails the gate. */
  failureLimit: z.number().int().min(0).max(1000).default(0),
  inconclusiveLimit: z.number().int().min(0).max(1000).default(2),
  ...connectionSettings,
};

export const metricSettings = withLimits(z.strictObject(fields));
export type MetricSettings = z.infer<typeof metricSettings>;

/** The gate of a wave; `otherwise`: what follows when it does not pass. */
export const waveGateSettings = withLimits(
  z.strictObject({
    ...fields,
    // Somebody would wait for it with the whole plan.
    everySeconds: z.number().min(1).max(3600).default(30),
    otherwise: z.enum(['halt', 'rollback']).default('halt'),
  }),
);

function withLimits<Settings extends z.ZodType<z.infer<z.ZodObject<typeof fields>>>>(settings: Settings) {
  return settings
    .refine(
      (given) => ORDERED.some((name) => given[name] !== undefined),
      `Give a limit: ${ORDERED.join(', ')}.`,
    )
    .superRefine((given, context) => {
      const message = boundProblem(given, isTemplate);
      if (message) context.addIssue({ code: 'custom', message });
    });
}

export const metricTemplates = (wanted: MetricSettings): StepTemplate[] => [
  ...queryTemplates(wanted.query, 'query'),
  ...(wanted.baseline ? queryTemplates(wanted.baseline, 'baseline') : []),
  ...textsIn({ caPem: wanted.caPem, tls: wanted.tls, proxy: wanted.proxy }, []),
  ...ORDERED.flatMap((name) => textsIn(wanted[name], [name], ['baseline'])),
];

const queryTemplates = (asked: MetricSettings['query'], at: string) => [
  ...callTemplates(asked, [at]),
  ...textsIn(asked.value, [at, 'value']),
];

export const metricUrls = ({ query: { url }, baseline }: MetricSettings): StepUrl[] => [
  { path: ['query', 'url'], url },
  ...(baseline ? [{ path: ['baseline', 'url'], url: baseline.url }] : []),
];
