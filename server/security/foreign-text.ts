import { NO_VEIL, type Veil } from './veil';

/** Code points that are kept of one text: a body that is shown is cut before, so this is for what nobody expected. */
const MOST_POINTS = 8000;
/** Deeper or longer than this nothing is kept: it is no answer that anybody reads. */
const MOST_DEPTH = 32;
const MOST_ITEMS = 1000;
/** As much of a text as is looked at: several times what is kept, so that what is masked away does not count. */
const MOST_CHARS = 64 * 1024;

/** They turn the direction of writing of all that follows: also of our own words around a text. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * The one way for a text from outside (a target's answer, an error's message) into an event, a log, a checkpoint or a
 * view: well-formed Unicode that Postgres can store and that reads in its own order, what is hidden masked, cut to `most`
 * code points. Never throws.
 */
export function foreignText(text: string, veil: Veil = NO_VEIL, most = MOST_POINTS): string {
  // A code point has two characters at most.
  const shown = cut(veil.hideStart(storable(text.slice(0, MOST_CHARS)), 2 * most), most);
  return shown.replaceAll(TURNING, '\ufffd');
}

/** The same for every text within a value, keys as well; too deep or too long parts become a word that says so. */
export function foreignValue<T>(value: T, veil: Veil = NO_VEIL): T {
  const keep = (one: unknown, depth: number): unknown => {
    if (typeof one === 'string') return foreignText(one, veil);
    if (one === null || typeof one !== 'object' || one instanceof Date) return one;
    if (depth >= MOST_DEPTH) return '(nested too deep to be kept)';
    if (Array.isArray(one)) return one.slice(0, MOST_ITEMS).map((item) => keep(item, depth + 1));
    const entries = Object.entries(one).slice(0, MOST_ITEMS);
    return Object.fromEntries(
      entries.map(([key, item]) => [foreignText(key, veil, 200), keep(item, depth + 1)]),
    );
  };
  return keep(value, 0) as T;
}

/**
 * Why a value from outside cannot be kept as it is, where it must not be changed (what later stages send on); null when
 * it can. `mostBytes` bounds its JSON.
 */
export function whyNotStorable(value: unknown, mostBytes: number): string | null {
  if (depthOf(value) > MOST_DEPTH) return `is nested deeper than ${MOST_DEPTH}`;
  const json = JSON.stringify(value) ?? 'null';
  if (storableJson(json) !== json)
    return 'contains characters that cannot be stored (NUL, or half of a pair)';
  return Buffer.byteLength(json) > mostBytes ? `is larger than ${Math.floor(mostBytes / 1024)} KiB` : null;
}

/**
 * JSON as Postgres takes it: what JSON can say and Postgres cannot keep (NUL, half a surrogate pair) is replaced. The net
 * below everything that is stored; what comes from outside has passed {@link foreignText} before.
 */
export function storableJson(json: string): string {
  // Escapes are rare: most commits are looked through once and left alone. A pair stands for itself unescaped.
  if (!json.includes('\\u')) return json;
  return json.replaceAll(/\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/gi, (found) =>
    found === '\\\\' ? found : '\ufffd',
  );
}

/** NUL and halves of surrogate pairs become U+FFFD. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const points = Array.from(text);
  return points.length <= most ? text : `${points.slice(0, most).join('')}…`;
}

/** How deep a value is nested, counted without recursion: it may be deeper than the stack. */
function depthOf(value: unknown): number {
  let level: unknown[] = [value];
  for (let depth = 0; ; depth += 1) {
    const next = level.flatMap((one) => (one !== null && typeof one === 'object' ? Object.values(one) : []));
    if (next.length === 0) return depth;
    if (depth > MOST_DEPTH) return depth;
    level = next;
  }
}
