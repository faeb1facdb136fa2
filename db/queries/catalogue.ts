import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Database } from '@/db/client';
import { auditOf } from '@/db/queries/audit';
import { type Asked, containing, type Order, type Page, readPage, tablePage } from '@/db/queries/page';
import { deployUnit, playbook, tenant, unitVersion } from '@/db/schema/catalogue';
import { tenantHistory as history } from '@/db/schema/run';
import { columnsBut, type RowOf, selected, told } from '@/db/selection';
import type { DriftFinding } from '@/domain/drift';
import type { PlaybookDefinition } from '@/domain/playbook';
import type { TenantFilter } from '@/domain/tenant-choice';

/** A tenant as the domain knows it, of the table's rows under this name. */
export const tenantFields = (name: string) =>
  columnsBut(alias(tenant, name), 'createdAt', 'updatedAt', 'removedAt');

/** When the row of a tenant `t` was last changed, ISO 8601: as exact as it is kept, so that it tells every change from the next. */
export const TENANT_UPDATED_AT = sql`to_char(t.updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const TENANT_FIELDS = {
  ...tenantFields('t'),
  updatedAt: sql<string>`${TENANT_UPDATED_AT}`,
  /** The plan that holds it now. */
  busyIn: sql<string | null>`holder.plan_id`,
  /** `drift` is what the last look at its instances found; null when nobody looked since the tenant was moved. */
  units: sql<
    {
      unitId: string;
      unitName: string;
      current: string;
      lastKnownGood: string | null;
      drift: { drifted: boolean; instances: DriftFinding[]; checkedAt: string } | null;
    }[]
  >`(select coalesce(jsonb_agg(jsonb_build_object('unitId', u.unit_id, 'unitName', u.unit_name, 'current', u.current_version,
    'lastKnownGood', u.last_known_good_version, 'drift', case when c.tenant_id is not null then jsonb_build_object('drifted', c.drifted,
      'instances', c.instances, 'checkedAt', c.checked_at) end) order by u.unit_id), '[]') from tenant_unit u
    left join drift_check c on c.tenant_id = u.tenant_id and c.unit_id = u.unit_id and c.expected = u.current_version where u.tenant_id = t.tenant_id)`,
};

export type TenantListItem = RowOf<typeof TENANT_FIELDS>;

const BY_ID = { column: sql`t.tenant_id`, kind: 'text' } as const;

/** By what the list can be sorted. */
export const TENANT_ORDERS = {
  tenantId: { by: 'asc', keys: [BY_ID] },
  name: { by: 'asc', keys: [{ column: sql`t.name`, kind: 'text' }, BY_ID] },
  endpoints: { by: 'asc', keys: [{ column: sql`jsonb_array_length(t.endpoints)`, kind: 'number' }, BY_ID] },
  updatedAt: { by: 'asc', keys: [{ column: sql`t.updated_at`, kind: 'time' }, BY_ID] },
} satisfies Record<string, Order>;

const DRIFTED = sql`exists (select 1 from tenant_unit u join drift_check c on c.tenant_id = u.tenant_id
  and c.unit_id = u.unit_id and c.expected = u.current_version where u.tenant_id = t.tenant_id and c.drifted)`;

const onRecord = ({ unitId, version }: { unitId: string; version: string }): SQL =>
  sql`exists (select 1 from tenant_unit u where u.tenant_id = t.tenant_id
    and u.unit_id = ${unitId} and u.current_version = ${version})`;

/** Of the rows `t` of tenants; `fits` in domain/tenant-choice.ts says the same of one. */
export function fitting({ q, labels = {}, drifted, on, notOn }: TenantFilter): SQL {
  const conditions = [sql`t.removed_at is null`];
  if (q) conditions.push(sql`(t.tenant_id ilike ${containing(q)} or t.name ilike ${containing(q)})`);
  for (const [key, values] of Object.entries(labels)) {
    const each = [values]
      .flat()
      .map((value) => sql`t.labels @> ${JSON.stringify({ [key]: value })}::text::jsonb`);
    conditions.push(each.length > 0 ? sql`(${sql.join(each, sql` or `)})` : sql`false`);
  }
  if (drifted !== undefined) conditions.push(drifted ? DRIFTED : sql`not ${DRIFTED}`);
  if (on) conditions.push(onRecord(on));
  if (notOn) conditions.push(sql`not ${onRecord(notOn)}`);
  return sql.join(conditions, sql` and `);
}

export function listTenants(
  db: Database,
  { order = TENANT_ORDERS.tenantId, ...filter }: TenantFilter & Asked & { order?: Order },
): Promise<Page<TenantListItem>> {
  return selectTenants(db, fitting(filter), order, filter);
}

/** How many there are, and how many of them are drifted. */
export async function countTenants(db: Database): Promise<{ total: number; drifted: number }> {
  const [row] = await db.execute<{ total: number; drifted: number }>(sql`
    select count(*)::int as total, (count(*) filter (where ${DRIFTED}))::int as drifted from tenant t where t.removed_at is null`);
  return { total: row?.total ?? 0, drifted: row?.drifted ?? 0 };
}

/** Ids of all tenants that fit. */
export async function tenantIdsWhere(db: Database, filter: TenantFilter): Promise<string[]> {
  const rows = await db.execute<{ tenantId: string }>(
    sql`select t.tenant_id from tenant t where ${fitting(filter)} order by t.tenant_id`,
  );
  return rows.map((row) => row.tenantId);
}

function selectTenants(db: Database, where: SQL, order: Order, asked: Asked): Promise<Page<TenantListItem>> {
  return readPage(
    db,
    {
      order,
      from: sql`tenant t`,
      as: sql`t`,
      where,
      joined: sql`left join tenant_run r on r.tenant_id = t.tenant_id left join task holder on holder.task_id = r.task_id`,
      fields: TENANT_FIELDS,
    },
    asked,
  );
}

export async function getTenant(db: Database, tenantId: string): Promise<TenantListItem | null> {
  const where = sql`t.removed_at is null and t.tenant_id = ${tenantId}`;
  const { items } = await selectTenants(db, where, TENANT_ORDERS.tenantId, { limit: 1 });
  return items[0] ?? null;
}

/** Every label key and its values, for the tenant filter. */
export async function labelValues(db: Database): Promise<Record<string, string[]>> {
  const rows = await db.execute<{ key: string; values: string[] }>(sql`
    select key, array_agg(distinct value order by value) as values from tenant, jsonb_each_text(labels)
    where removed_at is null group by key order by key`);
  return Object.fromEntries(rows.map((row) => [row.key, row.values]));
}

export const HISTORY_ORDER: Order = { by: 'desc', keys: [{ column: sql`h.id`, kind: 'number' }] };

const { id, unitId, reason, taskId, planId, at } = alias(history, 'h');
const MOVE = {
  ...{ id, unitId, reason, taskId, planId, at },
  from: sql<string | null>`h.from_version`,
  to: sql<string>`h.to_version`,
  actor: sql<string>`coalesce(p.created_by, h.actor)`,
};

export function tenantHistory(db: Database, tenantId: string, asked: Asked) {
  return readPage(
    db,
    {
      order: HISTORY_ORDER,
      from: sql`tenant_history h`,
      as: sql`h`,
      where: sql`h.tenant_id = ${tenantId} and h.to_version <> 'unknown'`,
      joined: sql`left join plan p on p.plan_id = h.plan_id`,
      fields: MOVE,
      toItem: told,
    },
    asked,
  );
}

export const UNIT_ORDER: Order = { by: 'asc', keys: [{ column: sql`${deployUnit.unitId}`, kind: 'text' }] };

/** The newest first. */
export const VERSION_ORDER: Order = {
  by: 'desc',
  keys: [
    { column: sql`v.created_at`, kind: 'time' },
    { column: sql`v.version`, kind: 'text' },
  ],
};

/** A version without its payload, and how many tenants run it: counted once for all, not for each. */
const VERSION = {
  ...columnsBut(alias(unitVersion, 'v'), 'unitId', 'payload'),
  tenants: sql<number>`coalesce(running.tenants, 0)`,
};
const running = (unitIds: SQL) => sql`left join (
  select unit_id, current_version, count(*)::int as tenants from tenant_unit where unit_id in (${unitIds}) group by 1, 2
) running on running.unit_id = v.unit_id and running.current_version = v.version`;

/** Versions of a unit, without payloads. */
export function listVersions(db: Database, unitId: string, asked: Asked) {
  return readPage(
    db,
    {
      order: VERSION_ORDER,
      from: sql`unit_version v`,
      as: sql`v`,
      where: sql`v.unit_id = ${unitId}`,
      joined: running(sql`${unitId}`),
      fields: VERSION,
    },
    asked,
  );
}

/** So many of its versions come with a unit. */
const NEWEST = 100;

/** Deploy units with their newest versions, and how many each has. */
export async function listUnits(db: Database, asked: Asked) {
  const page = await tablePage(db, deployUnit, { order: UNIT_ORDER, where: undefined }, asked);
  const ids = sql`select jsonb_array_elements_text(${JSON.stringify(page.items.map(({ unitId }) => unitId))}::text::jsonb)`;
  const rows = await db.execute<RowOf<typeof VERSION> & { unitId: string; versionsTotal: number }>(sql`
    select ${selected(VERSION)}, v.unit_id, v.versions_total from (
      select *, row_number() over (partition by unit_id order by created_at desc, version desc) as place,
        count(*) over (partition by unit_id) as versions_total
      from unit_version where unit_id in (${ids})) v ${running(ids)}
    where v.place <= ${NEWEST} order by v.unit_id, v.place`);
  const items = page.items.map((unit) => ({
    ...unit,
    versions: [] as RowOf<typeof VERSION>[],
    versionsTotal: 0,
  }));
  const byId = new Map(items.map((unit) => [unit.unitId, unit]));
  for (const { unitId, versionsTotal, ...version } of rows) {
    const unit = byId.get(unitId);
    unit?.versions.push(version);
    if (unit) unit.versionsTotal = versionsTotal;
  }
  return { ...page, items };
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

export const PLAYBOOK_ORDER: Order = {
  by: 'asc',
  keys: [{ column: sql`${playbook.playbookId}`, kind: 'text' }],
};

/** The newest version of every playbook. */
export function listPlaybooks(db: Database, asked: Asked) {
  const where = sql`not exists (select 1 from playbook newer where newer.playbook_id = ${playbook.playbookId}
    and newer.version > ${playbook.version})`;
  return tablePage(db, playbook, { order: PLAYBOOK_ORDER, where }, asked);
}

export const PLAYBOOK_VERSION_ORDER: Order = {
  by: 'desc',
  keys: [{ column: sql`${playbook.version}`, kind: 'number' }],
};

/** Every version of a playbook, the newest first. */
export function playbookVersions(db: Database, playbookId: string, asked: Asked) {
  const where = sql`${playbook.playbookId} = ${playbookId}`;
  return tablePage(db, playbook, { order: PLAYBOOK_VERSION_ORDER, where }, asked);
}

/** Stores a playbook under the next version number; plans that use an older one keep it. Returns that number. */
export async function savePlaybook(
  db: Database,
  write: {
    playbookId: string;
    name: string;
    definition: PlaybookDefinition;
    createdBy: string;
    basedOn?: number | undefined;
  },
): Promise<number | null> {
  const [row] = await db.execute<{ version: number }>(sql`
    with made as (insert into playbook (playbook_id, version, name, definition, created_by)
    select ${write.playbookId}, coalesce(max(version), 0) + 1, ${write.name}, ${JSON.stringify(write.definition)}::text::jsonb, ${write.createdBy}
    from playbook where playbook_id = ${write.playbookId}
    having ${write.basedOn ?? null}::int is null or coalesce(max(version), 0) = ${write.basedOn ?? null}::int
    on conflict do nothing returning version), audited as (${auditOf(sql`made`, {
      actor: write.createdBy,
      action: 'playbook.save',
      target: write.playbookId,
      outcome: sql`jsonb_build_object('version', version, 'name', ${write.name}::text)`,
    })}) select version from made`);
  return row?.version ?? null;
}

/** So many of the tenants of a version are named. */
const NAMED = 50;

/** What the chosen tenants run of a unit, grouped by version: the rows of the version step's diff. */
export async function currentVersions(db: Database, tenantIds: readonly string[], unitId: string) {
  const rows = await db.execute<{
    version: string | null;
    tenants: number;
    payload: string | null;
    named: string[];
  }>(sql`
    select u.current_version as version, count(*)::int as tenants, min(v.payload) as payload,
      (array_agg(t.tenant_id order by t.tenant_id))[1:${sql.raw(String(NAMED))}] as named
    from jsonb_array_elements_text(${JSON.stringify(tenantIds)}::text::jsonb) asked(tenant_id)
    join tenant t on t.tenant_id = asked.tenant_id and t.removed_at is null
    left join tenant_unit u on u.tenant_id = t.tenant_id and u.unit_id = ${unitId}
    left join unit_version v on v.unit_id = u.unit_id and v.version = u.current_version
    group by u.current_version order by 2 desc`);
  return [...rows];
}
