import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fromNodeHeaders } from 'better-auth/node';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { wholeFleetAlone } from '@/domain/limited-to';
import { version } from '@/package.json';
import { isLarge } from '@/server/api/call-costs';
import { isRest } from '@/server/api/rest/address';
import { sendProblem } from '@/server/api/rest/problem';
import { addressOf, type BufferedRequest, isByLink } from '@/server/auth/handler';
import { originAllowed } from '@/server/auth/origin';
import type { Authenticate, Principal } from '@/server/auth/principal';
import { type ClientOf, dropForwarding, isHost } from '@/server/security/client';
import { contentSecurityPolicy, setBaseHeaders, setSecretAddressHeaders } from '@/server/security/headers';
import {
  type BodyBounds,
  bodyBoundsOf,
  mustBeJson,
  RequestRefused,
  readJsonBody,
  USUAL_BODY,
} from '@/server/security/request-body';
import { sendJson } from '@/server/security/send-json';
import { compress } from './compress';
import type { Env } from './env';

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
  /** Answers what is below /api/v1; reads the body itself, once it knows who asks for what. */
  rest: (request: BufferedRequest, response: ServerResponse) => Promise<void>;
  metrics: () => Promise<{ contentType: string; body: string }>;
  /** Describes the API for tools. */
  openApi: () => unknown;
  readiness: () => Promise<{ ready: boolean; checks: Record<string, string> }>;
  next: (request: BufferedRequest, response: ServerResponse) => Promise<void>;
  /** Told of everything that went wrong behind the door; the caller only learns that something did. */
  onError: (error: unknown, request: { method: string; path: string }) => void;
};

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
      // It answers for whatever is below its address, also where that cannot be read.
      if (isRest(request) && isHost(host)) return await rooms.rest(request, response);
      if (path === null)
        throw new RequestRefused(400, 'BAD_URL', 'The address of this request cannot be read.');
      if (!isHost(host))
        throw new RequestRefused(400, 'BAD_HOST', 'The Host header is missing or cannot be read.');
      await admit(request, response, path, host);
    } catch (error) {
      if (!(error instanceof RequestRefused))
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
      await acceptBody(request, bodyBoundsOf(procedures.split(',')));
      response.setHeader('cache-control', 'no-store');
      return rooms.trpc(request, response, procedures);
    }
    if (path.startsWith('/api/'))
      throw new RequestRefused(404, 'NOT_FOUND', 'There is no such address in the API.');
    return servePage(request, response, path, host);
  }

  async function serveOpenApi(request: BufferedRequest, response: ServerResponse): Promise<void> {
    await mustBeKnown(request);
    sendJson(request, response, 200, rooms.openApi());
  }

  async function serveMetrics(request: BufferedRequest, response: ServerResponse): Promise<void> {
    const { limitedTo } = await mustBeKnown(request);
    if (limitedTo) throw new RequestRefused(403, 'FORBIDDEN', wholeFleetAlone(limitedTo));
    const { contentType, body } = await rooms.metrics();
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body);
  }

  /** Any role may read what follows. */
  async function mustBeKnown(request: BufferedRequest): Promise<Principal> {
    const how = { address: addressOf(request) };
    const principal = await rooms.authenticate(fromNodeHeaders(request.headers), how);
    if (principal === null) {
      throw new RequestRefused(401, 'UNAUTHORIZED', 'Send an API key: Authorization: Bearer <key>.', {
        'www-authenticate': 'Bearer',
      });
    }
    return principal;
  }

  async function servePage(request: BufferedRequest, response: ServerResponse, path: string, host: string) {
    const development = rooms.env.mode === 'development';
    const nextOwn = path.startsWith('/_next/') || path.startsWith('/__next');
    if (request.method !== 'GET' && request.method !== 'HEAD' && !(development && nextOwn)) {
      throw new RequestRefused(405, 'METHOD_NOT_ALLOWED', 'Pages can only be read.', { allow: 'GET, HEAD' });
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
      throw new RequestRefused(405, 'METHOD_NOT_ALLOWED', 'Use GET or POST.', { allow: 'GET, POST' });
    const ours = originAllowed({
      origin: headers.origin,
      host: headers.host,
      publicUrl: rooms.env.publicUrl,
    });
    if (!ours || (headers.origin === undefined && headers['sec-fetch-site'] === 'cross-site')) {
      throw new RequestRefused(
        403,
        'FOREIGN_ORIGIN',
        `Pages of ${headers.origin ?? 'other sites'} may not change anything here. If this is your own address, set SWITCHYARD_PUBLIC_URL to it.`,
      );
    }
    mustBeJson(request);
    request.body = (await readJsonBody(request, bounds)).text;
  }
}

/** One request must not be hundreds: its calls run at once, and nothing is answered before the last of them. */
function refuseLongBatch(procedures: readonly string[]): void {
  if (procedures.length > MAX_BATCH)
    throw new RequestRefused(
      400,
      'BATCH_TOO_LONG',
      `A request holds at most ${MAX_BATCH} calls, this one ${procedures.length}. Send them in several requests.`,
    );
  const large = procedures.filter((name) => isLarge(name));
  if (large.length > MAX_LARGE)
    throw new RequestRefused(
      400,
      'BATCH_TOO_LONG',
      `A request holds at most ${MAX_LARGE} calls of ${[...new Set(large)].join(', ')}: each may answer with thousands of rows.`,
    );
}

async function spend(limit: RateLimiterMemory, request: BufferedRequest): Promise<void> {
  try {
    await limit.consume(addressOf(request));
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    throw new RequestRefused(
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
    error instanceof RequestRefused
      ? error
      : new RequestRefused(500, 'INTERNAL', 'Something went wrong here. The log of this server says what.');
  for (const [name, value] of Object.entries(refused.headers)) response.setHeader(name, value);
  // Whatever is still being sent is read and dropped, so that the sender gets to see the answer.
  request.resume();
  const { code, message, status } = refused;
  if (isRest(request)) {
    sendProblem(request, response, { code, detail: message });
    return;
  }
  // The browser's tRPC client unwraps `json`; without it the operator would see its parser's complaint instead.
  const trpc = path?.startsWith('/api/trpc/') && {
    json: { code: -32_600, message, data: { code, httpStatus: status } },
  };
  sendJson(request, response, status, { error: { code, message, ...trpc } });
}
