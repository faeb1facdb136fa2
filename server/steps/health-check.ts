import type { ProbeOutcome } from '@/domain/events';
import { comparesDigest } from '@/domain/playbook';
import { roundsInARow } from '@/domain/policies/health-check';
import type { Endpoint } from '@/domain/tenant';
import {
  compareLive,
  type HealthSettings,
  healthSettings,
  healthTemplates,
  probeVersion,
} from './live-version';
import { counted } from './send-to-all';
import { defineStep, failure } from './step';
import type { StepResult, TaskRuntimeContext } from './task-runtime-context';

/** Polls every instance until all report the expected version in the same round, or in as many in a row as asked. */
export const healthCheck = defineStep('health-check', healthSettings, run, {
  templates: healthTemplates,
  target: () => 'instance',
});

async function run(wanted: HealthSettings, context: TaskRuntimeContext): Promise<StepResult> {
  const rounds = context.setting('healthAttempts', wanted.attempts);
  const intervalSeconds = context.setting('healthIntervalSeconds', wanted.intervalSeconds);
  const inRow = roundsInARow(context.healthCheckPolicy);
  const { endpoints, version } = context.config;
  if (context.course.good >= inRow)
    return {
      ok: true,
      detail: `All ${counted(endpoints.length, 'instance')} confirmed ${version}`,
      calls: [],
    };
  if (inRow > rounds) {
    const message = `The policy asks for ${inRow} good rounds in a row, but there are only ${rounds}. Raise the health-check's attempts to ${inRow} or more, or ask for fewer.`;
    return { ok: false, failure: failure(context, 'VALIDATION', 'HEALTH_CHECK', message), calls: [] };
  }
  let last: ProbeOutcome[] = [];
  // Whoever takes it over goes on with the next round, when that is due.
  let { good, told, notBefore: due } = context.course;
  for (let round = context.course.rounds + 1; round <= rounds; round += 1) {
    await context.until(due);
    due = nextDue(due, context.now(), intervalSeconds * 1000);
    last = await Promise.all(endpoints.map((endpoint) => probe(wanted, context, endpoint)));
    good = last.every((one) => one.ok) ? good + 1 : 0;
    told = wrongIn(last);
    await context.probed({ round, rounds, instances: last, good, told, nextAt: due });
    if (good === inRow) {
      const run = endpoints.length === 1 ? 'instance runs' : 'instances run';
      const when = inRow === 1 ? `round ${round}` : `rounds ${round - inRow + 1} to ${round}`;
      return { ok: true, detail: `All ${endpoints.length} ${run} ${version} (${when})`, calls: [] };
    }
  }
  const bad = last.filter((one) => !one.ok);
  const message =
    told !== null
      ? `After ${counted(rounds, 'round')} ${bad.length > 0 ? `${bad.length} of ` : ''}${endpoints.length} instances do not confirm ${version}: ${told}.`
      : `All ${counted(endpoints.length, 'instance')} confirm ${version}, but only in the last ${counted(good, 'round')} of ${rounds}; ${inRow} in a row are asked for.`;
  return {
    ok: false,
    failure: failure(context, 'SERVICE_UNAVAILABLE', 'HEALTH_CHECK', message, {
      retryable: true,
      instance: bad[0]?.instance ?? null,
    }),
    calls: [],
  };
}

/**
 * When the round after this one begins: counted from when this one was due, so that neither slow probes nor late timers
 * stretch the interval; from now where it is behind by more than that.
 */
function nextDue(due: string | null, now: Date, interval: number): string {
  const planned = due === null ? Number.NaN : Date.parse(due);
  const began = now.getTime() - planned < interval ? planned : now.getTime();
  return new Date(began + interval).toISOString();
}

/** What the instances that do not confirm it say; null when all do. */
function wrongIn(round: readonly ProbeOutcome[]): string | null {
  const bad = round.filter((one) => !one.ok);
  return bad.length === 0 ? null : bad.map((one) => `${one.instance} ${one.detail}`).join('; ');
}

async function probe(
  wanted: HealthSettings,
  context: TaskRuntimeContext,
  endpoint: Endpoint,
): Promise<ProbeOutcome> {
  const live = await probeVersion(context, wanted, endpoint);
  const { ok, detail } = compareLive(live, context.config, comparesDigest(wanted));
  return { instance: endpoint.key, ok: ok === true, version: live.version, detail };
}
