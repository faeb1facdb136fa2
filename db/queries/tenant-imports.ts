import { eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { secret } from '@/db/schema/auth';
import { tenantImport, tenantImportItem } from '@/db/schema/imports';
import type { Row } from '@/db/selection';
import type { ImportedFields, TakenBack } from '@/domain/take-back';

/** The import beside its tenants; `items` is the JSON of a list of {@link ImportedTenant}. */
export const importedWith = (
  decided: SQL,
  one: { importId: string; actor: string; created: number; changed: number; items: string },
): SQL[] => [
  sql`noted as (insert into ${tenantImport} (import_id, actor, plan_number, created, changed)
    select ${one.importId}::uuid, ${one.actor}, (select coalesce(max(number), 0) from plan), ${one.created}, ${one.changed} from ${decided})`,
  sql`noted_items as (insert into ${tenantImportItem} (import_id, tenant_id, before, after)
    select ${one.importId}::uuid, i."tenantId", nullif(i.before, 'null'), i.after
    from jsonb_to_recordset(${one.items}::text::jsonb) as i("tenantId" text, before jsonb, after jsonb), ${decided})`,
];

export interface ImportItem {
  tenantId: string;
  before: ImportedFields | null;
  after: ImportedFields;
  /** A plan that came later and has the tenant. */
  planId: string | null;
  /** A secret of it was set since. */
  secretSet: boolean;
}

/** The next tenants of an import after this id, with what became of them. */
export async function importItems(
  db: Database,
  importId: string,
  after: string,
  limit: number,
): Promise<ImportItem[]> {
  const rows = await db.execute<Row<ImportItem>>(sql`
    select i.tenant_id, i.before, i.after, (select k.plan_id from task k join plan p on p.plan_id = k.plan_id
        where k.tenant_id = i.tenant_id and k.status <> 'VALIDATION_FAILED' and p.number > o.plan_number order by p.number limit 1) as plan_id,
      exists (select 1 from ${secret} s where s.tenant_id = i.tenant_id and s.created_at >= o.at) as secret_set
    from ${tenantImportItem} i join ${tenantImport} o on o.import_id = i.import_id
    where i.import_id = ${importId}::uuid and i.tenant_id > ${after} order by i.tenant_id limit ${limit}`);
  return [...rows];
}

/** Whether and by whom an import was taken back; null when there is no such import, or it is no longer kept. */
export async function findImport(
  db: Database,
  importId: string,
): Promise<{
  actor: string;
  by: string | null;
  requestId: string | null;
  takenBack: TakenBack | null;
} | null> {
  const [found] = await db
    .select({
      actor: tenantImport.actor,
      by: tenantImport.takenBackBy,
      requestId: tenantImport.takenBackRequest,
      takenBack: tenantImport.takenBack,
    })
    .from(tenantImport)
    .where(eq(tenantImport.importId, importId));
  return found ?? null;
}

/** Selects the import while it was not taken back, and holds it: of two at once the second decides again. */
export const notTakenBack = (importId: string): SQL =>
  sql`select 1 from ${tenantImport} where import_id = ${importId}::uuid and taken_back_at is null for update`;

/** That the import was taken back, beside its tenants. */
export const takenBackWith = (
  decided: SQL,
  one: { importId: string; requestId: string | null; actor: string; answer: TakenBack },
): SQL => sql`marked as (update ${tenantImport} set taken_back_by = ${one.actor}, taken_back_at = clock_timestamp(),
    taken_back_request = ${one.requestId}::uuid, taken_back = ${JSON.stringify(one.answer)}::text::jsonb
  from ${decided} where import_id = ${one.importId}::uuid)`;
