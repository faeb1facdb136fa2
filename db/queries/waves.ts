import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';

/** Who completed a wave of a plan: the first task in the plan's order, null where nobody did, and the tenants in that order. */
export async function completedInWave(
  db: Database,
  planId: string,
  wave: number,
): Promise<{ first: string | null; tenantIds: string[] }> {
  const [row] = await db.execute<{ first: string | null; tenantIds: string[] }>(sql`
    select (array_agg(task_id order by ordinal))[1] as first, coalesce(array_agg(tenant_id order by ordinal), '{}') as "tenantIds"
    from task where plan_id = ${planId} and wave = ${wave} and status = 'COMPLETED'`);
  return row ?? { first: null, tenantIds: [] };
}
