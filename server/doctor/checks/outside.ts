import { ANYWHERE, createTargetDispatcher } from '@/server/security/target-guard';
import { collectorOf } from '@/server/telemetry/collector-address';
import type { Check, Situation } from '../check';
import { type Finding, fail, ok } from '../finding';
import { placeOf, reach } from '../reach';

/** What the server calls for itself, as the environment names it: a connection is made, and nothing is asked. */
export const provider = outside(
  'sign-in provider',
  ({ env }) => env.oidc?.issuer,
  'Nobody signs in by it, and sessions that began there end',
);
export const telemetry = outside(
  'telemetry',
  ({ variables }) => collectorOf(variables, 'TRACES'),
  'Traces are lost',
);
/** Where it is another one than that of the traces. */
export const metricsCollector = outside(
  'metrics collector',
  ({ variables }) => {
    const collector = collectorOf(variables, 'METRICS');
    return collector === collectorOf(variables, 'TRACES') ? undefined : collector;
  },
  'Metrics are not pushed; /metrics tells them',
);
export const checkpoints = outside(
  'checkpoint store',
  ({ env }) => (env.checkpointStore === 'redis' ? env.redisUrl : undefined),
  'Stages cannot leave anything for later ones, and tasks fail',
);

function outside(
  name: string,
  addressIn: (situation: Situation) => string | undefined,
  meaning: string,
): Check {
  return {
    name,
    look: async (situation, signal) => {
      const address = addressIn(situation);
      if (!address) return [];
      if (!URL.canParse(address)) return [outsideFound('it', 'its address cannot be read', meaning)];
      const url = new URL(address);
      const guard = createTargetDispatcher({ allow: ANYWHERE, resolve: situation.resolve });
      try {
        const reached = await reach(placeOf(url), guard, signal);
        return [outsideFound(url.host, reached?.detail ?? null, meaning)];
      } finally {
        await guard.destroy();
      }
    },
  };
}

function outsideFound(host: string, problem: string | null, meaning: string): Finding {
  if (problem === null) return ok(`${host} can be reached`);
  return fail(
    `${host} cannot be reached: ${problem}`,
    meaning,
    'Look at its address, and at the way there from this host',
  );
}
