import { vi } from 'vitest';

/** The timeouts of calls, as `AbortSignal.timeout` makes them: they run out when the test says so and never by themselves. */
export class Timeouts {
  readonly #pending: AbortController[] = [];
  readonly #spy = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    const controller = new AbortController();
    this.#pending.push(controller);
    return controller.signal;
  });

  /** Lets those run out that were made so far, or of them the `index`-th, from 0. */
  runOut(index?: number): void {
    const over = index === undefined ? this.#pending : this.#pending.slice(index, index + 1);
    for (const one of over) one.abort(new DOMException('The time is up', 'TimeoutError'));
  }

  restore(): void {
    this.#spy.mockRestore();
  }
}
