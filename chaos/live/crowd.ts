import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random';
import type { Console } from '../work/console';
import type { PageLog } from './page-log';
import { Watcher } from './watcher';

const SPREAD_MS = 4000;

/** Many people watching plans. */
export class Crowd {
  #watchers: Watcher[] = [];
  #running: Promise<void>[] = [];

  constructor(
    private readonly console_: Console,
    private readonly random: Random,
  ) {
    // The page's store waits for frames, which there are none of outside a browser.
    globalThis.requestAnimationFrame ??= (show) => Number(setTimeout(() => show(performance.now()), 16));
  }

  get cuts(): number {
    return this.#watchers.reduce((sum, watcher) => sum + watcher.cuts, 0);
  }

  pages(): PageLog[] {
    return this.#watchers.flatMap((watcher) => watcher.pages);
  }

  /** The pages that are open now, each of which must reach the end of its plan. */
  openPages(): PageLog[] {
    return this.#watchers.flatMap((watcher) => watcher.page ?? []);
  }

  /** Lets `count` watchers come in, each choosing plans of `plans()`; nobody is cut any more once `steady`. */
  start(count: number, plans: () => readonly string[], cutEveryMillis: number, steady: () => boolean): void {
    this.#watchers = Array.from({ length: count }, (_, index) => {
      return new Watcher(this.console_, this.random.fork(`watcher ${index}`));
    });
    this.#running = this.#watchers.flatMap((watcher, index) => {
      const random = this.random.fork(`pages ${index}`);
      return [watcher.run(cutEveryMillis, steady), this.#leaf(watcher, random, plans, steady)];
    });
  }

  async close(): Promise<void> {
    for (const watcher of this.#watchers) watcher.close();
    await Promise.all(this.#running);
  }

  /** Goes from plan to plan, staying a while. */
  async #leaf(
    watcher: Watcher,
    random: Random,
    plans: () => readonly string[],
    steady: () => boolean,
  ): Promise<void> {
    await delay(random.between(0, SPREAD_MS));
    while (!steady()) {
      const planId = random.pick(plans().slice(-6));
      if (planId && planId !== watcher.page?.planId) await watcher.open(planId);
      const until = performance.now() + random.between(20_000, 80_000);
      while (!steady() && (watcher.page === null || performance.now() < until)) {
        await delay(500);
        if (watcher.page === null) break;
      }
    }
  }
}
