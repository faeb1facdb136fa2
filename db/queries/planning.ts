import { setImmediate as nextTurn } from 'node:timers/promises';
import { and, desc, eq, sql } from 'drizzle-orm';
import postgres from 'postgres';
import type { Database } from '@/db/client';
import { preparedQuery } from '@/db/prepared';
import { deployUnit, playbook, unitVersion } from '@/db/schema/catalogue';
import type { Row } from '@/db/selection';
import type { Snapshot, Tenant } from '@/domain/tenant';

/** A tenant with what a plan needs to know about it; `tenant` is null when there is no such tenant. */
export interface TenantForPlan {
  tenantId: string;
  tenant: Tenant | null;
  currentVersion: string | null;
  /** What a rollback would go back to; null when nobody knows of anything. */
  wayBack: string | null;
  busyIn: string | null;
  plannedIn: string | null;
  /** Names of the secrets it has. */
  secrets: string[];
}

/** One row for each id asked, in the order asked. */
export async function tenantsForPlan(
  db: Database,
  tenantIds: readonly string[],
  unitId: string,
  version: string,
): Promise<TenantForPlan[]> {
  const rows = await db.execute<Row<TenantForPlan>>(sql`
    select asked.tenant_id, case when t.tenant_id is not null then json_build_object('tenantId', t.tenant_id, 'name', t.name,
        'labels', t.labels, 'endpoints', t.endpoints, 'variables', t.variables, 'overrides', t.overrides) end as tenant,
      u.current_version, coalesce(u.last_known_good_version, nullif(u.current_version, 'unknown'), u.known_version) as way_back,
      holder.plan_id as busy_in,
      (select o.plan_id from task o join plan p on p.plan_id = o.plan_id
       where o.tenant_id = asked.tenant_id and p.unit_id = ${unitId} and p.version = ${version}
         and o.status in ('PENDING', 'RUNNING', 'PAUSED') limit 1) as planned_in,
      (select coalesce(jsonb_agg(distinct s.name), '[]') from secret s where s.tenant_id = asked.tenant_id) as secrets
    from jsonb_array_elements_text(${JSON.stringify(tenantIds)}::text::jsonb) with ordinality as asked(tenant_id, place)
    left join tenant t on t.tenant_id = asked.tenant_id and t.removed_at is null
    left join tenant_unit u on u.tenant_id = asked.tenant_id and u.unit_id = ${unitId}
    left join tenant_run r on r.tenant_id = asked.tenant_id
    left join task holder on holder.task_id = r.task_id
    order by asked.place`);
  return [...rows];
}

/** What is on record of a unit for these tenants, and the playbook its newest plan used. */
export async function recordsOf(
  db: Database,
  unitId: string,
  tenantIds: readonly string[],
): Promise<{ records: Map<string, string>; newestPlaybookId: string | null }> {
  const [row] = await db.execute<{ records: Record<string, string>; newest: string | null }>(sql`
    select (select coalesce(jsonb_object_agg(tenant_id, current_version), '{}') from tenant_unit where unit_id = ${unitId}
        and tenant_id in (select jsonb_array_elements_text(${JSON.stringify(tenantIds)}::text::jsonb))) as records,
      (select playbook_id from plan where unit_id = ${unitId} order by number desc limit 1) as newest`);
  return { records: new Map(Object.entries(row?.records ?? {})), newestPlaybookId: row?.newest ?? null };
}

/**
 * What these tenants had before the version that is on record came to them: the snapshot to go back to, by tenant. It is
 * used from now on, whatever becomes of the tasks that name it.
 */
export async function previousOf(
  db: Database,
  tenantIds: readonly string[],
  { unitId, version }: { unitId: string; version: string },
): Promise<Map<string, string>> {
  const rows = await db.execute<{ tenantId: string; id: string }>(sql`
    with chosen as (
      select distinct on (t.tenant_id) t.previous_snapshot_id as id from task t join plan p on p.plan_id = t.plan_id
      where t.tenant_id in (select jsonb_array_elements_text(${JSON.stringify(tenantIds)}::text::jsonb)) and t.unit_id = ${unitId}
        and p.version = ${version} and t.previous_snapshot_id is not null order by t.tenant_id, t.admitted_at desc nulls last)
    update tenant_snapshot s set used_at = clock_timestamp() from chosen where s.snapshot_id = chosen.id
    returning s.tenant_id, s.snapshot_id as id`);
  return new Map(rows.map((row) => [row.tenantId, row.id]));
}

/** Who completed a plan: the tenants whose version it is. */
export async function completedTenants(db: Database, planId: string): Promise<string[]> {
  const rows = await db.execute<{ tenantId: string }>(
    sql`select tenant_id from task where plan_id = ${planId} and status = 'COMPLETED' order by ordinal`,
  );
  return rows.map((row) => row.tenantId);
}

