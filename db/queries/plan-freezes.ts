import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { FreezeOverride } from '@/domain/approval';
import type { ActiveFreeze } from '@/domain/freeze';
import { overrideStands } from '@/domain/freeze-override';
import type { PlanStatus } from '@/domain/plan';

/** A freeze that holds now, and for how many tenants of a plan that are not done with it. Times are ISO 8601. */
export interface PlanFreeze {
  name: string;
  until: string;
  tenants: number;
}

/** Those of these freezes that concern tenants of a plan that may still go forward; the one that holds longest first. */
export async function freezesOfPlan(
  db: Database,
  planId: string,
  freezes: readonly ActiveFreeze[],
): Promise<PlanFreeze[]> {
  if (freezes.length === 0) return [];
  const rows = await db.execute<{ place: number; tenants: number }>(sql`
    select f.place::int as place, count(*)::int as tenants
    from rows from (jsonb_to_recordset(${JSON.stringify(freezes)}::text::jsonb) as ("tenantId" text, labels jsonb))
      with ordinality as f("tenantId", labels, place)
    join tenant n on case when f."tenantId" is null then n.labels @> coalesce(f.labels, '{}') else n.tenant_id = f."tenantId" end
    join task t on t.tenant_id = n.tenant_id and t.plan_id = ${planId}
    where t.status in ('PENDING', 'RUNNING', 'PAUSED', 'FAILED') or t.request->>'kind' in ('resume', 'retry')
    group by f.place`);
  return rows
    .flatMap(({ place, tenants }) => {
      const freeze = freezes[place - 1];
      return freeze ? [{ name: freeze.name, until: freeze.until.toISOString(), tenants }] : [];
    })
    .sort((one, other) => (one.until < other.until ? 1 : -1));
}

/** A plan for which freezes are overridden, or somebody asked for it. */
export interface OverriddenPlan {
  planId: string;
  name: string;
  madeBy: string;
  override: FreezeOverride;
}

/** More than these are not told at once. */
const MOST_OVERRIDES = 200;

/** Overrides in force in plans that are not over, the newest plan first, 200 at most. */
export async function overridesInForce(db: Database, now: Date): Promise<OverriddenPlan[]> {
  const rows = await db.execute<{
    planId: string;
    name: string;
    madeBy: string;
    status: PlanStatus;
    override: FreezeOverride;
  }>(sql`
    select plan_id, name, created_by as made_by, status, freeze_override as override from plan
    where freeze_override is not null and status in ('READY', 'RUNNING', 'PAUSED')
      and (freeze_override->>'until')::timestamptz > ${now.toISOString()}::timestamptz
    order by created_at desc limit ${MOST_OVERRIDES}`);
  return rows
    .filter(({ override }) => overrideStands(override, now) === 'holds')
    .map(({ planId, name, madeBy, override }) => ({ planId, name, madeBy, override }));
}
