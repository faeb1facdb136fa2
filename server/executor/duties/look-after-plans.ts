import type { PlanDriver } from '../driver';
import type { Drives } from '../drives';

/** Lets each plan look at itself, and its tasks beat as often as its playbook and the settings say. */
export class LookAfterPlans {
  readonly #lastBeats = new WeakMap<PlanDriver, number>();

  constructor(
    private readonly drives: Drives,
    private readonly everyMillis: number,
  ) {}

  async runOnce(): Promise<void> {
    const now = performance.now();
    for (const driver of this.drives.drivers) {
      const last = this.#lastBeats.get(driver) ?? this.#seen(driver, now);
      // Half a tick early is nearer than half a tick late.
      if (driver.beatsAfter(now - last + this.everyMillis / 2)) {
        this.#lastBeats.set(driver, now);
        void driver.heartbeat();
      }
      void driver.tick();
    }
  }

  /** Whoever begins gives a sign of life by that. */
  #seen(driver: PlanDriver, now: number): number {
    this.#lastBeats.set(driver, now);
    return now;
  }
}
