/**
 * A process that hears nothing of its database this long stops sending; a tick of 1 s later at most, so that it is silent
 * before the others go on with its runs, {@link DEAD_AFTER_SECONDS} after its last beat. Keep it 2 s below that.
 */
export const SILENCE_LIMIT_MS = 5000;
/** A node without a beat, whose job has none either, is taken for dead after this long. */
export const DEAD_AFTER_SECONDS = 7;

/** Beats go out every second, on a busy machine late. What is away no longer than this makes nobody's beat too old. */
const GAP_MS = 3000;
/** After an outage everybody's beat is old; by then whoever lives has beaten again. */
const STEADY_MS = 3000;

/** For how long the database has been answering this process, or not, by the process's own clock. */
export class AnswerStreak {
  #began: number;
  #last: number;

  constructor(private readonly monotonic: () => number = () => performance.now()) {
    this.#began = this.#last = monotonic();
  }

  answered(): void {
    const now = this.monotonic();
    if (now - this.#last > GAP_MS) this.#began = now;
    this.#last = now;
  }

  /** Others may have taken this process for dead. */
  get isSilent(): boolean {
    return this.#silence > SILENCE_LIMIT_MS;
  }

  /** Whoever has not beaten meanwhile is dead or cut off: it is not the database that was away. */
  get isSteady(): boolean {
    return this.#silence <= GAP_MS && this.#last - this.#began >= STEADY_MS;
  }

  get #silence(): number {
    return this.monotonic() - this.#last;
  }
}
