import { type Dispatcher, errors, request } from 'undici';
import { render, renderDeep, type TemplateScope } from '@/domain/template';
import type { Endpoint } from '@/domain/tenant';
import { FairQueue } from '@/server/input/fair-queue';
import { answerText } from '@/server/security/answer-text';
import { parseBounded } from '@/server/security/bounded-json';
import { proxyProblem, type Way } from '@/server/security/proxy-way';
import { targetGuardOf } from '@/server/security/target-guard';
import { tlsProblem } from '@/server/security/tls-way';
import type { Answer } from './answer';
import { follow } from './follow-redirects';
import { withinHostLimit } from './host-limit';
import { type ConnectionSettings, type HttpCall, onlyReads, type Repeat } from './http-settings';
import { SHOWN_BODY_CHARS } from './judge-condition';
import { loggedIn, type Proof } from './login';
import { networkFailure, timeoutFailure } from './network-failure';
import { type RawAnswer, rawAnswer } from './raw-answer';
import { type SendContext, scopeFor, type Values } from './request-scope';
import { retryAfterMillis } from './retry-after';
import { targetUrl, UrlRefused } from './target-url';
import type { CallRecord } from './task-runtime-context';
import { tlsFor } from './tls-for';
import { verdict } from './verdict';

export interface SendOptions extends ConnectionSettings {
  /** The call's position in its step; a call without one carries no idempotency key. */
  call?: number;
  /** When all calls of the step are worth another try. */
  repeat?: Repeat | undefined;
  /** What earlier calls of the step extracted. */
  extracted?: Values;
  /** The call is what its step sends, although it is a GET. */
  changes?: boolean;
  /** For whom the call is, when that is not the endpoint; null is the tenant as a whole. What leaves is told under it. */
  recipient?: string | null;
}

/** What an answer sets off is done in turn, two together in a millisecond or so: those of a hundred targets come at once. */
const answers = new FairQueue(2);

/**
 * Sends one request and judges the answer; where it says so, it logs in first. Never throws for what the network or the
 * target does; rejects when the run itself is aborted and when a template names what does not exist. The idempotency key
 * and the epoch go along as headers. Times out after `timeoutMillis`, which begin once the host's limit lets it go.
 */
export async function sendRequest(
  context: SendContext,
  wanted: HttpCall,
  endpoint: Endpoint | null,
  options: SendOptions = {},
): Promise<Answer> {
  const { auth } = wanted;
  if (auth?.type !== 'login')
    return sendFollowing(
      context,
      wanted,
      endpoint,
      options,
      proofFor(auth, scopeFor(context, endpoint, options.extracted)),
    );
  // No part of what the step sends: it may be said twice, and changes nothing.
  const { call: _call, ...asLook } = options;
  return loggedIn(context, auth, endpoint, options.extracted ?? {}, {
    login: (request, extract) => sendRequest(context, { ...request, extract }, endpoint, asLook),
    withProof: (proof) => sendFollowing(context, wanted, endpoint, options, proof),
  });
}

/** As often as the playbook's redirects lead on. */
const sendFollowing = (
  context: SendContext,
  wanted: HttpCall,
  endpoint: Endpoint | null,
  options: SendOptions,
  proof: Proof,
): Promise<Answer> =>
  follow(wanted, scopeFor(context, endpoint, options.extracted), (call) =>
    sendOnce(context, call, endpoint, options, proof),
  );

