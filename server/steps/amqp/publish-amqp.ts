import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { ChannelModel, ConfirmChannel, Options } from 'amqplib';
import { isJson } from '@/domain/json-text';
import { render } from '@/domain/template';
import type { Endpoint } from '@/domain/tenant';
import { targetGuardOf } from '@/server/security/target-guard';
import type { FailedAnswer } from '@/server/steps/answer';
import { AnswerTooLarge, bound, guardedSocket, MEGABYTE } from '@/server/steps/guarded-socket';
import { withinHostLimit } from '@/server/steps/host-limit';
import { SHOWN_BODY_CHARS } from '@/server/steps/judge-condition';
import { networkFailure, timeoutFailure } from '@/server/steps/network-failure';
import { scopeFor } from '@/server/steps/request-scope';
import type { SendFailure } from '@/server/steps/send-surely';
import { type ServerAddress, serverAddress } from '@/server/steps/server-address';
import type { CallRecord, TaskRuntimeContext } from '@/server/steps/task-runtime-context';
import { socketTls } from '@/server/steps/tls-for';
import { AMQP_ADDRESS, type AmqpSettings } from './amqp-settings';

/** `routed`: whether a queue took it. */
export type AmqpAnswer = { ok: true; routed: boolean; record: CallRecord } | FailedAnswer;

interface Message {
  exchange: string;
  routingKey: string;
  body: string;
  options: Options.Publish;
}

/**
 * Publishes one message over a connection of its own, which is always closed, and waits for the broker's word on it. Never
 * throws for what the network or the broker does; rejects when the run is aborted and when a template or the URL is wrong.
 * Nothing is repeated here.
 */
export async function publishAmqp(
  context: TaskRuntimeContext,
  settings: AmqpSettings,
  endpoint: Endpoint | null,
  /** For whom it is; null: the tenant as a whole. */
  recipient: string | null,
): Promise<AmqpAnswer> {
  const scope = scopeFor(context, endpoint);
  const fill = (text: string) => render(text, scope);
  const address = serverAddress(AMQP_ADDRESS, fill(settings.url));
  const message = messageOf(settings, fill, context.idempotencyKey(0, recipient ?? '*'));
  const proof = { username: fill(settings.username), password: fill(settings.password) };
  const tls = socketTls(settings, scope) ?? {};
  context.veil.add(proof.password);
  const safe = (text: string) => context.veil.hideStart(text, SHOWN_BODY_CHARS);

  return withinHostLimit(address.hostAndPort, settings.maxPerHost, context.signal, async () => {
    const began = performance.now();
    const record = (response: string, ok: boolean): CallRecord => ({
      instance: endpoint?.key ?? '',
      request: `${address.shown}\n${safe(written(message))}`,
      response: safe(response),
      ok,
      millis: Math.round(performance.now() - began),
    });
    const first = context.reached.isFirst(recipient);
    const timeout = AbortSignal.timeout(settings.timeoutMillis);
    const course: Course = { left: false, returned: null, blocked: null };
    try {
      const signal = AbortSignal.any([context.signal, timeout]);
      // What no queue takes comes back whole.
      const most = MEGABYTE + Buffer.byteLength(message.body);
      await onChannel(context, address, { ...proof, tls, most }, signal, course, (channel) => {
        context.reached.leaves(recipient);
        course.left = true;
        return confirmed(channel, message, course);
      });
      const { returned } = course;
      if (returned === null) context.reached.taken(recipient);
      else context.reached.refused(recipient, first);
      return { ok: true, routed: returned === null, record: record(returned ?? 'confirmed', true) };
    } catch (error) {
      context.signal.throwIfAborted();
      const why = timeout.aborted ? timeoutFailure(settings.timeoutMillis) : explain(error);
      const known = error instanceof NotTaken || isRefusal(error) || course.returned !== null;
      const lost = course.left && !known;
      if (lost) context.reached.taken(recipient);
      else if (course.left) context.reached.refused(recipient, first);
      const told = safe(
        course.blocked ? `${why.message} (it takes no messages: ${course.blocked})` : why.message,
      );
      return { ok: false, ...why, message: told, status: null, lost, record: record(told, false) };
    }
  });
}

/** What became of a message so far. */
interface Course {
  /** It may have arrived. */
  left: boolean;
  /** Why it came back. */
  returned: string | null;
  /** Why the broker takes no messages at all. */
  blocked: string | null;
}

