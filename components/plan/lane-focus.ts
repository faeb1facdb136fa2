/** Which row the keyboard is at. It stays where it is while others move past it, and exists wherever it is. */
export class LaneFocus {
  #id: string | null = null;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Of its task or group. */
  readonly id = (): string | null => this.#id;

  at(id: string | null): void {
    if (this.#id === id) return;
    this.#id = id;
    for (const listener of this.#listeners) listener();
  }
}
