import type { PlanJob, PlanQueue } from '../queue/plan-queue';

interface Entry {
  job: PlanJob;
  taken: boolean;
}

/** Hands plans to the executors of one process, as the engine does to those of many: for tests, without the engine. */
export class MemoryQueue implements PlanQueue {
  readonly #entries = new Map<string, Entry>();
  #ids = 0;

  async start(): Promise<void> {}

  async offer(planIds: readonly string[]): Promise<void> {
    for (const planId of planIds) {
      if (this.#entries.has(planId)) continue;
      this.#ids += 1;
      this.#entries.set(planId, { job: { planId, id: `job-${this.#ids}`, retryCount: 0 }, taken: false });
    }
  }

  async survey(): Promise<{ plans: number; waiting: number; left: number }> {
    const waiting = [...this.#entries.values()].filter(({ taken }) => !taken).length;
    return { plans: this.#entries.size, waiting, left: waiting };
  }

  async take(most: number): Promise<PlanJob[]> {
    const waiting = [...this.#entries.values()].filter(({ taken }) => !taken).slice(0, most);
    for (const entry of waiting) entry.taken = true;
    return waiting.map(({ job }) => job);
  }

  async beat(jobs: readonly PlanJob[]): Promise<PlanJob[]> {
    return jobs.filter((job) => this.#entries.get(job.planId)?.job === job);
  }

  async finish(job: PlanJob): Promise<void> {
    if (this.#entries.get(job.planId)?.job === job) this.#entries.delete(job.planId);
  }

  async giveOn(jobs: readonly PlanJob[]): Promise<void> {
    for (const job of jobs) {
      const entry = this.#entries.get(job.planId);
      if (entry?.job === job)
        this.#entries.set(job.planId, { job: { ...job, retryCount: job.retryCount + 1 }, taken: false });
    }
  }

  /** As the engine does with what a process drives that is silent: its job goes to whoever takes it next. */
  takeAway(planId: string): void {
    const entry = this.#entries.get(planId);
    if (entry)
      this.#entries.set(planId, {
        job: { ...entry.job, retryCount: entry.job.retryCount + 1 },
        taken: false,
      });
  }

  async ofNodes(): Promise<PlanJob[]> {
    return [];
  }

  async stop(): Promise<void> {}
}