interface Login {
  username: string;
  password: string;
  tls: ConnectionOptions;
  /** So many bytes may come. */
  most: number;
}

/** Of a frame that comes: as much as is asked for, and more than any broker sends here. */
const LONGEST_FRAME = 128 * 1024;

/**
 * Opens a connection and a channel that confirms, and closes both whatever comes of it. What came of the message does not wait
 * for that: the signal ends what the broker does not.
 */
async function onChannel(
  { http }: TaskRuntimeContext,
  { protocol, host, port, path }: ServerAddress,
  { tls, most, ...proof }: Login,
  signal: AbortSignal,
  course: Course,
  use: (channel: ConfirmChannel) => Promise<void>,
): Promise<void> {
  const { connect } = await import('amqplib');
  const to: Options.Connect = {
    ...{ protocol: protocol.slice(0, -1), hostname: host, port, ...proof },
    vhost: encodeURIComponent(path === '' ? '/' : path),
    heartbeat: 0,
    frameMax: LONGEST_FRAME,
    ...{ maxFrameSize: LONGEST_FRAME },
  };
  // Both connect to what was judged, and end with the signal.
  const secure = protocol === 'amqps:' ? await guardedSocket(http, { host, port }, signal, most) : null;
  const way = secure ? { ...tls, socket: secure } : { lookup: targetGuardOf(http).guard(host, port), signal };
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => undefined);
  const opening = connect(to, way)
    .catch(withCode)
    .then((model) => {
      if (!secure) bound(socketOf(model), most);
      keepNoList(model);
      const ended = new Promise<never>((_resolve, reject) => {
        secure?.on('error', reject);
        model.on('error', reject);
        model.on('close', (error) =>
          reject(error ?? Object.assign(new Error('closed'), { code: 'ECONNRESET' })),
        );
      });
      ended.catch(() => undefined);
      model.on('blocked', (reason) => {
        course.blocked = String(reason);
      });
      return { model, ended };
    });
  opening.catch(() => undefined);
  try {
    signal.throwIfAborted();
    const { model, ended } = await Promise.race([opening, aborted]);
    try {
      const channel = await Promise.race([model.createConfirmChannel(), ended, aborted]);
      const refused = new Promise<never>((_resolve, reject) => channel.on('error', reject));
      refused.catch(() => undefined);
      await Promise.race([use(channel), refused, ended, aborted]);
    } finally {
      void model.close().catch(() => undefined);
    }
  } catch (error) {
    if (!signal.aborted) secure?.destroy();
    throw error;
  }
}

/** What it runs over where nothing is encrypted; its types do not say. */
const socketOf = ({ connection }: ChannelModel): Socket =>
  (connection as unknown as { stream: Socket }).stream;

/**
 * The client keeps a list that is as long as the largest number that a broker confirms, and goes through all of it once the
 * channel closes. There is one message, and whoever publishes it listens.
 */
function keepNoList({ connection }: ChannelModel): void {
  const inner = connection as unknown as { freshChannel(channel: EventEmitter, ...more: unknown[]): number };
  const allocate = inner.freshChannel.bind(connection);
  inner.freshChannel = (channel, ...more) => {
    for (const word of ['ack', 'nack']) channel.removeAllListeners(word);
    return allocate(channel, ...more);
  };
}

/** It did not get there, in words that follow who was to get it. */
class NotTaken extends Error {
  override readonly name = 'NotTaken';
  constructor(readonly told: SendFailure) {
    super(told.message);
  }
}

/** Publishes it and resolves with the broker's word. What no queue took comes back before that. */
function confirmed(
  channel: ConfirmChannel,
  { exchange, routingKey, body, options }: Message,
  course: Course,
): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.once('return', ({ fields }) => {
      const { replyText } = fields as unknown as { replyText: string };
      course.returned = `returned: ${replyText}`;
    });
    channel.once('ack', (word) => (isOurs(word) ? resolve() : reject(NOT_OURS())));
    channel.once('nack', (word) => reject(isOurs(word) ? new NotTaken(NACK) : NOT_OURS()));
    try {
      channel.publish(exchange, routingKey, Buffer.from(body), options);
    } catch (error) {
      // What cannot be written down, such as a routing key of more than 255 bytes.
      const message = `was not told: ${error instanceof Error ? error.message : error}`;
      reject(new NotTaken({ errorType: 'VALIDATION', code: 'UNSENDABLE', message, retryable: false }));
    }
  });
}

