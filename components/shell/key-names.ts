/** The parts of a keyboard event that say which key it is. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** How long the second key of two may take. */
export const SEQUENCE_MILLIS = 1500;

/** The keys that wait for a second one. */
const PREFIX = 'g';

/**
 * The name of a key as the tables have it: `p`, `Shift+C`, `?`, `Escape`, `mod+k`. Null for what is left to the browser.
 * A letter is told by whether Shift is held, so that the caps lock does not make another key of it.
 */
export function keyName({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyPress): string | null {
  const letter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  if (ctrlKey || metaKey) return letter && !shiftKey && !altKey ? `mod+${key.toLowerCase()}` : null;
  if (altKey) return null;
  if (letter) return shiftKey ? `Shift+${key.toUpperCase()}` : key.toLowerCase();
  return key;
}

/** Takes keys one after the other and tells `g p` from a `p` by itself. */
export class KeySequence {
  #since: number | null = null;

  /** Whether a second key is waited for. */
  waits(now: number): boolean {
    return this.#since !== null && now - this.#since <= SEQUENCE_MILLIS;
  }

  /** The name of what was pressed, both keys of two; null while the second one is to come. */
  take(name: string, now: number): string | null {
    const second = this.waits(now);
    this.#since = !second && name === PREFIX ? now : null;
    if (this.#since !== null) return null;
    return second ? `${PREFIX} ${name}` : name;
  }
}
