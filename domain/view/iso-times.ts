/** `2026-07-01T10:00:00.000Z`, as `toISOString` writes it. */
const LENGTH = 24;
const SECONDS = '2026-07-01T10:00:00'.length;
/** Times of a plan lie close together: each second is worked out once. */
const MOST_KNOWN = 20_000;

const known = new Map<string, number | null>();
const written = new Map<number, string>();
const MILLIS = Array.from({ length: 1000 }, (_, millis) => `.${String(millis).padStart(3, '0')}Z`);
const MILLIS_OF = new Map(MILLIS.map((text, millis) => [text, millis]));

/** Epoch milliseconds of a time that `writeTime` would write the same; null for every other text. */
export function readTime(text: string): number | null {
  if (text.length !== LENGTH) return null;
  const millis = MILLIS_OF.get(text.slice(SECONDS));
  if (millis === undefined) return null;
  const second = secondOf(text.slice(0, SECONDS));
  return second === null ? null : second + millis;
}

/** The text of epoch milliseconds. */
export function writeTime(time: number): string {
  const millis = ((time % 1000) + 1000) % 1000;
  const second = time - millis;
  let text = written.get(second);
  if (text === undefined) {
    text = new Date(second).toISOString().slice(0, SECONDS);
    if (written.size >= MOST_KNOWN) written.clear();
    written.set(second, text);
  }
  return `${text}${MILLIS[millis]}`;
}

function secondOf(text: string): number | null {
  let second = known.get(text);
  if (second === undefined) {
    const parsed = Date.parse(`${text}.000Z`);
    // Years beyond four digits are written longer.
    second = parsed >= 0 && new Date(parsed).toISOString() === `${text}.000Z` ? parsed : null;
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(text, second);
  }
  return second;
}
