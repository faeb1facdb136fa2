/** Plans that a hint is about. */
export type Plans = readonly string[] | 'all';

/**
 * Gathers hints about plans and tells them together, `millis` after the first; while the last telling is under way none
 * begins. What could not be told is told again as "all", with the next hint or after the same wait.
 */
export class Coalesced {
  #wanted: Set<string> | 'all' = new Set();
  #timer: NodeJS.Timeout | null = null;
  #telling: Promise<void> | null = null;
  #stopped = false;

  constructor(
    private readonly millis: number,
    private readonly tell: (plans: Plans) => Promise<unknown>,
    private readonly failed: (error: unknown) => void,
  ) {}

  hint(plans: Plans): void {
    if (this.#stopped) return;
    if (plans === 'all') this.#wanted = 'all';
    else if (this.#wanted !== 'all') for (const planId of plans) this.#wanted.add(planId);
    if (this.#wanted === 'all' || this.#wanted.size > 0) this.#wait();
  }

  /** Resolves when what is being told is told; what was only gathered is dropped. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#telling;
  }

  #wait(): void {
    if (this.#telling || this.#stopped) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#telling = this.#tellOnce().finally(() => {
        this.#telling = null;
        this.hint([]);
      });
    }, this.millis);
  }

  async #tellOnce(): Promise<void> {
    const plans = this.#wanted === 'all' ? 'all' : [...this.#wanted];
    this.#wanted = new Set();
    try {
      await this.tell(plans);
    } catch (error) {
      this.failed(error);
      this.#wanted = 'all';
    }
  }
}
