import { hostname } from 'node:os';
import {
  defaultResource,
  detectResources,
  envDetector,
  hostDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { ANYWHERE, checkTarget, guardedLookup } from '@/server/security/target-guard';

/**
 * How a collector is connected to: under the same guard as a step, so that a name that turns into a metadata service is not
 * called. Throws when it is an address that nothing here ever calls; `what` is what cannot be sent then.
 */
export function guardedAgent(collector: string, what: 'Traces' | 'Metrics') {
  const url = URL.canParse(collector) ? new URL(collector) : null;
  const refused = url ? checkTarget(url, ANYWHERE) : new Error(`"${collector}" is not an address`);
  if (refused) throw new Error(`${what} cannot be sent (OTEL_EXPORTER_OTLP_ENDPOINT): ${refused.message}`);
  return { keepAlive: true, lookup: guardedLookup(Number(url?.port), ANYWHERE) };
}

/** Who sends: traces and metrics say the same. */
export const sender = (): Resource =>
  defaultResource()
    .merge(
      resourceFromAttributes({
        'service.name': 'switchyard',
        'service.instance.id': `${hostname()}/${process.pid}`,
      }),
    )
    .merge(detectResources({ detectors: [hostDetector, envDetector] }));
