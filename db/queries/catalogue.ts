import { desc, type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { auditOf } from '@/db/queries/audit';
import { deployUnit, playbook, tenantUnit, unitVersion } from '@/db/schema/catalogue';
import type { DriftFinding } from '@/server/domain/drift';
import type { PlaybookDefinition } from '@/server/domain/playbook';
import type { Tenant } from '@/server/domain/tenant';

type Row = Record<string, unknown>;

export interface TenantListItem extends Tenant {
  units: {
    unitId: string;
    unitName: string;
    current: string;
    lastKnownGood: string | null;
    /** The last look at its instances; null when nobody looked since the tenant was moved. */
    drift: { drifted: boolean; instances: DriftFinding[]; checkedAt: string } | null;
  }[];
  /** The plan that holds it now. */
  busyIn: string | null;
}

/** Tenants by id, all labels given must match; `q` looks in id and name. */
export async function listTenants(
  db: Database,
  filter: {
    q?: string | undefined;
    labels?: Record<string, string> | undefined;
    limit: number;
    after?: string | undefined;
  },
): Promise<TenantListItem[]> {
  const like = filter.q ? `%${filter.q.replaceAll(/[%_\\]/g, '\\$&')}%` : null;
  const where = sql`t.tenant_id > ${filter.after ?? ''} and (${like}::text is null or t.tenant_id ilike ${like} or t.name ilike ${like})
    and t.labels @> ${JSON.stringify(filter.labels ?? {})}::text::jsonb`;
  return selectTenants(db, where, filter.limit);
}

async function selectTenants(db: Database, where: SQL, limit: number): Promise<TenantListItem[]> {
  const rows = await db.execute<Row>(sql`
    select t.*, holder.plan_id as busy_in,
      (select coalesce(jsonb_agg(jsonb_build_object('unitId', u.unit_id, 'unitName', u.unit_name, 'current', u.current_version,
        'lastKnownGood', u.last_known_good_version, 'drift', case when c.tenant_id is not null then jsonb_build_object('drifted', c.drifted,
          'instances', c.instances, 'checkedAt', c.checked_at) end) order by u.unit_id), '[]') from tenant_unit u
        left join drift_check c on c.tenant_id = u.tenant_id and c.unit_id = u.unit_id and c.expected = u.current_version where u.tenant_id = t.tenant_id) as units
    from tenant t left join tenant_run r on r.tenant_id = t.tenant_id left join task holder on holder.task_id = r.task_id
    where t.removed_at is null and ${where} order by t.tenant_id limit ${limit}`);
  return rows.map((row) => ({
    tenantId: row.tenant_id as string,
    name: row.name as string,
    labels: row.labels as Tenant['labels'],
    endpoints: row.endpoints as Tenant['endpoints'],
    variables: row.variables as Tenant['variables'],
    overrides: row.overrides as Tenant['overrides'],
    units: row.units as TenantListItem['units'],
    busyIn: row.busy_in as string | null,
  }));
}

export async function getTenant(db: Database, tenantId: string): Promise<TenantListItem | null> {
  const [found] = await selectTenants(db, sql`t.tenant_id = ${tenantId}`, 1);
  return found ?? null;
}

/** Every label key and its values, for the tenant filter. */
export async function labelValues(db: Database): Promise<Record<string, string[]>> {
  const rows = await db.execute<{ key: string; values: string[] }>(sql`
    select key, array_agg(distinct value order by value) as values from tenant, jsonb_each_text(labels)
    where removed_at is null group by key order by key`);
  return Object.fromEntries(rows.map((row) => [row.key, row.values]));
}

export async function tenantHistory(db: Database, tenantId: string) {
  const rows = await db.execute<Row>(sql`
    select h.at, h.unit_id, h.from_version, h.to_version, h.reason, h.task_id, h.plan_id, coalesce(p.created_by, h.actor) as actor
    from tenant_history h left join plan p on p.plan_id = h.plan_id
    where h.tenant_id = ${tenantId} and h.to_version <> 'unknown' order by h.id desc limit 200`);
  return rows.map((row) => ({
    at: new Date(row.at as string).toISOString(),
    unitId: row.unit_id as string,
    from: row.from_version as string | null,
    to: row.to_version as string,
    reason: row.reason as string,
    taskId: row.task_id as string | null,
    planId: row.plan_id as string | null,
    actor: row.actor as string,
  }));
}

/** Deploy units with their versions, newest first, without payloads, and how many tenants run each. */
export async function listUnits(db: Database) {
  const units = await db.select().from(deployUnit).orderBy(deployUnit.unitId);
  const versions = await db
    .select({
      unitId: unitVersion.unitId,
      version: unitVersion.version,
      format: unitVersion.format,
      note: unitVersion.note,
      createdBy: unitVersion.createdBy,
      createdAt: unitVersion.createdAt,
      tenants: sql<number>`(select count(*)::int from ${tenantUnit} where ${tenantUnit.unitId} = ${unitVersion.unitId} and ${tenantUnit.currentVersion} = ${unitVersion.version})`,
    })
    .from(unitVersion)
    .orderBy(desc(unitVersion.createdAt), desc(unitVersion.version));
  return units.map((unit) => ({ ...unit, versions: versions.filter((one) => one.unitId === unit.unitId) }));
}

export interface VersionWrite {
  unitId: string;
  unitName: string;
  version: string;
  payload: string;
  format: 'json' | 'text';
  note: string;
  createdBy: string;
}

/** Adds a version, and its unit if it is the first. False when that version exists: versions never change. */
export async function createVersion(db: Database, write: VersionWrite): Promise<boolean> {
  const rows = await db.execute(sql`
    with unit as (
      insert into deploy_unit (unit_id, name) values (${write.unitId}, ${write.unitName}) on conflict do nothing returning unit_id
    ), made as (insert into unit_version (unit_id, version, payload, format, note, created_by)
    select coalesce((select unit_id from unit), ${write.unitId}), ${write.version}, ${write.payload}, ${write.format}, ${write.note}, ${write.createdBy}
    on conflict do nothing returning version), audited as (${auditOf(sql`made`, {
      actor: write.createdBy,
      action: 'version.create',
      target: `${write.unitId} ${write.version}`,
      outcome: sql`jsonb_build_object('note', ${write.note}::text, 'format', ${write.format}::text)`,
    })}) select version from made`);
  return rows.length > 0;
}

/** The newest version of every playbook. */
export async function listPlaybooks(db: Database) {
  return db
    .selectDistinctOn([playbook.playbookId])
    .from(playbook)
    .orderBy(playbook.playbookId, desc(playbook.version));
}

/** Stores a playbook under the next version number; plans that use an older one keep it. Returns that number. */
export async function savePlaybook(
  db: Database,
  write: { playbookId: string; name: string; definition: PlaybookDefinition; createdBy: string },
): Promise<number | null> {
  const [row] = await db.execute<{ version: number }>(sql`
    with made as (insert into playbook (playbook_id, version, name, definition, created_by)
    select ${write.playbookId}, coalesce(max(version), 0) + 1, ${write.name}, ${JSON.stringify(write.definition)}::text::jsonb, ${write.createdBy}
    from playbook where playbook_id = ${write.playbookId}
    on conflict do nothing returning version), audited as (${auditOf(sql`made`, {
      actor: write.createdBy,
      action: 'playbook.save',
      target: write.playbookId,
      outcome: sql`jsonb_build_object('version', version, 'name', ${write.name}::text)`,
    })}) select version from made`);
  return row?.version ?? null;
}

/** What the chosen tenants run of a unit, grouped by version: the rows of the version step's diff. */
export async function currentVersions(db: Database, tenantIds: readonly string[], unitId: string) {
  const rows = await db.execute<{ version: string | null; tenants: number; payload: string | null }>(sql`
    select u.current_version as version, count(*)::int as tenants, min(v.payload) as payload
    from jsonb_array_elements_text(${JSON.stringify(tenantIds)}::text::jsonb) asked(tenant_id)
    join tenant t on t.tenant_id = asked.tenant_id and t.removed_at is null
    left join tenant_unit u on u.tenant_id = t.tenant_id and u.unit_id = ${unitId}
    left join unit_version v on v.unit_id = u.unit_id and v.version = u.current_version
    group by u.current_version order by 2 desc`);
  return [...rows];
}
