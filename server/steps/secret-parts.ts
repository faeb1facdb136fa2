/** More than that is no token: looking for it everywhere would take too long. */
export const LONGEST_SECRET = 16 * 1024;

/** A secret, and what of it says the same by itself: the value of a cookie, without its name and attributes. */
export function partsOf(secret: string): string[] {
  const parts = secret.split(/[;=\s]+/).filter((part) => part.length >= SHORTEST_PART && !COMMON.test(part));
  return [secret, ...parts.filter((part) => part !== secret)];
}
const SHORTEST_PART = 8;
const COMMON = /^(?:httponly|samesite|max-age|expires|session|[a-z]+id)$/i;
