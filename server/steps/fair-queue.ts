/** So many go on in one turn of the loop: together they take a millisecond or two. */
const AT_A_TIME = 2;

/**
 * A queue before the event loop: of much that could go on at once, a little does in each of its turns, in the order it
 * came. Between two turns sockets are read, so that nobody's click waits for a hundred answers that came together.
 */
export class FairQueue {
  #waiting: (() => void)[] = [];

  /** Resolves when it is the caller's turn, never in the one that it asks in. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(() => this.#goOn());
    });
  }

  #goOn(): void {
    for (const goOn of this.#waiting.slice(0, AT_A_TIME)) goOn();
    this.#waiting = this.#waiting.slice(AT_A_TIME);
    if (this.#waiting.length > 0) setImmediate(() => this.#goOn());
  }
}
