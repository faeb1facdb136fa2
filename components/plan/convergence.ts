import type { Point } from '@/components/ui/curve-path';
import type { PlanView, TaskView } from '@/domain/view/plan-view';

/** So many points draw a curve that nobody can tell from the whole. */
const POINTS = 60;

/** Whether a plan is on its way back, so that what counts is who is back. */
export const goesBack = ({ intent, status }: Pick<PlanView, 'intent' | 'status'>) =>
  intent === 'rollback' || status === 'ROLLED_BACK';

/** How many tenants had confirmed what the plan is about by a moment, oldest first. */
export function convergenceOf(
  plan: Pick<PlanView, 'intent' | 'status'>,
  tasks: Iterable<Pick<TaskView, 'status' | 'endedAt'>>,
): Point[] {
  const well = goesBack(plan) ? 'ROLLED_BACK' : 'COMPLETED';
  const ends: number[] = [];
  for (const { status, endedAt } of tasks)
    if (status === well && endedAt !== null) ends.push(Date.parse(endedAt));
  ends.sort((one, other) => one - other);
  const every = Math.max(1, Math.ceil(ends.length / POINTS));
  const points: Point[] = [];
  for (let done = every; done < ends.length; done += every) points.push({ at: ends[done - 1] ?? 0, done });
  const last = ends.at(-1);
  return last === undefined ? [] : [...points, { at: last, done: ends.length }];
}
