import { isPassing } from '@/db/connection-loss';
import type { Committer } from './commit-transition';

interface Waiting {
  goOn(): void;
  giveUp(error: unknown): void;
}

/**
 * What people ask of one plan reaches the database one after the other: it would wait for the plan's row anyway, and each
 * with a connection that the commands on other plans need. Who waits while the one before meets a lock or the time limit
 * would meet it as well, and is told at once.
 */
export class PlanLanes {
  /** By plan that something is under way for: who waits, in order. */
  readonly #lanes = new Map<string, Waiting[]>();

  /** Rejects with what `work` rejects with, or with the lock that the one before it met. */
  async run<T>(planId: string, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(planId);
    if (lane) await new Promise<void>((goOn, giveUp) => lane.push({ goOn, giveUp }));
    else this.#lanes.set(planId, []);
    try {
      return await work();
    } catch (error) {
      if (isPassing(error)) for (const one of this.#lanes.get(planId)?.splice(0) ?? []) one.giveUp(error);
      throw error;
    } finally {
      const next = this.#lanes.get(planId)?.shift();
      if (next) next.goOn();
      else this.#lanes.delete(planId);
    }
  }

  /** The same committer; what it writes to one plan goes one after the other. */
  around(committer: Committer): Committer {
    return {
      ...committer,
      commitTransition: (commit, commitId) => {
        const planId = commit.plans[0]?.planId ?? commit.tasks[0]?.planId;
        const store = () => committer.commitTransition(commit, commitId);
        return planId === undefined ? store() : this.run(planId, store);
      },
    };
  }
}
