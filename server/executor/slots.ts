/**
 * The slots of this process, shared by the plans it drives. While they are short, a plan takes at most its share of what
 * is free, and who waits is told in turn: the one that was served the longest ago first (SPEC 6).
 */
export class Slots {
  readonly #waiting = new Map<string, () => void>();
  #used = 0;

  constructor(private readonly total: number) {}

  get free(): number {
    return this.total - this.#used;
  }

  /** Takes up to `wanted` for a plan. Where that is not all, `again` is called once when some are free again. */
  take(planId: string, wanted: number, again: () => void): number {
    this.#waiting.delete(planId);
    if (wanted <= 0) return 0;
    const share = Math.max(0, Math.ceil(this.free / (this.#waiting.size + 1)));
    const granted = Math.min(wanted, share);
    this.#used += granted;
    if (granted < wanted) this.#waiting.set(planId, again);
    return granted;
  }

  /** What was running elsewhere goes on here, whether there is room or not. */
  occupy(count: number): void {
    this.#used += count;
  }

  giveBack(count: number): void {
    this.#used -= count;
    if (this.free <= 0) return;
    const [next] = this.#waiting;
    if (!next) return;
    const [planId, again] = next;
    this.#waiting.delete(planId);
    again();
  }

  /** The plan is driven here no more. */
  leave(planId: string): void {
    this.#waiting.delete(planId);
  }
}
