import type { TemplateScope } from '@/server/domain/template';
import type { Endpoint, Snapshot } from '@/server/domain/tenant';
import type { TaskRuntimeContext } from './step';

/**
 * What sending needs to know. What only a task has may be missing: a background check asks instances as well, and has
 * no task and no call to repeat.
 */
export type SendContext = Pick<TaskRuntimeContext, 'tenantId' | 'secrets' | 'http' | 'signal'> &
  Partial<
    Pick<
      TaskRuntimeContext,
      'taskId' | 'planId' | 'attempt' | 'epoch' | 'direction' | 'data' | 'idempotencyKey' | 'reached'
    >
  > & { config: Pick<Snapshot, 'scope'> & Partial<Snapshot> };

/** Values that the calls of one step have taken from answers so far. */
export type Values = Readonly<Record<string, unknown>>;

/** What templates of a step may name; `extracted` values come before those of earlier stages. */
export function scopeFor(
  context: SendContext,
  endpoint: Endpoint | null,
  extracted: Values = {},
): TemplateScope {
  const { config, tenantId, data = {}, secrets } = context;
  const { name, labels, variables } = config.scope;
  const ofInstance = endpoint ? savedByInstance(data)[endpoint.key] : undefined;
  return {
    tenant: { ...variables, id: tenantId, name, labels, variables },
    endpoint: endpoint
      ? { key: endpoint.key, url: withoutSlash(endpoint.url), labels: endpoint.labels ?? {} }
      : undefined,
    config: {
      unit: config.unitId,
      unitName: config.unitName,
      version: config.version,
      get payload() {
        return payloadOf(config);
      },
      text: config.payload,
      digest: config.digest,
    },
    task: {
      id: context.taskId,
      plan: context.planId,
      attempt: context.attempt,
      epoch: context.epoch,
      direction: context.direction,
    },
    secret: secrets,
    data: { ...data, ...ofInstance, ...extracted },
  };
}

const payloads = new WeakMap<object, unknown>();

/** Parsed when a template names it, and once for a configuration: every call of every step has a scope. */
function payloadOf(config: SendContext['config']): unknown {
  if (config.format !== 'json' || config.payload === undefined) return config.payload;
  if (!payloads.has(config)) payloads.set(config, JSON.parse(config.payload));
  return payloads.get(config);
}

/** What earlier stages saved for single instances, by endpoint key. */
export function savedByInstance(data: Values): Readonly<Record<string, Values>> {
  return (data.instances ?? {}) as Record<string, Values>;
}

/** The URL to call: absolute, or below the endpoint's. */
export function absolute(url: string, endpoint: Endpoint | null): string {
  return url.startsWith('/') && endpoint ? withoutSlash(endpoint.url) + url : url;
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '');
