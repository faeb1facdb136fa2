import { ANYWHERE, createTargetDispatcher } from '@/server/security/target-guard';
import type { Check, Situation, Variables } from '../check';
import { type Finding, fail, ok } from '../finding';
import { placeOf, reach } from '../reach';

/** What the server calls for itself, as the environment names it: a connection is made, and nothing is asked. */
export const provider = outside(
  'sign-in provider',
  ({ env }) => env.oidc?.issuer,
  'Nobody signs in by it, and sessions that began there end',
);
export const telemetry = outside('telemetry', ({ variables }) => collectorOf(variables), 'Traces are lost');
export const checkpoints = outside(
  'checkpoint store',
  ({ env }) => (env.checkpointStore === 'redis' ? env.redisUrl : undefined),
  'Stages cannot leave anything for later ones, and tasks fail',
);

function collectorOf(variables: Variables): string | undefined {
  if (variables.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return undefined;
  return variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || variables.OTEL_EXPORTER_OTLP_ENDPOINT;
}

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
