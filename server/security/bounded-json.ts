/** What JSON from outside may be at most: parsing what is within it holds the event loop for less than 50 ms. */
export interface JsonBounds {
  /** Lists and objects inside one another. */
  depth: number;
  /** Commas, colons and opening brackets: an object of n entries counts 2n, a list of n elements n. */
  parts: number;
}

/** Holds for answers of targets and for the bodies of requests, but the import of tenants. */
export const USUAL_JSON: JsonBounds = { depth: 100, parts: 50_000 };

/**
 * Why a text is beyond the bounds, in words that follow its name; null when it is within them, or is no JSON at all.
 * Only brackets, quotes and commas are looked at: a megabyte takes a few milliseconds, whatever is in it.
 */
export function beyondBounds(text: string, { depth, parts }: JsonBounds = USUAL_JSON): string | null {
  let open = 0;
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        open += 1;
        count += 1;
        if (open > depth) return `is nested too deeply (more than ${depth} levels)`;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        open -= 1;
        break;
      case 0x2c: // ,
      case 0x3a: // :
        count += 1;
        if (count > parts) return `has too many parts (more than ${parts})`;
        break;
    }
  }
  return null;
}

/** Where the string that begins here ends; the end of the text when it does not. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === 0x22) return at;
  }
  return text.length;
}

/** JSON as a value, when it is within the bounds; else, and when it is none, undefined. */
export function parseBounded(text: string, bounds: JsonBounds = USUAL_JSON): unknown {
  if (beyondBounds(text, bounds) !== null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
