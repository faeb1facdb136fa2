import type { PlanJob, PlanQueue } from '@/server/executor/queue/plan-queue';
import type { Io } from './io';
import type { Actor } from './scheduler';

interface Entry {
  job: PlanJob;
  /** Whose it is; null while the plan waits for a driver. */
  owner: Actor | null;
}

/** Hands each plan to one process, as the job engine does: a job for each plan that is driven or has to be. */
export class Engine {
  readonly #entries = new Map<string, Entry>();
  #ids = 0;

  constructor(
    /** A plan waits for a driver. */
    private readonly waits: () => void,
    /** A plan was handed to somebody. */
    private readonly handed: (job: PlanJob, to: Actor) => void,
  ) {}

  /** How one process reaches it. */
  queueOf(io: Io): PlanQueue {
    const ask = <T>(work: () => T) => io.perform('queue', work);
    return {
      start: async () => {},
      stop: async () => {},
      offer: async (planIds) => {
        if (planIds.length > 0) await ask(() => this.#offer(planIds));
      },
      survey: () =>
        ask(() => {
          const waiting = [...this.#entries.values()].filter(({ owner }) => owner === null).length;
          return { plans: this.#entries.size, waiting, left: waiting };
        }),
      take: (most) => ask(() => this.#take(io.actor, most)),
      beat: async (jobs) => {
        if (jobs.length === 0) return [];
        return ask(() => jobs.filter((job) => this.#entries.get(job.planId)?.job === job));
      },
      finish: (job) =>
        ask(() => {
          if (this.#entries.get(job.planId)?.job === job) this.#entries.delete(job.planId);
        }),
      giveOn: (jobs) =>
        ask(() => {
          for (const job of jobs) if (this.#entries.get(job.planId)?.job === job) this.#giveOn(job);
        }),
      ofNodes: async () => [],
    };
  }

  /** Takes from a process what it drives: it was silent for too long, or is gone. */
  takeAwayFrom(owner: Actor): void {
    for (const entry of [...this.#entries.values()]) if (entry.owner === owner) this.#giveOn(entry.job);
  }

  /** Gives on what nobody says that he drives. */
  giveOnSilent(isDriven: (job: PlanJob) => boolean): void {
    for (const { job, owner } of [...this.#entries.values()])
      if (owner !== null && !isDriven(job)) this.#giveOn(job);
  }

  #offer(planIds: readonly string[]): void {
    for (const planId of planIds) {
      if (this.#entries.has(planId)) continue;
      this.#ids += 1;
      this.#entries.set(planId, { job: { planId, id: `job-${this.#ids}`, retryCount: 0 }, owner: null });
      this.waits();
    }
  }

  #take(actor: Actor, most: number): PlanJob[] {
    const waiting = [...this.#entries.values()].filter(({ owner }) => owner === null).slice(0, most);
    for (const entry of waiting) {
      entry.owner = actor;
      this.handed(entry.job, actor);
    }
    return waiting.map(({ job }) => job);
  }

  #giveOn(job: PlanJob): void {
    this.#entries.set(job.planId, { job: { ...job, retryCount: job.retryCount + 1 }, owner: null });
    this.waits();
  }
}