async function sendOnce(
  context: SendContext,
  wanted: HttpCall,
  endpoint: Endpoint | null,
  options: SendOptions,
  proof: Proof,
): Promise<Answer> {
  const scope = scopeFor(context, endpoint, options.extracted);
  const rendered = rendering(context, wanted, endpoint, options, proof);
  if ('refused' in rendered) return rendered.refused;
  const { url, headers, body } = rendered;
  hideProofs(context, rendered, wanted.auth);
  const way = wayFor(context, options, scope);
  const unreadable = way && (tlsProblem(way) ?? proxyProblem(way));
  if (unreadable) return refused(`${wanted.method} ${url}`, endpoint, 'WAY', `was not called: ${unreadable}`);
  const dispatcher = way ? targetGuardOf(context.http).speaking(way) : context.http;
  const shown = (text: string) => context.veil.hideStart(text, SHOWN_BODY_CHARS);

  return withinHostLimit(hostOf(url), options.maxPerHost, context.signal, async () => {
    const began = performance.now();
    const record = (response: string, ok: boolean): CallRecord => ({
      instance: endpoint?.key ?? '',
      request: [
        shown(`${wanted.method} ${url}`),
        ...Object.entries(headers)
          .map(([name, value]) => `${name}: ${shownHeader(name, value, wanted.auth)}`)
          .map(shown),
        '',
        shown(body?.text ?? ''),
      ]
        .join('\n')
        .trimEnd(),
      response,
      ok,
      millis: Math.round(performance.now() - began),
    });
    const timeout = AbortSignal.timeout(wanted.timeoutMillis);
    // A call without a place in its step is a look; so is a GET, unless its step has nothing else to send with.
    const changes = options.call !== undefined && (!onlyReads(wanted.method) || options.changes === true);
    const reach = changes ? (context.reached ?? null) : null;
    const recipient = options.recipient === undefined ? (endpoint?.key ?? null) : options.recipient;
    const first = reach?.isFirst(recipient) ?? true;
    let sent = false;
    let begun = false;
    let came: RawAnswer;
    try {
      const response = await request(url, {
        method: wanted.method,
        headers,
        body: body?.text ?? null,
        dispatcher: noticing(dispatcher, () => {
          sent = true;
          reach?.leaves(recipient);
        }),
        signal: AbortSignal.any([context.signal, timeout]),
      });
      begun = true;
      const { statusCode: status, trailers } = response;
      const text = await answerText(response.body, response.headers, wanted.maxBodyBytes);
      const millis = Math.round(performance.now() - began);
      await answers.next();
      came = rawAnswer({
        ...{ status, headers: response.headers, trailers, text, millis },
        shown: (part, chars) => context.veil.hideStart(part, chars),
      });
    } catch (error) {
      context.signal.throwIfAborted();
      const told = explain(error, wanted.timeoutMillis, { timedOut: timeout.aborted, begun });
      if (sent) reach?.taken(recipient);
      return { ok: false, ...told, status: null, lost: sent, record: record(told.message, false) };
    }
    const { status, headers: answered } = came;
    const judged = await verdict(context, wanted, came, { scope, repeat: options.repeat }, (ok) =>
      record(`${status}\n${shown(came.text)}`.trimEnd(), ok),
    );
    if (!judged.ok && isRefusal(status)) reach?.refused(recipient, first);
    else reach?.taken(recipient);
    if (judged.ok) return judged;
    return { ...judged, address: url, retryAfterMillis: retryAfterMillis(answered, context.now?.()) };
  });
}

/** What the step says of certificates and a proxy, filled in; null where it says nothing. */
function wayFor({ veil }: SendContext, { caPem, tls, proxy }: SendOptions, scope: TemplateScope): Way | null {
  if (caPem === undefined && tls === undefined && proxy === undefined) return null;
  const filled = (text: string | undefined) => text && render(text, scope);
  const login =
    proxy?.password === undefined ? null : `${filled(proxy.username) ?? ''}:${filled(proxy.password)}`;
  const token = login === null ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
  for (const proof of [login, token]) if (proof) veil.add(proof);
  return {
    ...tlsFor({ caPem, tls }, scope),
    proxy: proxy && { url: render(proxy.url, scope), token },
  };
}

/** What proves who we are, and everything else in the headers that is made of something hidden, is hidden as a whole. */
function hideProofs({ veil }: SendContext, { headers, proofs }: Rendered, auth: HttpCall['auth']): void {
  for (const proof of proofs) veil.add(proof);
  for (const [name, value] of Object.entries(headers))
    if (shownHeader(name, value, auth) !== value || (value.length <= MOST_HEADER_CHARS && veil.covers(value)))
      veil.add(value);
}

/** No server takes a longer one; to look through it would hold up everybody. */
const MOST_HEADER_CHARS = 16 * 1024;

interface Rendered {
  url: string;
  headers: Record<string, string>;
  /** Credentials among them as they are on their own, without what a header puts before them. */
  proofs: readonly string[];
  body: { text: string; json: boolean } | null;
}

/** A request with everything filled in, or the answer of one that may not be sent. */
function rendering(
  context: SendContext,
  wanted: HttpCall,
  endpoint: Endpoint | null,
  { extracted, call }: SendOptions,
  { header, proofs }: Proof,
): Rendered | { refused: Answer } {
  const scope = scopeFor(context, endpoint, extracted);
  const address = addressOf(wanted, scope, endpoint);
  if ('refused' in address) return address;
  const headers = headersFor(context, wanted, scope, endpoint, call);
  Object.assign(headers, header);
  const body = bodyFor(wanted, scope);
  if (body?.json) headers['content-type'] ??= 'application/json';
  return { url: address.url, headers, proofs, body };
}

