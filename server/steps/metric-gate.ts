import type { ProbeOutcome } from '@/domain/events';
import { type GateTally, gateEnd, gateWords, tallied } from '@/domain/metric-gate';
import { STOPPED } from '@/domain/task';
import { type Measurement, measure, type Reading } from './measure';
import { type MetricSettings, metricSettings, metricTemplates, metricUrls } from './metric-gate-settings';
import { counted } from './send-to-all';
import { defineStep, failure } from './step';
import type { StepResult, TaskRuntimeContext } from './task-runtime-context';

/**
 * Measures a number again and again and fails when it is beyond its limits too often: an analysis run as Argo Rollouts has
 * it, for one tenant. A rollback leaves it out: what it judges is gone then.
 */
export const metricGate = defineStep('metric-gate', metricSettings, run, {
  templates: metricTemplates,
  urls: metricUrls,
  target: () => 'tenant',
});

async function run(wanted: MetricSettings, context: TaskRuntimeContext): Promise<StepResult> {
  const { measurements, everySeconds } = wanted;
  // Whoever takes it over goes on with the next measurement, when that is due.
  const { rounds, tries, told: toldBefore, notBefore } = context.course;
  let tally = { measured: rounds, failed: tries.failed ?? 0, inconclusive: tries.inconclusive ?? 0 };
  let told = toldBefore;
  let due = notBefore;
  let end = gateEnd(wanted, tally);
  while (end === null) {
    await context.until(due);
    // A person who wants the task back or ended does not wait for the rest.
    const { cancel, rollback } =
      tally.measured > 0 ? await context.requested() : { cancel: false, rollback: false };
    if (cancel || rollback) {
      // Not a success: what stands behind it in its stage would be done.
      const why = `Ended after ${tally.measured} of ${measurements} measurements: ${rollback ? 'a rollback' : 'a cancel'} was requested.`;
      return { ok: false, failure: failure(context, 'BUSINESS', STOPPED, why), calls: [] };
    }
    const began = context.now().getTime();
    const found = await measure(wanted, context, context.config.endpoints[0] ?? null);
    due = new Date(began + everySeconds * 1000).toISOString();
    tally = tallied(tally, found.verdict);
    if (found.verdict !== 'passed') told = found.told;
    await context.probed({
      ...{ round: tally.measured, rounds: measurements, instances: outcomesOf(found) },
      good: tally.measured - tally.failed - tally.inconclusive,
      told: found.verdict === 'passed' ? null : found.told,
      ...{ nextAt: due, tries: { failed: tally.failed, inconclusive: tally.inconclusive } },
      message: `Measurement ${tally.measured} of ${measurements}: ${found.told}`,
    });
    end = gateEnd(wanted, tally);
  }
  if (end !== 'passed') {
    const code = end === 'failed' ? 'METRIC' : 'METRIC_INCONCLUSIVE';
    const words = gateWords(end, tally, told);
    return {
      ok: false,
      failure: failure(context, 'BUSINESS', code, words, { retryable: true }),
      calls: [],
    };
  }
  return { ok: true, detail: passedWords(tally), calls: [] };
}

function passedWords({ measured, failed, inconclusive }: GateTally): string {
  const rest = [
    failed > 0 && `${failed} beyond the limit`,
    inconclusive > 0 && `${inconclusive} without a result`,
  ].filter(Boolean);
  const all = counted(measured, 'measurement');
  return rest.length === 0 ? `${all} within the limit` : `${all}, ${rest.join(', ')}`;
}

function outcomesOf({ verdict, value, baseline }: Measurement): ProbeOutcome[] {
  const outcome = (instance: string, { number, detail }: Reading, ok: boolean) => ({
    ...{ instance, ok, detail },
    version: number === null ? null : String(number),
  });
  return [
    outcome('value', value, verdict === 'passed'),
    ...(baseline ? [outcome('baseline', baseline, baseline.number !== null)] : []),
  ];
}
