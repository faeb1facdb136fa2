import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { auditOf } from '@/db/queries/audit';
import { secret } from '@/db/schema/auth';

/** Names of a tenant's secrets; their values are never read for showing. */
export async function secretNames(
  db: Database,
  tenantId: string,
): Promise<{ name: string; version: number; setAt: string }[]> {
  const rows = await db.execute<{ name: string; version: number; setAt: Date }>(sql`
    select name, max(version) as version, max(created_at) as set_at from ${secret}
    where tenant_id = ${tenantId} group by name order by name`);
  return rows.map((row) => ({ ...row, setAt: row.setAt.toISOString() }));
}

/** Stores a sealed value as the next version of its name; null when there is no such tenant, or somebody set it at the same moment. */
export async function insertSecret(
  db: Database,
  given: { id: string; tenantId: string; name: string; ciphertext: string; actor: string },
): Promise<number | null> {
  const { id, tenantId, name, ciphertext, actor } = given;
  const [row] = await db.execute<{ version: number }>(sql`
    with made as (
      insert into ${secret} (id, tenant_id, name, version, ciphertext)
      select ${id}::uuid, t.tenant_id, ${name},
        (select coalesce(max(version), 0) + 1 from ${secret} where tenant_id = ${tenantId} and name = ${name}), ${ciphertext}
      from tenant t where t.tenant_id = ${tenantId} and t.removed_at is null
      on conflict do nothing returning version
    ), audited as (${auditOf(sql`made`, {
      actor,
      action: 'tenant.setSecret',
      target: tenantId,
      outcome: sql`jsonb_build_object('name', ${name}::text, 'version', version)`,
    })})
    select version from made`);
  return row?.version ?? null;
}

/** Takes all versions of a secret away; false when there is none of this name. */
export async function deleteSecret(
  db: Database,
  given: { tenantId: string; name: string; actor: string },
): Promise<boolean> {
  const { tenantId, name, actor } = given;
  const rows = await db.execute(sql`
    with gone as (
      delete from ${secret} where tenant_id = ${tenantId} and name = ${name} returning version
    ), once as (select max(version) as version from gone having count(*) > 0), audited as (${auditOf(
      sql`once`,
      {
        actor,
        action: 'tenant.removeSecret',
        target: tenantId,
        outcome: sql`jsonb_build_object('name', ${name}::text)`,
      },
    )})
    select version from once`);
  return rows.length > 0;
}
