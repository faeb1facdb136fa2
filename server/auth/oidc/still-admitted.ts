import type { Database } from '@/db/client';
import type { Role } from '../principal';
import { followGroups } from './accounts';
import { admit } from './claims';
import { IssuerMismatch, type OidcProvider, ProviderRefused, ProviderSilent, type Renewed } from './provider';
import { type OidcSessions, readStanding } from './sessions';
import type { OidcSettings } from './settings';

/** How somebody goes on with a session. */
export interface Standing {
  bySingleSignOn: boolean;
  /** What their groups say, if that was asked just now. */
  role?: Role;
}

/** Null when they may not go on. */
export type SsoCheck = (session: { id: string; userId: string }) => Promise<Standing | null>;

/**
 * Looks whether a session may go on. One that began at the provider is asked about there from time to time: who is not
 * admitted any more loses it, and their role follows their groups. While the provider is away it holds for a bounded time.
 * One that began with a password goes on unless passwords are off, or the account belongs to somebody at the provider.
 */
export function createSsoCheck(deps: {
  db: Database;
  settings: OidcSettings;
  provider: OidcProvider;
  sessions: OidcSessions;
  passwordLogin: boolean;
  log: (level: 'warn', message: string) => void;
}): SsoCheck {
  const { db, settings, provider, sessions } = deps;
  /** What is asked for one request counts for those that come meanwhile. */
  const asking = new Map<string, Promise<Standing | null>>();

  return async ({ id, userId }) => {
    const { bySingleSignOn, linked, due, stale } = await readStanding(db, id, userId);
    if (!bySingleSignOn) return deps.passwordLogin && !linked ? { bySingleSignOn } : null;
    if (!due && !asking.has(id)) return stale ? null : { bySingleSignOn };
    return askOnce(id, userId, stale);
  };

  function askOnce(id: string, userId: string, stale: boolean): Promise<Standing | null> {
    const under = asking.get(id);
    if (under) return under;
    const asked = ask(id, userId, stale).finally(() => asking.delete(id));
    asking.set(id, asked);
    return asked;
  }

  async function ask(id: string, userId: string, stale: boolean): Promise<Standing | null> {
    const taken = await sessions.take(id);
    // Another node asks now.
    if (!taken) return stale ? null : AS_BEFORE;
    const { refreshToken, idToken } = taken.kept;
    if (!refreshToken) return end(id, 'noRefreshToken');
    let renewed: Renewed;
    try {
      renewed = await provider.renew(refreshToken, taken.subject);
    } catch (error) {
      if (error instanceof ProviderRefused) return end(id, 'refusedByProvider');
      if (!(error instanceof ProviderSilent || error instanceof IssuerMismatch)) throw error;
      deps.log('warn', `Whether a session still holds could not be asked of the provider: ${error.message}`);
      return stale ? end(id, 'providerAway') : AS_BEFORE;
    }
    // Kept before it is judged: a provider may take each refresh token but once.
    await sessions.confirm(id, {
      refreshToken: renewed.refreshToken,
      idToken: renewed.idToken ?? idToken,
    });
    const judged = admit(settings, renewed.claims);
    if ('refused' in judged) return end(id, judged.refused);
    const { ended } = await followGroups(db, userId, judged);
    return ended ? null : { bySingleSignOn: true, role: judged.role };
  }

  async function end(id: string, reason: string): Promise<null> {
    await sessions.end(id, reason);
    return null;
  }
}

const AS_BEFORE: Standing = { bySingleSignOn: true };
