import { parseBounded } from '@/server/security/bounded-json';
import { findAt, jsonPathProblem } from './json-path';

/** One bar alone: two are an "or" inside a path. */
const FILTER = /\s*(?<!\|)\|(?!\|)\s*(json|base64)\s*(?=$|\|)/g;
/** As many are enough for JSON in base64 in JSON. */
const MAX_PARTS = 8;
const MAX_CHARS = 600;

/** What is read one after the other: a path in JSON, or a text as JSON or as what base64 stands for. */
type Part = { path: string } | { filter: 'json' | 'base64' };

/** Why a place cannot be used, in words that follow its name; null when it can. */
export function readingProblem(reading: string): string | null {
  if (reading.length > MAX_CHARS) return `is too long (at most ${MAX_CHARS} characters)`;
  const parts = partsOf(reading);
  if (parts.length > MAX_PARTS) return `has more than ${MAX_PARTS} parts`;
  for (const [index, part] of parts.entries()) {
    if ('filter' in part) {
      if (index === 0) return `begins with "| ${part.filter}": a path comes first, $ for the whole body`;
      continue;
    }
    const before = parts[index - 1];
    if (before && !('filter' in before && before.filter === 'json'))
      return `has the path ${part.path} in a text: read it as JSON before, with "| json |"`;
    const problem = jsonPathProblem(part.path);
    if (problem !== null) return parts.length === 1 ? problem : `: ${part.path} ${problem}`;
  }
  return null;
}

/** A place as a path in the body, and what is read from there. */
export function splitReading(reading: string): { path: string; rest: readonly Part[] } {
  const [first, ...rest] = partsOf(reading);
  return { path: first && 'path' in first ? first.path : '', rest };
}

/** What is read from a value that a path led to; undefined where it is no text, no JSON, or there is nothing. */
export function readOn(value: unknown, rest: readonly Part[]): unknown {
  return rest.reduce<unknown>((current, part) => {
    if ('path' in part) return findAt(current, part.path).value;
    if (typeof current !== 'string') return undefined;
    return part.filter === 'json' ? parseBounded(current) : Buffer.from(current, 'base64').toString('utf8');
  }, value);
}

function partsOf(reading: string): Part[] {
  const parts: Part[] = [];
  let done = 0;
  const add = (path: string) => {
    const bare = path.replace(/^\s*\|/, '').trim();
    if (bare !== '') parts.push({ path: bare });
  };
  for (const found of reading.matchAll(FILTER)) {
    add(reading.slice(done, found.index));
    parts.push({ filter: found[1] as 'json' | 'base64' });
    done = found.index + found[0].length;
  }
  if (done === 0) return [{ path: reading }];
  add(reading.slice(done));
  return parts;
}
