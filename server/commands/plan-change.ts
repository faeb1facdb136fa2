import type { PlanWithCounts } from '@/db/queries/runs';
import type { DomainEvent } from '@/domain/events';
import type { PlanState } from '@/domain/plan';
import type { PlanChange } from './commit';

/** What the machine made of a plan, as a change on the revision that was read; `counted`: it follows from its tasks. */
export function planChange(
  read: PlanWithCounts,
  { state, events }: { state: PlanState; events: DomainEvent[] },
  { counted }: { counted: boolean },
): PlanChange {
  const { plan, revision, planSeq } = read;
  return { planId: plan.planId, revision, ...(counted ? { planSeq } : {}), state, before: plan, events };
}
