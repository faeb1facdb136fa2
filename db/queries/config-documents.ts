import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { type Asked, type Order, readPage } from '@/db/queries/page';
import { deployUnit, setting } from '@/db/schema/catalogue';

/** Everything that the settings page says. */
export async function readSettings(db: Database): Promise<Record<string, unknown>> {
  const rows = await db.select({ key: setting.key, value: setting.value }).from(setting);
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}

/** The plan of each of these tenants' unfinished tasks: none of them can be removed. */
export async function plansHolding(db: Database, tenantIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.execute<{ tenantId: string; planId: string }>(sql`
    select t.tenant_id, min(t.plan_id) as plan_id
    from jsonb_array_elements_text(${JSON.stringify(tenantIds)}::text::jsonb) asked(tenant_id) join task t using (tenant_id)
    where t.status in ('PENDING', 'RUNNING', 'PAUSED', 'ROLLING_BACK') group by t.tenant_id`);
  return new Map(rows.map(({ tenantId, planId }) => [tenantId, planId]));
}

/** Versions without their payloads, which may be large: by the SHA-256 of each it is seen whether it is another one. */
export async function findVersions(
  db: Database,
  wanted: readonly { unitId: string; version: string }[],
): Promise<{ unitId: string; version: string; format: string; note: string; digest: string }[]> {
  return [
    ...(await db.execute<{
      unitId: string;
      version: string;
      format: string;
      note: string;
      digest: string;
    }>(sql`
      select v.unit_id, v.version, v.format, v.note, encode(sha256(convert_to(v.payload, 'UTF8')), 'hex') as digest
      from jsonb_to_recordset(${JSON.stringify(wanted)}::text::jsonb) as asked("unitId" text, version text)
      join unit_version v on v.unit_id = asked."unitId" and v.version = asked.version`)),
  ];
}

/** What these units are called; one that is not there is not in it. */
export async function unitNames(db: Database, unitIds: readonly string[]): Promise<Map<string, string>> {
  const ids = sql`select jsonb_array_elements_text(${JSON.stringify(unitIds)}::text::jsonb)`;
  const rows = await db
    .select({ unitId: deployUnit.unitId, name: deployUnit.name })
    .from(deployUnit)
    .where(sql`${deployUnit.unitId} in (${ids})`);
  return new Map(rows.map(({ unitId, name }) => [unitId, name]));
}

/** In the order in which they were made: so they are made again. */
export const ALL_VERSIONS_ORDER: Order = {
  by: 'asc',
  keys: [
    { column: sql`v.unit_id`, kind: 'text' },
    { column: sql`v.created_at`, kind: 'time' },
    { column: sql`v.version`, kind: 'text' },
  ],
};

const FULL = {
  unitId: sql<string>`v.unit_id`,
  unitName: sql<string>`u.name`,
  version: sql<string>`v.version`,
  format: sql<'json' | 'text'>`v.format`,
  payload: sql<string>`v.payload`,
  note: sql<string>`v.note`,
};

/** Versions of all units with what is sent of them. */
export function listAllVersions(db: Database, asked: Asked) {
  return readPage(
    db,
    {
      order: ALL_VERSIONS_ORDER,
      from: sql`unit_version v`,
      as: sql`v`,
      where: undefined,
      joined: sql`left join deploy_unit u on u.unit_id = v.unit_id`,
      fields: FULL,
    },
    asked,
  );
}
