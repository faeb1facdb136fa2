/**
 * Database time between two answers of the database: the last answer's time plus what the monotonic clock counted
 * since. The host's own clock, which may be an hour off, is never asked.
 */
export class DatabaseClock {
  #at = 0;
  #mark = 0;

  constructor(private readonly monotonic: () => number = () => performance.now()) {}

  /** Takes note of the time an answer carried. Answers may arrive out of order; time never goes back. */
  sync(now: Date): void {
    if (this.#mark !== 0 && now.getTime() < this.#at + (this.monotonic() - this.#mark)) return;
    this.#at = now.getTime();
    this.#mark = this.monotonic();
  }

  now(): Date {
    if (this.#mark === 0) throw new Error('The database clock was read before the first answer.');
    return new Date(this.#at + (this.monotonic() - this.#mark));
  }
}
