import type { SsoRefusal } from '@/domain/sso-refusal';
import type { AccessEvent } from '../access-event';
import type { Auth } from '../auth';
import { type Attempt, attempting } from './attempt';
import { IssuerMismatch, type OidcProvider, ProviderSilent } from './provider';
import { type OidcSessions, PROVIDER_ID } from './sessions';

export const SSO_BEGIN = 'POST /api/auth/sign-in/sso';
export const SSO_CALLBACK = `GET /api/auth/callback/${PROVIDER_ID}`;

/** What the browser is told, and what goes on record. */
export interface SsoAnswer {
  status: number;
  /** Where the browser goes next. */
  location?: string;
  body?: unknown;
  cookies: string[];
  events: Pick<AccessEvent, 'action' | 'actor' | 'subject' | 'outcome'>[];
}

interface Deps {
  auth: Auth;
  baseUrl: URL;
  provider: OidcProvider;
  sessions: OidcSessions;
  log: (level: 'warn', message: string) => void;
}

export type SingleSignOn = ReturnType<typeof createSingleSignOn>;

/** The sign-in at a provider, from the button to the session, and the way out there. */
export function createSingleSignOn(deps: Deps) {
  return {
    /** Answers where the browser is to go: to the provider. */
    async begin(headers: Headers, next: unknown): Promise<SsoAnswer> {
      const trouble = await troubleWith(deps);
      if (trouble)
        return { status: 502, body: { code: trouble, message: NOT_BEGUN }, cookies: [], events: [] };
      const back = loginPage({ next: typeof next === 'string' ? next.slice(0, LONGEST_NEXT) : '' });
      const sent = {
        provider: PROVIDER_ID,
        callbackURL: back,
        errorCallbackURL: back,
        disableRedirect: true,
      };
      const answer = await deps.auth.handler(
        new Request(new URL('/api/auth/sign-in/social', deps.baseUrl), {
          method: 'POST',
          headers: asJson(headers),
          body: JSON.stringify(sent),
        }),
      );
      const { url } = (await answer.json().catch(() => ({}))) as { url?: string };
      const cookies = answer.headers.getSetCookie();
      if (answer.ok && url) return { status: 200, body: { url }, cookies, events: [] };
      const code = answer.status === 429 ? 'limited' : 'failed';
      return { status: answer.status, body: { code, message: NOT_BEGUN }, cookies: [], events: [] };
    },

    /** What the provider sent the browser back with: it ends at the login page, signed in or told why not. */
    async finish(url: URL, headers: Headers): Promise<SsoAnswer> {
      const trouble = await troubleWith(deps);
      if (trouble) return refused(deps, { why: trouble, email: 'unknown' }, '', []);
      const attempt: Attempt = {};
      const answer = await attempting(attempt, () => deps.auth.handler(new Request(url, { headers })));
      const to = new URL(answer.headers.get('location') ?? '/login', deps.baseUrl);
      const next = to.searchParams.get('next') ?? '';
      const { session, admitted } = attempt;
      if (!session || !admitted) {
        const why = attempt.refused ?? { why: refusalOf(to.searchParams.get('error')), email: 'unknown' };
        return refused(deps, why, next, answer.headers.getSetCookie());
      }
      // Without it the session could not be asked about, so that nobody is given its cookie before.
      await deps.sessions.begin(session.id, admitted.subject, attempt.kept ?? {});
      const cookies = answer.headers.getSetCookie();
      return { status: 302, location: loginPage({ next }), cookies, events: eventsOf(attempt) };
    },

    /** Where the browser is signed out at the provider; null for who did not come from there, and where it offers none. */
    async leaving(sessionId: string): Promise<string | null> {
      const kept = await deps.sessions.kept(sessionId);
      if (!kept) return null;
      try {
        const url = await deps.provider.endSessionUrl(kept.idToken, new URL('/login', deps.baseUrl));
        return url?.href ?? null;
      } catch (error) {
        // Whoever wants to leave does, wherever the provider is.
        deps.log('warn', `Nobody was signed out at the provider: ${messageOf(error)}`);
        return null;
      }
    },
  };
}

const LONGEST_NEXT = 2000;
const NOT_BEGUN = 'The sign-in could not be begun.';

/**
 * Everybody comes back by the login page, which asks the one function that judges where they may go on to. The library
 * takes few signs in an address, so that all others are written as numbers.
 */
function loginPage(told: { next: string; sso?: SsoRefusal }): string {
  const query = new URLSearchParams(Object.entries(told).filter(([, value]) => value !== ''));
  return query.size > 0 ? `/login?${query.toString().replaceAll('*', '%2A')}` : '/login';
}

async function troubleWith({ auth, provider, log }: Deps): Promise<'issuer' | 'unreachable' | null> {
  try {
    const { issuer } = await provider.metadata();
    const library = (await auth.$context).socialProviders.find(({ id }) => id === PROVIDER_ID);
    // The library asks by itself, and compares with nothing. Where it has no answer yet, it asks again.
    return library?.issuer === undefined || library.issuer === issuer ? null : 'issuer';
  } catch (error) {
    if (!(error instanceof ProviderSilent || error instanceof IssuerMismatch)) throw error;
    log('warn', `Nobody can sign in by single sign-on: ${error.message}`);
    return error instanceof IssuerMismatch ? 'issuer' : 'unreachable';
  }
}

function refused(
  deps: Deps,
  { why, email }: NonNullable<Attempt['refused']>,
  next: string,
  cookies: string[],
): SsoAnswer {
  deps.log('warn', `A sign-in by single sign-on was refused: ${why}`);
  const event = { action: `sso.denied.${why}` as const, actor: null, subject: email };
  return { status: 302, location: loginPage({ next, sso: why }), cookies, events: [event] };
}

function eventsOf({ admitted, joined, linked }: Attempt): SsoAnswer['events'] {
  if (!admitted) return [];
  const { name: actor, email: subject, role } = admitted;
  const made = joined ? 'sso.joined' : linked ? 'sso.linked' : null;
  return [
    ...(made ? [{ action: made, actor, subject, outcome: { role } } as const] : []),
    { action: 'login', actor, subject, outcome: { by: 'single sign-on', role } },
  ];
}

/** What the library calls it, or the provider itself. */
const REFUSALS: Record<string, SsoRefusal> = {
  access_denied: 'denied',
  email_not_found: 'noEmail',
  interaction_required: 'denied',
  invalid_callback_request: 'state',
  invalid_code: 'code',
  issuer_mismatch: 'issuer',
  issuer_missing: 'issuer',
  login_required: 'denied',
  no_code: 'state',
  nonce_binding_missing: 'state',
  oauth_provider_not_found: 'unreachable',
  state_invalid: 'state',
  state_mismatch: 'state',
  state_not_found: 'state',
  temporarily_unavailable: 'unreachable',
  unable_to_get_user_info: 'token',
};

const refusalOf = (error: string | null): SsoRefusal =>
  error !== null && Object.hasOwn(REFUSALS, error) ? (REFUSALS[error] ?? 'failed') : 'failed';

function asJson(headers: Headers): Headers {
  const own = new Headers(headers);
  own.set('content-type', 'application/json');
  own.delete('content-length');
  return own;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : 'unknown');
