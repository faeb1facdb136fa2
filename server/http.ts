import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fromNodeHeaders } from 'better-auth/node';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { version } from '@/package.json';
import { isLarge } from '@/server/api/call-costs';
import { addressOf, type BufferedRequest, isByLink } from '@/server/auth/handler';
import { originAllowed } from '@/server/auth/origin';
import type { Authenticate } from '@/server/auth/principal';
import { beyondBounds, type JsonBounds, USUAL_JSON } from '@/server/security/bounded-json';
import { type ClientOf, dropForwarding, isHost } from '@/server/security/client';
import { contentSecurityPolicy, setBaseHeaders, setSecretAddressHeaders } from '@/server/security/headers';
import { compress } from './compress';
import type { Env } from './env';

const MEGABYTE = 1024 * 1024;
/** What a body may be at most: it is parsed before anybody knows who sent it. */
type BodyBounds = { bytes: number; json: JsonBounds };
const USUAL_BODY: BodyBounds = { bytes: MEGABYTE, json: USUAL_JSON };
/** A CSV of 5 MB and what JSON adds around it, or ten thousand tenants with four endpoints each. */
const IMPORT_BODY: BodyBounds = { bytes: 6 * MEGABYTE, json: { ...USUAL_JSON, parts: 500_000 } };
const IMPORT = 'tenants.import';
/** Of the calls of one request: all of them, and those that may answer with megabytes. The console's own are fewer. */
const MAX_BATCH = 20;
const MAX_LARGE = 2;
const SHARE_PAGES_PER_MINUTE = 120;
const SETUP_CLAIMS_PER_MINUTE = 10;

/** Whom the door lets requests through to. */
export type FrontDoorRooms = {
  env: Pick<Env, 'mode' | 'publicUrl'>;
  authenticate: Authenticate;
  clientOf: ClientOf;
  /** Gets the whole body as `request.body`. */
  authHandler: (request: BufferedRequest, response: ServerResponse) => Promise<void>;
  /** Gets the whole body as `request.body`; `path` is what follows /api/trpc/. */
  trpc: (request: BufferedRequest, response: ServerResponse, path: string) => void | Promise<void>;
  metrics: () => Promise<{ contentType: string; body: string }>;
  /** Describes the API for tools. */
  openApi: () => unknown;
  readiness: () => Promise<{ ready: boolean; checks: Record<string, string> }>;
  next: (request: BufferedRequest, response: ServerResponse) => Promise<void>;
  /** Told of everything that went wrong behind the door; the caller only learns that something did. */
  onError: (error: unknown, request: { method: string; path: string }) => void;
};

/** A request that goes no further, and what its sender is told. */
class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

