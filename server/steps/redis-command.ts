import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import {
  ConnectionTimeoutError,
  createClient,
  DisconnectsClientError,
  ErrorReply,
  SocketClosedUnexpectedlyError,
} from 'redis';
import { z } from 'zod';
import { render, type TemplateScope } from '@/domain/template';
import type { Endpoint } from '@/domain/tenant';
import { targetGuardOf } from '@/server/security/target-guard';
import type { FailedAnswer } from './answer';
import { withinHostLimit } from './host-limit';
import { type ConnectionSettings, socketSettings } from './http-settings';
import { SHOWN_BODY_CHARS } from './judge-condition';
import { networkFailure, timeoutFailure } from './network-failure';
import { type SendContext, scopeFor } from './request-scope';
import type { CallRecord } from './task-runtime-context';
import { socketTls } from './tls-for';

const DEFAULT_PORT = 6379;
/** As much as an HTTP answer may have. */
const MAX_REPLY_CHARS = 1024 * 1024;

/** Where a Redis is and how to prove who one is. Texts are templates; take secrets from `{{secret.NAME}}`. */
export const redisConnection = {
  /** redis://host:6379/0, or rediss:// for TLS. */
  url: z.string().min(1, 'is missing'),
  username: z.string().optional(),
  password: z.string().optional(),
  timeoutMillis: z.number().int().min(1).max(300_000).default(5000),
  ...socketSettings,
};

export interface RedisConnection extends ConnectionSettings {
  url: string;
  username?: string | undefined;
  password?: string | undefined;
  timeoutMillis: number;
}

/** `text` is the reply as text; null when Redis has nothing there. */
export type RedisAnswer = { ok: true; text: string | null; record: CallRecord } | FailedAnswer;

/**
 * Sends one command (its words are templates) over a connection of its own, which is always closed. Never throws for
 * what the network or Redis does; rejects when the run is aborted and when a template or the URL is wrong. Nothing is
 * reconnected or repeated here.
 */
export async function askRedis(
  context: SendContext,
  settings: RedisConnection,
  endpoint: Endpoint | null,
  command: readonly [string, ...string[]],
  /** For whom a command that changes something is (null: the tenant as a whole). */
  recipient?: string | null,
): Promise<RedisAnswer> {
  const scope = scopeFor(context, endpoint);
  const fill = (text: string) => render(text, scope);
  const address = addressOf(fill(settings.url));
  const words = filledWords(command, scope);
  const proof = proofOf(settings, address, fill);
  const tls = socketTls(settings, scope);
  for (const part of [proof.username && `${proof.username}:${proof.password}`, proof.password])
    context.veil.add(part);
  const safe = (text: string) => context.veil.hideStart(text, SHOWN_BODY_CHARS);

  return withinHostLimit(address.hostAndPort, settings.maxPerHost, context.signal, async () => {
    const began = performance.now();
    const record = (response: string, ok: boolean): CallRecord => ({
      instance: endpoint?.key ?? '',
      request: `${address.shown}\n${safe(words.join(' '))}`,
      response: safe(response),
      ok,
      millis: Math.round(performance.now() - began),
    });
    let timeout: AbortSignal | undefined;
    const progress = { connected: false };
    let left = false;
    const reach = recipient === undefined ? null : (context.reached ?? null);
    const whom = recipient ?? null;
    const first = reach?.isFirst(whom) ?? true;
    try {
      timeout = AbortSignal.timeout(settings.timeoutMillis);
      const signal = AbortSignal.any([context.signal, timeout]);
      const reply = await ofCluster(address, (at, asking) => {
        // Whoever sent us on has not done it.
        progress.connected = false;
        const client = clientFor(context, settings, at, proof, tls);
        return speak(client, words, asking, signal, progress, () => {
          left = true;
          reach?.leaves(whom);
        });
      });
      reach?.taken(whom);
      const text = reply === null ? null : String(reply);
      if (text !== null && text.length > MAX_REPLY_CHARS) {
        const message = 'answered with more than 1 MiB';
        const told = { errorType: 'BUSINESS' as const, code: 'TOO_LARGE', message, retryable: false };
        return { ok: false, ...told, status: null, lost: false, record: record(message, false) };
      }
      return { ok: true, text, record: record(text ?? '(nil)', true) };
    } catch (error) {
      context.signal.throwIfAborted();
      const told = explain(error, settings.timeoutMillis, timeout?.aborted === true);
      const lost = progress.connected && !(error instanceof ErrorReply);
      if (lost) reach?.taken(whom);
      else if (left) reach?.refused(whom, first);
      return {
        ok: false,
        ...told,
        message: safe(told.message),
        status: null,
        lost,
        record: record(told.message, false),
      };
    }
  });
}

const filledWords = ([name, ...words]: readonly [string, ...string[]], scope: TemplateScope): string[] => [
  name,
  ...words.map((word) => render(word, scope)),
];

