import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { ApprovalRule } from '@/domain/approval';

/** How many people could give an approval that asks for this role and group: `whyNotApprove` of the domain over the accounts. */
export async function countApprovers(
  db: Database,
  { role, group }: Pick<ApprovalRule, 'role' | 'group'>,
): Promise<number> {
  const [row] = await db.execute<{ people: number }>(sql`
    select count(*)::int as people from auth_user
    where (role = 'admin' or (role = 'operator' and ${role === 'operator'}))
      and (${group ?? null}::text is null or ${group ?? null}::text = any (groups))`);
  return row?.people ?? 0;
}
