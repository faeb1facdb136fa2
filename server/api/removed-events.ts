import { TRPCError } from '@trpc/server';
import type { Database } from '@/db/client';
import { eventsRemovedAt } from '@/db/queries/retention';

/** An empty list would look as if nothing had ever happened: says that the retention removed it. */
export async function tellIfRemoved(db: Database, planId: string, after: number): Promise<void> {
  const removedAt = await eventsRemovedAt(db, planId, after);
  if (!removedAt) return;
  throw new TRPCError({
    code: 'NOT_FOUND',
    message: `The events of ${planId} were removed on ${removedAt.toISOString().slice(0, 10)}, as the retention time after its end was over. plans.summary tells what is kept; tasks and audit are complete.`,
  });
}
