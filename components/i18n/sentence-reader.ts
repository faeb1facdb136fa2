/** What says a sentence of the server in another language; null where its table does not know it. */
export type SentenceReader = (text: string) => string | null;

/** What stands for a part of a sentence: anything, a number, one word, or a word that the table knows as well. */
const PLACES: Record<string, string> = { '': '(.+?)', n: '([\\d.,]+)', w: '(\\S+?)', v: '(.+?)' };
const PLACE = /\{([nwv]?)\}/g;

interface Pattern {
  regex: RegExp;
  /** The kind of each place, in the order of the English. */
  places: string[];
  translation: string;
  literal: number;
}

/** As many sentences are remembered as a long list shows. */
const REMEMBERED = 2000;
/** A sentence may quote a sentence that quotes one. */
const DEEPEST = 5;
/** What is longer is no sentence of ours. */
const LONGEST = 4000;

/**
 * Reads sentences by a table from their English, with places such as `{}` in it, to their translation, with `{1}` and so
 * on for what was found there. Of several that fit, the one that says most itself is meant.
 */
export function sentenceReader(table: Readonly<Record<string, string>>): SentenceReader {
  const patterns = Object.entries(table)
    .filter(([english]) => english.match(PLACE))
    .map(patternOf)
    .sort((one, other) => other.literal - one.literal);
  const known = new Map<string, string | null>();

  const exactly = (text: string): string | undefined =>
    Object.hasOwn(table, text) ? table[text] : undefined;

  const read = (text: string, depth: number): string | null => {
    const exact = exactly(text);
    if (exact !== undefined || depth > DEEPEST || text.length > LONGEST || !/\s/.test(text))
      return exact ?? null;
    for (const { regex, places, translation } of patterns) {
      const found = regex.exec(text);
      if (!found) continue;
      return translation.replace(/\{(\d)\}/g, (_, digit: string) => {
        const value = found[Number(digit)] ?? '';
        if (places[Number(digit) - 1] === 'v') return exactly(value) ?? value;
        return /\s/.test(value) ? (read(value, depth + 1) ?? value) : value;
      });
    }
    return inParts(text, depth);
  };

  /** Several lines or sentences, or what follows the name of a field or an instance. */
  const inParts = (text: string, depth: number): string | null => {
    const several = (parts: string[], between: string) => {
      const told = parts.map((part) => (part.trim() === '' ? part : read(part, depth + 1)));
      return told.every((part) => part !== null) ? told.join(between) : null;
    };
    if (text.includes('\n')) return several(text.split('\n'), '\n');
    if (text.includes('; ')) {
      const listed = several(text.split('; '), ';');
      if (listed !== null) return listed;
    }
    const [, named, sign, rest = ''] = /^(\S+?)(:?) (.+)$/s.exec(text) ?? [];
    // What follows a name begins small; a sentence of its own does not.
    const about = sign || /^[a-z]/.test(rest) ? read(rest, depth + 1) : null;
    if (about !== null) return sign ? `${named}:${about}` : `${named} ${about}`;
    if (/\w\.$/.test(text) && !/\. [A-Z]/.test(text)) {
      const open = read(text.slice(0, -1), depth + 1);
      return open === null ? null : `${open}。`;
    }
    if (/\. [A-Z]/.test(text)) return several(text.split(/(?<=\.) (?=[A-Z])/), ' ');
    return text.includes(', ') ? several(text.split(', '), '、') : null;
  };

  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= REMEMBERED) known.clear();
    const told = read(text, 0);
    known.set(text, told);
    return told;
  };
}

function patternOf([english, translation]: [string, string]): Pattern {
  const places = [...english.matchAll(PLACE)].map(([, kind = '']) => kind);
  const literals = english.split(PLACE).filter((_, index) => index % 2 === 0);
  const source = literals.map((literal, index) => {
    const place = places[index];
    return `${escaped(literal)}${place === undefined ? '' : PLACES[place]}`;
  });
  return {
    regex: new RegExp(`^${source.join('')}$`, 's'),
    places,
    translation,
    literal: literals.join('').length,
  };
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
