import { APIError } from 'better-auth/api';
import type { Database } from '@/db/client';
import type { AccessEvent } from './access-event';
import { tooManyAttempts } from './attempts';
import type { Auth } from './auth';
import { forgiveLogin } from './login-limit';
import { MAX_PASSKEYS, ownerOf, passkeyParty, removePasskey, secondFactorsOf } from './passkeys';
import type { Authenticate, Principal } from './principal';
import { keepOnlyNew } from './second-step';

const at = (name: string) => `POST /api/auth/passkey/${name}`;
/** Asks the password, and gives what an authenticator has to sign. */
const BEGIN = at('generate-register-options');
const ADD = at('verify-registration');
const BEGIN_SIGN_IN = at('generate-authenticate-options');
const SIGN_IN = at('verify-authentication');
/** Ours: the library knows neither the rule about the last second factor nor which sessions a passkey began. */
const REMOVE = at('delete-passkey');

/** What of the library's passkeys exists here; none is begun by a GET, as it does something. */
export const PASSKEY_ROUTES: ReadonlySet<string> = new Set([BEGIN, ADD, BEGIN_SIGN_IN, SIGN_IN, REMOVE]);

/** A call of one of these addresses, read. */
interface Asked {
  url: URL;
  headers: Headers;
  sent: Record<string, unknown>;
  address: string;
}

