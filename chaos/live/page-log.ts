import { KEPT_EVENTS, PlanStore } from '@/components/live/plan-store';
import type { PlanSnapshot, TaskView } from '@/domain/view/plan-view';

/** What one open page applied of one plan, in the order in which it did. */
export class PageLog {
  readonly store: PlanStore;
  /** Where the page's first snapshot stood. */
  readonly from: number;
  readonly seqs: number[] = [];
  readonly kinds: string[] = [];
  /** Ranges that came as a snapshot, or in a batch so big that the page keeps only its end: first and last. */
  readonly skipped: [number, number][] = [];
  #last: object | null = null;
  #seen: number;

  constructor(snapshot: PlanSnapshot, onGap: (planSeq: number) => void) {
    this.from = snapshot.planSeq;
    this.#seen = snapshot.planSeq;
    this.store = new PlanStore(snapshot, onGap);
    this.store.subscribe(() => this.#note());
  }

  get planId(): string {
    return this.store.plan().planId;
  }

  get planSeq(): number {
    return this.store.planSeq();
  }

  tasks(): readonly TaskView[] {
    return this.store.tasks();
  }

  /** A snapshot takes the place of what was missed. */
  replace(snapshot: PlanSnapshot): void {
    if (snapshot.planSeq > this.#seen) {
      this.skipped.push([this.#seen + 1, snapshot.planSeq]);
      this.#seen = snapshot.planSeq;
    }
    this.store.replace(snapshot);
  }

  /** Notes what the page shows anew: the events after the last one noted. */
  #note(): void {
    const events = this.store.events();
    let start = events.length;
    while (start > 0 && events[start - 1] !== this.#last) start -= 1;
    const fresh = events.slice(start);
    const first = fresh[0];
    if (!first) return;
    // The page keeps its newest events only: of a bigger batch the beginning is applied and not shown.
    const beginningIsGone = start === 0 && events.length === KEPT_EVENTS;
    if (beginningIsGone && first.planSeq > this.#seen + 1)
      this.skipped.push([this.#seen + 1, first.planSeq - 1]);
    for (const event of fresh) {
      this.seqs.push(event.planSeq);
      this.kinds.push(event.kind);
    }
    this.#last = events.at(-1) ?? null;
    this.#seen = Math.max(this.#seen, this.planSeq);
  }
}
