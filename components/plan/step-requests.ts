import type { PlanStore } from '@/components/live/plan-store';
import type { StepEvent } from '@/domain/view/step-times';

/** Lanes that only scroll past are not asked for. */
const REST_MILLIS = 150;
/** As many as the server answers at once: more lanes than a screen has. */
const AT_ONCE = 60;

type Ask = (taskIds: string[]) => Promise<{ taskId: string; events: StepEvent[] }[]>;

const all = new WeakMap<PlanStore, StepRequests>();

/** The requests for one plan, however many lanes make them. */
export function stepRequestsOf(store: PlanStore, ask: Ask): StepRequests {
  const known = all.get(store);
  if (known) return known;
  const requests = new StepRequests(store, ask);
  all.set(store, requests);
  return requests;
}

/** Gathers the lanes that want to show their steps, and fetches those of all of them in one request. */
export class StepRequests {
  readonly #wanted = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: Pick<PlanStore, 'stepTimes' | 'putSteps'>,
    private readonly ask: Ask,
  ) {}

  /** A lane that has room for its steps. Answers how it takes that back. */
  want(taskId: string): () => void {
    this.#wanted.add(taskId);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#fetch(), REST_MILLIS);
    return () => this.#wanted.delete(taskId);
  }

  async #fetch(): Promise<void> {
    const taskIds = this.store.stepTimes.begin([...this.#wanted].slice(0, AT_ONCE));
    this.#wanted.clear();
    if (taskIds.length === 0) return;
    try {
      const told = new Map((await this.ask(taskIds)).map(({ taskId, events }) => [taskId, events]));
      for (const taskId of taskIds) this.store.putSteps(taskId, told.get(taskId) ?? []);
    } catch {
      // The stages are there all the same; the next lane that wants its steps asks for these again.
      this.store.stepTimes.giveUp(taskIds);
    }
  }
}
