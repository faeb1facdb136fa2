import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { claimName } from '@/db/queries/actor-names';
import { auditOf } from '@/db/queries/audit';
import { authAccount, authSession, authUser } from '@/db/schema/auth';
import { actorName, personalName } from '../names';
import { ROLES } from '../principal';
import { PROVIDER_ID } from './sessions';
import type { GroupRights } from './settings';

/** Whom the library knows somebody as: a subject is only known within its issuer. */
export const accountIdOf = (issuer: string, subject: string) => `${issuer} ${subject}`;

/** Whether the account of this address belongs to somebody else at the same provider: addresses are given away again. */
export async function belongsToAnother(
  db: Database,
  { issuer, subject, email }: { issuer: string; subject: string; email: string },
): Promise<boolean> {
  const rows = await db.execute(sql`
    select 1 from ${authUser} u join ${authAccount} a on a.user_id = u.id
    where u.email = ${email} and a.provider_id = ${PROVIDER_ID}
      and starts_with(a.account_id, ${accountIdOf(issuer, '')}) and a.account_id <> ${accountIdOf(issuer, subject)}`);
  return rows.length > 0;
}

/** What somebody is called here, and by which address: as their account says, else by the first of these names that is fit and free. */
export async function knownAs(
  db: Database,
  {
    issuer,
    subject,
    email,
    names,
  }: { issuer: string; subject: string; email: string; names: readonly string[] },
): Promise<{ name: string; email: string } | null> {
  const [known] = await db.execute<{ name: string; email: string }>(sql`
    select u.name, u.email from ${authUser} u
      left join ${authAccount} a on a.user_id = u.id and a.provider_id = ${PROVIDER_ID}
        and a.account_id = ${accountIdOf(issuer, subject)}
    where a.id is not null or u.email = ${email} order by a.id is null limit 1`);
  if (known) return { name: known.name, email: known.email };
  for (const wanted of names) {
    const name = actorName.safeParse(wanted);
    if (name.success && (await claimName(db, personalName(name.data, email))))
      return { name: name.data, email };
  }
  return null;
}

/**
 * Gives somebody the role that their groups say, and the tenants it is for, in one statement with its record, and keeps the groups. With a lesser
 * one all their sessions end, as when a person takes a role away. Says whether they did; nobody is asked whether an
 * administrator is left.
 */
export async function followGroups(
  db: Database,
  userId: string,
  { role, limitedTo, groups }: GroupRights & { groups: readonly string[] },
): Promise<{ ended: boolean }> {
  const order = sql`array[${sql.join(
    ROLES.map((one) => sql`${one}::text`),
    sql`, `,
  )}]`;
  const limits = sql`${limitedTo && JSON.stringify(limitedTo)}::text::jsonb`;
  const theirs = sql`array(select jsonb_array_elements_text(${JSON.stringify(groups)}::text::jsonb))`;
  const [row] = await db.execute<{ ended: boolean }>(sql`
    with before as (
      select id, name, email, role, limited_to, groups from ${authUser} where id = ${userId} for update
    ), written as (
      update ${authUser} set role = ${role}, limited_to = ${limits}, groups = ${theirs}, updated_at = now() from before
      where ${authUser.id} = before.id and (before.role <> ${role} or before.limited_to is distinct from ${limits}
        or before.groups is distinct from ${theirs})
      returning before.role <> ${role} or before.limited_to is distinct from ${limits} as moved, before.id, before.name, before.email, before.role as was, before.limited_to as limited,
        array_position(${order}, before.role) > array_position(${order}, ${role}::text) as lesser
    ), changed as (select * from written where moved), ended as (
      delete from ${authSession} using changed where user_id = changed.id and lesser
    ), audited as (${auditOf(sql`changed`, {
      actor: sql`name`,
      action: 'sso.role',
      target: sql`email`,
      outcome: sql`jsonb_build_object('before', was, 'after', ${role}::text) || case when limited is distinct from ${limits}
        then jsonb_build_object('limitedBefore', limited, 'limitedAfter', ${limits}) else '{}' end`,
    })})
    select lesser as ended from changed`);
  return { ended: row?.ended ?? false };
}
