import { type GroupRights, type OidcSettings, rightsOfGroups } from './settings';

/** What the provider says of a person: of the ID token and of its answer about the user. */
export type Claims = Readonly<Record<string, unknown>>;

/** Somebody whom the provider knows and who may come in. */
export interface Admitted extends GroupRights {
  /** The groups they are in there, as far as they are kept. */
  groups: string[];
  subject: string;
  email: string;
  /** What they may be called, the best first; nobody has judged it. */
  names: string[];
}

/** Why somebody whom the provider let in is refused here. */
export type NotAdmitted = { refused: 'noSubject' | 'noEmail' | 'emailUnverified' | 'noGroup'; email: string };

/** Judges what the provider says. An address counts only if the provider has verified it. */
export function admit(settings: OidcSettings, claims: Claims): Admitted | NotAdmitted {
  const subject = textIn(claims, 'sub');
  const email = textIn(claims, 'email').toLowerCase();
  const refuse = (refused: NotAdmitted['refused']) => ({ refused, email: email || 'unknown' });
  if (subject === '') return refuse('noSubject');
  if (email === '' || email.length > 254) return refuse('noEmail');
  if (claims.email_verified !== true && claims.email_verified !== 'true') return refuse('emailUnverified');
  const groups = groupsIn(claims, settings.groupsClaim);
  const rights = rightsOfGroups(settings.roles, groups);
  if (!rights) return refuse('noGroup');
  return { subject, email, names: namesIn(claims, email), groups: kept(groups), ...rights };
}

/** Nobody is in more that an approval names; a provider that tells of more must not fill the database. */
const MOST_GROUPS = 1000;

/** Each once, in their order, and none that could not be stored or named. */
function kept(groups: readonly string[]): string[] {
  const fit = groups.filter((group) => group !== '' && group.length <= 256 && !group.includes('\u0000'));
  return [...new Set(fit)].sort().slice(0, MOST_GROUPS);
}

/** A list, or one group alone; the name of the claim may lead into an object, as `realm_access.roles` does. */
function groupsIn(claims: Claims, claim: string): string[] {
  const value = Object.hasOwn(claims, claim)
    ? claims[claim]
    : claim.split('.').reduce<unknown>(within, claims);
  const listed = Array.isArray(value) ? value : [value];
  return listed.filter((group) => typeof group === 'string');
}

const within = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Claims)[key]
    : undefined;

function namesIn(claims: Claims, email: string): string[] {
  const [local = ''] = email.split('@');
  const full = textIn(claims, 'name') || textIn(claims, 'preferred_username').replace(/@.*$/, '') || local;
  // Whoever has the name of a colleague is told apart by their address.
  return [full, `${full} (${local})`, `${full} (${email.replace('@', ' at ')})`];
}

function textIn(claims: Claims, name: string): string {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  return typeof value === 'string' ? value.trim() : '';
}
