import type { Database } from '@/db/client';
import { confirmedSnapshots } from '@/db/queries/execution';
import type { TaskWithContext } from '@/db/queries/runs';
import type { Rejection } from '@/domain/rejection';
import type { WayBack } from '@/domain/tenant';

/** The chosen versions of the tenants of these tasks, which have one unit; without a choice none. */
export async function waysBack(
  db: Database,
  reads: readonly Pick<TaskWithContext, 'task' | 'unitId'>[],
  toVersion: string | undefined,
): Promise<Map<string, WayBack>> {
  const [some] = reads;
  if (toVersion === undefined || !some) return new Map();
  const tenants = reads.map(({ task }) => task.tenantId);
  return confirmedSnapshots(db, tenants, { unitId: some.unitId, version: toVersion });
}

/** Why a tenant cannot be taken back to a version that was chosen for it. */
export const neverConfirmed = (tenantId: string, version: string): Rejection => ({
  code: 'NO_PREVIOUS',
  message: `${tenantId} never confirmed ${version}: only a version that all its instances once ran can be gone back to.`,
});
