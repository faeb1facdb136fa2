import type { IncomingMessage, ServerResponse } from 'node:http';
import { fromNodeHeaders } from 'better-auth/node';
import type { ZodError } from 'zod';
import type { Database } from '@/db/client';
import { claimName, isTaken } from '@/db/queries/actor-names';
import { problemsOf } from '@/server/input/closed-input';
import type { Client } from '@/server/security/client';
import type { AccessEvent, Recorded } from './access-event';
import { tooManyAttempts } from './attempts';
import { type Auth, CLIENT_ADDRESS_HEADER } from './auth';
import { whyGuessable } from './common-passwords';
import { forgiveLogin } from './login-limit';
import { claimInvite, inviteClaimInput, readInvite } from './members';
import { actorName, NAME_TAKEN, personalName } from './names';
import { type SingleSignOn, SSO_BEGIN, SSO_CALLBACK, type SsoAnswer } from './oidc/sign-on';
import { createPasskeyDoor, NO_PASSWORD, PASSKEY_ROUTES } from './passkey-door';
import { type Authenticate, PASSWORDS_OFF, type Principal } from './principal';
import { claimReset, readReset, resetInput } from './resets';
import {
  ENROL,
  GIVE_CODE,
  SECOND_FACTOR_ROUTES,
  secondFactorAction,
  secondFactorBody,
} from './second-factor-routes';
import { entryAlone, keepOnlyNew, returnCode, spendCode, whoIsEntering } from './second-step';
import { claimSetup, setupClaimInput } from './setup';

/** A request that the front door has read: its body, and who sent it. */
export type BufferedRequest = IncomingMessage & { body?: string; sender?: Client };

/** The address a request came from, as the front door sees it. */
export const addressOf = ({ sender, socket }: BufferedRequest): string =>
  sender?.address ?? socket.remoteAddress ?? 'unknown';

const SIGN_IN = 'POST /api/auth/sign-in/email';
const SIGN_OUT = 'POST /api/auth/sign-out';
const CHANGE_PASSWORD = 'POST /api/auth/change-password';
const RENAME = 'POST /api/auth/update-user';
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
  RENAME,
  ...SECOND_FACTOR_ROUTES,
]);
/** What is open to who has yet to set up the second factor that is required of them. */
const WHILE_ENROLLING = new Set([ENROL, GIVE_CODE, SIGN_OUT]);
const CLAIM = 'POST /api/auth/setup';
const JOIN = 'POST /api/auth/invite';
const RESET = 'POST /api/auth/reset';
/** What one-time links open. */
const BY_LINK: Record<string, (db: Database, body: unknown) => Promise<Claimed>> = {
  [CLAIM]: claim,
  [JOIN]: join,
  [RESET]: reset,
};

/** Whether this address takes what a one-time link opens: guessing those is limited by address. */
export const isByLink = (path: string): boolean => Object.hasOwn(BY_LINK, `POST ${path}`);