/** Where to, or the answer of a request that may not be sent; a URL with a password in it is not shown. */
function addressOf(
  { method, url }: HttpCall,
  scope: TemplateScope,
  endpoint: Endpoint | null,
): { url: string } | { refused: Answer } {
  try {
    return { url: targetUrl(url, scope, endpoint) };
  } catch (error) {
    if (!(error instanceof UrlRefused)) throw error;
    const { message } = error;
    const request = `${method} ${url}`.replace(/\/\/\S*@/, '//•••@');
    return { refused: refused(request, endpoint, 'URL', message) };
  }
}

/** The answer of a request that was not sent. */
function refused(request: string, endpoint: Endpoint | null, code: string, message: string): Answer {
  const record = { instance: endpoint?.key ?? '', request, response: message, ok: false, millis: 0 };
  const told = { errorType: 'VALIDATION' as const, code, message, retryable: false };
  return { ok: false, ...told, status: null, lost: false, record };
}

/** The target itself says that it did not take it; a gateway cannot speak for what is behind it. */
const isRefusal = (status: number): boolean => status >= 300 && status !== 502 && status !== 504;

/** The dispatcher, telling when a request goes out on a connection: until then nothing can have been carried out. */
function noticing(dispatcher: Dispatcher, started: () => void): Dispatcher {
  return dispatcher.compose(
    (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart: (...told) => {
          started();
          handler.onRequestStart?.(...told);
        },
        onRequestUpgrade: (...told) => handler.onRequestUpgrade?.(...told),
        onResponseStart: (...told) => handler.onResponseStart?.(...told),
        onResponseData: (...told) => handler.onResponseData?.(...told),
        onResponseEnd: (...told) => handler.onResponseEnd?.(...told),
        onResponseError: (...told) => handler.onResponseError?.(...told),
      }),
  );
}

function headersFor(
  context: SendContext,
  wanted: HttpCall,
  scope: TemplateScope,
  endpoint: Endpoint | null,
  call: number | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (call !== undefined && context.idempotencyKey)
    headers['idempotency-key'] = context.idempotencyKey(call, endpoint?.key ?? '');
  if (context.taskId !== undefined) headers['switchyard-task'] = context.taskId;
  if (context.epoch !== undefined) headers['switchyard-epoch'] = String(context.epoch);
  for (const [name, value] of Object.entries(wanted.headers))
    headers[name.toLowerCase()] = render(value, scope);
  return headers;
}

/** The header that proves who we are, and what in it is the proof. */
function proofFor(auth: Exclude<HttpCall['auth'], { type: 'login' }>, scope: TemplateScope): Proof {
  if (auth === undefined) return { header: {}, proofs: [] };
  if (auth.type === 'header') {
    const value = render(auth.value, scope);
    return { header: { [auth.name.toLowerCase()]: value }, proofs: [value] };
  }
  if (auth.type === 'bearer') {
    const token = render(auth.token, scope);
    return { header: { authorization: `Bearer ${token}` }, proofs: [token] };
  }
  const password = render(auth.password, scope);
  const pair = `${render(auth.username, scope)}:${password}`;
  const packed = Buffer.from(pair).toString('base64');
  return { header: { authorization: `Basic ${packed}` }, proofs: [password, pair, packed] };
}

function bodyFor(wanted: HttpCall, scope: TemplateScope): { text: string; json: boolean } | null {
  if (wanted.body === undefined || wanted.method === 'GET' || wanted.method === 'HEAD') return null;
  if (typeof wanted.body !== 'string')
    return { text: JSON.stringify(renderDeep(wanted.body, scope)), json: true };
  const text = render(wanted.body, scope);
  return { text, json: parseBounded(text) !== undefined };
}

function explain(
  error: unknown,
  timeoutMillis: number,
  { timedOut, begun }: { timedOut: boolean; begun: boolean },
) {
  const late =
    timedOut || error instanceof errors.HeadersTimeoutError || error instanceof errors.ConnectTimeoutError;
  return late ? timeoutFailure(timeoutMillis, begun) : networkFailure(error, begun);
}

/** Credentials are never shown, also those that came from no secret. */
function shownHeader(name: string, value: string, auth: HttpCall['auth']): string {
  if (name === 'idempotency-key') return value;
  const own = auth?.type === 'header' ? auth.name : auth?.type === 'login' ? auth.header : null;
  const proof = own?.toLowerCase() === name;
  return proof || /authorization|cookie|token|secret|key$/i.test(name) ? '•••' : value;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
