import type { Figures } from '@/components/live/plan-tally';
import { TASK_STATUSES } from '@/domain/task';
import type { Outputs } from '@/server/api/router';

/** One plan of the list. */
export type PlanItem = Outputs['plans']['list']['items'][number];

/** What a list knows of a plan's figures: enough for the brake and its release, and for nothing that goes back. */
export function toFigures(plan: PlanItem): Figures {
  const byStatus = Object.fromEntries(
    TASK_STATUSES.map((status) => [status, plan.byStatus[status] ?? 0]),
  ) as Figures['byStatus'];
  return {
    ...plan,
    byStatus,
    startedNotRolledBack: 0,
    ableToGoBack: 0,
    backOnPurpose: 0,
    unconfirmed: 0,
    rollbacks: 0,
    wave: { inWave: 0, unsettledInWave: 0, notCompletedInWave: 0 },
  };
}