/** Answers `/api/auth/*`: sign-in and out, password change, and the one-time setup. */
export function createAuthHandler(deps: {
  auth: Auth;
  db: Database;
  baseUrl: URL;
  authenticate: Authenticate;
  audit: (event: AccessEvent) => Promise<void>;
  /** Where people sign in at a provider as well. */
  sso?: SingleSignOn | undefined;
  /** Whether passwords open anything; the usual. */
  passwordLogin?: boolean;
}) {
  const { sso, passwordLogin = true } = deps;
  const passkeys = createPasskeyDoor(deps);
  return async (request: BufferedRequest, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', deps.baseUrl);
    const route = `${request.method} ${url.pathname}`;
    const address = addressOf(request);
    response.setHeader('cache-control', 'no-store');

    if (!passwordLogin && isByPassword(route))
      return sendJson(response, 403, { error: { code: 'PASSWORDS_OFF', message: PASSWORDS_OFF } });
    const byLink = BY_LINK[route];
    if (byLink) {
      const { status, error, ...what } = await byLink(deps.db, jsonOf(request.body));
      if (what.action) await deps.audit({ ...what, address });
      return sendJson(response, status, error ? { error } : { ok: true });
    }
    if (sso && (route === SSO_BEGIN || route === SSO_CALLBACK)) return serveSso(sso, request, response, url);
    const headers = headersOf(request);
    if (PASSKEY_ROUTES.has(route))
      return send(
        request,
        response,
        await passkeys(route, { url, headers, sent: objectOf(request.body), address }),
      );
    if (!SERVED.has(route)) {
      return sendJson(response, 404, { error: { code: 'NOT_FOUND', message: 'There is nothing here.' } });
    }

    // Asked before: afterwards the session may be gone.
    const caller = route === SIGN_IN ? null : await deps.authenticate(headers, { enrolling: true });
    if (caller?.secondFactor === 'missing' && !WHILE_ENROLLING.has(route))
      return sendJson(response, 403, { code: 'SECOND_FACTOR_MISSING', message: SECOND_FACTOR_MISSING });
    if (!caller && route !== SIGN_IN && route !== SIGN_OUT) await entryAlone(deps.auth, headers);
    const secondFactor = SECOND_FACTOR_ROUTES.has(route);
    const entering = secondFactor && !caller ? await whoIsEntering(deps.auth, deps.db, headers) : null;
    const subject = caller?.email ?? entering?.email ?? emailIn(request.body);
    const counted = route === SIGN_IN || secondFactor;
    const limited = counted ? await tooManyAttempts(deps, subject, address) : null;
    if (limited) return send(request, response, limited);
    const checked = secondFactor
      ? await checkedStep(deps.db, route, request.body, caller?.id ?? entering?.userId)
      : (CHECKED[route] ?? asSent)(request.body, caller);
    if ('refused' in checked) {
      const { status = 422, ...refusal } = checked.refused;
      if (entering)
        await deps.audit({ action: 'login.denied', actor: null, subject: entering.email, address });
      return sendJson(response, status, refusal);
    }
    if (caller?.singleSignOn && OF_PASSWORDS.has(route))
      return sendJson(response, 403, { code: 'SINGLE_SIGN_ON', message: NO_PASSWORD });
    const { body, renamed, undo } = checked;
    if (renamed && caller?.email && !(await claimName(deps.db, personalName(renamed, caller.email))))
      return sendJson(response, 422, { code: 'NAME_TAKEN', message: NAME_TAKEN, field: 'name' });
    const leaving = route === SIGN_OUT && caller?.sessionId ? await sso?.leaving(caller.sessionId) : null;
    const answer = await deps.auth.handler(
      new Request(url, {
        method: request.method,
        headers,
        body: request.method === 'GET' ? undefined : body,
      }),
    );
    if (!answer.ok) await undo?.();
    const waits = route === SIGN_IN && answer.ok && (await waitsForSecondStep(answer.clone()));
    // What was right so far is forgiven with the last step: else wrong codes would be, by the password.
    if (counted && answer.ok && !waits)
      await forgiveLogin(deps.db, subject ?? '', address, entering ? STEPS : 1);
    let event: Recorded | null = null;
    if (secondFactor) event = secondFactorAction(route, answer.status, caller, entering);
    else if (!waits) event = await accessEvent(route, answer.clone(), caller, renamed);
    if (event) await deps.audit({ ...event, subject: subject ?? 'unknown', address });
    if (event?.action === 'twofactor.enabled' && caller) await keepOnlyNew(deps, caller, answer.headers);
    if (!leaving || !answer.ok) return send(request, response, answer);
    setHeaders(request, response, answer.headers);
    sendJson(response, 200, { success: true, url: leaving });
  };

  async function serveSso(sso: SingleSignOn, request: BufferedRequest, response: ServerResponse, url: URL) {
    const headers = headersOf(request);
    const answer: SsoAnswer =
      request.method === 'GET'
        ? await sso.finish(url, headers)
        : await sso.begin(headers, objectOf(request.body).next);
    for (const event of answer.events) await deps.audit({ ...event, address: addressOf(request) });
    response.setHeader('set-cookie', answer.cookies.map(secured(request)));
    if (answer.location === undefined) return sendJson(response, answer.status, answer.body);
    response.writeHead(answer.status, { location: answer.location }).end();
  }
}

