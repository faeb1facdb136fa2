import { type LabelSet, type LimitedTo, MOST_LIMIT_BYTES } from '@/domain/limited-to';
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

/** Who is in the group has at least the role, for all tenants or for those with these labels. */
export interface GroupRole {
  group: string;
  role: Role;
  labels?: LabelSet;
}

/** What somebody may do here, and for which tenants. */
export interface GroupRights {
  role: Role;
  limitedTo: LimitedTo | null;
}

/** Stands for everybody whom the provider lets in. */
const EVERYBODY = '*';

/**
 * Reads SWITCHYARD_OIDC_ROLES: pairs like `sre=operator`, or `eu=operator[region=eu]` for some tenants alone, separated by
 * commas; several labels by semicolons. Throws in the operator's words.
 */
export function parseGroupRoles(text: string): GroupRole[] {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map(groupRole);
  if (pairs.length === 0) throw new Error('must be pairs like sre=operator,platform=admin');
  // Somebody may be in all of the groups, and have all of their labels.
  if (Buffer.byteLength(JSON.stringify(pairs.map(({ labels }) => labels ?? {}))) > MOST_LIMIT_BYTES)
    throw new Error('names too many labels, or too long ones');
  return pairs;
}

function groupRole(pair: string): GroupRole {
  // Names of groups may have the sign as well.
  const [, group = '', named, labels] = /^(.*)=\s*(\w+)\s*(?:\[(.*)\])?$/.exec(pair) ?? [];
  const role = ROLES.find((known) => known === named);
  if (group.trim() === '' || !role)
    throw new Error(`"${pair}" is not a group and a role, like sre=operator (roles: ${ROLES.join(', ')})`);
  if (labels === undefined) return { group: group.trim(), role };
  if (role === 'admin')
    throw new Error(`"${pair}": administrators are for all tenants; give viewer or operator for some`);
  return { group: group.trim(), role, labels: labelSet(pair, labels) };
}

function labelSet(pair: string, text: string): LabelSet {
  const labels = text.split(';').map((one) => one.split('=').map((part) => part.trim()));
  if (labels.some(([key, value, ...more]) => !key || !value || more.length > 0))
    throw new Error(`"${pair}": labels are like [region=eu;tier=gold]`);
  return Object.fromEntries(labels);
}

/**
 * The highest role that these groups give; null for who may not come in. It is for the tenants of all groups that give it,
 * and for all of them when one of these groups says nothing of labels.
 */
export function rightsOfGroups(roles: readonly GroupRole[], groups: readonly string[]): GroupRights | null {
  const given = roles.filter(({ group }) => group === EVERYBODY || groups.includes(group));
  const role = ROLES.findLast((one) => given.some((pair) => pair.role === one));
  if (!role) return null;
  const sets = given.filter((pair) => pair.role === role).map(({ labels }) => labels);
  const limitedTo = sets.filter((set) => set !== undefined);
  return { role, limitedTo: limitedTo.length === sets.length ? limitedTo : null };
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
