import { LOOPBACK } from '../origin';
import { ROLES, type Role } from '../principal';

/** What the environment says of the provider that people sign in at. */
export interface OidcSettings {
  /** As the provider calls itself, to the letter. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  scopes: readonly string[];
  /** What the button calls it. */
  name: string;
  groupsClaim: string;
  roles: readonly GroupRole[];
}

/** Who is in the group has at least the role. */
export interface GroupRole {
  group: string;
  role: Role;
}

/** Stands for everybody whom the provider lets in. */
const EVERYBODY = '*';

/** Reads SWITCHYARD_OIDC_ROLES: pairs like `sre=operator`, separated by commas. Throws in the operator's words. */
export function parseGroupRoles(text: string): GroupRole[] {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map(groupRole);
  if (pairs.length === 0) throw new Error('must be pairs like sre=operator,platform=admin');
  return pairs;
}

function groupRole(pair: string): GroupRole {
  // Names of groups may have the sign as well.
  const at = pair.lastIndexOf('=');
  const group = pair.slice(0, Math.max(at, 0)).trim();
  const named = pair.slice(at + 1).trim();
  const role = ROLES.find((known) => known === named);
  if (group === '' || !role)
    throw new Error(`"${pair}" is not a group and a role, like sre=operator (roles: ${ROLES.join(', ')})`);
  return { group, role };
}

/** The highest role that these groups give; null for who may not come in. */
export function roleOfGroups(roles: readonly GroupRole[], groups: readonly string[]): Role | null {
  const given = roles.filter(({ group }) => group === EVERYBODY || groups.includes(group));
  return ROLES.findLast((role) => given.some((pair) => pair.role === role)) ?? null;
}

/** Reads SWITCHYARD_OIDC_ISSUER, which must go over TLS unless it is this machine. Throws in the operator's words. */
export function parseIssuer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const hint =
    'must be the https address of the provider, as it calls itself, like https://login.example.com';
  if (!url) throw new Error(hint);
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (!secure || url.search !== '' || url.hash !== '' || url.username !== '') throw new Error(hint);
  return text;
}

/** Reads SWITCHYARD_OIDC_SCOPES. Throws in the operator's words. */
export function parseScopes(text: string): string[] {
  const scopes = text.split(/[\s,]+/).filter((scope) => scope !== '');
  if (!scopes.includes('openid')) throw new Error('must have openid among its scopes');
  return scopes;
}
