import { randomUUID } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import type { Database } from '@/db/client';
import { auditOf } from '@/db/queries/audit';
import { type Asked, type Order, type Page, readPage } from '@/db/queries/page';
import { authAccount, authPasskey, authSession, authUser, authVerification } from '@/db/schema/auth';
import { told } from '@/db/selection';
import type { LimitedTo } from '@/domain/limited-to';
import { CommandRefused, NotFound } from '@/server/input/refused';
import { isLinked, PROVIDER_ID } from './oidc/sessions';
import { atLeast, PASSWORDS_OFF, type Role, type SignInWays } from './principal';
import { accountInput, insertAccountIf } from './setup';
import { hashOf, newToken } from './tokens';

export interface Member {
  userId: string;
  name: string;
  email: string;
  role: Role;
  /** Which tenants it is about; null for all. */
  limitedTo: LimitedTo | null;
  /** Whether they sign in with one. */
  secondFactor: boolean;
  /** Whether the account belongs to somebody at the provider. */
  singleSignOn: boolean;
  createdAt: string;
  /** When a session of theirs was last renewed; null when they are signed in nowhere. */
  seenAt: string | null;
}

/** Somebody who may still make an account; the link itself is not kept. */
export interface Invite {
  inviteId: string;
  email: string;
  role: Role;
  limitedTo: LimitedTo | null;
  invitedBy: string;
  createdAt: string;
  expiresAt: string;
}

/** What the invite page sends; address and role are the invite's. */
export const inviteClaimInput = accountInput
  .omit({ email: true })
  .extend({ token: z.string().min(1).max(200) });

const INVITE_DAYS = 3;
const PREFIX = 'invite:';
const keyOf = (token: string) => PREFIX + hashOf(token);
const LAST_ADMIN = 'This is the only administrator. Make somebody else one first.';

const refused = (message: string) => new CommandRefused({ code: 'REFUSED_BY_GUARD', message });

const oldestFirst = (alias: SQL): Order => ({
  by: 'asc',
  keys: [
    { column: sql`${alias}.created_at`, kind: 'time' },
    { column: sql`${alias}.id`, kind: 'text' },
  ],
});
export const MEMBER_ORDER = oldestFirst(sql`u`);
export const INVITE_ORDER = oldestFirst(sql`v`);

const { id, name, email, role, limitedTo, createdAt } = alias(authUser, 'u');
const MEMBER = {
  userId: id,
  ...{ name, email, role, limitedTo, createdAt },
  secondFactor: sql<boolean>`u.two_factor_enabled OR EXISTS (SELECT 1 FROM ${authPasskey} k WHERE k.user_id = u.id)`,
  singleSignOn: sql<boolean>`EXISTS (SELECT 1 FROM ${authAccount} a WHERE a.user_id = u.id AND a.provider_id = ${PROVIDER_ID})`,
  seenAt: sql<Date | null>`(SELECT max(s.updated_at) FROM ${authSession} s WHERE s.user_id = u.id AND s.expires_at > now())`,
};

export function listMembers(db: Database, asked: Asked): Promise<Page<Member>> {
  return readPage(
    db,
    {
      order: MEMBER_ORDER,
      from: sql`${authUser} u`,
      as: sql`u`,
      where: undefined,
      fields: MEMBER,
      toItem: told,
    },
    asked,
  );
}

const invite = alias(authVerification, 'v');
const INVITE = {
  inviteId: invite.id,
  email: sql<string>`v.value::jsonb->>'email'`,
  role: sql<Role>`v.value::jsonb->>'role'`,
  limitedTo: sql<LimitedTo | null>`nullif(v.value::jsonb->'limitedTo', 'null')`,
  invitedBy: sql<string>`v.value::jsonb->>'invitedBy'`,
  createdAt: invite.createdAt,
  expiresAt: invite.expiresAt,
};

/** Invites that still work. */
export function listInvites(db: Database, asked: Asked): Promise<Page<Invite>> {
  return readPage(
    db,
    {
      order: INVITE_ORDER,
      from: sql`${authVerification} v`,
      as: sql`v`,
      where: sql`v.identifier LIKE ${`${PREFIX}%`} AND v.expires_at > now()`,
      fields: INVITE,
      toItem: told,
    },
    asked,
  );
}

/**
 * A link with which one person makes their account, once, within three days. It is returned this once and stored
 * hashed; an earlier link to the same address ends. Throws {@link CommandRefused} for somebody who has an account.
 */
export async function inviteMember(
  db: Database,
  invite: { email: string; role: Role; limitedTo?: LimitedTo | null; actor: string },
): Promise<{ token: string; inviteId: string }> {
  const token = newToken();
  const inviteId = randomUUID();
  const { email, role, limitedTo = null, actor } = invite;
  const value = JSON.stringify({ email, role, limitedTo, invitedBy: actor });
  const rows = await db.execute(sql`
    WITH replaced AS (
      DELETE FROM ${authVerification}
      WHERE CASE WHEN identifier LIKE ${`${PREFIX}%`} THEN value::jsonb->>'email' END = ${invite.email}
    ), made AS (
      INSERT INTO ${authVerification} (id, identifier, value, expires_at)
      SELECT ${inviteId}, ${keyOf(token)}, ${value}, now() + make_interval(days => ${INVITE_DAYS})
      WHERE NOT EXISTS (SELECT 1 FROM ${authUser} WHERE email = ${invite.email})
      RETURNING id
    ), audited AS (${auditOf(sql`made`, {
      actor: invite.actor,
      action: 'member.invite',
      target: invite.email,
      outcome: sql`${JSON.stringify({ role, limitedTo })}::text::jsonb`,
    })})
    SELECT id FROM made`);
  if (rows.length === 0) throw refused(`${invite.email} has an account already.`);
  return { token, inviteId };
}

