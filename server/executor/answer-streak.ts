/**
 * A process whose beat is not confirmed for this long stops sending, a tick of 1 s later at most: before the engine takes
 * its plans away, which it does 10 s after the last confirmed beat (SPEC 7).
 */
export const SILENCE_LIMIT_MS = 8000;

/** For how long the database has not confirmed that this process lives, by the process's own clock. */
export class AnswerStreak {
  #last: number;

  constructor(private readonly monotonic: () => number = () => performance.now()) {
    this.#last = monotonic();
  }

  /** `asked` is when what was answered was sent: the database knows no later sign. */
  answered(asked: number = this.monotonic()): void {
    this.#last = asked;
  }

  /** Others may have taken this process for dead. */
  get isSilent(): boolean {
    return this.monotonic() - this.#last > SILENCE_LIMIT_MS;
  }
}
