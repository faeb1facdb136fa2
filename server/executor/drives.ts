import type { PlanInHand } from '@/db/queries/execution';
import type { PlanTrouble } from '@/domain/plan';
import { RunLost } from '@/server/steps/run-lost';
import { type DriverDeps, PlanDriver } from './driver';
import type { PlanJob, PlanQueue } from './queue/plan-queue';

/** A plan whose driver failed by itself is left alone for a moment, so that it does not go round and round. */
const PAUSE_MS = 1000;

interface Drive {
  job: PlanJob;
  driver: PlanDriver;
  abort: AbortController;
  /** Resolves when everything here has let go of the plan, and the queue knows. */
  over: Promise<void>;
}

/** The plans that this process drives. */
export class Drives {
  readonly #drives = new Map<string, Drive>();

  constructor(
    private readonly queue: PlanQueue,
    private readonly deps: DriverDeps,
    /** Told when a plan came to rest: somebody may have asked for something in between. */
    private readonly rested: () => void,
  ) {}

  get size(): number {
    return this.#drives.size;
  }

  get drivers(): PlanDriver[] {
    return [...this.#drives.values()].map(({ driver }) => driver);
  }

  get jobs(): PlanJob[] {
    return [...this.#drives.values()].map(({ job }) => job);
  }

  has(planId: string): boolean {
    return this.#drives.has(planId);
  }

  /** Which of the plans in hand nobody drives: they are to be offered. */
  undriven(found: readonly PlanInHand[]): string[] {
    return found.flatMap(({ planId, driver, due }) => {
      // Also one that this process took over when it was no longer its to take: the engine may have nobody else for it.
      const waits = !due && (driver === null || driver === this.deps.nodeId);
      return waits && !this.has(planId) ? [planId] : [];
    });
  }

  /** What keeps plans from getting on, by plan. */
  get trouble(): Record<string, PlanTrouble> {
    return Object.fromEntries(
      this.drivers.flatMap(({ planId, trouble }) => (trouble ? [[planId, trouble]] : [])),
    );
  }

  begin(job: PlanJob): void {
    // The engine took it away and gave it back, and the former drive has not let go yet.
    if (this.#drives.has(job.planId)) this.abort('The plan was handed out anew.', [job.planId]);
    const abort = new AbortController();
    const driver = new PlanDriver(this.deps, job.planId, abort.signal);
    const former = this.#drives.get(job.planId)?.over ?? Promise.resolve();
    const drive: Drive = { job, driver, abort, over: former.then(() => this.#toItsEnd(drive)) };
    this.#drives.set(job.planId, drive);
  }

  /** Resolves when those of these plans that are driven here were looked at. */
  async kick(planIds: readonly string[] | 'all'): Promise<void> {
    const drivers =
      planIds === 'all' ? this.drivers : planIds.flatMap((id) => this.#drives.get(id)?.driver ?? []);
    await Promise.all(drivers.map((driver) => driver.kick()));
  }

  /** Drops plans at once, without a word to the rows: somebody else may have them. */
  abort(because: string, planIds: readonly string[] = [...this.#drives.keys()]): void {
    for (const planId of planIds) this.#drives.get(planId)?.abort.abort(new RunLost(because));
  }

  /** Resolves when all plans were handed on at their boundaries; what has not come to one after so long is dropped. */
  async drain(graceMillis: number): Promise<void> {
    for (const { driver } of this.#drives.values()) driver.drain();
    const late = setTimeout(() => this.abort('The process is going down.'), graceMillis);
    await Promise.all([...this.#drives.values()].map(({ over }) => over));
    clearTimeout(late);
  }

  async #toItsEnd({ job, driver, abort }: Drive): Promise<void> {
    const { log } = this.deps;
    const { planId } = job;
    try {
      const end = await driver.drive();
      if (end === 'rests') await this.queue.finish(job);
      else await this.queue.giveOn([job]);
    } catch (error) {
      if (!abort.signal.aborted) {
        log.warn({ err: error, planId }, 'A plan is not driven on here; it is handed on');
        await this.deps.delay(PAUSE_MS, abort.signal).catch(() => {});
      }
      await this.queue.giveOn([job]).catch((lost: unknown) =>
        // Found by its missing beat.
        log.warn({ err: lost, planId }, 'A plan could not be handed on'),
      );
    } finally {
      if (this.#drives.get(planId)?.job === job) this.#drives.delete(planId);
      this.rested();
    }
  }
}
