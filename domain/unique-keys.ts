/** A key that an object has twice: of two values nobody can tell which one was meant, and JSON.parse keeps the last without a word. */
export interface TwiceThere {
  key: string;
  /** Counted from 1: where it stands first, and where it stands again. */
  first: number;
  line: number;
}

/** So many characters are looked at before others may have their turn: a millisecond or so. */
const BETWEEN_TURNS = 16_384;
const MOST_SHOWN = 80;

interface Open {
  /** Null of a list. */
  keys: Map<string, number> | null;
  /** What comes next in an object is a key. */
  atKey: boolean;
}

/**
 * The first key that is there twice in one object; null when each is there once. A step is as much as may be done at once. Of a
 * text that is no JSON it says nothing that counts.
 */
export function* searchTwice(text: string): Generator<void, TwiceThere | null> {
  const open: Open[] = [];
  let line = 1;
  let looked = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (at - looked >= BETWEEN_TURNS) {
      looked = at;
      yield;
    }
    const inner = open.at(-1);
    switch (text.charCodeAt(at)) {
      case 0x0a:
        line += 1;
        break;
      case 0x22: {
        const end = endOfString(text, at);
        if (inner?.keys && inner.atKey) {
          const key = keyIn(text.slice(at, end + 1));
          const first = inner.keys.get(key);
          if (first !== undefined) return { key, first, line };
          inner.keys.set(key, line);
          inner.atKey = false;
        }
        at = end;
        break;
      }
      case 0x7b: // {
        open.push({ keys: new Map(), atKey: true });
        break;
      case 0x5b: // [
        open.push({ keys: null, atKey: false });
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        break;
      case 0x2c: // ,
        if (inner?.keys) inner.atKey = true;
        break;
    }
  }
  return null;
}

/** In words that follow the name of what has it. */
export function twiceWords({ key, first, line }: TwiceThere): string {
  const shown = key.length > MOST_SHOWN ? `${key.slice(0, MOST_SHOWN)}…` : key;
  return first === line
    ? `has the key "${shown}" twice, in line ${line}`
    : `has the key "${shown}" twice, in lines ${first} and ${line}`;
}

/** As JSON.parse, and throws of a key that is there twice as well. */
export function parseUnique(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const search = searchTwice(text);
  for (;;) {
    const { done, value: twice } = search.next();
    if (!done) continue;
    if (twice) throw new SyntaxError(`It ${twiceWords(twice)}.`);
    return value;
  }
}

/** Where the string that begins here ends, or the text. A string has no line breaks. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === 0x22) return at;
  }
  return text.length;
}

/** What a key says, however it is written. */
function keyIn(source: string): string {
  if (!source.includes('\\')) return source.slice(1, -1);
  try {
    return JSON.parse(source) as string;
  } catch {
    return source;
  }
}