/** The one listener of the HTTP server: checks what any request must satisfy, then hands it to its room. */
export function createFrontDoor(rooms: FrontDoorRooms) {
  const overTls = rooms.env.publicUrl?.protocol === 'https:';
  const shareLimit = new RateLimiterMemory({ points: SHARE_PAGES_PER_MINUTE, duration: 60 });
  const setupLimit = new RateLimiterMemory({ points: SETUP_CLAIMS_PER_MINUTE, duration: 60 });

  return async (request: BufferedRequest, response: ServerResponse): Promise<void> => {
    const path = pathOf(request);
    const client = rooms.clientOf(request);
    request.sender = client;
    dropForwarding(request, client);
    try {
      setBaseHeaders(response, overTls || client.secure);
      compress(request, response);
      const { host } = client;
      if (path === null) throw new Refused(400, 'BAD_URL', 'The address of this request cannot be read.');
      if (!isHost(host)) throw new Refused(400, 'BAD_HOST', 'The Host header is missing or cannot be read.');
      await admit(request, response, path, host);
    } catch (error) {
      if (!(error instanceof Refused))
        rooms.onError(error, { method: request.method ?? '', path: path ?? '' });
      refuse(request, response, path, error);
    }
  };

  async function admit(
    request: BufferedRequest,
    response: ServerResponse,
    path: string,
    host: string,
  ): Promise<void> {
    if (path === '/healthz') return sendJson(request, response, 200, { status: 'alive', version });
    if (path === '/readyz') {
      const state = await rooms.readiness();
      return sendJson(request, response, state.ready ? 200 : 503, state);
    }
    if (path === '/metrics') return serveMetrics(request, response);
    if (path === '/api/openapi.json') return serveOpenApi(request, response);
    if (path.startsWith('/api/auth/')) {
      if (isByLink(path)) await spend(setupLimit, request);
      await acceptBody(request, USUAL_BODY);
      return rooms.authHandler(request, response);
    }
    if (path.startsWith('/api/trpc/')) {
      const procedures = path.slice('/api/trpc/'.length);
      refuseLongBatch(procedures.split(','));
      const importing = procedures.split(',').includes(IMPORT);
      await acceptBody(request, importing ? IMPORT_BODY : USUAL_BODY);
      response.setHeader('cache-control', 'no-store');
      return rooms.trpc(request, response, procedures);
    }
    if (path.startsWith('/api/')) throw new Refused(404, 'NOT_FOUND', 'There is no such address in the API.');
    return servePage(request, response, path, host);
  }

  async function serveOpenApi(request: BufferedRequest, response: ServerResponse): Promise<void> {
    await mustBeKnown(request);
    sendJson(request, response, 200, rooms.openApi());
  }

  async function serveMetrics(request: BufferedRequest, response: ServerResponse): Promise<void> {
    await mustBeKnown(request);
    const { contentType, body } = await rooms.metrics();
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body);
  }

  /** Any role may read what follows. */
  async function mustBeKnown(request: BufferedRequest): Promise<void> {
    const how = { address: addressOf(request) };
    if ((await rooms.authenticate(fromNodeHeaders(request.headers), how)) === null) {
      throw new Refused(401, 'UNAUTHORIZED', 'Send an API key: Authorization: Bearer <key>.', {
        'www-authenticate': 'Bearer',
      });
    }
  }

  async function servePage(request: BufferedRequest, response: ServerResponse, path: string, host: string) {
    const development = rooms.env.mode === 'development';
    const nextOwn = path.startsWith('/_next/') || path.startsWith('/__next');
    if (request.method !== 'GET' && request.method !== 'HEAD' && !(development && nextOwn)) {
      throw new Refused(405, 'METHOD_NOT_ALLOWED', 'Pages can only be read.', { allow: 'GET, HEAD' });
    }
    if (path.startsWith('/s/')) {
      setSecretAddressHeaders(response);
      // A picture for pages of others.
      if (path.endsWith('/badge.svg')) response.setHeader('cross-origin-resource-policy', 'cross-origin');
      await spend(shareLimit, request);
    }
    if (path === '/setup' || path === '/invite' || path === '/reset') setSecretAddressHeaders(response);
    const nonce = randomBytes(16).toString('base64');
    const secure = overTls || request.sender?.secure === true;
    const policy = contentSecurityPolicy({ host, nonce, secure, development });
    // Next finds its nonce in the policy of the request; nobody else may put one there.
    request.headers['content-security-policy'] = policy;
    request.headers['x-nonce'] = nonce;
    // Layouts are not told the address; they need it to come back after signing in.
    request.headers['x-path'] = request.url;
    delete request.headers['x-middleware-subrequest'];
    response.setHeader('content-security-policy', policy);
    await rooms.next(request, response);
  }

  /** What changes something must come from our own pages or from no browser at all, as JSON of a sane size. */
  async function acceptBody(request: BufferedRequest, bounds: BodyBounds): Promise<void> {
    const { method, headers } = request;
    if (method === 'GET' || method === 'HEAD') return;
    if (method !== 'POST')
      throw new Refused(405, 'METHOD_NOT_ALLOWED', 'Use GET or POST.', { allow: 'GET, POST' });
    const ours = originAllowed({
      origin: headers.origin,
      host: headers.host,
      publicUrl: rooms.env.publicUrl,
    });
    if (!ours || (headers.origin === undefined && headers['sec-fetch-site'] === 'cross-site')) {
      throw new Refused(
        403,
        'FOREIGN_ORIGIN',
        `Pages of ${headers.origin ?? 'other sites'} may not change anything here. If this is your own address, set SWITCHYARD_PUBLIC_URL to it.`,
      );
    }
    if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
      throw new Refused(415, 'NOT_JSON', 'Send the body as JSON, with Content-Type: application/json.');
    }
    request.body = await readBody(request, bounds.bytes);
    if (request.body === '') return;
    const beyond = beyondBounds(request.body, bounds.json);
    if (beyond) throw new Refused(413, 'TOO_LARGE', `The body ${beyond}.`);
    try {
      JSON.parse(request.body);
    } catch {
      throw new Refused(400, 'BAD_JSON', 'The body is not valid JSON.');
    }
    // It is parsed again behind the door: others get their turn before.
    await nextTurn();
  }
}

/** One request must not be hundreds: its calls run at once, and nothing is answered before the last of them. */
function refuseLongBatch(procedures: readonly string[]): void {
  if (procedures.length > MAX_BATCH)
    throw new Refused(
      400,
      'BATCH_TOO_LONG',
      `A request holds at most ${MAX_BATCH} calls, this one ${procedures.length}. Send them in several requests.`,
    );
  const large = procedures.filter((name) => isLarge(name));
  if (large.length > MAX_LARGE)
    throw new Refused(
      400,
      'BATCH_TOO_LONG',
      `A request holds at most ${MAX_LARGE} calls of ${[...new Set(large)].join(', ')}: each may answer with thousands of rows.`,
    );
}

async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const tooLarge = () =>
    new Refused(413, 'TOO_LARGE', `The body is larger than ${limit / MEGABYTE} MiB.`, {
      connection: 'close',
    });
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else reject(tooLarge());
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', () => reject(new Refused(400, 'INTERRUPTED', 'The request broke off.')));
  });
}

async function spend(limit: RateLimiterMemory, request: BufferedRequest): Promise<void> {
  try {
    await limit.consume(addressOf(request));
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    throw new Refused(
      429,
      'TOO_MANY_REQUESTS',
      `Too many requests from your address. Try again in ${seconds} s.`,
      {
        'retry-after': String(seconds),
      },
    );
  }
}

/** The decoded path, or null if the request line is not an address of ours. */
function pathOf(request: IncomingMessage): string | null {
  const raw = request.url ?? '';
  if (!raw.startsWith('/') || raw.startsWith('//') || raw.includes('\\')) return null;
  try {
    return decodeURIComponent(new URL(raw, 'http://door').pathname);
  } catch {
    return null;
  }
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  path: string | null,
  error: unknown,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const refused =
    error instanceof Refused
      ? error
      : new Refused(500, 'INTERNAL', 'Something went wrong here. The log of this server says what.');
  for (const [name, value] of Object.entries(refused.headers)) response.setHeader(name, value);
  // Whatever is still being sent is read and dropped, so that the sender gets to see the answer.
  request.resume();
  const { code, message, status } = refused;
  // The browser's tRPC client unwraps `json`; without it the operator would see its parser's complaint instead.
  const trpc = path?.startsWith('/api/trpc/') && {
    json: { code: -32_600, message, data: { code, httpStatus: status } },
  };
  sendJson(request, response, status, { error: { code, message, ...trpc } });
}

function sendJson(request: IncomingMessage, response: ServerResponse, status: number, body: unknown): void {
  const json = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(json),
    'cache-control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : json);
}
