import type { IncomingMessage, ServerResponse } from 'node:http';
import { fromNodeHeaders } from 'better-auth/node';
import type { ZodError } from 'zod';
import type { Database } from '@/db/client';
import { problemsOf } from '@/server/input/closed-input';
import { type Auth, CLIENT_ADDRESS_HEADER } from './auth';
import { claimInvite, inviteClaimInput } from './members';
import type { Authenticate } from './principal';
import { claimSetup, setupClaimInput } from './setup';

/** Something about access that belongs in the audit log. */
export type AccessEvent = {
  action:
    | 'login'
    | 'login.denied'
    | 'login.limited'
    | 'logout'
    | 'password.changed'
    | 'sessions.ended'
    | 'setup.claimed'
    | 'setup.denied'
    | 'invite.claimed'
    | 'invite.denied';
  /** The e-mail address, as given or of the account. */
  subject: string;
  address: string;
};

/** A request whose body the front door has read already. */
export type BufferedRequest = IncomingMessage & { body?: string };

const SIGN_IN = 'POST /api/auth/sign-in/email';
const SIGN_OUT = 'POST /api/auth/sign-out';
const CHANGE_PASSWORD = 'POST /api/auth/change-password';
const END_SESSION = 'POST /api/auth/revoke-session';
const END_OTHER_SESSIONS = 'POST /api/auth/revoke-other-sessions';
/** What we serve of the library; the rest of it (sign-up, social, e-mail) does not exist here. */
const SERVED = new Set([
  SIGN_IN,
  SIGN_OUT,
  CHANGE_PASSWORD,
  'GET /api/auth/get-session',
  // It tells tokens, which nobody can sign in with: a cookie has a signature besides.
  'GET /api/auth/list-sessions',
  END_SESSION,
  END_OTHER_SESSIONS,
  'POST /api/auth/update-user',
]);
const CLAIM = 'POST /api/auth/setup';
const JOIN = 'POST /api/auth/invite';

/** Answers `/api/auth/*`: sign-in and out, password change, and the one-time setup. */
export function createAuthHandler(deps: {
  auth: Auth;
  db: Database;
  baseUrl: URL;
  authenticate: Authenticate;
  audit: (event: AccessEvent) => Promise<void>;
}) {
  return async (request: BufferedRequest, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', deps.baseUrl);
    const route = `${request.method} ${url.pathname}`;
    const address = request.socket.remoteAddress ?? 'unknown';
    response.setHeader('cache-control', 'no-store');

    if (route === CLAIM || route === JOIN) {
      const { status, error, ...what } = await (route === CLAIM ? claim : join)(
        deps.db,
        jsonOf(request.body),
      );
      if (what.action) await deps.audit({ ...what, address });
      return sendJson(response, status, error ? { error } : { ok: true });
    }
    if (!SERVED.has(route)) {
      return sendJson(response, 404, { error: { code: 'NOT_FOUND', message: 'There is nothing here.' } });
    }

    const headers = fromNodeHeaders(request.headers);
    headers.set(CLIENT_ADDRESS_HEADER, address);
    // Asked before: afterwards the session may be gone.
    const subject = route === SIGN_IN ? emailIn(request.body) : (await deps.authenticate(headers))?.email;
    const body = request.method === 'GET' ? undefined : request.body;
    const answer = await deps.auth.handler(new Request(url, { method: request.method, headers, body }));
    const action = accessAction(route, answer.status);
    if (action) await deps.audit({ action, subject: subject ?? 'unknown', address });

    answer.headers.forEach((value, name) => {
      if (name !== 'set-cookie') response.setHeader(name, value);
    });
    response.setHeader('set-cookie', answer.headers.getSetCookie());
    const retryAfter = answer.headers.get('x-retry-after');
    if (retryAfter) response.setHeader('retry-after', retryAfter);
    response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
  };
}

/** What came of a link that makes an account; what cannot be one is not on record. */
type Claimed = {
  status: number;
  error?: { code: string; message: string; field?: string | undefined };
} & (Pick<AccessEvent, 'action' | 'subject'> | { action?: never });

async function claim(db: Database, body: unknown): Promise<Claimed> {
  const input = setupClaimInput.safeParse(body);
  if (!input.success) return invalid(input.error);
  const result = await claimSetup(db, input.data);
  const subject = input.data.email;
  if (result.ok) return { status: 201, action: 'setup.claimed', subject };
  const { ok: _refused, ...error } = result;
  const status = error.code === 'SETUP_DONE' ? 409 : 403;
  return { status, action: 'setup.denied', subject, error };
}

async function join(db: Database, body: unknown): Promise<Claimed> {
  const input = inviteClaimInput.safeParse(body);
  if (!input.success) return invalid(input.error);
  const joined = await claimInvite(db, input.data);
  if (joined) return { status: 201, action: 'invite.claimed', subject: joined.email };
  const message = 'This invite has expired, was used, or is not complete. Ask for a new one.';
  const error = { code: 'INVITE_INVALID', message };
  return { status: 403, action: 'invite.denied', subject: input.data.name, error };
}

function invalid(error: ZodError): Claimed {
  const [problem] = problemsOf(error);
  const field = problem?.path.join('.');
  return { status: 422, error: { code: 'INVALID', message: problem?.message ?? 'Not valid', field } };
}

function accessAction(route: string, status: number): AccessEvent['action'] | null {
  if (route === SIGN_IN) return status === 429 ? 'login.limited' : status < 300 ? 'login' : 'login.denied';
  if (status >= 300) return null;
  if (route === SIGN_OUT) return 'logout';
  if (route === END_SESSION || route === END_OTHER_SESSIONS) return 'sessions.ended';
  return route === CHANGE_PASSWORD ? 'password.changed' : null;
}

function emailIn(body: string | undefined): string | undefined {
  const sent = jsonOf(body);
  const value = typeof sent === 'object' && sent !== null && 'email' in sent ? sent.email : undefined;
  return typeof value === 'string' ? value.slice(0, 254).toLowerCase() : undefined;
}

function jsonOf(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
