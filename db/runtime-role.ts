import type postgres from 'postgres';

/** Where rows are added and read, and nothing else: not by the program itself, and not by whoever takes it over. */
export const APPEND_ONLY = ['audit', 'audit_signature', 'event', 'tenant_history', 'unit_version'];
/** A function of the owner adds rows, and the program reads them. */
const READ_ONLY = ['audit_summary', 'function_source'];
/** Rows are added to and changed, but never taken away. */
const KEPT = ['actor_name'];

/**
 * Gives the role that the program runs as what it needs, and no more: it owns none of the tables, so it can neither
 * change the append-only ones nor take their guards off. Old events go by `remove_old_events` alone, and old days of the audit
 * log by `remove_audit_day`, which run as the owner. The job engine's schema is the role's own. To be run by the owner of the
 * tables, who must be a member of the role; may be run again. Throws in words when the role is missing, owns the tables or is a superuser.
 */
export async function limitRuntimeRole(sql: postgres.Sql, role: string): Promise<void> {
  const [found] = await sql<{ superuser: boolean; owner: boolean; member: boolean }[]>`
    select rolsuper as superuser, rolname = current_user as owner, pg_has_role(current_user, rolname, 'MEMBER') as member
    from pg_roles where rolname = ${role}`;
  const why = !found
    ? 'there is no such role'
    : found.superuser
      ? 'it is a superuser, whom nothing limits'
      : found.owner
        ? 'it is the owner of the tables as well'
        : found.member
          ? null
          : 'the owner of the tables is no member of it';
  if (why)
    throw new Error(
      `The role "${role}" of DATABASE_URL cannot be limited: ${why}. As an administrator of the database run: CREATE ROLE ${role} LOGIN PASSWORD '…'; GRANT ${role} TO <the owner, of DATABASE_OWNER_URL>;`,
    );
  const to = sql(role);
  await sql`grant usage on schema public, drizzle, reach to ${to}`;
  await sql`grant select on all tables in schema drizzle to ${to}`;
  await sql`grant select on all tables in schema reach to ${to}`;
  await sql`grant select, insert, update, delete on all tables in schema public to ${to}`;
  await sql`grant usage, select, update on all sequences in schema public to ${to}`;
  for (const table of APPEND_ONLY) await sql`revoke update, delete, truncate on ${sql(table)} from ${to}`;
  for (const table of KEPT) await sql`revoke delete, truncate on ${sql(table)} from ${to}`;
  for (const table of READ_ONLY)
    await sql`revoke insert, update, delete, truncate on ${sql(table)} from ${to}`;
  await giveJobEngine(sql, role);
}

/** The engine keeps its own tables in order, which only their owner can do. */
async function giveJobEngine(sql: postgres.Sql, role: string): Promise<void> {
  const to = sql(role);
  await sql`alter schema pgboss owner to ${to}`;
  const owned = await sql<{ statement: string }[]>`
    select format('alter %s %s owner to %I', what, name, ${role}::text) as statement from (
      select case relkind when 'S' then 'sequence' when 'v' then 'view' else 'table' end as what, oid::regclass::text as name
      from pg_class where relnamespace = 'pgboss'::regnamespace and relkind in ('r', 'p', 'v', 'S')
        and relowner <> ${role}::regrole
        and not exists (select 1 from pg_depend d where d.objid = pg_class.oid and d.deptype in ('a', 'i') and relkind = 'S')
      union all select 'routine', oid::regprocedure::text from pg_proc
      where pronamespace = 'pgboss'::regnamespace and proowner <> ${role}::regrole
      union all select 'type', oid::regtype::text from pg_type
      where typnamespace = 'pgboss'::regnamespace and typtype = 'e' and typowner <> ${role}::regrole) objects`;
  for (const { statement } of owned) await sql.unsafe(statement);
}
