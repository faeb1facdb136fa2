import type { RecentLengths } from '@/domain/remaining';
import type { PlanView } from '@/domain/view/plan-view';

/** How long the tasks of a plan took that completed last; null while too few have. */
export type Lengths = RecentLengths | null;

/** How long so many tasks take, in rounds of what may run at once. */
export function expectedMillis(count: number, plan: PlanView, lengths: Lengths): number | null {
  if (lengths === null || count === 0) return null;
  return Math.ceil(count / plan.maxConcurrency) * typical(lengths);
}

/** How long what runs takes to the end of its stage, at most. */
export function expectedStageMillis(plan: PlanView, lengths: Lengths): number | null {
  if (lengths === null || plan.stages.length === 0) return null;
  return typical(lengths) / plan.stages.length;
}

const typical = ({ short, long }: NonNullable<Lengths>): number => (short + long) / 2;
