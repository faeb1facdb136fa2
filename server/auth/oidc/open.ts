import type { Database } from '@/db/client';
import type { SecretBox } from '@/server/security/secrets';
import type { Auth } from '../auth';
import { openGuardedWay } from './guarded-way';
import { oidcHooks, oidcPlugin } from './library';
import { OidcProvider } from './provider';
import { OidcSessions } from './sessions';
import type { OidcSettings } from './settings';
import { createSingleSignOn, type SingleSignOn } from './sign-on';
import { createSsoCheck, type SsoCheck } from './still-admitted';

/** Single sign-on, as whoever puts the program together needs it. */
export interface OpenSingleSignOn {
  /** For the sign-in library. */
  oidc: { plugin: ReturnType<typeof oidcPlugin>; hooks: ReturnType<typeof oidcHooks> };
  check: SsoCheck;
  signOn(auth: Auth, baseUrl: URL): SingleSignOn;
  close(): Promise<void>;
}

/** Opens the way to a provider. What it opens of the process is closed again with it. */
export function openSingleSignOn(deps: {
  db: Database;
  settings: OidcSettings;
  secretBox: SecretBox;
  passwordLogin: boolean;
  log: (level: 'warn', message: string) => void;
}): OpenSingleSignOn {
  const { db, settings, log, passwordLogin } = deps;
  const way = openGuardedWay();
  const provider = new OidcProvider(settings, way.http);
  const sessions = new OidcSessions(db, deps.secretBox);
  const parts = { db, settings, provider };
  return {
    oidc: { plugin: oidcPlugin(parts), hooks: oidcHooks(parts, passwordLogin) },
    check: createSsoCheck({ ...parts, sessions, passwordLogin, log }),
    signOn: (auth, baseUrl) => createSingleSignOn({ auth, baseUrl, provider, sessions, log }),
    close: way.close,
  };
}
