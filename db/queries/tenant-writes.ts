import { DrizzleQueryError, type SQL, sql } from 'drizzle-orm';
import postgres from 'postgres';
import type { Database } from '@/db/client';
import { auditOf } from '@/db/queries/audit';
import { TENANT_UPDATED_AT, tenantFields } from '@/db/queries/catalogue';
import { secret } from '@/db/schema/auth';
import { type Row, selected } from '@/db/selection';
import type { TenantOnRecord } from '@/domain/tenant-merge';

/** A tenant's row as it was read; `stamp`, its `updatedAt`, tells whether it is still the same. A removed tenant has no `tenant`. */
export interface TenantRow {
  stamp: string;
  tenant: TenantOnRecord | null;
}

/** The rows of these tenants, by id, the removed ones among them; an id without a row is not in it. */
export async function readTenantRows(
  db: Database,
  tenantIds: readonly string[],
): Promise<Map<string, TenantRow>> {
  const rows = await db.execute<Row<TenantOnRecord & { stamp: string; removed: boolean }>>(sql`
    select ${selected(tenantFields('t'))}, ${TENANT_UPDATED_AT} as stamp, t.removed_at is not null as removed,
      (select coalesce(jsonb_object_agg(u.unit_id, u.current_version), '{}') from tenant_unit u where u.tenant_id = t.tenant_id) as current
    from jsonb_array_elements_text(${JSON.stringify(tenantIds)}::text::jsonb) asked(tenant_id) join tenant t using (tenant_id)`);
  return new Map(
    rows.map(({ stamp, removed, ...tenant }) => [
      tenant.tenantId,
      { stamp, tenant: removed ? null : tenant },
    ]),
  );
}

/** A tenant as it is to be stored, decided on the row with this stamp; null where there was none. */
export interface TenantDecision {
  stamp: string | null;
  /** Null takes it out of the lists. */
  tenant: TenantOnRecord | null;
  tenantId: string;
  /** It was removed and begins anew: nothing on record of it holds. */
  anew?: boolean;
  /** Versions that are no longer on record, where they still say so and no task has moved the tenant. */
  forget?: Record<string, string>;
}

/** What is stored with the tenants, in the same statement. It may name the CTE `decided`, which has a row if it is. */
export type WithTenants = (decided: SQL) => SQL[];

/** What holds a tenant: it cannot be removed. */
const unfinishedTaskOf = (tenantId: SQL) => sql`exists (select 1 from task where task.tenant_id = ${tenantId}
  and task.status in ('PENDING', 'RUNNING', 'PAUSED', 'ROLLING_BACK'))`;

/**
 * Writes decisions on tenants in one statement: all of them or, when a row has moved since it was read, none. False then:
 * read again, and decide again. `decisions` is their JSON, a list. `standing` selects a row that must be there as well.
 */
