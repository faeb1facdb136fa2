import type { LimitedTo } from '@/domain/limited-to';

/** What a caller may do; each includes the ones before it. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What a key may be limited to, besides its role: a pipeline that runs plans needs not write tenants. */
export const SCOPES = ['read', 'plans:run', 'tenants:write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** The least role that includes these scopes. */
export function roleOf(scopes: readonly Scope[]): Role {
  if (scopes.includes('admin')) return 'admin';
  return scopes.some((scope) => scope !== 'read') ? 'operator' : 'viewer';
}

/** Who is calling: a signed-in person or an API key. */
export type Principal = {
  kind: 'user' | 'apiKey';
  id: string;
  name: string;
  role: Role;
  /** Only people have one. */
  email?: string;
  sessionId?: string;
  /** Of people alone. Who has none although it is required may do nothing but set it up. */
  secondFactor?: 'on' | 'off' | 'missing';
  /** That codes of an authenticator are asked of them; a passkey may be all they have. */
  codes?: true;
  /** Came from the provider, which has asked for whatever it wants to see. */
  singleSignOn?: boolean;
  /** Of people who came from the provider: the groups they are in, as it said last. */
  groups?: readonly string[];
  /** Of a key that may not do all of its role. */
  scopes?: readonly Scope[];
  /** Of whoever may only see, and act on, tenants with one of these sets of labels. Administrators have no limits. */
  limitedTo?: LimitedTo;
};

/**
 * Finds out who sent these headers; null means nobody we know. It counts as use of their session or key from `address`,
 * unless somebody is only `looking` whether they are still there. Who has yet to set up a second factor is nobody to every
 * door but those that are `enrolling`.
 */
export type Authenticate = (
  headers: Headers,
  how?: { looking?: boolean; address?: string; enrolling?: boolean },
) => Promise<Principal | null>;

/** Whether this caller may do what needs a scope; people, and keys without limits, may do what their role says. */
export function mayUse({ scopes }: Pick<Principal, 'scopes'>, needed: Scope): boolean {
  return scopes === undefined || needed === 'read' || scopes.includes('admin') || scopes.includes(needed);
}

/** Whether `role` includes everything `needed` may do. */
export function atLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** What is told where passwords open nothing. */
export const PASSWORDS_OFF = 'Passwords are switched off here: people sign in by single sign-on.';

/** How people come in here. */
export interface SignInWays {
  passwords: boolean;
  /** What the provider is called; null where there is none. */
  singleSignOn: string | null;
}
