import { z } from 'zod';
import { boundProblem, numberIn, ORDER_WORDS, ORDERED, stands } from '@/domain/condition';
import type { ProbeOutcome } from '@/domain/events';
import { STOPPED } from '@/domain/task';
import { isTemplate, render } from '@/domain/template';
import type { Answer } from './answer';
import { limits } from './condition-settings';
import { connectionSettings, extraction, httpCallOf, probeRequest } from './http-settings';
import { scopeFor } from './request-scope';
import { sendRequest } from './send-request';
import { counted } from './send-to-all';
import { defineStep, failure } from './step';
import { callTemplates, textsIn } from './step-templates';
import type { StepResult, TaskRuntimeContext } from './task-runtime-context';

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

const settings = z
  .strictObject({
    query,
    /** The same of what runs the old version still: its number stands for `{{data.baseline}}`. */
    baseline: query.optional(),
    ...limits,
    /** Per cent by which the number may be beyond its limit. */
    tolerancePercent: z.number().min(0).max(1000).default(0),
    everySeconds: z.number().min(0).max(3600).default(30),
    /** How often it is measured. */
    measurements: z.number().int().min(1).max(1000).default(5),
    /** So many may be beyond their limit, and so many without a number: one more fails the step. */
    failureLimit: z.number().int().min(0).max(1000).default(0),
    inconclusiveLimit: z.number().int().min(0).max(1000).default(2),
    ...connectionSettings,
  })
  .refine(
    (given) => ORDERED.some((name) => given[name] !== undefined),
    `Give a limit: ${ORDERED.join(', ')}.`,
  )
  .superRefine((given, context) => {
    const message = boundProblem(given, isTemplate);
    if (message) context.addIssue({ code: 'custom', message });
  });

type Settings = z.infer<typeof settings>;

/**
 * Measures a number again and again and fails when it is beyond its limits too often: an analysis run as Argo Rollouts has
 * it, for one tenant. A rollback leaves it out: what it judges is gone then.
 */
export const metricGate = defineStep('metric-gate', settings, run, {
  templates: (wanted) => [
    ...queryTemplates(wanted.query, 'query'),
    ...(wanted.baseline ? queryTemplates(wanted.baseline, 'baseline') : []),
    ...textsIn({ caPem: wanted.caPem, tls: wanted.tls, proxy: wanted.proxy }, []),
    ...ORDERED.flatMap((name) => textsIn(wanted[name], [name], ['baseline'])),
  ],
  urls: ({ query: { url }, baseline }) => [
    { path: ['query', 'url'], url },
    ...(baseline ? [{ path: ['baseline', 'url'], url: baseline.url }] : []),
  ],
  target: () => 'tenant',
});

const queryTemplates = (asked: Settings['query'], at: string) => [
  ...callTemplates(asked, [at]),
  ...textsIn(asked.value, [at, 'value']),
];

const FAILED = 'failed';
const INCONCLUSIVE = 'inconclusive';

type Verdict = 'passed' | typeof FAILED | typeof INCONCLUSIVE;

async function run(wanted: Settings, context: TaskRuntimeContext): Promise<StepResult> {
  const { measurements, everySeconds } = wanted;
  // Whoever takes it over goes on with the next measurement, when that is due.
  const tallies = { ...context.course.tries };
  let { notBefore: due } = context.course;
  const before = exceeded(wanted, tallies);
  if (before) return failed(context, before, tallies, context.course.rounds, context.course.told);
  for (let round = context.course.rounds + 1; round <= measurements; round += 1) {
    await context.until(due);
    // A person who wants the task back or ended does not wait for the rest.
    const { cancel, rollback } = round > 1 ? await context.requested() : { cancel: false, rollback: false };
    if (cancel || rollback) {
      // Not a success: what stands behind it in its stage would be done.
      const why = `Ended after ${round - 1} of ${measurements} measurements: ${rollback ? 'a rollback' : 'a cancel'} was requested.`;
      return { ok: false, failure: failure(context, 'BUSINESS', STOPPED, why), calls: [] };
    }
    const began = context.now().getTime();
    const measured = await measure(wanted, context);
    due = new Date(began + everySeconds * 1000).toISOString();
    if (measured.verdict !== 'passed') tallies[measured.verdict] = (tallies[measured.verdict] ?? 0) + 1;
    const bad = (tallies[FAILED] ?? 0) + (tallies[INCONCLUSIVE] ?? 0);
    const message = `Measurement ${round} of ${measurements}: ${measured.told}`;
    await context.probed({
      ...{ round, rounds: measurements, instances: measured.instances, good: round - bad },
      ...{ told: measured.verdict === 'passed' ? null : measured.told, nextAt: due, tries: tallies, message },
    });
    const why = exceeded(wanted, tallies);
    if (why) return failed(context, why, tallies, round, measured.told);
  }
  const beyondLimit = tallies[FAILED] ?? 0;
  const without = tallies[INCONCLUSIVE] ?? 0;
  // Nothing was ever measured.
  if (without >= measurements)
    return failed(context, INCONCLUSIVE, tallies, measurements, context.course.told);
  const rest = [
    beyondLimit > 0 && `${beyondLimit} beyond the limit`,
    without > 0 && `${without} without a result`,
  ].filter(Boolean);
  const detail = `${counted(measurements, 'measurement')} within the limit`;
  return {
    ok: true,
    detail: rest.length === 0 ? detail : `${counted(measurements, 'measurement')}, ${rest.join(', ')}`,
    calls: [],
  };
}

