/** So many scrolls, each soon after the one before, are no jump to a place any more. */
const PASSING_FROM = 4;

interface Point {
  x: number;
  y: number;
}

/**
 * While the page is scrolled the rows that pass under the pointer are not meant by it, and to look for what lies there lays
 * the page out once more for each frame. Whoever moves the pointer or presses it means what they see: no press may fall
 * through, nor be pressed on one row and let go on none.
 */
export class PassingRows {
  #scrolls = 0;
  #pressed = false;
  #passing = false;
  #pointer: Point | null = null;

  constructor(
    /** Told when rows begin to pass, and when they may be pointed at again. */
    private readonly tell: (passing: boolean) => void,
  ) {}

  scrolled(): void {
    this.#scrolls += 1;
    if (!this.#pressed && this.#scrolls >= PASSING_FROM) this.#is(true);
  }

  /** The page has not been scrolled for a moment, or was touched. */
  rested(): void {
    this.#scrolls = 0;
    this.#is(false);
  }

  /** Hears the pointer until the signal fires. */
  watch(page: EventTarget, signal: AbortSignal): void {
    const listen = (kind: string, heard: (event: PointerEvent) => void) =>
      page.addEventListener(kind, (event) => heard(event as PointerEvent), {
        capture: true,
        passive: true,
        signal,
      });
    listen('pointermove', ({ screenX: x, screenY: y, buttons }) => {
      const before = this.#pointer;
      this.#pointer = { x, y };
      this.#pressed &&= buttons !== 0;
      // A browser also tells of a pointer that lies still over what moves.
      if (before && (before.x !== x || before.y !== y)) this.rested();
    });
    listen('pointerdown', () => {
      this.#pressed = true;
      this.rested();
    });
    for (const kind of ['pointerup', 'pointercancel']) listen(kind, () => this.#release());
  }

  #release(): void {
    this.#pressed = false;
    this.#scrolls = 0;
  }

  #is(passing: boolean): void {
    if (passing === this.#passing) return;
    this.#passing = passing;
    this.tell(passing);
  }
}
