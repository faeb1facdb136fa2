import { createHmac } from 'node:crypto';
import { isDigest, type NotificationFacts } from './facts';
import type { Message } from './message';

/** What a message is signed with, where a receiver wants that in the message itself. */
export interface Signing {
  secret: string;
  now: Date;
  deliveryId: string;
}

/** What a template may name. Everything is there in every message: what one has nothing of is empty. */
export function scopeOf(message: Message, signing: Signing) {
  const shown = shownOf(message);
  return {
    ...shown,
    ...{ message: wholeOf(message), escaped: escaped(shown) },
    ...{ sign: signaturesOf(signing), delivery: { id: signing.deliveryId } },
  };
}

/** Every name of a scope with its dots. */
export function namesIn(scope: ReturnType<typeof scopeOf>): string[] {
  const { message: _, ...rest } = scope;
  return ['message', ...leaves(rest)];
}

function leaves(value: object): string[] {
  return Object.entries(value).flatMap(([key, one]) =>
    typeof one === 'object' && one !== null ? leaves(one).map((name) => `${key}.${name}`) : [key],
  );
}

/** A message for programs: all the facts, and what people read. */
function wholeOf({ topic, title, text, url, count, facts }: Message) {
  return { topic, title, text, url, count, ...facts };
}

function shownOf({ topic, title, text, url, count, at, facts }: Message) {
  const tell = (value: unknown) => (value === null || value === undefined ? '' : String(value));
  const one: Partial<NotificationFacts> = isDigest(facts) ? {} : facts;
  const [first, ...more] = isDigest(facts) ? facts.plans : [facts];
  const plan = more.length === 0 && !(isDigest(facts) && facts.others > 0) ? first : undefined;
  const { stage, step, instance, errorType, code, reason } = one.details ?? {};
  return {
    ...{ topic, title, text, url, count, at },
    plan: {
      id: tell(plan?.planId),
      name: tell(plan?.planName),
      unit: tell(plan?.unitName),
      version: tell(plan?.version),
    },
    tenant: { id: tell(one.tenantId) },
    task: { id: tell(one.taskId) },
    event: { id: tell(one.eventId), kind: tell(one.kind), status: tell(one.status), actor: tell(one.actor) },
    details: {
      ...{ stage: tell(stage), step: tell(step), instance: tell(instance) },
      ...{ errorType: tell(errorType), code: tell(code), reason: tell(reason) },
    },
  };
}

/** The same with what Slack and HTML take for their own written out. */
function escaped<T extends object>(shown: T): T {
  const entries = Object.entries(shown).map(([key, value]) => [
    key,
    typeof value === 'object' ? escaped(value) : typeof value === 'string' ? escapedText(value) : value,
  ]);
  return Object.fromEntries(entries) as T;
}

/** A text that HTML, and Slack's way of writing, show as it is. */
export const escapedText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * The moment, and what two ways of signing it come to: with the secret as the key (DingTalk, in milliseconds) and with
 * moment and secret as the key of nothing (Feishu, in seconds).
 */
function signaturesOf({ secret, now }: Signing) {
  const millis = now.getTime();
  const seconds = Math.floor(millis / 1000);
  return {
    ...{ seconds, millis },
    hmac: createHmac('sha256', secret).update(`${millis}\n${secret}`).digest('base64'),
    keyed: createHmac('sha256', `${seconds}\n${secret}`).update('').digest('base64'),
  };
}
