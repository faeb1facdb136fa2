type Json = string | number | boolean | null;

/**
 * JSON as it was written: parts of it are taken out without parsing and printing it anew, so that numbers keep their
 * notation, objects the order of their keys and everything its bytes. The source must be valid JSON.
 */
export class JsonText {
  #members: Map<string, string> | null = null;
  /** What was asked for already: a template may name the same part many times, and parts of it. */
  readonly #parts = new Map<string, JsonText | Json | undefined>();

  constructor(readonly source: string) {}

  /** What stands under a key or an index: texts decoded, everything that JavaScript would write otherwise as it stands. */
  at(key: string): JsonText | Json | undefined {
    if (this.#parts.has(key)) return this.#parts.get(key);
    this.#members ??= membersOf(this.source);
    const source = this.#members.get(key);
    const part = source === undefined ? undefined : jsonPart(source);
    this.#parts.set(key, part);
    return part;
  }

  toString(): string {
    return this.source;
  }

  /** How it is kept with a checkpoint; {@link revived} reads it. */
  toJSON(): unknown {
    return { [KEPT]: this.source };
  }
}

const KEPT = '$json';

/** A value as it was before it was kept. */
export function revived(value: unknown): unknown {
  return isKept(value) ? new JsonText(value[KEPT]) : value;
}

/** Whether a value looks like one that was kept. */
export function isKept(value: unknown): value is { [KEPT]: string } {
  if (value === null || typeof value !== 'object' || value instanceof JsonText) return false;
  return typeof (value as Record<string, unknown>)[KEPT] === 'string' && Object.keys(value).length === 1;
}

/** A piece of JSON as templates use it: a plain value where that says the same, else its source. */
export function jsonPart(source: string): JsonText | Json {
  const first = source[0] ?? '';
  if (first === '{' || first === '[') return new JsonText(source);
  if (first === '"') return textOf(source);
  if (first === 't' || first === 'f') return first === 't';
  if (first === 'n') return null;
  return String(Number(source)) === source ? Number(source) : new JsonText(source);
}

/**
 * The source of what a path of keys leads to; undefined when there is nothing. Of a key that is there twice the last
 * one counts, as in JSON.parse.
 */
export function sourceAt(source: string, keys: readonly (string | number)[]): string | undefined {
  const path = keys.map(String);
  let found: string | undefined;
  /** Reads the value that begins at `from`, which lies where the first `depth` keys lead; returns its end. */
  const read = (from: number, depth: number): number => {
    if (depth === path.length) {
      const end = endOfValue(source, from);
      found = source.slice(from, end);
      return end;
    }
    return eachMember(source, from, (key, at) => {
      if (key !== path[depth]) return endOfValue(source, at);
      found = undefined;
      return read(at, depth + 1);
    });
  };
  read(skipSpace(source, 0), 0);
  return found;
}

/** Whether JavaScript would write every number of this JSON as it is written here. */
export function keepsNotation(source: string): boolean {
  for (const [token] of source.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g))
    if (token[0] !== '"' && String(Number(token)) !== token) return false;
  return true;
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON with a line for each value, the values themselves as they are written; the text itself when it is no JSON. */
export function laidOutJson(text: string): string {
  if (!isJson(text)) return text;
  const out: string[] = [];
  let depth = 0;
  const line = () => out.push('\n', '  '.repeat(depth));
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '{' || char === '[') {
      const next = skipSpace(text, at + 1);
      out.push(char);
      if (text[next] === '}' || text[next] === ']') {
        out.push(text[next] ?? '');
        at = next;
        continue;
      }
      depth += 1;
      line();
    } else if (char === '}' || char === ']') {
      depth -= 1;
      line();
      out.push(char);
    } else if (char === ',') {
      out.push(char);
      line();
    } else if (char === ':') out.push(': ');
    else if (!isSpace(text.charCodeAt(at))) {
      const end = endOfScalar(text, at);
      out.push(text.slice(at, end));
      at = end - 1;
    }
  }
  return out.join('');
}

/** The members of an object or a list with their sources; of anything else there are none. */
function membersOf(source: string): Map<string, string> {
  const members = new Map<string, string>();
  eachMember(source, skipSpace(source, 0), (key, at) => {
    const end = endOfValue(source, at);
    members.set(key, source.slice(at, end));
    return end;
  });
  return members;
}

/** Goes through the members of the object or list that begins here; `member` returns where its value ends. */
function eachMember(source: string, from: number, member: (key: string, at: number) => number): number {
  const opening = source[from];
  if (opening !== '{' && opening !== '[') return endOfValue(source, from);
  let at = skipSpace(source, from + 1);
  for (let index = 0; at < source.length && source[at] !== '}' && source[at] !== ']'; index += 1) {
    let key = String(index);
    if (opening === '{') {
      const end = endOfString(source, at);
      key = textOf(source.slice(at, end));
      // The colon.
      at = skipSpace(source, skipSpace(source, end) + 1);
    }
    at = skipSpace(source, member(key, at));
    if (source[at] === ',') at = skipSpace(source, at + 1);
  }
  return at + 1;
}

/** What a JSON string says. */
const textOf = (source: string): string =>
  source.includes('\\') ? (JSON.parse(source) as string) : source.slice(1, -1);

function endOfValue(source: string, from: number): number {
  if (source[from] !== '{' && source[from] !== '[') return endOfScalar(source, from);
  let open = 0;
  for (let at = from; at < source.length; at += 1) {
    const char = source.charCodeAt(at);
    if (char === QUOTE) at = endOfString(source, at) - 1;
    else if (char === 0x7b || char === 0x5b) open += 1;
    else if (char === 0x7d || char === 0x5d) {
      open -= 1;
      if (open === 0) return at + 1;
    }
  }
  return source.length;
}

/** Behind a text, a number or a word. */
function endOfScalar(source: string, from: number): number {
  if (source.charCodeAt(from) === QUOTE) return endOfString(source, from);
  let at = from;
  while (at < source.length && !/[\s,\]}:]/.test(source[at] ?? '')) at += 1;
  return at;
}

function endOfString(source: string, from: number): number {
  for (let at = from + 1; at < source.length; at += 1) {
    const char = source.charCodeAt(at);
    if (char === 0x5c) at += 1;
    else if (char === QUOTE) return at + 1;
  }
  return source.length;
}

function skipSpace(source: string, from: number): number {
  let at = from;
  while (isSpace(source.charCodeAt(at))) at += 1;
  return at;
}

const QUOTE = 0x22;
const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
