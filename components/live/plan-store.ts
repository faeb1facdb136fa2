import type { RequestKind, Resolution } from '@/domain/task';
import { applyEvents } from '@/domain/view/apply-event';
import type { LiveEvent, PlanSnapshot, TaskView } from '@/domain/view/plan-view';

/** What an operator answers to a task that waits for them. */
export type Decision = 'approve' | 'reject' | Resolution;

/** A command that was sent and of which nothing is known yet; `at` is the browser's clock. */
export interface PendingCommand {
  kind: RequestKind | Decision | 'withdraw';
  at: number;
}

/** Of a bigger batch the beginning is applied and not kept. */
export const KEPT_EVENTS = 500;
const HIDDEN_TAB_MILLIS = 250;

/** A plan as the page knows it. Batches are applied once per frame; who shows one task hears of that task alone. */
export class PlanStore {
  #snapshot: PlanSnapshot;
  #events: readonly LiveEvent[] = [];
  #queue: LiveEvent[] = [];
  #scheduled = false;
  #commands: ReadonlyMap<string, PendingCommand> = new Map();
  readonly #listeners = new Set<() => void>();
  #clockOffset: number;

  constructor(
    snapshot: PlanSnapshot,
    private readonly onGap: (planSeq: number) => void,
  ) {
    this.#snapshot = snapshot;
    this.#clockOffset = Date.parse(snapshot.now) - Date.now();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): PlanSnapshot => this.#snapshot;
  /** The newest events that came while the page was open, oldest first. */
  readonly events = (): readonly LiveEvent[] => this.#events;
  /** Database time minus the browser's, in milliseconds. */
  readonly clockOffset = (): number => this.#clockOffset;

  task(taskId: string): TaskView | undefined {
    const { tasks } = this.#snapshot;
    const ordinal = Number(taskId.slice(taskId.lastIndexOf('.') + 1));
    const guess = tasks[ordinal - 1];
    return guess?.taskId === taskId ? guess : tasks.find((task) => task.taskId === taskId);
  }

  command(taskId: string): PendingCommand | undefined {
    return this.#commands.get(taskId);
  }

  /** Everything up to `snapshot.planSeq` comes anew; what was queued beyond it is applied on top. */
  replace(snapshot: PlanSnapshot): void {
    if (snapshot.planSeq < this.#snapshot.planSeq) return;
    this.#snapshot = snapshot;
    this.#clockOffset = Date.parse(snapshot.now) - Date.now();
    this.#apply();
  }

  receive(events: readonly LiveEvent[]): void {
    this.#queue.push(...events);
    if (this.#scheduled) return;
    this.#scheduled = true;
    let done = false;
    const run = () => {
      if (done) return;
      done = true;
      this.#scheduled = false;
      this.#apply();
    };
    requestAnimationFrame(run);
    // Hidden tabs get no frames, and their title must go on.
    setTimeout(run, HIDDEN_TAB_MILLIS);
  }

  sent(taskId: string, command: PendingCommand): void {
    this.#commands = new Map(this.#commands).set(taskId, command);
    this.#tell();
  }

  settled(taskId: string): void {
    if (!this.#commands.has(taskId)) return;
    const commands = new Map(this.#commands);
    commands.delete(taskId);
    this.#commands = commands;
    this.#tell();
  }

  #apply(): void {
    const before = this.#snapshot;
    const queue = this.#queue.sort((a, b) => a.planSeq - b.planSeq);
    const { snapshot, gap } = applyEvents(before, queue);
    this.#snapshot = snapshot;
    // What the room was sent and what a join or gap asked for may overlap within one frame.
    const fresh = queue.filter(
      ({ planSeq }, index) =>
        planSeq > before.planSeq && planSeq <= snapshot.planSeq && planSeq !== queue[index - 1]?.planSeq,
    );
    this.#queue = gap ? queue.filter((event) => event.planSeq > snapshot.planSeq) : [];
    if (fresh.length > 0) {
      this.#events = [...this.#events, ...fresh].slice(-KEPT_EVENTS);
      this.#answer(fresh);
    }
    this.#tell();
    if (gap) this.onGap(snapshot.planSeq);
  }

  /** An operator's event on a task is the answer to what was sent: the stored request takes over. */
  #answer(events: readonly LiveEvent[]): void {
    const answered = events.flatMap(({ taskId, kind }) =>
      taskId !== null && kind !== 'TaskProgress' && this.#commands.has(taskId) ? [taskId] : [],
    );
    if (answered.length === 0) return;
    const commands = new Map(this.#commands);
    for (const taskId of answered) commands.delete(taskId);
    this.#commands = commands;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
