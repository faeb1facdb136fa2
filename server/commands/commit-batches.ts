import type { PlanChange, TaskChange } from './commit';

/** How many changes one statement carries before no more are added: enough to share its fixed cost, few enough to be prompt. */
const MAX_CHANGES = 32;
/** Statements under way at once. One plan never has two: its lock would only make the second wait. */
const MAX_STATEMENTS = 3;
/** For each statement under way: fewer changes wait for one to end. Many small statements cost more than few large ones. */
const WORTH_ANOTHER = 12;
/** No longer than this: a statement that hangs must not hold up other plans. */
const PATIENCE_MS = 20;

/** Changes of one plan that are stored in one statement, in this order: one task's, or all admissions of a choice. */
export interface Part {
  planId: string;
  tasks: TaskChange[];
  plan?: PlanChange | undefined;
}

interface Waiting<Result> {
  part: Part;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Gathers the changes that runs of one process want stored while a statement is under way, and stores them together in
 * the next: group commit. A part alone goes at once. Each stands for itself, as if it had been sent alone: what is
 * refused does not touch the others, and when the database refuses a whole statement each is sent again by itself.
 */
export class CommitBatches<Result> {
  readonly #queues = new Map<string, Waiting<Result>[]>();
  readonly #busy = new Set<string>();
  #statements = 0;
  #scheduled = false;
  #impatience: NodeJS.Timeout | null = null;

  constructor(
    private readonly store: (parts: Part[]) => Promise<Result>,
    /** Whether an error means that the database answered and refused, so that nothing was stored. */
    private readonly wasRefused: (error: unknown) => boolean,
  ) {}

  add(part: Part): Promise<Result> {
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(part.planId);
      const waiting = { part, resolve, reject };
      if (queue) queue.push(waiting);
      else this.#queues.set(part.planId, [waiting]);
      this.#schedule();
    });
  }

  /** After this turn of the loop: what the last answers set off comes together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#sendReady(WORTH_ANOTHER);
    });
  }

  #sendReady(worthAnother: number): void {
    while (this.#statements < MAX_STATEMENTS) {
      const ready = this.#ready();
      if (ready === 0) return;
      if (ready < this.#statements * worthAnother) {
        this.#impatience ??= setTimeout(() => {
          this.#impatience = null;
          this.#sendReady(1);
        }, PATIENCE_MS);
        return;
      }
      void this.#send(this.#take());
    }
  }

  /** How many changes could be sent now. */
  #ready(): number {
    let count = 0;
    for (const [planId, queue] of this.#queues)
      if (!this.#busy.has(planId)) for (const { part } of queue) count += part.tasks.length;
    return count;
  }

  /** What waits of plans that have no statement under way, plan by plan; no task and no plan's own entry twice. */
  #take(): Waiting<Result>[] {
    const batch: Waiting<Result>[] = [];
    const taken = new Set<string>();
    // A copy: a plan that goes to the end of the line must not come by again.
    for (const [planId, queue] of [...this.#queues]) {
      if (this.#busy.has(planId)) continue;
      if (taken.size >= MAX_CHANGES) break;
      const later: Waiting<Result>[] = [];
      for (const waiting of queue) {
        const { tasks, plan } = waiting.part;
        const ids = [...tasks.map(({ taskId }) => taskId), ...(plan ? [planId] : [])];
        if (taken.size >= MAX_CHANGES || ids.some((id) => taken.has(id))) later.push(waiting);
        else {
          for (const id of ids) taken.add(id);
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
    const plans = new Set(batch.map(({ part }) => part.planId));
    for (const planId of plans) this.#busy.add(planId);
    this.#statements += 1;
    try {
      const result = await this.store(batch.map(({ part }) => part));
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

  /** One part that the database refuses must not take the others along. */
  async #sendOneByOne(batch: Waiting<Result>[]): Promise<void> {
    for (const { part, resolve, reject } of batch) await this.store([part]).then(resolve, reject);
  }
}
