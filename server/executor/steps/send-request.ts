import { errors, request } from 'undici';
import type { ErrorType } from '@/server/domain/events';
import { render, renderDeep, type TemplateScope } from '@/server/domain/template';
import type { Endpoint } from '@/server/domain/tenant';
import { TargetRefused } from '@/server/security/target-guard';
import type { BodyExpectation, HttpRequest } from './http-request';
import { atPath } from './json-path';
import type { CallRecord, TaskRuntimeContext } from './step';

const BODY_LIMIT_BYTES = 1024 * 1024;
const SHOWN_BODY_CHARS = 2000;

export type Answer =
  | { ok: true; status: number; text: string; record: CallRecord }
  | {
      ok: false;
      errorType: ErrorType;
      code: string;
      message: string;
      retryable: boolean;
      answered: boolean;
      record: CallRecord;
    };

/** What templates of a step may name. */
function scopeFor(context: TaskRuntimeContext, endpoint: Endpoint | null): TemplateScope {
  const { config, tenantId, data, secrets } = context;
  const { name, labels, variables } = config.scope;
  return {
    tenant: { ...variables, id: tenantId, name, labels, variables },
    endpoint: endpoint
      ? { key: endpoint.key, url: withoutSlash(endpoint.url), labels: endpoint.labels ?? {} }
      : undefined,
    config: {
      unit: config.unitId,
      unitName: config.unitName,
      version: config.version,
      payload: config.format === 'json' ? JSON.parse(config.payload) : config.payload,
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
    data,
  };
}

/**
 * Sends one request and judges the answer. Never throws for what the network or the target does; rejects only when the
 * run itself is aborted. The idempotency key and the epoch go along as headers. Times out after `timeoutMillis`.
 */
export async function sendRequest(
  context: TaskRuntimeContext,
  wanted: HttpRequest,
  endpoint: Endpoint | null,
  call = 0,
): Promise<Answer> {
  const scope = scopeFor(context, endpoint);
  const url = absolute(render(wanted.url, scope), endpoint);
  const headers = headersFor(context, wanted, scope, endpoint, call);
  const body = bodyFor(wanted, scope);
  if (body?.json) headers['content-type'] ??= 'application/json';
  const began = performance.now();
  const record = (response: string, ok: boolean): CallRecord => ({
    instance: endpoint?.key ?? '',
    request: [
      `${wanted.method} ${url}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${shownHeader(name, value, wanted.auth)}`),
      '',
      shortened(body?.text ?? ''),
    ]
      .join('\n')
      .trimEnd(),
    response,
    ok,
    millis: Math.round(performance.now() - began),
  });
  const timeout = AbortSignal.timeout(wanted.timeoutMillis);
  try {
    const response = await request(url, {
      method: wanted.method,
      headers,
      body: body?.text ?? null,
      dispatcher: context.http,
      signal: AbortSignal.any([context.signal, timeout]),
    });
    const text = await readLimited(response.body);
    const shown = `${response.statusCode}\n${shortened(text)}`.trimEnd();
    const wrong = judge(wanted, response.statusCode, text);
    if (!wrong) return { ok: true, status: response.statusCode, text, record: record(shown, true) };
    const unavailable =
      response.statusCode === 503 || response.statusCode === 502 || response.statusCode === 504;
    return {
      ok: false,
      errorType: unavailable ? 'SERVICE_UNAVAILABLE' : 'BUSINESS',
      code: wrong.code,
      message: wrong.message,
      retryable: response.statusCode >= 500 || response.statusCode === 429,
      answered: true,
      record: record(shown, false),
    };
  } catch (error) {
    context.signal.throwIfAborted();
    const told = explain(error, wanted.timeoutMillis, timeout.aborted);
    return { ok: false, ...told, answered: false, record: record(told.message, false) };
  }
}

