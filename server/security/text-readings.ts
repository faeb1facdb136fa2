/** How often escapes are undone: JSON within JSON within JSON is seen, and more is nobody's way of writing. */
const MOST_PASSES = 4;

/** A text as it reads with escapes undone, and where its characters come from. */
export interface Reading {
  text: string;
  /** The place in the original text of what stands between two places of this one. */
  span(from: number, to: number): { from: number; to: number };
}

const ESCAPES =
  /\\+u([0-9a-f]{4})|\\+x([0-9a-f]{2})|\\+(["'\\/bfnrt])|((?:%[0-9a-f]{2})+)|&#0*(\d{1,7});?|&#x0*([0-9a-f]{1,6});?|&(amp|lt|gt|quot|apos|nbsp);|\\+u\{0*([0-9a-f]{1,6})\}|((?:(?<!\\)\\[0-3][0-7]{2})+)/gi;
const ESCAPED = /[\\%&]/;
const CONTROLS: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/**
 * A text as it stands, and with the escapes of JSON, of addresses and of HTML undone, once and again as long as that
 * changes it. What is no valid escape stays as it is.
 */
export function readings(text: string): Reading[] {
  const all: Reading[] = [{ text, span: (from, to) => ({ from, to }) }];
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const last = all.at(-1);
    const next = last && ESCAPED.test(last.text) ? unescaped(last) : null;
    if (!next || next.text === last?.text) break;
    all.push(next);
  }
  return all;
}

/** One pass. */
function unescaped(before: Reading): Reading {
  let text = '';
  let at = 0;
  // Where each replaced piece stands: between them characters are as far apart as before.
  const pieces: { at: number; length: number; from: number; to: number }[] = [];
  for (const match of before.text.matchAll(ESCAPES)) {
    const plain = meaningOf(match);
    if (plain === null) continue;
    text += before.text.slice(at, match.index);
    at = match.index + match[0].length;
    pieces.push({ at: text.length, length: plain.length, from: match.index, to: at });
    text += plain;
  }
  text += before.text.slice(at);
  const place = (index: number, edge: 'from' | 'to'): number => {
    // The last piece that begins before the character.
    let low = 0;
    let high = pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pieces[middle]?.at ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    const piece = pieces[low - 1];
    if (!piece) return edge === 'from' ? index : index + 1;
    if (index < piece.at + piece.length) return piece[edge];
    const shifted = piece.to + (index - piece.at - piece.length);
    return edge === 'from' ? shifted : shifted + 1;
  };
  return { text, span: (from, to) => before.span(place(from, 'from'), place(to - 1, 'to')) };
}

function meaningOf(match: RegExpMatchArray): string | null {
  const [, unicode, byte, sign, percent, decimal, hex, named, braced, octal] = match;
  if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16));
  if (byte !== undefined) return String.fromCharCode(Number.parseInt(byte, 16));
  if (sign !== undefined) return CONTROLS[sign] ?? sign;
  if (percent !== undefined) return Buffer.from(percent.replaceAll('%', ''), 'hex').toString('utf8');
  if (named !== undefined) return NAMED[named.toLowerCase()] ?? null;
  if (octal !== undefined)
    return Buffer.from(octal.match(/\d{3}/g)?.map((digits) => Number.parseInt(digits, 8)) ?? []).toString(
      'utf8',
    );
  const point = decimal === undefined ? Number.parseInt(hex ?? braced ?? '', 16) : Number(decimal);
  return point <= 0x10_ff_ff ? String.fromCodePoint(point) : null;
}

/**
 * The letters and digits of a text alone, in small letters and without their marks: what was broken into lines, spaced out,
 * listed byte by byte or written in capitals reads the same as in one piece.
 */
export function lettersAlone(reading: Reading): Reading {
  const places: number[] = [];
  let text = '';
  let at = 0;
  for (const character of reading.text) {
    const letters = lettersOf(character);
    text += letters;
    for (let one = 0; one < letters.length; one += 1) places.push(at);
    at += character.length;
  }
  const place = (index: number): number => places[index] ?? reading.text.length;
  return {
    text,
    span: (from, to) => {
      const last = place(to - 1);
      return reading.span(place(from), last + ((reading.text.codePointAt(last) ?? 0) > 0xff_ff ? 2 : 1));
    },
  };
}

/** The same of a text by itself. */
export const lettersIn = (text: string): string => Array.from(text, lettersOf).join('');

/** Of most texts all are among these. */
const ASCII = Array.from({ length: 128 }, (_, code) => folded(String.fromCharCode(code)));

function lettersOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // Ideographs have neither marks nor capitals.
  return code >= 0x4e_00 && code <= 0x9f_ff ? character : (ASCII[code] ?? folded(character));
}

function folded(character: string): string {
  return character
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase()
    .toLowerCase();
}
