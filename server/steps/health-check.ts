import type { ProbeOutcome } from '@/domain/events';
import { comparesDigest } from '@/domain/playbook';
import { roundsInARow } from '@/domain/policies/health-check';
import type { Endpoint } from '@/domain/tenant';
import { type HealthSettings, healthSettings, healthTemplates } from './health-settings';
import { compareLive, type LiveVersion, MISSING, probeVersion } from './live-version';
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
    const looks = await Promise.all(endpoints.map((endpoint) => probe(wanted, context, endpoint)));
    last = looks.map(({ outcome }) => outcome);
    const different = differing(looks);
    const enough = last.filter((one) => one.ok).length >= needed(wanted.instances, endpoints.length);
    good = enough && different === null ? good + 1 : 0;
    told = different ?? wrongIn(last);
    await context.probed({ round, rounds, instances: last, good, told, nextAt: due });
    const over = looks.find((look) => look.over !== undefined);
    if (over && good === 0) {
      const instance = over.outcome.instance;
      const why = `${instance} says that ${over.over}: ${version} is not waited for any longer.`;
      return {
        ok: false,
        failure: failure(context, 'BUSINESS', 'FAILED_FAST', why, { instance }),
        calls: [],
      };
    }
    if (good === inRow) {
      const when = inRow === 1 ? `round ${round}` : `rounds ${round - inRow + 1} to ${round}`;
      const confirms = !looks.some((look) => look.ambiguous);
      return { ok: true, detail: whoRuns(last, version, when), calls: [], confirms };
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

/** How many instances have to confirm it; never more than there are. */
function needed(wanted: HealthSettings['instances'], instances: number): number {
  if (wanted === 'all') return instances;
  return wanted === 'any' ? 1 : Math.min(wanted.atLeast, instances);
}

/** "All 2 instances run v2 (round 1)", "2 of 3 instances run v2 (round 1)". */
function whoRuns(round: readonly ProbeOutcome[], version: string, when: string): string {
  const good = round.filter((one) => one.ok).length;
  const run = good === 1 ? 'instance runs' : 'instances run';
  if (good < round.length) return `${good} of ${round.length} instances run ${version} (${when})`;
  return `All ${good} ${run} ${version} (${when})`;
}

/** What should be the same everywhere and is not, in words; null when it is, or when nothing has to be. */
function differing(looks: readonly Probe[]): string | null {
  const told = looks.filter((look) => look.same !== undefined);
  for (const name of Object.keys(told[0]?.same ?? {})) {
    const values = told.map(({ outcome, same }) => `${outcome.instance} ${shortened(same?.[name] ?? '')}`);
    const lacking = told.some(({ same }) => same?.[name]?.startsWith(MISSING));
    if (lacking || new Set(told.map(({ same }) => same?.[name])).size > 1)
      return `${name} is not the same everywhere: ${values.join(', ')}`;
  }
  return null;
}

const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);

/** What the instances that do not confirm it say; null when all do. */
function wrongIn(round: readonly ProbeOutcome[]): string | null {
  const bad = round.filter((one) => !one.ok);
  return bad.length === 0 ? null : bad.map((one) => `${one.instance} ${one.detail}`).join('; ');
}

type Probe = { outcome: ProbeOutcome } & Pick<LiveVersion, 'over' | 'same' | 'ambiguous'>;

async function probe(
  wanted: HealthSettings,
  context: TaskRuntimeContext,
  endpoint: Endpoint,
): Promise<Probe> {
  // What would pass for another configuration as well confirms neither.
  const live = await probeVersion(context, wanted, endpoint, [context.config, ...context.others]);
  const compared = compareLive(live, context.config, comparesDigest(wanted));
  const { over, same, ambiguous } = live;
  // The one that is wanted is first of all that fit.
  const ok = ambiguous ? live.digest === context.config.digest : compared.ok === true;
  const outcome = { instance: endpoint.key, ok, version: live.version, detail: compared.detail };
  return { outcome, over, same, ...(ambiguous ? { ambiguous } : {}) };
}
