import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { betterAuth } from 'better-auth/minimal';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type { Database } from '@/db/client';
import {
  authAccount,
  authPasskey,
  authRateLimit,
  authSession,
  authTwoFactor,
  authUser,
  authVerification,
} from '@/db/schema/auth';
import { newBackupCodes } from './backup-codes';
import type { oidcHooks, oidcPlugin } from './oidc/library';
import { originAllowed } from './origin';
import { passkeyPlugin } from './passkey-plugin';
import { passkeyOfSession } from './passkey-sessions';
import { passkeyParty } from './passkeys';
import { MIN_PASSWORD_LENGTH } from './password';
import { numbered } from './sealing';

/** Set by our own door from the socket, never taken from the client. */
export const CLIENT_ADDRESS_HEADER = 'x-switchyard-client';

/** Tries of the present password that one address may make in a minute, counted across all nodes. */
const PASSWORD_TRIES_PER_MINUTE = 10;
/** How long a session lasts. */
export interface SessionLife {
  /** Nobody used it for so long. */
  idleHours: number;
  /** In all, however much it is used. */
  days: number;
}

export type Auth = ReturnType<typeof createAuth>;

/** Sign-in with e-mail and password, and at a provider where there is one; nobody can open an account by themselves. */
export function createAuth(deps: {
  db: Database;
  /**
   * Derived from the secret keys, the newest first. It signs cookies: changing it signs everybody out. Those after it are
   * there while keys are rotated: second factors that were sealed with them open still.
   */
  sessionSecrets: readonly string[];
  /** The address browsers use; https makes the cookies Secure. */
  baseUrl: URL;
  sessions: SessionLife;
  /** Sign-in at a provider. */
  oidc?: { plugin: ReturnType<typeof oidcPlugin>; hooks: ReturnType<typeof oidcHooks> } | undefined;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
}) {
  const hooks = deps.oidc?.hooks;
  const party = passkeyParty(deps.baseUrl);
  return betterAuth({
    appName: 'Switchyard',
    baseURL: deps.baseUrl.origin,
    basePath: '/api/auth',
    secrets: numbered(deps.sessionSecrets),
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      log: (level, message, error) => deps.log(isRefusal(message, error) ? 'debug' : level, message),
    },
    // postgres.js transactions are not safe when a backend dies, and nothing here needs one.
    database: drizzleAdapter(deps.db, {
      provider: 'pg',
      transaction: false,
      schema: {
        user: authUser,
        session: authSession,
        account: authAccount,
        verification: authVerification,
        rateLimit: authRateLimit,
        twoFactor: authTwoFactor,
        passkey: authPasskey,
      },
    }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: MIN_PASSWORD_LENGTH },
    user: {
      additionalFields: {
        role: { type: 'string', required: true, defaultValue: 'viewer', input: false },
      },
    },
    session: {
      // Of the cookie. The session's own end is near at first, and use puts it off: see authenticate.ts.
      expiresIn: deps.sessions.days * 86_400,
      disableSessionRefresh: true,
      // A cached session would outlive its revocation.
      cookieCache: { enabled: false },
      // Whoever is signed in for long sees and ends their sessions as well: that is when it matters.
      freshAge: 0,
      additionalFields: { passkeyId: { type: 'string', required: false, input: false } },
    },
    account: {
      // What is kept of the provider's tokens belongs to a session, and is sealed: see oidc/sessions.ts.
      updateAccountOnSignIn: false,
      // The provider has verified the address; here an administrator gave it.
      accountLinking: { enabled: true, trustedProviders: [], requireLocalEmailVerified: false },
    },
    databaseHooks: {
      ...(hooks && {
        user: { create: { before: hooks.user } },
        account: { create: { before: hooks.account } },
      }),
      session: {
        create: {
          before: async (session, context) => {
            await hooks?.beforeSession(session.userId);
            const passkeyId = await passkeyOfSession(deps.db, session.userId, context);
            const expiresAt = new Date(Date.now() + deps.sessions.idleHours * 3_600_000);
            return { data: { ...session, passkeyId, expiresAt } };
          },
          after: async (session) => hooks?.afterSession(session),
        },
      },
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 300,
      customRules: {
        // Counted by login-limit.ts: by account and address together.
        '/sign-in/email': false,
        '/two-factor/*': false,
        '/passkey/verify-authentication': false,
        // Of a whole office behind one address.
        '/passkey/generate-authenticate-options': { window: 60, max: 60 },
        '/sign-in/social': { window: 60, max: 60 },
        '/change-password': { window: 60, max: PASSWORD_TRIES_PER_MINUTE },
      },
    },
    plugins: [
      twoFactor({
        // Among several of these in one authenticator, the address tells which it is.
        issuer: `Switchyard (${deps.baseUrl.hostname})`,
        backupCodeOptions: { customBackupCodesGenerate: newBackupCodes },
      }),
      deps.oidc?.plugin ?? genericOAuth({ config: [] }),
      ...(party ? [passkeyPlugin(deps.db, party)] : []),
    ],
    trustedOrigins: (request) => {
      const origin = request?.headers.get('origin');
      const allowed = originAllowed({ origin, host: request?.headers.get('host'), publicUrl: deps.baseUrl });
      return origin && allowed ? [origin] : [];
    },
    advanced: {
      cookiePrefix: 'switchyard',
      useSecureCookies: deps.baseUrl.protocol === 'https:',
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
  });
}

/** Whether the library tells of a passkey that could not be verified: anybody can make as many of those as they like. */
const isRefusal = (message: string, error: unknown) =>
  /^Failed to verify (registration|authentication)/.test(message) &&
  error instanceof Error &&
  error.cause === undefined;
