import type { EventPayloads } from '@/domain/events';
import { applyEvents } from './apply-event';
import type { LiveEvent, PlanSnapshot, PlanView, TaskView } from './plan-view';
import { UNTOUCHED } from './untouched';

/** A whole state is kept for each so many events: to go back costs no more than to apply them. */
const APART = 1000;

/** A plan that has not been started, as far as its state goes. */
const UNMOVED = {
  status: 'CREATED',
  intent: 'none',
  intentBy: null,
  halted: null,
  urgent: null,
  rollbackTo: null,
  wave: 0,
  bakeUntil: null,
  startApproval: null,
  freezeOverride: null,
  deadline: null,
  gate: null,
  countingSince: null,
  startAt: null,
  startBy: null,
  startedAt: null,
  endedAt: null,
} as const satisfies Partial<PlanView>;

/**
 * The states that a plan went through, made again from its events by the same function that follows it live. `end` is the
 * plan at any later moment: it tells what never changes. The events are all there are up to some moment, in order.
 */
export class Replay {
  /** The number of the event from which on anything happened to the tenants; of a plan that was not started the last. */
  readonly first: number;
  readonly last: number;
  readonly #frames: PlanSnapshot[];

  constructor(
    end: PlanSnapshot,
    private readonly events: readonly LiveEvent[],
  ) {
    this.#frames = [beginningOf(end, events)];
    this.last = events.at(-1)?.planSeq ?? 0;
    this.first = events.find(({ kind }) => kind === 'PlanStarted')?.planSeq ?? this.last;
  }

  /** The plan as it was right after an event; its `now` is when that was. */
  at(planSeq: number): PlanSnapshot {
    const wanted = Math.min(Math.max(planSeq, 0), this.last);
    const place = Math.floor(wanted / APART);
    for (let next = this.#frames.length; next <= place; next += 1)
      this.#frames.push(this.#goOn(this.#frame(next - 1), next * APART));
    return this.#goOn(this.#frame(place), wanted);
  }

  #frame(place: number): PlanSnapshot {
    const frame = this.#frames[place];
    if (!frame) throw new Error('The frames of a replay are made one after the other.');
    return frame;
  }

  /** Those after one number up to another. */
  between(after: number, upTo: number): readonly LiveEvent[] {
    return this.events.slice(after, upTo);
  }

  /** When an event was stored, in epoch milliseconds. */
  timeOf(planSeq: number): number {
    return Date.parse(this.events[planSeq - 1]?.at ?? this.#frames[0]?.now ?? '');
  }

  /** The last event up to a moment in epoch milliseconds; `from` is one that is known to be before it. */
  seqAt(moment: number, from: number): number {
    let seq = from;
    while (seq < this.last && this.timeOf(seq + 1) <= moment) seq += 1;
    return seq;
  }

  #goOn(from: PlanSnapshot, upTo: number): PlanSnapshot {
    const { snapshot } = applyEvents(from, this.between(from.planSeq, upTo));
    return snapshot;
  }
}

function beginningOf({ plan, tasks }: PlanSnapshot, events: readonly LiveEvent[]): PlanSnapshot {
  const changed = events.find(({ kind }) => kind === 'ConcurrencyChanged');
  const { from } = (changed?.payload ?? {}) as Partial<EventPayloads['ConcurrencyChanged']>;
  return {
    planSeq: 0,
    now: events[0]?.at ?? plan.createdAt,
    plan: { ...plan, ...UNMOVED, maxConcurrency: from ?? plan.maxConcurrency },
    tasks: tasks.map(unmoved),
  };
}

/** From which version it comes was frozen with it, or is known now. */
const unmoved = (task: TaskView): TaskView => ({
  ...task,
  ...UNTOUCHED,
  status: 'CREATED',
  wave: task.wave,
  previousVersion: task.previousVersion,
});