export async function findVersion(db: Database, unitId: string, version: string) {
  const [found] = await db
    .select({
      unitId: deployUnit.unitId,
      unitName: deployUnit.name,
      version: unitVersion.version,
      payload: unitVersion.payload,
      format: unitVersion.format,
    })
    .from(unitVersion)
    .innerJoin(deployUnit, eq(deployUnit.unitId, unitVersion.unitId))
    .where(and(eq(unitVersion.unitId, unitId), eq(unitVersion.version, version)));
  return found ?? null;
}

export type VersionWithPayload = NonNullable<Awaited<ReturnType<typeof findVersion>>>;

/** The newest version of a playbook, or the one asked for. */
export async function findPlaybook(db: Database, playbookId: string, version?: number) {
  const [found] = await db
    .select()
    .from(playbook)
    .where(
      and(
        eq(playbook.playbookId, playbookId),
        version === undefined ? undefined : eq(playbook.version, version),
      ),
    )
    .orderBy(desc(playbook.version))
    .limit(1);
  return found ?? null;
}

/** How many snapshots one statement stores. */
export const SNAPSHOT_CHUNK = 250;
const PARALLEL_CHUNKS = 3;
const CONTENT_OF_SNAPSHOT = 'tenant_snapshot_digest_content_digest_fk';

/** What is stored already is noted as used. All in one order: of two at once one waits for the other. */
const insertion = preparedQuery<{ fresh: string[] }>(sql`
  with given as materialized (
    select * from jsonb_to_recordset(${sql.placeholder('snapshots')}::text::jsonb) as s("snapshotId" uuid, "tenantId" text, "unitId" text,
      "unitName" text, version text, payload text, format text, endpoints jsonb, digest text, scope jsonb)
  ), contents as (
    insert into content (digest, payload) select distinct on (digest) digest, payload from given order by digest on conflict do nothing
  ), stored as (
    insert into tenant_snapshot (snapshot_id, tenant_id, unit_id, unit_name, version, format, endpoints, digest, scope)
    select "snapshotId", "tenantId", "unitId", "unitName", version, format, endpoints, digest, scope from given order by "snapshotId"
    on conflict (snapshot_id) do update set used_at = clock_timestamp() returning snapshot_id, used_at = created_at as fresh
  )
  select coalesce(jsonb_agg(snapshot_id), '[]') as fresh from stored where fresh`);

type NewSnapshot = Snapshot & { snapshotId: string; tenantId: string };

/**
 * Stores snapshots before the plan or admission that names them: until then nobody can see them. What is stored already
 * is shared, and safe from the retention for an hour. Returns the ids of those that were not there.
 */
export function insertSnapshots(db: Database, snapshots: readonly NewSnapshot[]): Promise<string[]> {
  return insertAsMade(db, chunksOf(snapshots));
}

/**
 * Stores snapshots while they are made: a chunk is made when there is a statement to carry it, beside those under way.
 * What is stored is told to `fresh` as well, also when it does not come to an end.
 */
export async function insertAsMade(
  db: Database,
  made: Iterable<readonly NewSnapshot[]>,
  fresh: string[] = [],
): Promise<string[]> {
  const chunks = made[Symbol.iterator]();
  let failed = false;
  const carry = async () => {
    try {
      for (let next = chunks.next(); !next.done && !failed; next = chunks.next()) {
        if (next.value.length > 0) fresh.push(...(await insert(db, JSON.stringify(next.value))));
        // Making the next one takes its time as well.
        await nextTurn();
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  // When it is over nothing is under way any more, however it ended.
  const ends = await Promise.allSettled(Array.from({ length: PARALLEL_CHUNKS }, carry));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return fresh;
}

/** A content that the retention takes for unused at this moment is refused by its snapshots, and stored anew. */
async function insert(db: Database, snapshots: string): Promise<string[]> {
  for (;;) {
    try {
      const [stored] = await insertion(db, { snapshots });
      return stored?.fresh ?? [];
    } catch (error) {
      if (!(error instanceof postgres.PostgresError && error.constraint_name === CONTENT_OF_SNAPSHOT))
        throw error;
    }
  }
}

function* chunksOf(snapshots: readonly NewSnapshot[]): Generator<readonly NewSnapshot[]> {
  for (let from = 0; from < snapshots.length; from += SNAPSHOT_CHUNK)
    yield snapshots.slice(from, from + SNAPSHOT_CHUNK);
}

/** Takes back snapshots that one has stored and nothing came to name; what others have frozen since stays. */
export async function dropSnapshots(db: Database, fresh: readonly string[]): Promise<void> {
  if (fresh.length === 0) return;
  const gone = await db.execute<{ digest: string }>(sql`
    delete from tenant_snapshot where used_at = created_at
      and snapshot_id in (select id::uuid from jsonb_array_elements_text(${JSON.stringify(fresh)}::text::jsonb) id) returning digest`);
  const digests = JSON.stringify(gone.map(({ digest }) => digest));
  await db.execute(
    sql`select drop_unused_contents(array(select jsonb_array_elements_text(${digests}::text::jsonb)))`,
  );
}