/** Nodes of a cluster that one is sent on by, before it is given up. */
const MOST_HOPS = 5;

/**
 * Asks a node, and where it is one of a cluster that has not got the key, the one it names. Each is judged like the first.
 * `asking`: the key is on its way there.
 */
async function ofCluster<T>(first: Address, ask: (at: Address, asking: boolean) => Promise<T>): Promise<T> {
  let at = first;
  let asking = false;
  for (let hops = 0; ; hops += 1)
    try {
      return await ask(at, asking);
    } catch (error) {
      const sent = error instanceof ErrorReply ? SENT_ON.exec(error.message) : null;
      if (!sent || hops === MOST_HOPS) throw error;
      const [, how, host, port] = sent;
      asking = how === 'ASK';
      at = elsewhere(at, host === '' ? at.host : (host ?? ''), Number(port));
    }
}
/** Without a host the same one is meant. */
const SENT_ON = /^(MOVED|ASK) \d+ (.*):(\d+)$/;

type Client = ReturnType<typeof clientFor>;

async function speak(
  client: Client,
  words: string[],
  asking: boolean,
  signal: AbortSignal,
  progress: { connected: boolean },
  leaves: () => void,
): Promise<unknown> {
  // Every error also ends what is awaited below.
  client.on('error', () => undefined);
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => undefined);
  try {
    signal.throwIfAborted();
    await Promise.race([client.connect(), aborted]);
    progress.connected = true;
    leaves();
    if (asking) await Promise.race([client.sendCommand(['ASKING']), aborted]);
    return await Promise.race([client.sendCommand(words), aborted]);
  } finally {
    if (client.isOpen) client.destroy();
  }
}

interface Address {
  url: URL;
  host: string;
  port: number;
  hostAndPort: string;
  /** Without credentials. */
  shown: string;
}

function addressOf(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '')
    throw new Error(
      `The url of a redis step must look like redis://host:6379, and is "${withoutProof(text)}".`,
    );
  const port = Number(url.port) || DEFAULT_PORT;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const hostAndPort = `${url.hostname}:${port}`;
  return { url, host, port, hostAndPort, shown: `${url.protocol}//${hostAndPort}${url.pathname}` };
}

/** Another node that is reached the same way. */
function elsewhere({ url }: Address, host: string, port: number): Address {
  const other = new URL(url);
  other.hostname = host.includes(':') ? `[${host}]` : host;
  other.port = String(port);
  return addressOf(other.href);
}

interface Proof {
  username: string;
  password: string;
}

/** How one proves who one is; what the settings say counts more than the address. */
function proofOf(
  { username, password }: RedisConnection,
  { url }: Address,
  fill: (text: string) => string,
): Proof {
  return {
    username: username !== undefined ? fill(username) : decodeURIComponent(url.username),
    password: password !== undefined ? fill(password) : decodeURIComponent(url.password),
  };
}

function clientFor(
  context: SendContext,
  settings: RedisConnection,
  { url, host, port }: Address,
  { username, password }: Proof,
  said: ConnectionOptions | null,
) {
  const lookup = targetGuardOf(context.http).guard(host, port);
  const socket = {
    host,
    port,
    lookup,
    connectTimeout: settings.timeoutMillis,
    reconnectStrategy: false as const,
  };
  return createClient({
    // What speaks the protocol without being Redis often knows only the older form.
    RESP: 2,
    disableClientInfo: true,
    database: Number(url.pathname.slice(1)) || 0,
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    socket:
      url.protocol === 'rediss:'
        ? {
            ...socket,
            tls: true as const,
            ...(isIP(host) === 0 ? { servername: host } : {}),
            ...said,
          }
        : socket,
  });
}

function explain(error: unknown, timeoutMillis: number, timedOut: boolean) {
  if (error instanceof ErrorReply) {
    const code = error.message.split(' ', 1)[0] ?? 'ERR';
    return TEMPORARY.has(code)
      ? {
          errorType: 'SERVICE_UNAVAILABLE' as const,
          code,
          message: `cannot take it now: ${error.message}`,
          retryable: true,
        }
      : { errorType: 'BUSINESS' as const, code, message: `refused it: ${error.message}`, retryable: false };
  }
  if (timedOut || error instanceof ConnectionTimeoutError) return timeoutFailure(timeoutMillis);
  const cut = error instanceof SocketClosedUnexpectedlyError || error instanceof DisconnectsClientError;
  return networkFailure(cut ? { code: 'ECONNRESET' } : error);
}

/** Replies that pass by themselves. */
const TEMPORARY = new Set(['LOADING', 'BUSY', 'TRYAGAIN', 'CLUSTERDOWN', 'MASTERDOWN', 'READONLY', 'OOM']);

function withoutProof(text: string): string {
  return text.replace(/\/\/\S*@/, '//•••@');
}
