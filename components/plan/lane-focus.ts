/** Which lane the keyboard is at. It stays where it is while others move past it, and exists wherever it is. */
export class LaneFocus {
  #taskId: string | null = null;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly taskId = (): string | null => this.#taskId;

  at(taskId: string | null): void {
    if (this.#taskId === taskId) return;
    this.#taskId = taskId;
    for (const listener of this.#listeners) listener();
  }
}
