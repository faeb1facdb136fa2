import { PLAN_STATUSES, type PlanStatus } from '@/domain/plan';

/** What the list of plans is narrowed to. */
export interface PlanFilter {
  q: string;
  status: PlanStatus[];
}

/** A filter by the name somebody gave it. */
export interface PlanViewOf extends PlanFilter {
  name: string;
}

/** Views everybody has; their names are in the catalogue. */
export const USUAL_VIEWS = {
  underWay: { q: '', status: ['RUNNING', 'PAUSED', 'ROLLING_BACK'] },
  failed: { q: '', status: ['PARTIAL_FAILED', 'FAILED'] },
} as const satisfies Record<string, { q: string; status: PlanStatus[] }>;

const MOST = 30;

export function readViews(text: string | undefined): PlanViewOf[] {
  try {
    const kept = JSON.parse(text ?? '[]') as PlanViewOf[];
    // A status that is no more is left out, and the rest of the view stays.
    return kept.map(({ name, q, status }) => ({
      name: String(name),
      q: String(q),
      status: PLAN_STATUSES.filter((one) => status.includes(one)),
    }));
  } catch {
    return [];
  }
}

/** One more view, or one of that name changed. */
export function withView(views: readonly PlanViewOf[], view: PlanViewOf): PlanViewOf[] {
  const others = views.filter(({ name }) => name !== view.name);
  return [...others, view].slice(-MOST);
}

export function sameFilter(one: PlanFilter, other: PlanFilter): boolean {
  return one.q === other.q && [...one.status].sort().join() === [...other.status].sort().join();
}
