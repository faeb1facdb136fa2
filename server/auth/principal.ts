/** What a caller may do; each includes the ones before it. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who is calling: a signed-in person or an API key. */
export type Principal = {
  kind: 'user' | 'apiKey';
  id: string;
  name: string;
  role: Role;
  /** Only people have one. */
  email?: string;
  sessionId?: string;
};

/**
 * Finds out who sent these headers; null means nobody we know. It counts as use of their session or key from `address`,
 * unless somebody is only `looking` whether they are still there.
 */
export type Authenticate = (
  headers: Headers,
  how?: { looking?: boolean; address?: string },
) => Promise<Principal | null>;

/** Whether `role` includes everything `needed` may do. */
export function atLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
