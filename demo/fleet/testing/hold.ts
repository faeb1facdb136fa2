import type { Fleet } from '../fleet';
import type { Asked } from '../instance';

/**
 * Keeps the fleet from answering what tasks ask of it, so that a test does something in the middle of a step however
 * slow or fast the machine is.
 */
export class Hold {
  /** What is held back, in the order in which it came. */
  readonly requests: Asked[] = [];
  readonly #released: Promise<void>;
  #release = () => {};
  #over = false;
  #came = () => {};

  private constructor() {
    this.#released = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  /** From now on holds back what matches. */
  static on(fleet: Fleet, matches: (asked: Asked) => boolean = () => true): Hold {
    const hold = new Hold();
    for (const { instances } of fleet.tenants.values())
      for (const instance of instances) {
        const { gate } = instance;
        instance.gate = (asked) =>
          !hold.#over && asked.task !== null && matches(asked) ? hold.#take(asked) : gate(asked);
      }
    return hold;
  }

  /** The tasks that are held up. */
  get tasks(): Set<string> {
    return new Set(this.requests.flatMap(({ task }) => task ?? []));
  }

  /** Resolves once what came is as asked for: anything at all, unless told otherwise. */
  async until(reached: (hold: this) => boolean = ({ requests }) => requests.length > 0): Promise<void> {
    while (!reached(this))
      await new Promise<void>((resolve) => {
        this.#came = resolve;
      });
  }

  /** Lets everything go on, and holds nothing back any more. */
  release(): void {
    this.#over = true;
    this.#release();
  }

  #take(asked: Asked): Promise<void> {
    this.requests.push(asked);
    this.#came();
    return this.#released;
  }
}