function headersFor(
  context: TaskRuntimeContext,
  wanted: HttpRequest,
  scope: TemplateScope,
  endpoint: Endpoint | null,
  call: number,
): Record<string, string> {
  const headers: Record<string, string> = {
    'idempotency-key': context.idempotencyKey(call, endpoint?.key ?? ''),
    'switchyard-task': context.taskId,
    'switchyard-epoch': String(context.epoch),
  };
  for (const [name, value] of Object.entries(wanted.headers))
    headers[name.toLowerCase()] = render(value, scope);
  const { auth } = wanted;
  if (auth?.type === 'bearer') headers.authorization = `Bearer ${render(auth.token, scope)}`;
  if (auth?.type === 'header') headers[auth.name.toLowerCase()] = render(auth.value, scope);
  if (auth?.type === 'basic') {
    const pair = `${render(auth.username, scope)}:${render(auth.password, scope)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  return headers;
}

function bodyFor(wanted: HttpRequest, scope: TemplateScope): { text: string; json: boolean } | null {
  if (wanted.body === undefined || wanted.method === 'GET') return null;
  if (typeof wanted.body !== 'string')
    return { text: JSON.stringify(renderDeep(wanted.body, scope)), json: true };
  const text = render(wanted.body, scope);
  return { text, json: isJson(text) };
}

function judge(wanted: HttpRequest, status: number, text: string): { code: string; message: string } | null {
  const statusFits = wanted.expect.status.some(
    (one) => one === status || one === `${Math.floor(status / 100)}xx`,
  );
  if (!statusFits) {
    return {
      code: `HTTP_${status}`,
      message: `answered ${status}, expected ${wanted.expect.status.join(' or ')}`,
    };
  }
  for (const expectation of wanted.expect.body) {
    const wrong = bodyMismatch(expectation, text);
    if (wrong) return { code: 'BODY', message: wrong };
  }
  return null;
}

function bodyMismatch({ path, equals, contains, exists }: BodyExpectation, text: string): string | null {
  const value = path === undefined ? text : atPath(parsed(text), path);
  const where = path ?? 'the body';
  if (exists !== undefined && (value !== undefined) !== exists)
    return `${where} is ${exists ? 'missing' : 'there'} in the answer`;
  if (equals !== undefined && value !== equals)
    return `${where} is ${shortened(String(value))} in the answer, expected ${equals}`;
  if (contains !== undefined && !String(value ?? '').includes(contains))
    return `${where} does not contain "${contains}"`;
  return null;
}

function explain(error: unknown, timeoutMillis: number, timedOut: boolean) {
  if (error instanceof TargetRefused || (error instanceof Error && error.cause instanceof TargetRefused)) {
    const refused = error instanceof TargetRefused ? error : (error.cause as TargetRefused);
    return {
      errorType: 'VALIDATION' as const,
      code: 'TARGET_REFUSED',
      message: refused.message,
      retryable: false,
    };
  }
  if (
    timedOut ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.ConnectTimeoutError
  ) {
    return {
      errorType: 'TIMEOUT' as const,
      code: 'TIMEOUT',
      message: `gave no answer within ${timeoutMillis} ms`,
      retryable: true,
    };
  }
  const code = (error as { code?: string }).code ?? 'NETWORK';
  const message = NETWORK_WORDS[code] ?? (error instanceof Error ? error.message : String(error));
  return { errorType: 'NETWORK' as const, code, message, retryable: true };
}

const NETWORK_WORDS: Record<string, string> = {
  ECONNREFUSED: 'refused the connection: nothing listens there',
  ECONNRESET: 'cut the connection before it answered',
  UND_ERR_SOCKET: 'cut the connection before it answered',
  ENOTFOUND: 'is not known to the name service',
  EHOSTUNREACH: 'cannot be reached',
};

async function readLimited(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) throw new Error('sent more than 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function absolute(url: string, endpoint: Endpoint | null): string {
  return url.startsWith('/') && endpoint ? withoutSlash(endpoint.url) + url : url;
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '');
const shortened = (text: string) =>
  text.length > SHOWN_BODY_CHARS ? `${text.slice(0, SHOWN_BODY_CHARS)}…` : text;
/** Credentials are never shown, also those that came from no secret. */
function shownHeader(name: string, value: string, auth: HttpRequest['auth']): string {
  if (name === 'idempotency-key') return value;
  const proof = auth?.type === 'header' && auth.name.toLowerCase() === name;
  return proof || /authorization|cookie|token|secret|key$/i.test(name) ? '•••' : value;
}

function isJson(text: string): boolean {
  return parsed(text) !== undefined;
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
