/** Why a sign-in at the provider came to nothing: the server says it in an address, and the login page has a sentence for each. */
export const SSO_REFUSALS = [
  'code',
  'denied',
  'emailUnverified',
  'failed',
  'issuer',
  'limited',
  'noEmail',
  'noGroup',
  'noSubject',
  'otherSubject',
  'state',
  'token',
  'unreachable',
] as const;
export type SsoRefusal = (typeof SSO_REFUSALS)[number];

/** Null for what the server never says: anybody can write an address. */
export const ssoRefusalOf = (code: unknown): SsoRefusal | null =>
  SSO_REFUSALS.find((known) => known === code) ?? null;
