import type { Drives } from '../drives';
import type { PlanQueue } from '../queue/plan-queue';
import type { Standing } from '../standing';

/** Plans taken at a time. */
const MOST_TAKEN = 50;
/** With others about, whoever drives its share leaves what else there is to them for so long. */
const YIELD_MS = 500;

interface TakeDeps {
  queue: PlanQueue;
  drives: Drives;
  standing: Standing;
  /** Takes again soon: there may be more, or the others have had their chance. */
  again(): void;
}

/** Takes its share of the plans; beyond that, one at a time of those that nobody took who drives less. */
export class TakePlans {
  /** The others are having their chance. */
  #yielding: NodeJS.Timeout | null = null;

  constructor(private readonly deps: TakeDeps) {}

  async runOnce(): Promise<void> {
    const { queue, drives, standing, again } = this.deps;
    if (!standing.mayTake) return;
    const others = standing.nodes > 1;
    const most = others ? await this.#share() : MOST_TAKEN;
    const jobs = most > 0 ? await queue.take(most) : [];
    for (const job of jobs) drives.begin(job);
    if (others && jobs.length > 0) setImmediate(again);
  }

  async #share(): Promise<number> {
    const { queue, drives, standing, again } = this.deps;
    const { plans, waiting, left } = await queue.survey(YIELD_MS);
    const share = Math.ceil(plans / standing.nodes) - drives.size;
    const most = Math.min(Math.max(share, left > 0 ? 1 : 0), MOST_TAKEN);
    if (most === 0 && waiting > 0)
      this.#yielding ??= setTimeout(() => {
        this.#yielding = null;
        again();
      }, YIELD_MS).unref();
    return most;
  }
}
