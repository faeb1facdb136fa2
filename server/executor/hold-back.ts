import type { Database } from '@/db/client';
import { readBrakes } from '@/db/queries/execution';
import { frozenBy } from '@/domain/freeze';
import { freezesFor } from '@/domain/freeze-override';

/** What forbids that anything of a plan goes forward for a tenant now, in words; null when nothing does. Read from the rows. */
export async function whatHoldsBack(
  db: Database,
  { planId, tenantId }: { planId: string; tenantId: string },
  labels: Record<string, string>,
): Promise<string | null> {
  const { now, stopped, freezes, override } = await readBrakes(db, planId);
  if (stopped) return `admission is stopped everywhere (${stopped.reason})`;
  const freeze = frozenBy(freezesFor(override, freezes, now), tenantId, labels);
  return freeze ? `frozen until ${freeze.until.toISOString()} (${freeze.name})` : null;
}
