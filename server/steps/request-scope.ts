import { isJson, JsonText, revived } from '@/domain/json-text';
import { fillSecrets } from '@/domain/payload';
import { TemplateError, type TemplateScope } from '@/domain/template';
import type { Endpoint, Snapshot } from '@/domain/tenant';
import type { TaskRuntimeContext } from './task-runtime-context';

/**
 * What sending needs to know. What only a task has may be missing: a background check asks instances as well, and has
 * no task and no call to repeat.
 */
export type SendContext = Pick<TaskRuntimeContext, 'tenantId' | 'secrets' | 'veil' | 'http' | 'signal'> &
  Partial<
    Pick<
      TaskRuntimeContext,
      | 'taskId'
      | 'planId'
      | 'attempt'
      | 'epoch'
      | 'direction'
      | 'data'
      | 'idempotencyKey'
      | 'reached'
      | 'now'
      | 'previous'
    >
  > & {
    /** Where a whole wave is measured, in the name of its first tenant. */
    wave?: { name: string; number: number; tenants: string };
  } & { config: Pick<Snapshot, 'scope'> & Partial<Snapshot> };

/** Values that the calls of one step have taken from answers so far. */
export type Values = Readonly<Record<string, unknown>>;

type Config = SendContext['config'];
type Secrets = SendContext['secrets'];

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
    config: configScope(config, secrets),
    previous: context.previous ? configScope(context.previous, secrets) : undefined,
    task: {
      id: context.taskId,
      plan: context.planId,
      attempt: context.attempt,
      epoch: context.epoch,
      direction: context.direction,
    },
    wave: context.wave,
    secret: secrets,
    data: { ...revivedIn(data), ...revivedIn(ofInstance ?? {}), ...extracted },
  };
}

/** A configuration as templates name it; its contents are filled in when they are named. */
function configScope(config: Config, secrets: Secrets) {
  return {
    unit: config.unitId,
    unitName: config.unitName,
    version: config.version,
    get payload() {
      return payloadOf(config, secrets);
    },
    get text() {
      return textOf(config, secrets);
    },
    digest: config.digest,
  };
}

/** Values as they were extracted, whichever process did that. */
const revivedIn = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, revived(value)]));

const texts = new WeakMap<Config, { secrets: Secrets; text: string }>();
const payloads = new WeakMap<Config, { text: string; value: JsonText }>();

/** The configuration as it is sent, its secrets filled in once: every call of every step has a scope. */
function textOf(config: Config, secrets: Secrets): string | undefined {
  const { payload, format = 'text' } = config;
  if (payload === undefined) return undefined;
  const known = texts.get(config);
  if (known?.secrets === secrets) return known.text;
  const text = fillSecrets({ payload, format }, secrets);
  texts.set(config, { secrets, text });
  return text;
}

/** The same as JSON, where it is some: its text as a whole, and its parts as they are written. */
function payloadOf(config: Config, secrets: Secrets): JsonText | string | undefined {
  const text = textOf(config, secrets);
  if (config.format !== 'json' || text === undefined) return text;
  const known = payloads.get(config);
  if (known?.text === text) return known.value;
  const value = new JsonText(asserted(text));
  payloads.set(config, { text, value });
  return value;
}

function asserted(text: string): string {
  if (isJson(text)) return text;
  // The parser's words would show what stands there, which may be a secret.
  const message = 'The configuration is not valid JSON once its secrets are filled in.';
  throw new TemplateError(message, { placeholder: '{{config.payload}}', position: 0 });
}

/** What earlier stages saved for single instances, by endpoint key. */
export function savedByInstance(data: Values): Readonly<Record<string, Values>> {
  return (data.instances ?? {}) as Record<string, Values>;
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '');
