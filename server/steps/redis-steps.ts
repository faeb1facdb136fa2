import { z } from 'zod';
import { render } from '@/domain/template';
import type { Endpoint } from '@/domain/tenant';
import { type InDoubt, inDoubt, type Retries, retries, target } from './http-settings';
import { lookUntilTold, readBack } from './read-back';
import { askRedis, type RedisAnswer, type RedisConnection, redisConnection } from './redis-command';
import { scopeFor } from './request-scope';
import { type Effect, sendSurely } from './send-surely';
import { abandoned, failureOf } from './send-to-all';
import { redisTemplates, type StepTemplate } from './step-templates';
import type { CallRecord, StepResult, TaskRuntimeContext } from './task-runtime-context';

/** When a connection that was refused, or a reply that passes by itself, is worth another try. */
const patience = retries.omit({ on: true, when: true }).optional();

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
    command,
    look: (recipient) => lookUntilTold(context, () => readKey(context, wanted, recipient), wanted.retries),
    place: wanted.key,
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
    command: ['PUBLISH', wanted.channel, wanted.message],
    look: (recipient) => readBack(context, {}, recipient, {}, wanted.retries),
    answered: ({ text }) => {
      listeners += Number(text);
    },
    place: wanted.channel,
    detail: (places) => `Published on ${places}: ${listeners} told`,
  });
  if (!result.ok || listeners > 0 || result.calls.at(-1)?.ok === false) return result;
  const warning =
    "Nobody listened, so the message is lost: check the channel's name, and that the instances are subscribed";
  return { ...result, detail: `${result.detail}. ${warning}`, warnings: [warning] };
}

interface Errand {
  command: readonly [string, ...string[]];
  look(recipient: Endpoint | null): Promise<Effect>;
  answered?(answer: Good): void;
  /** Template of the key or channel. */
  place: string;
  detail(places: string): string;
}

async function toEach(
  context: TaskRuntimeContext,
  wanted: RedisConnection & {
    target: 'instance' | 'tenant';
    inDoubt: InDoubt;
    retries?: Omit<Retries, 'on' | 'when'> | undefined;
  },
  { command, look, answered, place, detail }: Errand,
): Promise<StepResult> {
  const calls: CallRecord[] = [];
  const notes: string[] = [];
  const { endpoints } = context.config;
  const places = new Set<string>();
  for (const recipient of wanted.target === 'tenant' ? [null] : endpoints) {
    const needless = recipient && (await context.whyNotTell(recipient.key));
    if (needless) {
      notes.push(`${recipient.key} ${needless}`);
      continue;
    }
    places.add(render(place, scopeFor(context, recipient ?? endpoints[0] ?? null)));
    const fail = (failure: Parameters<typeof failureOf>[2]): StepResult => ({
      ok: false,
      failure: failureOf(context, recipient, {
        ...failure,
        message: `could not be switched: Redis ${failure.message}`,
      }),
      calls,
    });
    const note = (found: string) =>
      notes.push(
        `${recipient?.key ?? context.tenantId} was applied although its answer was lost (it ${found})`,
      );
    if (context.inDoubt && wanted.inDoubt !== 'resend') {
      const before = wanted.inDoubt === 'probe' ? await look(recipient) : null;
      calls.push(...(before?.calls ?? []));
      if (before?.state === 'applied') {
        note(before.detail);
        continue;
      }
      if (before?.state !== 'notApplied') return fail(abandoned(before?.detail ?? null));
    }
    const sent = await sendSurely<Good>(context, {
      key: `0:${recipient?.key ?? '*'}`,
      inDoubt: wanted.inDoubt,
      retries: wanted.retries && { ...wanted.retries, on: ['connection'] },
      send: () =>
        askRedis(context, wanted, recipient ?? endpoints[0] ?? null, command, recipient?.key ?? null),
      look: () => look(recipient),
    });
    calls.push(...sent.calls);
    if (sent.kind === 'failed') return fail(sent.failure);
    if (sent.kind === 'confirmed') note(sent.effect.detail);
    else answered?.(sent.answer);
  }
  return { ok: true, detail: [detail([...places].join(', ')), ...notes].join('; '), calls };
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