type Invited = Pick<Invite, 'email' | 'role' | 'limitedTo'>;

/** Whom an invite is for; null when the link is wrong, used, replaced or too old. */
export async function readInvite(db: Database, token: string): Promise<Invited | null> {
  const [row] = await db.execute<{ [Name in keyof Invited]: Invited[Name] }>(sql`
    SELECT value::jsonb->>'email' AS email, value::jsonb->>'role' AS role, nullif(value::jsonb->'limitedTo', 'null') AS limited_to FROM ${authVerification}
    WHERE identifier = ${keyOf(token)} AND expires_at > now()`);
  return row ?? null;
}

/** Makes the invited account; the link is used up in the same statement. Null when the link is worth nothing. */
export async function claimInvite(
  db: Database,
  claim: z.output<typeof inviteClaimInput>,
): Promise<{ email: string } | null> {
  const invite = await readInvite(db, claim.token);
  if (!invite) return null;
  const gate = sql`
    DELETE FROM ${authVerification} WHERE identifier = ${keyOf(claim.token)} AND expires_at > now() RETURNING id`;
  const userId = await insertAccountIf(db, gate, { ...claim, ...invite });
  return userId === null ? null : { email: invite.email };
}

// All administrators are locked in one order, so that of two who demote each other one is refused.
const ADMINS = sql`admins AS MATERIALIZED (SELECT id FROM ${authUser} WHERE role = 'admin' ORDER BY id FOR UPDATE)`;

/** Throws {@link CommandRefused} where nothing is done with passwords. */
export function mustHavePasswords({ passwords }: SignInWays): void {
  if (!passwords) throw refused(PASSWORDS_OFF);
}

/** Throws {@link CommandRefused} for somebody whose role, and way in, the provider decides about. */
export async function mustBeOurs(db: Database, { singleSignOn }: SignInWays, userId: string): Promise<void> {
  if (singleSignOn !== null && (await isLinked(db, userId)))
    throw refused(
      'They come by single sign-on: their groups there decide about their role and their sign-in.',
    );
}

/**
 * Gives somebody another role, or other tenants that it is about: those of `limitedTo`, null for all; where it is left out,
 * they stay. With a lesser role their sessions end at once.
 */
export async function setMemberRole(
  db: Database,
  change: { userId: string; role: Role; limitedTo?: LimitedTo | null | undefined; actor: string },
): Promise<void> {
  const { userId, role, limitedTo, actor } = change;
  const given = sql`${limitedTo ? JSON.stringify(limitedTo) : null}::text::jsonb`;
  const limits = limitedTo === undefined && role !== 'admin' ? sql`limited_to` : given;
  const [before] = await db.execute<{ role: Role; limitedTo: LimitedTo | null; same: boolean }>(
    sql`SELECT role, limited_to, limited_to IS NOT DISTINCT FROM ${limits} AS same FROM ${authUser} WHERE id = ${userId}`,
  );
  if (!before) throw new NotFound('member', userId);
  if (before.role === role && before.same) throw refused('They have this role already.');
  const outcome = {
    ...{ before: before.role, after: role },
    ...(before.same ? {} : { limitedBefore: before.limitedTo, limitedAfter: limitedTo ?? null }),
  };
  const rows = await db.execute(sql`
    WITH ${ADMINS}, changed AS (
      UPDATE ${authUser} SET role = ${role}, limited_to = ${limits}, updated_at = now()
      WHERE id = ${userId} AND role = ${before.role}
        AND (role <> 'admin' OR ${role === 'admin'} OR EXISTS (SELECT 1 FROM admins WHERE id <> ${userId}))
      RETURNING id, email
    ), ended AS (
      DELETE FROM ${authSession} USING changed WHERE user_id = changed.id AND ${!atLeast(role, before.role)}::boolean
    ), audited AS (${auditOf(sql`changed`, {
      actor,
      action: 'member.setRole',
      target: sql`email`,
      outcome: sql`${JSON.stringify(outcome)}::text::jsonb`,
    })})
    SELECT id FROM changed`);
  if (rows.length === 0) throw refused(LAST_ADMIN);
}

/** Takes an account away with its sessions, or an invite that was not used yet. */
export async function removeMember(
  db: Database,
  what: { userId?: string | undefined; inviteId?: string | undefined; actor: string },
): Promise<void> {
  const { userId, inviteId, actor } = what;
  if (inviteId !== undefined) {
    const rows = await db.execute(sql`
      WITH gone AS (
        DELETE FROM ${authVerification} WHERE id = ${inviteId} AND identifier LIKE ${`${PREFIX}%`} RETURNING id, value
      ), audited AS (${auditOf(sql`gone`, { actor, action: 'member.uninvite', target: sql`value::jsonb->>'email'` })})
      SELECT id FROM gone`);
    if (rows.length === 0) throw new NotFound('open invite', inviteId);
    return;
  }
  const id = userId ?? '';
  const rows = await db.execute(sql`
    WITH ${ADMINS}, gone AS (
      DELETE FROM ${authUser} WHERE id = ${id} AND (role <> 'admin' OR EXISTS (SELECT 1 FROM admins WHERE id <> ${id}))
      RETURNING email, role
    ), audited AS (${auditOf(sql`gone`, {
      actor,
      action: 'member.remove',
      target: sql`email`,
      outcome: sql`jsonb_build_object('before', jsonb_build_object('role', role))`,
    })})
    SELECT email FROM gone`);
  if (rows.length > 0) return;
  const [there] = await db.execute(sql`SELECT 1 FROM ${authUser} WHERE id = ${id}`);
  throw there ? refused(LAST_ADMIN) : new NotFound('member', id);
}
