/** An answer that is later than this belongs to a connection that was given up long before. */
const LATEST_ANSWER_MS = 10_000;

/**
 * Database time between two answers of the database: the last answer's time plus what the monotonic clock counted
 * since. The host's own clock, which may be an hour off, is never asked.
 */
export class DatabaseClock {
  #at = 0;
  #mark = 0;

  constructor(private readonly monotonic: () => number = () => performance.now()) {}

  /**
   * Takes note of the time an answer carried. Answers arrive late and out of order, which must not turn time back; one
   * that is further behind than any answer can be tells that the database's clock was set, and is followed.
   */
  sync(now: Date): void {
    const behind = this.#at + (this.monotonic() - this.#mark) - now.getTime();
    if (this.#mark !== 0 && behind > 0 && behind < LATEST_ANSWER_MS) return;
    this.#at = now.getTime();
    this.#mark = this.monotonic();
  }

  now(): Date {
    if (this.#mark === 0) throw new Error('The database clock was read before the first answer.');
    return new Date(this.#at + (this.monotonic() - this.#mark));
  }
}
