import { effectiveSetting } from '@/domain/settings';
import type { BaseLayers } from '@/server/settings/live-settings';
import type { Drives } from '../drives';

/** Lets each plan look at itself, and its tasks beat as often as the settings say. */
export class LookAfterPlans {
  #lastHeartbeat = performance.now();

  constructor(
    private readonly drives: Drives,
    private readonly layers: () => BaseLayers,
    private readonly everyMillis: number,
  ) {}

  async runOnce(): Promise<void> {
    const { value: seconds } = effectiveSetting(this.layers(), 'heartbeatSeconds');
    const now = performance.now();
    // Half a tick early is nearer than half a tick late.
    const beats = now - this.#lastHeartbeat >= seconds * 1000 - this.everyMillis / 2;
    if (beats) this.#lastHeartbeat = now;
    for (const driver of this.drives.drivers) {
      if (beats) void driver.heartbeat();
      void driver.tick();
    }
  }
}
