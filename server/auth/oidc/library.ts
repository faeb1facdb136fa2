import type { OAuth2Tokens } from '@better-auth/core/oauth2';
import { APIError } from 'better-auth/api';
import { type GenericOAuthUserInfo, genericOAuth } from 'better-auth/plugins/generic-oauth';
import type { Database } from '@/db/client';
import type { SsoRefusal } from '@/domain/sso-refusal';
import { accountIdOf, belongsToAnother, followGroups, knownAs } from './accounts';
import { type Attempt, currentAttempt } from './attempt';
import { admit } from './claims';
import { discoveryUrl, IssuerMismatch, type OidcProvider, ProviderSilent } from './provider';
import { isLinked, PROVIDER_ID } from './sessions';
import type { OidcSettings } from './settings';
import { claimsIn } from './tokens';

interface Deps {
  db: Database;
  settings: OidcSettings;
  provider: OidcProvider;
}

/**
 * The library's own way through OpenID Connect: discovery, state, PKCE, the code, and the ID token's signature, issuer,
 * audience, times and nonce. Who it is about, and whether they may come in, is judged here.
 */
export function oidcPlugin(deps: Deps) {
  const { settings } = deps;
  return genericOAuth({
    config: [
      {
        providerId: PROVIDER_ID,
        discoveryUrl: discoveryUrl(settings.issuer),
        clientId: settings.clientId,
        clientSecret: settings.clientSecret,
        // What every provider takes unless it says otherwise (OpenID Connect Core, 9).
        authentication: 'basic',
        scopes: [...settings.scopes],
        pkce: true,
        requireIdTokenVerification: true,
        // It would know neither which session it was nor its ID token.
        disableProviderLogout: true,
        accountSubject: ({ profile }) => accountIdOf(settings.issuer, String(profile.sub)),
        getUserInfo: (tokens) => profileOf(deps, tokens),
      },
    ],
  });
}

/** Called by the library when it has verified the ID token. Null for who may not come in; why stands in the attempt. */
async function profileOf(deps: Deps, tokens: OAuth2Tokens): Promise<GenericOAuthUserInfo | null> {
  const attempt = currentAttempt();
  // Without one it would take the answer about the user instead, which no nonce binds to this browser.
  const verified = tokens.idToken ? claimsIn(tokens.idToken) : null;
  if (!attempt || !verified) return null;
  const refuse = (why: SsoRefusal, email = 'unknown') => {
    attempt.refused = { why, email };
    return null;
  };
  try {
    const judged = admit(deps.settings, await deps.provider.claims(tokens.accessToken, verified));
    if ('refused' in judged) return refuse(judged.refused, judged.email);
    const { subject, email, names } = judged;
    const { issuer } = deps.settings;
    if (await belongsToAnother(deps.db, { issuer, subject, email })) return refuse('otherSubject', email);
    const account = await knownAs(deps.db, { issuer, subject, email, names });
    if (!account) return refuse('failed', email);
    attempt.admitted = { ...judged, ...account };
    attempt.kept = { refreshToken: tokens.refreshToken, idToken: tokens.idToken };
    return { sub: subject, email, emailVerified: true, name: account.name };
  } catch (error) {
    if (error instanceof ProviderSilent || error instanceof IssuerMismatch) return refuse('unreachable');
    throw error;
  }
}

/** What the library makes on the way, as we want it: no tokens beside an account, and no session before the role is right. */
export function oidcHooks(deps: Deps, passwordLogin: boolean) {
  return {
    user: async (user: Record<string, unknown>) => {
      const { admitted } = mustAttempt();
      return { data: { ...user, name: admitted?.name ?? '', role: admitted?.role ?? 'viewer' } };
    },
    account: async (account: Record<string, unknown>) => {
      const attempt = currentAttempt();
      if (attempt) attempt.linked = true;
      return { data: { ...account, accessToken: null, refreshToken: null, idToken: null } };
    },
    beforeSession: async (userId: string) => {
      const attempt = currentAttempt();
      if (!attempt) return refuseByPassword(userId);
      if (!attempt.admitted) throw new APIError('FORBIDDEN', { code: 'not_admitted' });
      await followGroups(deps.db, userId, attempt.admitted);
    },
    afterSession: (session: { id: string; userId: string }) => {
      const attempt = currentAttempt();
      if (attempt) attempt.session = { id: session.id, userId: session.userId };
    },
  };

  /** Told to nobody but who knows the password. */
  async function refuseByPassword(userId: string): Promise<void> {
    if (passwordLogin && !(await isLinked(deps.db, userId))) return;
    throw new APIError('FORBIDDEN', { code: 'SINGLE_SIGN_ON', message: BY_SINGLE_SIGN_ON });
  }
}

/** What somebody is told whose groups decide about them. */
const BY_SINGLE_SIGN_ON = 'This account signs in by single sign-on. Use that instead of a password.';

function mustAttempt(): Attempt {
  const attempt = currentAttempt();
  // Nobody can open an account by themselves.
  if (!attempt?.admitted) throw new APIError('FORBIDDEN', { code: 'not_admitted' });
  attempt.joined = true;
  return attempt;
}
