import { setImmediate as nextTurn } from 'node:timers/promises';

const MOST_MILLIS = 10;

/** Lets others have their turn between the parts of something long, once it has taken a while. */
export class Turns {
  #since = performance.now();

  async next(): Promise<void> {
    if (performance.now() - this.#since < MOST_MILLIS) return;
    await nextTurn();
    this.#since = performance.now();
  }
}
