import type { Database } from '@/db/client';
import { readBrakes } from '@/db/queries/execution';
import { activeFreezes, frozenBy } from '@/domain/freeze';

/** What forbids that anything goes forward for a tenant now, in words; null when nothing does. Read from the rows. */
export async function whatHoldsBack(
  db: Database,
  tenantId: string,
  labels: Record<string, string>,
): Promise<string | null> {
  const { now, stopped, freezes } = await readBrakes(db);
  if (stopped) return `admission is stopped everywhere (${stopped.reason})`;
  const freeze = frozenBy(activeFreezes(freezes, now), tenantId, labels);
  return freeze ? `frozen until ${freeze.until.toISOString()} (${freeze.name})` : null;
}