/** Passes on what the library, or a part of ours that speaks like it, answered. */
async function send(request: BufferedRequest, response: ServerResponse, answer: Response): Promise<void> {
  setHeaders(request, response, answer.headers);
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
}

function setHeaders(request: BufferedRequest, response: ServerResponse, headers: Headers): void {
  headers.forEach((value, name) => {
    if (name !== 'set-cookie') response.setHeader(name, value);
  });
  response.setHeader('set-cookie', headers.getSetCookie().map(secured(request)));
  const retryAfter = headers.get('x-retry-after');
  if (retryAfter) response.setHeader('retry-after', retryAfter);
}

function headersOf(request: BufferedRequest): Headers {
  const headers = fromNodeHeaders(request.headers);
  headers.set(CLIENT_ADDRESS_HEADER, addressOf(request));
  return headers;
}

/** What asks for the password of who is signed in, or gives them one. */
const OF_PASSWORDS: ReadonlySet<string> = new Set([CHANGE_PASSWORD, ...SECOND_FACTOR_ROUTES]);
/** Passkeys belong to accounts with a password: where there are none, the provider decides how people come in. */
const isByPassword = (route: string) =>
  route === SIGN_IN || OF_PASSWORDS.has(route) || PASSKEY_ROUTES.has(route) || Object.hasOwn(BY_LINK, route);

/** Of a sign-in with a second factor. */
const STEPS = 2;
const SECOND_FACTOR_MISSING = 'A second factor is required of you. Set it up first.';

/** A code is right once. */
async function checkedStep(
  db: Database,
  route: string,
  sent: string | undefined,
  userId: string | undefined,
): Promise<Checked> {
  const wanted = secondFactorBody(route, objectOf(sent));
  const body = JSON.stringify(wanted);
  if (route !== GIVE_CODE || !userId) return { body };
  const code = String(wanted.code);
  if (await spendCode(db, userId, code)) return { body, undo: () => returnCode(db, userId, code) };
  const message = 'This code was used already. Wait for the next one.';
  return { refused: { status: 401, code: 'CODE_USED', message, field: 'code' } };
}

/** What is passed on to the library, or why nothing is. */
type Checked =
  | { body: string | undefined; renamed?: string; undo?: () => Promise<void> }
  | { refused: { status?: number; code: string; message: string; field: string } };

const asSent = (body: string | undefined): Checked => ({ body });

/** What the library would take as it comes. */
const CHECKED: Record<string, (body: string | undefined, caller: Principal | null) => Checked> = {
  [CHANGE_PASSWORD]: (body, caller) => {
    const sent = objectOf(body);
    const wanted = typeof sent.newPassword === 'string' ? sent.newPassword.slice(0, 200) : '';
    const message = whyGuessable(wanted, caller ?? {});
    if (message) return { refused: { code: 'PASSWORD_GUESSABLE', message, field: 'newPassword' } };
    // Who knew the old password must not stay signed in elsewhere.
    return { body: JSON.stringify({ ...sent, revokeOtherSessions: true }) };
  },
  [RENAME]: (body) => {
    const named = actorName.safeParse(objectOf(body).name);
    // Nothing else of an account is its owner's to change.
    if (named.success) return { body: JSON.stringify({ name: named.data }), renamed: named.data };
    const message = named.error.issues[0]?.message ?? 'Enter a name';
    return { refused: { code: 'NAME_REFUSED', message, field: 'name' } };
  },
};

/** A cookie that was made for a browser that speaks TLS to a proxy of ours goes over TLS alone. */
const secured =
  ({ sender }: BufferedRequest) =>
  (cookie: string) =>
    sender?.secure && !/;\s*secure\b/i.test(cookie) ? `${cookie}; Secure` : cookie;

/** What came of a link that makes an account; what cannot be one is not on record. */
type Claimed = {
  status: number;
  error?: { code: string; message: string; field?: string | undefined };
} & (Pick<AccessEvent, 'action' | 'actor' | 'subject'> | { action?: never });

