import type { PlanView } from '@/domain/view/plan-view';

/** The stretch of time that the lanes share, in epoch milliseconds. */
export interface TimeAxis {
  from: number;
  to: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const SPANS = [10, 20, 30, 45, 60, 90].map((s) => s * SECOND);
const LONGER = [2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 45, 60, 90].map((m) => m * MINUTE);

/**
 * From the plan's start to its last sign of life; while it runs the end moves in jumps, so that lanes keep still. `lastEnd`:
 * when the last of its tasks ended.
 */
export function timeAxis(plan: PlanView, lastEnd: number, now: number): TimeAxis {
  const from = Date.parse(plan.startedAt ?? plan.createdAt);
  const last = plan.endedAt === null ? now : Math.max(Date.parse(plan.endedAt), lastEnd);
  return { from, to: from + niceSpan(Math.max(last - from, SECOND)) };
}

function niceSpan(millis: number): number {
  return [...SPANS, ...LONGER].find((span) => span >= millis) ?? Math.ceil(millis / (HOUR / 2)) * (HOUR / 2);
}

/** Where a moment lies, in percent of the axis. */
export function position(axis: TimeAxis, at: number): number {
  return Math.min(100, Math.max(0, ((at - axis.from) / (axis.to - axis.from)) * 100));
}

/** Five moments to write under the axis, in milliseconds from its start. */
export function ticks(axis: TimeAxis): number[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => share * (axis.to - axis.from));
}