/** Answers what concerns passkeys: what is asked before the library is, and what goes on record afterwards. */
export function createPasskeyDoor(deps: {
  auth: Auth;
  db: Database;
  baseUrl: URL;
  authenticate: Authenticate;
  audit: (event: AccessEvent) => Promise<void>;
}) {
  const { auth, db, authenticate, audit } = deps;
  const party = passkeyParty(deps.baseUrl);

  return async (route: string, asked: Asked): Promise<Response> => {
    if (!party) return refusal(404, 'NO_PASSKEYS', NO_PASSKEYS);
    if (route === BEGIN_SIGN_IN) return beginSignIn(asked);
    if (route === SIGN_IN) return signIn(asked);
    const caller = await authenticate(asked.headers, { enrolling: true });
    if (!caller?.sessionId) return refusal(401, 'UNAUTHORIZED', 'Sign in, or send an API key.');
    if (caller.singleSignOn) return refusal(403, 'SINGLE_SIGN_ON', NO_PASSWORD);
    if (route === ADD) return add(asked, caller);
    const wrong = await passwordWrong(asked, caller);
    if (wrong) return wrong;
    return route === BEGIN ? begin(asked, caller) : remove(asked, caller, caller.sessionId);
  };

  /** Who finds a browser open must not change how its owner signs in. */
  async function passwordWrong(
    { headers, sent, address }: Asked,
    caller: Principal,
  ): Promise<Response | null> {
    const limited = await tooManyAttempts(deps, caller.email, address);
    if (limited) return limited;
    const password = typeof sent.password === 'string' ? sent.password : '';
    try {
      await auth.api.verifyPassword({ body: { password }, headers });
    } catch (error) {
      if (error instanceof APIError) return refusal(400, 'INVALID_PASSWORD', 'Invalid password');
      throw error;
    }
    await forgiveLogin(db, caller.email ?? '', address, 1);
    return null;
  }

  async function begin({ url, headers }: Asked, caller: Principal): Promise<Response> {
    const { passkeys } = await secondFactorsOf(db, caller.id);
    if (passkeys.length >= MAX_PASSKEYS)
      return refusal(409, 'TOO_MANY', `You have ${MAX_PASSKEYS} passkeys. Remove one first.`);
    return auth.handler(new Request(url, { headers }));
  }

  /** The session that comes of it began with the passkey, so that it counts as one with two factors. */
  async function add({ url, headers, sent, address }: Asked, caller: Principal): Promise<Response> {
    const name = typeof sent.name === 'string' ? sent.name.trim().slice(0, MAX_NAME) : '';
    const body = { response: sent.response, createSession: true, ...(name && { name }) };
    const answer = await auth.handler(posted(url, headers, body));
    const told = await toldBy(answer);
    // Whatever was sent is not a fault of the server's.
    if (told.code === 'FAILED_TO_VERIFY_REGISTRATION') return refusal(400, told.code, NOT_VERIFIED);
    if (!answer.ok) return answer;
    const outcome = { passkey: told.name ?? null };
    await audit({
      action: 'passkey.added',
      actor: caller.name,
      subject: caller.email ?? '',
      address,
      outcome,
    });
    await keepOnlyNew(deps, caller, answer.headers);
    return withCookies(answer, outcome);
  }

  async function beginSignIn({ url, headers }: Asked): Promise<Response> {
    // Nobody is told which passkeys somebody has: an authenticator knows those for this host.
    headers.delete('cookie');
    const answer = await auth.handler(new Request(url, { headers }));
    if (!answer.ok) return answer;
    return withCookies(answer, { ...(await answer.json()), userVerification: 'required' });
  }

  async function signIn({ url, headers, sent, address }: Asked): Promise<Response> {
    const response = typeof sent.response === 'object' && sent.response !== null ? sent.response : {};
    const id = 'id' in response && typeof response.id === 'string' ? response.id.slice(0, LONGEST_ID) : '';
    const owner = await ownerOf(db, id);
    const subject = owner?.email;
    const limited = await tooManyAttempts(deps, subject, address);
    if (limited) return limited;
    const answer = await auth.handler(posted(url, headers, { response }));
    if (!answer.ok || !owner) {
      const action = answer.status === 429 ? 'login.limited' : 'login.denied';
      await audit({ action, actor: null, subject: subject ?? 'a passkey', address });
      return answer;
    }
    await forgiveLogin(db, owner.email, address, 1);
    const outcome = { passkey: owner.passkey };
    await audit({ action: 'login', actor: owner.name, subject: owner.email, address, outcome });
    return withCookies(answer, { ok: true });
  }

  async function remove({ sent, address }: Asked, caller: Principal, sessionId: string): Promise<Response> {
    const id = typeof sent.id === 'string' ? sent.id.slice(0, LONGEST_ID) : '';
    const done = await removePasskey(db, { userId: caller.id, role: caller.role, id, sessionId });
    if ('refused' in done)
      return done.refused === 'last'
        ? refusal(409, 'LAST_SECOND_FACTOR', LAST)
        : refusal(404, 'PASSKEY_NOT_FOUND', 'There is no such passkey any more.');
    const outcome = { passkey: done.removed };
    await audit({
      action: 'passkey.removed',
      actor: caller.name,
      subject: caller.email ?? '',
      address,
      outcome,
    });
    return Response.json({ ok: true });
  }
}

const MAX_NAME = 60;
/** WebAuthn allows 1023 bytes, which are more letters in base64. */
const LONGEST_ID = 1400;
const NO_PASSKEYS = 'Passkeys need an https address with a name: set SWITCHYARD_PUBLIC_URL.';
/** What somebody is told whose password is not known here. */
export const NO_PASSWORD = 'You came by single sign-on, which has no password here.';
const NOT_VERIFIED = 'What the authenticator answered could not be verified. Try again.';
const LAST = 'A second factor is required of you, and this is your last. Set up another one first.';

const refusal = (status: number, code: string, message: string) =>
  Response.json({ code, message }, { status });

const posted = (url: URL, headers: Headers, body: unknown) =>
  new Request(url, { method: 'POST', headers, body: JSON.stringify(body) });

async function toldBy(answer: Response): Promise<{ code?: string; name?: string }> {
  return answer
    .clone()
    .json()
    .catch(() => ({}));
}

/** The library's answer with less in it: no page needs the session's token. */
function withCookies(answer: Response, body: object): Response {
  const headers = new Headers();
  for (const cookie of answer.headers.getSetCookie()) headers.append('set-cookie', cookie);
  return Response.json(body, { headers });
}
