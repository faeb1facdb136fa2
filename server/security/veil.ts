import { lettersAlone, lettersIn, type Reading, readings } from './text-readings';

export const MASK = '••••••';

/** Values shorter than this would hide half of every message; secrets that are stored have at least 8 characters. */
const SHORTEST = 4;
const SHORTEST_LINE = 8;
/** Of letters and digits alone: fewer would be met by chance in words that follow each other. */
const FEWEST_LETTERS = 8;
/** What every PEM text has is no secret. */
const PEM_BORDER = /^-----(BEGIN|END) /;
/** A secret of usual length is found that far before the end of what is looked through, whatever it is wrapped in. */
const MOST_LOOKED = 64 * 1024;

type Span = { from: number; to: number };

/**
 * What a run knows and nobody may see: the tenant's secrets in all their versions, what was made of them, and what a
 * target handed out. Everything that comes from outside passes {@link hide} before it is kept or shown; a value is added
 * before it is used.
 *
 * A text is read as it stands and with its escapes undone (JSON, percent, HTML; nested up to four times), and searched for
 * the values, for their base64 at each of its three alignments and for their hex; then by its letters and digits alone,
 * which finds what was broken into lines, listed byte by byte or written in capitals. All are looked for at once, by
 * their first characters, so that the time grows with the text and not with the number of secrets.
 */
export class Veil {
  readonly #values = new Set<string>();
  /** What is looked for, by its first four characters, the longest first; made anew when a value comes. */
  #sought: Sought | null = null;
  /** The same of what they come to in letters and digits alone. */
  #letters: Sought = new Map();
  #longest = 0;

  constructor(values: Iterable<string> = []) {
    for (const value of values) this.add(value);
  }

  /** Hides a value from now on: as a whole, each line of it, the credentials of an address and the texts of JSON. */
  add(text: string): void {
    this.#keep(text);
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    if (lines.length > 1)
      for (const line of lines) if (line.length >= SHORTEST_LINE && !PEM_BORDER.test(line)) this.#keep(line);
    for (const part of credentialsIn(text)) this.#keep(part);
    for (const part of partsOf(text)) if (part.length >= SHORTEST_LINE) this.#keep(part);
  }

  /** The text with a mask in place of everything hidden. */
  hide(text: string): string {
    return this.#masked(text, this.#spans(text));
  }

  /**
   * The beginning of a text, at most `chars` of it and then "…", with everything hidden masked. Only as much is looked
   * through as is needed; what may be the beginning of something hidden at the end of that is not shown.
   */
  hideStart(text: string, chars: number): string {
    // An escape has at most six characters for one, twice escaped twelve.
    const margin = Math.min(12 * this.#longestValue(), MOST_LOOKED / 2);
    const looked = text.slice(0, Math.min(2 * chars + 2 * margin, MOST_LOOKED));
    const whole = looked.length === text.length;
    const shown = whole ? looked : looked.slice(0, Math.max(0, looked.length - margin));
    const masked = this.#masked(shown, this.#spans(looked));
    return whole && masked.length <= chars ? masked : `${masked.slice(0, chars)}…`;
  }

  /** Whether there is something in a text that must not be seen. */
  covers(text: string): boolean {
    return this.#spans(text).length > 0;
  }

  #keep(value: string): void {
    if (value.length < SHORTEST || this.#values.has(value)) return;
    this.#values.add(value);
    this.#sought = null;
  }

  #longestValue(): number {
    this.#forms();
    return this.#longest;
  }

  #forms(): Sought {
    if (this.#sought) return this.#sought;
    const values = [...this.#values];
    const forms = values.flatMap(formsOf);
    this.#sought = byStart(forms);
    this.#letters = byStart(
      [...forms, ...values.map(asNumbers)].map(lettersIn).filter((form) => form.length >= FEWEST_LETTERS),
    );
    this.#longest = forms.reduce((longest, { length }) => Math.max(longest, length), 0);
    return this.#sought;
  }

  #spans(text: string): Span[] {
    if (this.#values.size === 0) return [];
    const sought = this.#forms();
    return readings(text).flatMap((reading) => {
      const letters = lettersAlone(reading);
      return [
        ...found(reading, reading.text, sought),
        // Hex may be written in either case; few texts change their length with it.
        ...found(reading, lowered(reading.text), sought),
        ...found(letters, letters.text, this.#letters),
      ];
    });
  }

  #masked(text: string, spans: readonly Span[]): string {
    if (spans.length === 0) return text;
    let at = 0;
    let masked = '';
    for (const { from, to } of [...spans].sort((a, b) => a.from - b.from || b.to - a.to)) {
      if (from >= text.length) break;
      if (from >= at) masked += text.slice(at, from) + MASK;
      at = Math.max(at, to);
    }
    return masked + text.slice(at);
  }
}

/** By their first characters, the longest first. */
type Sought = ReadonlyMap<string, readonly string[]>;

function byStart(forms: readonly string[]): Sought {
  const sought = new Map<string, string[]>();
  for (const form of new Set(forms)) {
    const start = form.slice(0, SHORTEST);
    sought.set(start, [...(sought.get(start) ?? []), form]);
  }
  for (const same of sought.values()) same.sort((a, b) => b.length - a.length);
  return sought;
}

/** Nothing is hidden: for texts of people who know what they send. */
export const NO_VEIL = new Veil();

/** Where what is sought stands in a reading, as places of the original text. */
function found(reading: Reading, text: string | null, sought: Sought): Span[] {
  if (text === null) return [];
  const spans: Span[] = [];
  for (let at = 0; at + SHORTEST <= text.length; at += 1) {
    const form = sought.get(text.slice(at, at + SHORTEST))?.find((one) => text.startsWith(one, at));
    if (form !== undefined) spans.push(reading.span(at, at + form.length));
  }
  return spans;
}

function lowered(text: string): string | null {
  const lower = text.toLowerCase();
  return lower !== text && lower.length === text.length ? lower : null;
}

/** A value as it stands, in a form's query, in base64 (also of JSON with it) at each alignment, and in hex. */
function formsOf(value: string): string[] {
  const inJson = JSON.stringify(value).slice(1, -1);
  const packed = [value, ...(inJson === value ? [] : [inJson])].flatMap(packedForms);
  const hex = Buffer.from(value.toWellFormed()).toString('hex');
  return [value, value.replaceAll(' ', '+'), ...packed, hex].filter((form) => form.length >= SHORTEST);
}

/** Byte by byte, as a program prints what it holds for no text. */
const asNumbers = (value: string): string => Array.from(Buffer.from(value.toWellFormed())).join(' ');

function packedForms(value: string): string[] {
  const bytes = Buffer.from(value.toWellFormed());
  return [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '');
    // Characters that also hold bits of what stands before or after cannot be known.
    const from = Math.ceil((shift * 8) / 6);
    const to = Math.floor(((shift + bytes.length) * 8) / 6);
    const sure = whole.slice(from, to);
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** User and password of an address, as they stand in it and as they are sent. */
function credentialsIn(text: string): string[] {
  const pair = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)@/i.exec(text)?.[1];
  if (pair === undefined) return [];
  const password = pair.slice(pair.indexOf(':') + 1);
  return [pair, password, ...[pair, password].map(unescaped)];
}

/** The texts within a piece of JSON. */
function partsOf(text: string): string[] {
  if (!/^\s*[[{]/.test(text) || text.length > MOST_LOOKED) return [];
  try {
    return leavesOf(JSON.parse(text));
  } catch {
    return [];
  }
}

function leavesOf(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leavesOf);
  return typeof value === 'string' ? [value] : [];
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
