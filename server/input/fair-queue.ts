/**
 * A queue before the event loop: of much that could go on at once, a little does in each of its turns, in the order it
 * came. Between two turns sockets are read, so that nobody's click waits for a hundred things that came together.
 */
export class FairQueue {
  readonly #waiting: (() => void)[] = [];

  constructor(
    /** So many go on in one turn of the loop. */
    private readonly atATime: number,
  ) {}

  /** Resolves when it is the caller's turn, never in the one that it asks in. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(() => this.#goOn());
    });
  }

  #goOn(): void {
    for (const goOn of this.#waiting.splice(0, this.atATime)) goOn();
    if (this.#waiting.length > 0) setImmediate(() => this.#goOn());
  }
}

const parts = new FairQueue(1);

/**
 * Waits for a turn of one's own. Long work that asks for one before each of its parts holds up others for the time of one
 * part, however many of them were begun at once.
 */
export const turn = (): Promise<void> => parts.next();
