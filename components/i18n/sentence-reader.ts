/** What says a sentence of the server in another language; null where its table does not know it. */
export type SentenceReader = (text: string) => string | null;

/** What stands for a part of a sentence: anything, a number, one word, or a word that the table knows as well. */
const FITS: Record<string, (value: string) => boolean> = {
  n: (value) => /^[\d.,]+$/.test(value),
  w: (value) => !/\s/.test(value),
};
const PLACE = /\{([nwv]?)\}/g;

interface Pattern {
  /** What the sentence says itself, before, between and after its places. */
  literals: string[];
  /** The kind of each place, in the order of the English. */
  places: string[];
  translation: string;
  /** How much it says itself, and the longest part of that: what lacks it is not this sentence. */
  size: number;
  mark: string;
}

/** As many sentences are remembered as a long list shows. */
const REMEMBERED = 2000;
/** What stands between several things, longest parts first. */
const LISTS = [
  [/(?<=\.) (?=[A-Z])/, ' '],
  ['; ', '；'],
  [', ', '、'],
] as const;
/** The name of a field before its colon, or of one or two things that are no plain words after the first. */
const NAMED = /^(\S+?(?: \S*[^\sA-Za-z]\S*)?)(:?) (.+)$/s;
/** A sentence may quote a sentence that quotes one. */
const DEEPEST = 5;
/** What is longer is no sentence of ours. */
const LONGEST = 2000;
/** As many things or lines are told together. */
const MOST_PARTS = 60;

/**
 * Reads sentences by a table from their English, with places such as `{}` in it, to their translation, with `{1}` and so
 * on for what was found there. Of several that fit, the one that says most itself is meant.
 */
export function sentenceReader(table: Readonly<Record<string, string>>): SentenceReader {
  const patterns = Object.entries(table)
    .filter(([english]) => english.match(PLACE))
    .map(patternOf)
    .sort((one, other) => other.size - one.size);
  const known = new Map<string, string | null>();

  const exactly = (text: string): string | undefined =>
    Object.hasOwn(table, text) ? table[text] : undefined;

  /** The parts of the sentence under way: many ways to take it apart come to the same ones. */
  let parts = new Map<string, string | null>();
  const read = (text: string, depth: number): string | null => {
    const before = parts.get(text);
    if (before !== undefined) return before;
    const told = readAnew(text, depth);
    parts.set(text, told);
    return told;
  };

  const readAnew = (text: string, depth: number): string | null => {
    const exact = exactly(text);
    if (exact !== undefined || depth > DEEPEST || text.length > LONGEST || !/\s/.test(text))
      return exact ?? null;
    for (const pattern of patterns) {
      const found = valuesIn(text, pattern);
      if (!found) continue;
      return pattern.translation.replace(/\{(\d)\}/g, (_, digit: string) => {
        const value = found[Number(digit) - 1] ?? '';
        if (pattern.places[Number(digit) - 1] === 'v') return exactly(value) ?? value;
        return /\s/.test(value) ? (read(value, depth + 1) ?? value) : value;
      });
    }
    return inParts(text, depth);
  };

  const several = (texts: string[], between: string, depth: number): string | null => {
    // A list of single words is most likely one of names.
    if (texts.length > MOST_PARTS || texts.some((text) => /^\S+$/.test(text))) return null;
    const told = texts.map((part) => (part.trim() === '' ? part : read(part, depth + 1)));
    return told.every((part) => part !== null) ? told.join(between) : null;
  };

  /** Several lines, things or sentences, or what follows the name of a field or an instance. */
  const inParts = (text: string, depth: number): string | null => {
    if (text.includes('\n')) return several(text.split('\n'), '\n', depth);
    if (text.endsWith('.')) {
      const open = read(text.slice(0, -1), depth + 1);
      if (open !== null) return `${open}。`;
    }
    for (const [sign, between] of LISTS) {
      const texts = text.split(sign);
      const listed = texts.length > 1 ? several(texts, between, depth) : null;
      if (listed !== null) return listed;
    }
    const [, named = '', sign, rest = ''] = NAMED.exec(text) ?? [];
    // What follows a name begins small and is more than a word; a sentence of its own does not.
    if (!/\s/.test(rest) || !(sign || /^[a-z"]/.test(rest))) return null;
    const about = read(rest, depth + 1);
    return about === null ? null : sign ? `${named}：${about}` : `${named} ${about}`;
  };

  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= REMEMBERED) known.clear();
    parts = new Map();
    const told = read(text, 0);
    known.set(text, told);
    return told;
  };
}

function patternOf([english, translation]: [string, string]): Pattern {
  const places = [...english.matchAll(PLACE)].map(([, kind = '']) => kind);
  const literals = english.split(PLACE).filter((_, index) => index % 2 === 0);
  const mark = literals.reduce((longest, one) => (one.length > longest.length ? one : longest), '');
  return { literals, places, translation, size: literals.join('').length, mark };
}

/**
 * What stands in the places of a sentence, null where it is another one. Each part of it is looked for once, from the left:
 * texts come from outside, and none may keep the page busy.
 */
function valuesIn(text: string, { literals, places, mark }: Pattern): string[] | null {
  const [first = ''] = literals;
  const last = literals.at(-1) ?? '';
  if (!text.includes(mark) || !text.startsWith(first) || !text.endsWith(last)) return null;
  const end = text.length - last.length;
  const values: string[] = [];
  let at = first.length;
  for (const [index, place] of places.entries()) {
    const literal = literals[index + 1] ?? '';
    const next = index === places.length - 1 ? end : text.indexOf(literal, at + 1);
    if (next <= at || next > end) return null;
    const value = text.slice(at, next);
    if (FITS[place]?.(value) === false) return null;
    values.push(value);
    at = next + literal.length;
  }
  // The end of a sentence is no part of what is filled in last.
  return last === '' && /\w\.$/.test(values.at(-1) ?? '') ? null : values;
}
