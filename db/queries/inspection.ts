import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { ALIVE_SECONDS } from './nodes';

/** What a database server says about itself. */
export interface ServerFacts {
  version: string;
  versionNumber: number;
  standby: boolean;
  fsync: boolean;
  maxConnections: number;
  /** Kept for administrators. */
  reserved: number;
}

export async function serverFacts(db: Database): Promise<ServerFacts> {
  const [row] = await db.execute<ServerFacts & Record<string, unknown>>(sql`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as version_number,
      pg_is_in_recovery() as standby, current_setting('fsync')::boolean as fsync,
      current_setting('max_connections')::int as max_connections,
      current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections', true)::int, 0) as reserved`);
  if (!row) throw new Error('The database told nothing of itself');
  return row;
}

export async function databaseNow(db: Database): Promise<Date> {
  const [row] = await db.execute<{ now: Date }>(sql`select clock_timestamp() as now`);
  if (!row) throw new Error('The database told no time');
  return row.now;
}

/** How many processes of ours are at work, by their beats. */
export async function nodesAlive(db: Database): Promise<number> {
  const [row] = await db.execute<{ nodes: number }>(sql`
    select count(*)::int as nodes from node where beat_at > clock_timestamp() - make_interval(secs => ${ALIVE_SECONDS})`);
  return row?.nodes ?? 0;
}

/** What a role may do with the tables that only grow. */
export interface RoleRights {
  superuser: boolean;
  /** Of these tables, or of whoever owns them. */
  owner: boolean;
  /** Tables that it may not add to or read. */
  cannotAdd: string[];
  /** Tables whose rows it may change or remove. */
  canChange: string[];
}

/** Null where there is no such role. */
export async function rightsOf(
  db: Database,
  role: string,
  tables: readonly string[],
): Promise<RoleRights | null> {
  const [row] = await db.execute<RoleRights & Record<string, unknown>>(sql`
    select r.rolsuper as superuser, bool_or(pg_has_role(r.oid, c.relowner, 'USAGE')) as owner,
      coalesce(array_agg(c.relname::text order by c.relname) filter (where not
        (has_table_privilege(r.oid, c.oid, 'INSERT') and has_table_privilege(r.oid, c.oid, 'SELECT'))), '{}') as cannot_add,
      coalesce(array_agg(c.relname::text order by c.relname) filter (where
        has_table_privilege(r.oid, c.oid, 'UPDATE, DELETE, TRUNCATE')), '{}') as can_change
    from pg_roles r left join pg_class c on c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
      and c.relname in (select jsonb_array_elements_text(${JSON.stringify(tables)}::text::jsonb))
    where r.rolname = ${role} group by r.oid, r.rolsuper`);
  return row ?? null;
}

/** An instance on record, and how many there are in all. */
export interface SampledEndpoint {
  tenantId: string;
  key: string;
  url: string;
  total: number;
}

/** At most `most` of the instances on record: the first of each tenant before the second of any, the same ones each time. */
export async function sampleEndpoints(db: Database, most: number): Promise<SampledEndpoint[]> {
  return db.execute<SampledEndpoint & Record<string, unknown>>(sql`
    select t.tenant_id, e.endpoint->>'key' as key, e.endpoint->>'url' as url, count(*) over ()::int as total
    from tenant t, jsonb_array_elements(t.endpoints) with ordinality e(endpoint, place)
    where t.removed_at is null order by e.place, md5(t.tenant_id) limit ${most}`);
}

/** The webhooks that are switched on, as they are stored; e-mail has the mail server. */
export async function enabledWebhooks(
  db: Database,
): Promise<{ webhookId: string; name: string; url: string }[]> {
  return db.execute<{ webhookId: string; name: string; url: string }>(
    sql`select webhook_id, name, url from webhook where enabled and kind = 'webhook' order by created_at limit 50`,
  );
}