export async function writeTenants(
  db: Database,
  decisions: string,
  beside: WithTenants,
  standing: SQL = sql`select 1`,
): Promise<boolean> {
  const decided = sql.raw('decided');
  try {
    const [row] = await db.execute<{ decided: boolean }>(sql`
      with given as materialized (
        select g."tenantId", g.stamp, coalesce(g.anew, false) as anew, coalesce(g.forget, '{}') as forget, g.tenant is null as removal,
          t.name, t.labels, t.endpoints, t.variables, t.overrides, t.current
        from jsonb_to_recordset(${decisions}::text::jsonb) as g("tenantId" text, stamp timestamptz, tenant jsonb, anew boolean, forget jsonb)
        left join lateral jsonb_to_record(coalesce(nullif(g.tenant, 'null'), '{}')) as t(name text, labels jsonb, endpoints jsonb,
          variables jsonb, overrides jsonb, current jsonb) on true
      ), held as materialized (
        select t.tenant_id, t.updated_at from tenant t where t.tenant_id in (select "tenantId" from given)
        order by t.tenant_id for update
      ), moved as (
        select 1 from given g left join held h on h.tenant_id = g."tenantId"
        where h.updated_at is distinct from g.stamp or (g.removal and ${unfinishedTaskOf(sql`g."tenantId"`)})
      ), standing as materialized (${standing}
      ), decided as materialized (select 1 from standing where not exists (select 1 from moved)
      ), made as (
        insert into tenant (tenant_id, name, labels, endpoints, variables, overrides)
        select "tenantId", name, labels, endpoints, variables, overrides from given, decided where stamp is null order by 1
      ), changed as (
        update tenant t set name = g.name, labels = g.labels, endpoints = g.endpoints, variables = g.variables,
          overrides = g.overrides, removed_at = null, updated_at = clock_timestamp()
        from given g, decided where t.tenant_id = g."tenantId" and g.stamp is not null and not g.removal
      ), gone as (
        update tenant t set removed_at = clock_timestamp(), updated_at = clock_timestamp()
        from given g, decided where t.tenant_id = g."tenantId" and g.removal returning t.tenant_id
      ), ${sql.join(ended(sql`(select tenant_id from gone union all select "tenantId" from given, decided where anew)`), sql`, `)},
      forgotten as (
        delete from tenant_unit u using given g, decided where u.tenant_id = g."tenantId" and (g.removal
          or (g.anew and not g.current ? u.unit_id)
          or (g.forget->>u.unit_id = u.current_version and u.revision = 1 and not ${unfinishedTaskOf(sql`u.tenant_id`)}))
      ), recorded as (
        insert into tenant_unit as u (tenant_id, unit_id, unit_name, current_version)
        select g."tenantId", c.key, coalesce((select name from deploy_unit where unit_id = c.key), c.key), c.value
        from given g, decided, jsonb_each_text(g.current) c where not g.removal and not g.forget ? c.key
          and (g.anew or not exists (select 1 from tenant_unit x where x.tenant_id = g."tenantId" and x.unit_id = c.key))
        on conflict (tenant_id, unit_id) do update set unit_name = excluded.unit_name, current_version = excluded.current_version,
          current_snapshot_id = null, known_version = null, known_snapshot_id = null, last_known_good_version = null,
          last_known_good_snapshot_id = null, revision = u.revision + 1, updated_at = clock_timestamp()
        where exists (select 1 from given g where g."tenantId" = u.tenant_id and g.anew)
      ), ${sql.join(beside(decided), sql`, `)}
      select exists (select 1 from decided) as decided`);
    return row?.decided === true;
  } catch (error) {
    if (createdMeanwhile(error)) return false;
    throw error;
  }
}

/** What ends with these tenants, besides their versions on record; their history stays. */
const ended = (tenantIds: SQL): SQL[] => [
  sql`ended_secrets as (delete from ${secret} where tenant_id in ${tenantIds})`,
  sql`ended_drift as (delete from drift_check where tenant_id in ${tenantIds})`,
];

/** Somebody else created one of the tenants between the reading and the writing. */
function createdMeanwhile(error: unknown): boolean {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return cause instanceof postgres.PostgresError && cause.code === '23505' && cause.table_name === 'tenant';
}

/** An audit row of what is stored. */
export const auditedWith = (
  decided: SQL,
  entry: { actor: string; action: string; target: string; outcome: unknown; requestId?: string | null },
): SQL => sql`audited as (insert into audit (actor, action, target, request_id, outcome)
  select ${entry.actor}, ${entry.action}, ${entry.target}, ${entry.requestId ?? null}::uuid, ${JSON.stringify(entry.outcome)}::text::jsonb from ${decided})`;

/** Takes a tenant out of the lists. False if there is no such tenant or a task holds it. */
export async function removeTenant(db: Database, actor: string, tenantId: string): Promise<boolean> {
  const rows = await db.execute(sql`
    with removed as (update tenant set removed_at = clock_timestamp(), updated_at = clock_timestamp()
      where tenant_id = ${tenantId} and removed_at is null and not ${unfinishedTaskOf(sql`tenant.tenant_id`)}
      returning tenant_id),
    ${sql.join(ended(sql`(select tenant_id from removed)`), sql`, `)},
    ended_units as (delete from tenant_unit where tenant_id in (select tenant_id from removed)),
    audited as (${auditOf(sql`removed`, { actor, action: 'tenant.remove', target: tenantId })})
    select tenant_id from removed`);
  return rows.length > 0;
}