async function claim(db: Database, body: unknown): Promise<Claimed> {
  const input = setupClaimInput.safeParse(body);
  if (!input.success) return invalid(input.error);
  const guessable = whyGuessable(input.data.password, input.data);
  if (guessable) return notValid(guessable, 'password');
  const result = await claimSetup(db, input.data);
  const { email: subject, name: actor } = input.data;
  if (result.ok) return { status: 201, action: 'setup.claimed', actor, subject };
  const { ok: _refused, ...error } = result;
  const status = error.code === 'SETUP_DONE' ? 409 : 403;
  return { status, action: 'setup.denied', actor: null, subject, error };
}

async function join(db: Database, body: unknown): Promise<Claimed> {
  const input = inviteClaimInput.safeParse(body);
  if (!input.success) return invalid(input.error);
  const { name, password } = input.data;
  const invite = await readInvite(db, input.data.token);
  const guessable = whyGuessable(password, { name, email: invite?.email });
  if (guessable) return notValid(guessable, 'password');
  if (invite && (await isTaken(db, personalName(name, invite.email)))) return notValid(NAME_TAKEN, 'name');
  const joined = await claimInvite(db, input.data);
  if (joined) return { status: 201, action: 'invite.claimed', actor: name, subject: joined.email };
  const message = 'This invite has expired, was used, or is not complete. Ask for a new one.';
  const error = { code: 'INVITE_INVALID', message };
  return { status: 403, action: 'invite.denied', actor: null, subject: name, error };
}

async function reset(db: Database, body: unknown): Promise<Claimed> {
  const input = resetInput.safeParse(body);
  if (!input.success) return invalid(input.error);
  const whose = await readReset(db, input.data.token);
  const guessable = whose && whyGuessable(input.data.password, whose);
  if (guessable) return notValid(guessable, 'password');
  if (whose && (await claimReset(db, input.data)))
    return { status: 200, action: 'password.reset', actor: whose.name, subject: whose.email };
  const message = 'This link has expired, was used, or is not complete. Ask for a new one.';
  const error = { code: 'RESET_INVALID', message };
  return { status: 403, action: 'reset.denied', actor: null, subject: 'a link', error };
}

function invalid(error: ZodError): Claimed {
  const [problem] = problemsOf(error);
  return notValid(problem?.message ?? 'Not valid', problem?.path.join('.'));
}

function notValid(message: string, field: string | undefined): Claimed {
  return { status: 422, error: { code: 'INVALID', message, field } };
}

async function accessEvent(
  route: string,
  answer: Response,
  caller: Principal | null,
  renamed: string | undefined,
): Promise<Recorded | null> {
  const action = accessAction(route, answer.status);
  if (!action) return null;
  const actor = caller?.name ?? (action === 'login' ? await nameIn(answer) : null);
  return { action, actor, ...(renamed && { outcome: { before: caller?.name, after: renamed } }) };
}

function accessAction(route: string, status: number): AccessEvent['action'] | null {
  if (route === SIGN_IN) return status === 429 ? 'login.limited' : status < 300 ? 'login' : 'login.denied';
  if (status >= 300) return null;
  if (route === SIGN_OUT) return 'logout';
  if (route === END_SESSION || route === END_OTHER_SESSIONS) return 'sessions.ended';
  if (route === RENAME) return 'member.renamed';
  return route === CHANGE_PASSWORD ? 'password.changed' : null;
}

/** Whether the password was right, but is not all that is asked for. */
async function waitsForSecondStep(answer: Response): Promise<boolean> {
  const { twoFactorRedirect } = (await answer.json()) as { twoFactorRedirect?: boolean };
  return twoFactorRedirect === true;
}

/** Who signed in, as the library tells it. */
async function nameIn(answer: Response): Promise<string | null> {
  const { user } = (await answer.json()) as { user?: { name?: string } };
  return user?.name ?? null;
}

function emailIn(body: string | undefined): string | undefined {
  const sent = jsonOf(body);
  const value = typeof sent === 'object' && sent !== null && 'email' in sent ? sent.email : undefined;
  return typeof value === 'string' ? value.slice(0, 254).toLowerCase() : undefined;
}

function objectOf(body: string | undefined): Record<string, unknown> {
  const sent = jsonOf(body);
  return typeof sent === 'object' && sent !== null ? { ...sent } : {};
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
