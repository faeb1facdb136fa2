import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { betterAuth } from 'better-auth/minimal';
import type { Database } from '@/db/client';
import { authAccount, authRateLimit, authSession, authUser, authVerification } from '@/db/schema/auth';
import { originAllowed } from './origin';
import { MIN_PASSWORD_LENGTH } from './password';

/** Set by our own door from the socket, never taken from the client. */
export const CLIENT_ADDRESS_HEADER = 'x-switchyard-client';

/** Sign-in attempts one address may make in a minute, counted across all nodes. */
export const LOGIN_ATTEMPTS_PER_MINUTE = 10;

export type Auth = ReturnType<typeof createAuth>;

/** Sign-in with e-mail and password; nobody can open an account by themselves. */
export function createAuth(deps: {
  db: Database;
  /** Derived from the secret key; changing it signs everybody out. */
  sessionSecret: string;
  /** The address browsers use; https makes the cookies Secure. */
  baseUrl: URL;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
}) {
  return betterAuth({
    appName: 'Switchyard',
    baseURL: deps.baseUrl.origin,
    basePath: '/api/auth',
    secret: deps.sessionSecret,
    telemetry: { enabled: false },
    logger: { level: 'error', log: deps.log },
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
      },
    }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: MIN_PASSWORD_LENGTH },
    user: {
      additionalFields: {
        role: { type: 'string', required: true, defaultValue: 'viewer', input: false },
      },
    },
    session: {
      expiresIn: 7 * 24 * 3600,
      // A cached session would outlive its revocation.
      cookieCache: { enabled: false },
      // Whoever is signed in for long sees and ends their sessions as well: that is when it matters.
      freshAge: 0,
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 300,
      customRules: {
        '/sign-in/email': { window: 60, max: LOGIN_ATTEMPTS_PER_MINUTE },
        '/change-password': { window: 60, max: LOGIN_ATTEMPTS_PER_MINUTE },
      },
    },
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
