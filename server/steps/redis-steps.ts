import { z } from 'zod';
import { render } from '@/domain/template';
import type { Endpoint } from '@/domain/tenant';
import { inDoubt, patience, target } from './http-settings';
import { lookUntilTold, readBack } from './read-back';
import { askRedis, type RedisAnswer, type RedisConnection, redisConnection } from './redis-command';
import { scopeFor } from './request-scope';
import type { Effect } from './send-surely';
import { redisTemplates, type StepTemplate } from './step-templates';
import type { CallRecord, StepResult, TaskRuntimeContext } from './task-runtime-context';
import { type Errand, toEach } from './to-each';

/** Writes the configuration under a key: a plain value, or fields of a hash. All texts are templates. */
export const redisUpdate = z
  .strictObject({
    connector: z.literal('redis'),
    target: target.default('tenant'),
    ...redisConnection,
    key: z.string().min(1, 'is missing'),
    /** SET. */
    value: z.string().optional(),
    /** HSET; other fields of the hash stay as they are. */
    fields: z
      .record(z.string().min(1), z.string())
      .refine((fields) => Object.keys(fields).length > 0, 'has no field')
      .optional(),
    inDoubt: inDoubt.default('probe'),
    retries: patience,
  })
  .refine(({ value, fields }) => value === undefined || fields === undefined, {
    path: ['fields'],
    message: 'Give value or fields, not both.',
  });

/** Tells whoever listens on a channel. */
export const redisBroadcast = z.strictObject({
  connector: z.literal('redis'),
  target: target.default('tenant'),
  ...redisConnection,
  channel: z.string().min(1, 'is missing'),
  message: z.string().default('{{config.version}}'),
  inDoubt: inDoubt.default('resend'),
  retries: patience,
});

/** Their texts that are filled in. */
export const updateTemplates = (wanted: z.infer<typeof redisUpdate>): StepTemplate[] =>
  redisTemplates(wanted, { key: wanted.key, value: wanted.value, fields: wanted.fields });
export const broadcastTemplates = (wanted: z.infer<typeof redisBroadcast>): StepTemplate[] =>
  redisTemplates(wanted, { channel: wanted.channel, message: wanted.message });

type Good = Extract<RedisAnswer, { ok: true }>;

/** SET or HSET; a lost answer is looked up by reading the key again. */
export async function updateRedis(
  context: TaskRuntimeContext,
  wanted: z.infer<typeof redisUpdate>,
): Promise<StepResult> {
  const fields = Object.entries(wanted.fields ?? {});
  const command: [string, ...string[]] = wanted.fields
    ? ['HSET', wanted.key, ...fields.flat()]
    : ['SET', wanted.key, wanted.value ?? '{{config.text}}'];
  return toEach(context, wanted, {
    ...redisErrand(context, wanted, command, wanted.key),
    look: (recipient) => lookUntilTold(context, () => readKey(context, wanted, recipient), wanted.retries),
    detail: (places) => `${context.config.version} stored under ${places}`,
  });
}

/** PUBLISH; that nobody listened is a warning, since the message is gone. */
export async function publishRedis(
  context: TaskRuntimeContext,
  wanted: z.infer<typeof redisBroadcast>,
): Promise<StepResult> {
  let listeners = 0;
  const result = await toEach(context, wanted, {
    ...redisErrand(context, wanted, ['PUBLISH', wanted.channel, wanted.message], wanted.channel),
    look: (recipient) => readBack(context, {}, recipient, {}, wanted.retries),
    answered: ({ text }) => {
      listeners += Number(text);
    },
    detail: (places) => `Published on ${places}: ${listeners} told`,
  });
  if (!result.ok || listeners > 0 || result.calls.at(-1)?.ok === false) return result;
  const warning =
    "Nobody listened, so the message is lost: check the channel's name, and that the instances are subscribed";
  return { ...result, detail: `${result.detail}. ${warning}`, warnings: [warning] };
}

/** What all errands to Redis have in common; `place` is the template of the key or channel. */
function redisErrand(
  context: TaskRuntimeContext,
  wanted: RedisConnection,
  command: readonly [string, ...string[]],
  place: string,
): Pick<Errand<Good>, 'who' | 'send' | 'place'> {
  return {
    who: 'Redis',
    send: (endpoint, recipient) => askRedis(context, wanted, endpoint, command, recipient),
    place: (endpoint) => render(place, scopeFor(context, endpoint)),
  };
}

/** Whether the key holds what was to be written. */
async function readKey(
  context: TaskRuntimeContext,
  wanted: z.infer<typeof redisUpdate>,
  recipient: Endpoint | null,
): Promise<Effect> {
  const endpoint = recipient ?? context.config.endpoints[0] ?? null;
  const scope = scopeFor(context, endpoint);
  const calls: CallRecord[] = [];
  const places: [command: [string, ...string[]], expected: string][] = wanted.fields
    ? Object.entries(wanted.fields).map(([field, value]) => [['HGET', wanted.key, field], value])
    : [[['GET', wanted.key], wanted.value ?? '{{config.text}}']];
  for (const [command, expected] of places) {
    const answer = await askRedis(context, wanted, endpoint, command);
    calls.push(answer.record);
    if (!answer.ok) return { state: 'unknown', detail: answer.message, calls };
    if (answer.text !== render(expected, scope))
      return {
        state: 'notApplied',
        detail: `holds something else under ${render(command.slice(1).join(' '), scope)}`,
        calls,
      };
  }
  return { state: 'applied', detail: `holds it under ${render(wanted.key, scope)}`, calls };
}
