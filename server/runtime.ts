import type { PublicStatus } from '@/domain/view/plan-view';
import type { SecondFactors } from '@/server/auth/passkeys';
import type { Authenticate, Role, SignInWays } from '@/server/auth/principal';
import type { SetupLinkState } from '@/server/auth/setup';

/**
 * What server components may ask of the running server. Next bundles its own copies of modules, so the live
 * objects cannot be imported there; types are all that crosses over.
 */
export type Runtime = {
  authenticate: Authenticate;
  setupNeeded: () => Promise<boolean>;
  setupLinkState: (token: string) => Promise<SetupLinkState>;
  /** Whom an invite link is for; null for every link that opens nothing. */
  readInvite: (token: string) => Promise<{ email: string; role: Role } | null>;
  /** Whose password a reset link sets; null for every link that opens nothing. */
  readReset: (token: string) => Promise<{ name: string; email: string } | null>;
  /** What a share link shows; null for every token that opens nothing. */
  publicStatus: (token: string, look: { countView: boolean }) => Promise<PublicStatus | null>;
  /** What somebody signs in with besides the password. */
  secondFactorsOf: (userId: string) => Promise<SecondFactors>;
  /** The one address at whose pages passkeys work; null where there are none. */
  passkeyOrigin: string | null;
  /** The ways in: passwords, and what the provider is called where there is one. */
  signIn: SignInWays;
  /** Where people reach this server. */
  publicUrl: URL;
};

const KEY = Symbol.for('switchyard.runtime');
const registry = globalThis as typeof globalThis & { [KEY]?: Runtime };

/** Called once by the server, before it starts Next. */
export function publishRuntime(runtime: Runtime): void {
  registry[KEY] = runtime;
}

/** The running server; throws when Next was started without one. */
export function getRuntime(): Runtime {
  const runtime = registry[KEY];
  if (!runtime)
    throw new Error('The console runs inside the Switchyard server: start it with npm run dev or npm start');
  return runtime;
}
