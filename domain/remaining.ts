import type { PlanStatus } from './plan';
import type { TaskStatus } from './task';

/** How long the tasks took that completed last, in milliseconds: a quarter of them at most `short`, three quarters at most `long`. */
export interface RecentLengths {
  basis: number;
  short: number;
  long: number;
}

/** So many of the last tasks say how long one takes, and with fewer than these nobody can tell. */
export const LENGTHS_BASIS = 200;
export const FEWEST_LENGTHS = 3;

/** How many of a plan's tenants come to their end in so many milliseconds, where that is not all of them; null where it is, or nobody can tell. */
export function doneWithin(
  plan: { status: PlanStatus; maxConcurrency: number },
  byStatus: Partial<Record<TaskStatus, number>>,
  lengths: RecentLengths | null,
  millis: number,
): { done: number; of: number } | null {
  const rest = remainingOf(plan, byStatus, lengths);
  if (rest === null || lengths === null || rest.to <= millis) return null;
  const { RUNNING = 0, PENDING = 0, VALIDATION_FAILED = 0, CANCELLED = 0 } = byStatus;
  const total = Object.values(byStatus).reduce((sum, count) => sum + count, 0);
  const of = total - VALIDATION_FAILED - CANCELLED;
  const ends = Math.floor((Math.max(millis, 0) / lengths.long) * plan.maxConcurrency);
  // Not all, as the range says, however many run.
  return { done: of - RUNNING - PENDING + Math.min(ends, RUNNING + PENDING - 1), of };
}

/** How long the rest of a plan takes, in rounds of what may run at once; null while too few have completed. */
export function remainingOf(
  plan: { status: PlanStatus; maxConcurrency: number },
  byStatus: Partial<Record<TaskStatus, number>>,
  lengths: RecentLengths | null,
): { from: number; to: number; basis: number } | null {
  if (plan.status !== 'RUNNING' || lengths === null) return null;
  const { RUNNING = 0, PENDING = 0 } = byStatus;
  const rounds = PENDING / plan.maxConcurrency + (RUNNING > 0 ? 0.5 : 0);
  if (rounds === 0) return null;
  return { from: rounds * lengths.short, to: Math.max(rounds, 1) * lengths.long, basis: lengths.basis };
}
