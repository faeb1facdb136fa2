import { TRPCError } from '@trpc/server';
import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { LimitedDatabases } from '@/db/limited';
import { planSnapshot } from '@/db/queries/plan-snapshot';
import { inWords, type LimitedTo, NOT_WHOLE, wholeFleetAlone } from '@/domain/limited-to';
import type { Principal } from '@/server/auth/principal';
import { NotYours } from '@/server/input/refused';
import type { Snapshots } from '@/server/realtime/snapshots';

/**
 * What a procedure is to people whose rights end at some tenants; nothing, where this is not said.
 * `theirs`: it is about their tenants: plans, tasks and tenants that its input names are theirs, and what it reads has no
 * others. `wholePlan`: besides, all tenants of the plan are. `judged`: what is named may be new; the procedure judges itself.
 */
export type Reach = 'theirs' | 'wholePlan' | 'judged';

interface Deps {
  db: Database;
  limited: Pick<LimitedDatabases, 'of'>;
  snapshots: Pick<Snapshots, 'read'>;
}

/**
 * What a procedure works with: of a query, `deps.db` has the rows of the caller alone; `seen` is the database as they see
 * it, for whatever a command looks up. Throws FORBIDDEN or {@link NotYours}, with what the rights of the caller are.
 */
export async function withinReach<Of extends Deps>(
  deps: Of,
  principal: Principal,
  { reach, type }: { reach: Reach | undefined; type: string },
  input: unknown,
): Promise<{ deps: Of; seen: Database }> {
  const { limitedTo } = principal;
  if (!limitedTo) return { deps, seen: deps.db };
  if (!reach) throw wholeFleet(limitedTo);
  const seen = deps.limited.of(limitedTo);
  if (reach !== 'judged') await mustSeeNamed(seen, limitedTo, input);
  if (reach === 'wholePlan') await mustSeeWhole(seen, textsIn(input, 'planId')[0] ?? '');
  if (type !== 'query') return { deps, seen };
  // What is kept for all who look at a plan is not theirs.
  const snapshots = { read: (planId: string, maxRetry: number) => planSnapshot(seen, planId, maxRetry) };
  return { deps: { ...deps, db: seen, snapshots }, seen };
}

export const wholeFleet = (limitedTo: LimitedTo) => forbidden(wholeFleetAlone(limitedTo));

const forbidden = (message: string) => new TRPCError({ code: 'FORBIDDEN', message });

/** How what an input may name is looked for, and told when it is not there. */
const NAMED = [
  {
    ...{ fields: ['planId'], rows: sql`plan`, key: sql`plan_id` },
    missing: (id: string, words: string) => `There is no plan ${id} with tenants of yours (${words}).`,
  },
  {
    ...{ fields: ['taskId', 'taskIds'], rows: sql`task`, key: sql`task_id` },
    missing: (id: string, words: string) => `There is no task ${id} of a tenant of yours (${words}).`,
  },
  {
    ...{ fields: ['tenantId', 'tenantIds'], rows: sql`tenant`, key: sql`tenant_id` },
    missing: (id: string, words: string) => `There is no tenant ${id} among yours (${words}).`,
  },
];

async function mustSeeNamed(seen: Database, limitedTo: LimitedTo, input: unknown): Promise<void> {
  for (const { fields, rows, key, missing } of NAMED) {
    const ids = fields.flatMap((field) => textsIn(input, field));
    if (ids.length === 0) continue;
    const [none] = await seen.execute<{ id: string }>(sql`
      select id from jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb) id
      where not exists (select 1 from ${rows} where ${key} = id) limit 1`);
    if (none) throw new NotYours(missing(none.id, inWords(limitedTo)));
  }
}

/** Of whatever was sent: it is checked only afterwards. */
function textsIn(input: unknown, field: string): string[] {
  const value =
    typeof input === 'object' && input !== null ? (input as Record<string, unknown>)[field] : undefined;
  return [value].flat().filter((one) => typeof one === 'string');
}

/** Throws {@link NotYours} for the first of these tenants that the caller does not see, or that is not there. */
export async function mustSeeTenants(
  { seen, principal }: { seen: Database; principal: Pick<Principal, 'limitedTo'> },
  tenantIds: readonly string[],
): Promise<void> {
  if (principal.limitedTo) await mustSeeNamed(seen, principal.limitedTo, { tenantIds });
}

/** Throws FORBIDDEN when a plan has tenants that the caller does not see. */
export async function mustSeeWholePlan(
  { seen, principal }: { seen: Database; principal: Pick<Principal, 'limitedTo'> },
  planId: string,
): Promise<void> {
  if (principal.limitedTo) await mustSeeWhole(seen, planId);
}

async function mustSeeWhole(seen: Database, planId: string): Promise<void> {
  const [row] = await seen.execute<{ others: boolean }>(sql`select has_others(${planId}) as others`);
  if (row?.others !== false) throw forbidden(NOT_WHOLE);
}

/** The tasks of a plan that the caller may act on, of those they name or of all; undefined for whoever may act on all. */
export async function ownTasks(
  { seen, principal }: { seen: Database; principal: Pick<Principal, 'limitedTo'> },
  planId: string,
  named?: readonly string[],
): Promise<readonly string[] | undefined> {
  if (!principal.limitedTo) return undefined;
  if (named) {
    await mustSeeNamed(seen, principal.limitedTo, { taskIds: named });
    return named;
  }
  const rows = await seen.execute<{ taskId: string }>(
    sql`select task_id from task where plan_id = ${planId}`,
  );
  return rows.map(({ taskId }) => taskId);
}
