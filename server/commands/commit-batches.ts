import type { TaskChange } from './commit-transition';

/** How many changes one statement carries: enough to share its fixed cost and the fsync, few enough to be prompt. */
const MAX_CHANGES = 32;
/** Statements under way at once. One plan never has two: its lock would only make the second wait. */
const MAX_STATEMENTS = 3;

interface Waiting<Result> {
  change: TaskChange;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Gathers the changes that runs of one process want stored while a statement is under way, and stores them together in
 * the next: group commit. A change alone goes at once. Each stands for itself, as if it had been sent alone: what is
 * refused does not touch the others, and when the database refuses a whole statement each is sent again by itself.
 */
export class CommitBatches<Result> {
  readonly #queues = new Map<string, Waiting<Result>[]>();
  readonly #busy = new Set<string>();
  #statements = 0;
  #scheduled = false;

  constructor(
    private readonly store: (changes: TaskChange[]) => Promise<Result>,
    /** Whether an error means that the database answered and refused, so that nothing was stored. */
    private readonly wasRefused: (error: unknown) => boolean,
  ) {}

  add(change: TaskChange): Promise<Result> {
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(change.planId);
      const waiting = { change, resolve, reject };
      if (queue) queue.push(waiting);
      else this.#queues.set(change.planId, [waiting]);
      this.#schedule();
    });
  }

  /** After this turn of the loop: what the last answers set off comes together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      while (this.#statements < MAX_STATEMENTS) {
        const batch = this.#take();
        if (batch.length === 0) return;
        void this.#send(batch);
      }
    });
  }

  /** Changes of plans that have no statement under way, plan by plan, no task twice. */
  #take(): Waiting<Result>[] {
    const batch: Waiting<Result>[] = [];
    const tasks = new Set<string>();
    // A copy: a plan that goes to the end of the line must not come by again.
    for (const [planId, queue] of [...this.#queues]) {
      if (this.#busy.has(planId)) continue;
      if (batch.length >= MAX_CHANGES) break;
      const later: Waiting<Result>[] = [];
      for (const waiting of queue) {
        const { taskId } = waiting.change;
        if (batch.length >= MAX_CHANGES || tasks.has(taskId)) later.push(waiting);
        else {
          tasks.add(taskId);
          batch.push(waiting);
        }
      }
      // Behind the other plans, so that each has its turn.
      this.#queues.delete(planId);
      if (later.length > 0) this.#queues.set(planId, later);
    }
    return batch;
  }

  async #send(batch: Waiting<Result>[]): Promise<void> {
    const plans = new Set(batch.map(({ change }) => change.planId));
    for (const planId of plans) this.#busy.add(planId);
    this.#statements += 1;
    try {
      const result = await this.store(batch.map(({ change }) => change));
      for (const { resolve } of batch) resolve(result);
    } catch (error) {
      if (batch.length > 1 && this.wasRefused(error)) await this.#sendOneByOne(batch);
      else for (const { reject } of batch) reject(error);
    } finally {
      this.#statements -= 1;
      for (const planId of plans) this.#busy.delete(planId);
      if (this.#queues.size > 0) this.#schedule();
    }
  }

  /** One change that the database refuses must not take the others along. */
  async #sendOneByOne(batch: Waiting<Result>[]): Promise<void> {
    for (const { change, resolve, reject } of batch) await this.store([change]).then(resolve, reject);
  }
}