function failed(
  context: TaskRuntimeContext,
  why: typeof FAILED | typeof INCONCLUSIVE,
  tallies: Readonly<Record<string, number>>,
  rounds: number,
  told: string | null,
): StepResult {
  const what = why === FAILED ? 'beyond the limit' : 'without a result';
  const words = `${counted(tallies[why] ?? 0, 'measurement')} of ${rounds} ${what}: ${(told ?? 'see its measurements').replace(/\.$/, '')}.`;
  const code = why === FAILED ? 'METRIC' : 'METRIC_INCONCLUSIVE';
  return { ok: false, failure: failure(context, 'BUSINESS', code, words, { retryable: true }), calls: [] };
}

function exceeded(
  { failureLimit, inconclusiveLimit }: Settings,
  tallies: Readonly<Record<string, number>>,
): typeof FAILED | typeof INCONCLUSIVE | null {
  if ((tallies[FAILED] ?? 0) > failureLimit) return FAILED;
  return (tallies[INCONCLUSIVE] ?? 0) > inconclusiveLimit ? INCONCLUSIVE : null;
}

interface Measured {
  verdict: Verdict;
  told: string;
  instances: ProbeOutcome[];
}

/** One measurement, with the number of the old version beside it where there is one. */
async function measure(wanted: Settings, context: TaskRuntimeContext): Promise<Measured> {
  const asked = [wanted.query, ...(wanted.baseline ? [wanted.baseline] : [])];
  const [now, before] = await Promise.all(asked.map((one) => ask(one, wanted, context)));
  const outcomes = (ok: boolean): ProbeOutcome[] => [
    ...(now ? [{ instance: 'value', ok, version: shown(now), detail: detailOf(now) }] : []),
    ...(before
      ? [
          {
            instance: 'baseline',
            ok: before.number !== null,
            version: shown(before),
            detail: detailOf(before),
          },
        ]
      : []),
  ];
  const silent = [now, before].find((one) => one !== undefined && one.number === null);
  if (!now || now.number === null || silent)
    return { verdict: INCONCLUSIVE, told: silent?.detail ?? 'nothing was asked', instances: outcomes(false) };
  const wrong = beyond(wanted, context, now.number, before?.number ?? null);
  const beside = before ? `, the baseline ${before.number}` : '';
  return {
    verdict: wrong === null ? 'passed' : FAILED,
    told: `the value is ${now.number}${beside}${wrong === null ? '' : `, expected ${wrong}`}`,
    instances: outcomes(wrong === null),
  };
}

interface Read {
  /** Null when there is none. */
  number: number | null;
  detail: string;
}

const shown = ({ number }: Read): string | null => (number === null ? null : String(number));
const detailOf = ({ number, detail }: Read): string => (number === null ? detail : String(number));

async function ask(
  { value, ...asked }: Settings['query'],
  options: Settings,
  context: TaskRuntimeContext,
): Promise<Read> {
  const call = { ...httpCallOf({ ...asked, extract: {} }), extract: { ...asked.extract, value } };
  const answer: Answer = await sendRequest(context, call, context.config.endpoints[0] ?? null, options);
  if (!answer.ok) return { number: null, detail: `it ${answer.message}` };
  const text = String(answer.values.value);
  const number = numberIn(text);
  return number === null
    ? { number, detail: `"${context.veil.hide(text).slice(0, 100)}" is not a number` }
    : { number, detail: '' };
}

/** The limit that the number is beyond, in words; null when it is within all of them. */
function beyond(
  wanted: Settings,
  context: TaskRuntimeContext,
  number: number,
  baseline: number | null,
): string | null {
  const scope = scopeFor(context, context.config.endpoints[0] ?? null, baseline === null ? {} : { baseline });
  for (const name of ORDERED) {
    const given = wanted[name];
    if (given === undefined) continue;
    const text = typeof given === 'number' ? String(given) : render(given, scope);
    const bound = numberIn(text);
    if (bound === null)
      throw new Error(`The limit ${name} is "${text.slice(0, 100)}", which is not a number.`);
    const slack = (Math.abs(bound) * wanted.tolerancePercent) / 100;
    const allowed = name === 'less' || name === 'atMost' ? bound + slack : bound - slack;
    if (!stands(number - allowed, name)) return `${ORDER_WORDS[name]} ${allowed}`;
  }
  return null;
}