/** The first message of a channel has number 1; 0 stands for all. */
const isOurs = ({ deliveryTag, multiple }: { deliveryTag: number; multiple: boolean }): boolean =>
  deliveryTag === 1 || (multiple && deliveryTag === 0);
const NOT_OURS = () => new Error('it speaks of a message that was not sent');

/** While a connection is opened, the client tells what the broker replied in words of its own, or not at all. */
function withCode(error: Error): never {
  const [, code] = /: (\d{3,}) \([\w-]+\) with message/.exec(error.message) ?? [];
  if (code !== undefined) throw Object.assign(error, { code: Number(code) });
  if (!/^Expected ConnectionOpenOk; got .*ConnectionClose/.test(error.message)) throw error;
  const message = 'there is no such virtual host, or the user may not use it';
  throw Object.assign(new Error(message), { code: NOT_ALLOWED });
}
const NOT_ALLOWED = 530;

/** The broker's own reply codes, but for those with which it goes away: then nobody knows. */
function isRefusal(error: unknown): error is Error & { code: number } {
  const { code } = error as { code?: unknown };
  return (
    typeof code === 'number' &&
    code >= LEAST_REPLY_CODE &&
    ![CONNECTION_FORCED, INTERNAL_ERROR].includes(code)
  );
}
/** What other errors have is less: an abort is 20 or 23. */
const LEAST_REPLY_CODE = 300;
const CONNECTION_FORCED = 320;
const INTERNAL_ERROR = 541;

const NACK = {
  errorType: 'SERVICE_UNAVAILABLE',
  code: 'NACK',
  message: 'did not take it: a queue is full, or cannot store it',
  retryable: true,
} as const;

function explain(error: unknown): SendFailure {
  if (error instanceof NotTaken) return error.told;
  if (isRefusal(error)) {
    // So the client names a code that it does not know.
    const message = `refused it: ${error.message.replace(' (undefined)', '')}`;
    return { errorType: 'BUSINESS', code: `AMQP_${error.code}`, message, retryable: false };
  }
  if (error instanceof AnswerTooLarge) return ofNetwork('TOO_LARGE', error.message);
  const { code, message = '' } = error as { code?: unknown; message?: string };
  if (message.startsWith('SASL mechanism'))
    return ofNetwork('NO_PLAIN', 'takes no user name and password (PLAIN is not among its mechanisms)');
  if (typeof code === 'string' && !OF_CLIENT.test(code)) return networkFailure(error);
  return typeof code === 'number' || CUT.test(message)
    ? networkFailure({ code: 'ECONNRESET' })
    : ofNetwork('NOT_UNDERSTOOD', `answered something that cannot be made out: ${message}`);
}

const ofNetwork = (code: string, message: string): SendFailure => ({
  ...{ errorType: 'NETWORK', retryable: true },
  code,
  message,
});

/** What is thrown while an answer is read. */
const OF_CLIENT = /^ERR_(?!SSL|TLS)/;
/** What the client says when the connection is gone. */
const CUT = /^(closed$|Unexpected close|Socket closed abruptly|Channel ended|Channel clos|Connection clos)/i;

function messageOf(
  { exchange, routingKey, body, headers, properties }: AmqpSettings,
  fill: (text: string) => string,
  key: string,
): Message {
  const { persistent, priority, messageId, contentType, ...texts } = properties;
  const filled = Object.entries({ ...headers }).map(([name, value]) => [name, fill(value)]);
  const own = Object.entries(texts).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, fill(value)]],
  );
  const text = fill(body);
  return {
    exchange: fill(exchange),
    routingKey: fill(routingKey),
    body: text,
    options: {
      ...Object.fromEntries(own),
      mandatory: true,
      persistent,
      ...(priority === undefined ? {} : { priority }),
      messageId: messageId === undefined ? key : fill(messageId),
      contentType:
        contentType === undefined ? (isJson(text) ? 'application/json' : 'text/plain') : fill(contentType),
      headers: Object.fromEntries(filled),
    },
  };
}

function written({ exchange, routingKey, body, options }: Message): string {
  const { headers, mandatory: _always, ...properties } = options;
  const said = Object.entries({ ...properties, ...headers }).map(([name, value]) => `${name}: ${value}`);
  return [`publish ${JSON.stringify(exchange)} ${JSON.stringify(routingKey)}`, ...said, '', body].join('\n');
}
