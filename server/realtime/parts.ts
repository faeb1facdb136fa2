import type { Database } from '@/db/client';
import type { LimitedDatabases } from '@/db/limited';
import { eventsAfter, lastPlanSeqs } from '@/db/queries/events';
import type { LimitedTo } from '@/domain/limited-to';
import { type LiveEvent, OTHERS } from '@/domain/view/plan-view';

const PLAN = 'plan:';
const PLANS = 'plans';

/** Who sees the same of a plan is in one room: everybody who sees all of it, and each group of people with the same limits. */
export const roomOf = (planId: string, limitedTo?: LimitedTo): string => limited(PLAN + planId, limitedTo);
/** The room of those who are told which plans changed. */
export const plansRoom = (limitedTo?: LimitedTo): string => limited(PLANS, limitedTo);

const limited = (room: string, limitedTo?: LimitedTo) =>
  limitedTo ? `${room} ${JSON.stringify(limitedTo)}` : room;

/** The plans among rooms. */
export function watchedIn(rooms: Iterable<string>): Set<string> {
  const watched = new Set<string>();
  for (const name of rooms)
    if (name.startsWith(PLAN)) watched.add(name.slice(PLAN.length).split(' ', 1)[0] ?? '');
  return watched;
}

/** The rooms of people with limits among these, of one plan or, without one, of those who watch the list. */
function* partsOf(
  rooms: Iterable<string>,
  planId?: string,
): Generator<{ room: string; limitedTo: LimitedTo }> {
  const start = `${planId === undefined ? PLANS : PLAN + planId} `;
  for (const room of rooms)
    if (room.startsWith(start)) yield { room, limitedTo: JSON.parse(room.slice(start.length)) };
}

/** What people see of plans whose rights end at some tenants, for whoever sends it to them. */
export class Parts {
  constructor(
    private readonly db: Database,
    private readonly databases: Pick<LimitedDatabases, 'of'>,
  ) {}

  of(limitedTo: LimitedTo | undefined): Database {
    return limitedTo ? this.databases.of(limitedTo) : this.db;
  }

  /** For each room of theirs what becomes of events that all others are sent, those after `after`, which have no hole. */
  async *events(rooms: Iterable<string>, planId: string, after: number, upTo: number) {
    for (const { room, limitedTo } of partsOf(rooms, planId))
      yield { room, events: await this.between(planId, after, upTo, limitedTo) };
  }

  /** The events after one up to another, both by number: what is about others is there by its number alone. */
  async between(
    planId: string,
    after: number,
    upTo: number,
    limitedTo: LimitedTo | undefined,
  ): Promise<LiveEvent[]> {
    const found = await eventsAfter(this.of(limitedTo), planId, after, upTo - after);
    if (!limitedTo) return found;
    const known = new Map(found.map((event) => [event.planSeq, event]));
    return Array.from({ length: upTo - after }, (_, place) => {
      const planSeq = after + 1 + place;
      return known.get(planSeq) ?? aboutOthers(planId, planSeq);
    });
  }

  /** For each room of theirs those of these plans that they see; what is no plan is for everybody. */
  async *plans(rooms: Iterable<string>, planIds: readonly string[]) {
    for (const { room, limitedTo } of partsOf(rooms)) {
      const seen = await lastPlanSeqs(this.of(limitedTo), planIds);
      yield { room, planIds: planIds.filter((id) => seen.has(id) || !id.startsWith('PLN-')) };
    }
  }
}

/** It keeps the numbers without a hole, and is of a task that nobody shows. */
function aboutOthers(planId: string, planSeq: number): LiveEvent {
  return {
    ...{ eventId: `${planId}:${planSeq}`, planId, planSeq, taskId: OTHERS, tenantId: null, sequenceId: 0 },
    ...{ kind: 'TaskProgress', status: 'RUNNING', actor: '', at: '', message: '', change: null },
    payload: { currentStage: null, completedStages: 0, totalStages: 0, percent: 0 },
  };
}
