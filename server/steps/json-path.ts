import { JSONPathEnvironment, JSONPathError } from 'json-p3';
import { bounded, type CompiledPath, PatternFunction, TooCostly } from './json-path-bounds';

/** The longest path, in characters. */
const MAX_PATH_CHARS = 500;
/** Compiled paths that are kept. */
const KEPT_PATHS = 500;
/** JSON that is read is nested no deeper. */
const MAX_DEPTH = 200;
/** Names and numbers alone, as most people write it: `a.b[0]`, also with names that the standard wants quoted. */
const PLAIN = /^(?:[^.[\]()'"*?@$,\s]+|\[\d+\])(?:\.[^.[\]()'"*?@$,\s]+|\[\d+\])*$/;

type Key = string | number;

/** What a path leads to first; `value` is undefined when there is nothing. */
export interface Place {
  value: unknown;
  /** Its keys, from the top. */
  keys: Key[];
  /** The search was given up: path and value together would take too long. */
  givenUp: boolean;
}

const environment = new JSONPathEnvironment({ maxRecursionDepth: MAX_DEPTH });
environment.functionRegister.set('match', new PatternFunction(true));
environment.functionRegister.set('search', new PatternFunction(false));

type Reader = (value: unknown) => Place;
const kept = new Map<string, Reader>();

/** Why a path cannot be used, in words that follow its name; null when it can. */
export function jsonPathProblem(path: string): string | null {
  if (path.length > MAX_PATH_CHARS) return `is too long (at most ${MAX_PATH_CHARS} characters)`;
  if (PLAIN.test(path)) return null;
  try {
    compiled(path);
    return null;
  } catch (error) {
    const at = error instanceof JSONPathError ? error.token.index - prefixOf(path).length : 0;
    const told = error instanceof Error ? error.message.replace(/ \('.*':\d+\)$/s, '') : String(error);
    const quoted = /-/.test(path)
      ? ". A name with other signs than letters, digits and _ is quoted: ['a-b']"
      : '';
    return `is not a JSON path at character ${Math.max(0, at) + 1} (${told})${quoted}`;
  }
}

/**
 * The first of what a path (RFC 9535; the leading `$.` may be left out) leads to in a parsed JSON value. How much is
 * looked at is bounded, whatever the path and the value are.
 */
export function findAt(value: unknown, path: string): Place {
  let read = kept.get(path);
  if (!read) {
    read = readerOf(path);
    const [oldest] = kept.keys();
    if (kept.size >= KEPT_PATHS && oldest !== undefined) kept.delete(oldest);
    kept.set(path, read);
  }
  return read(value);
}

/** The value alone. */
export function atPath(value: unknown, path: string): unknown {
  return findAt(value, path).value;
}

function readerOf(path: string): Reader {
  const plain = path.replace(/^\$\.?/, '');
  let query: CompiledPath | null = null;
  try {
    query = PLAIN.test(path) || plain === '' ? null : compiled(path);
  } catch {
    // A stored path that is refused today is read as it was before.
  }
  return query ? (value) => firstOf(query, value) : (value) => walk(value, keysOf(plain));
}

function firstOf(query: CompiledPath, value: unknown): Place {
  if (value === undefined) return { value, keys: [], givenUp: false };
  try {
    const found = query.first(value);
    return { value: found?.value, keys: found?.keys ?? [], givenUp: false };
  } catch (error) {
    if (!(error instanceof TooCostly) && !(error instanceof JSONPathError)) throw error;
    return { value: undefined, keys: [], givenUp: true };
  }
}

function compiled(path: string): CompiledPath {
  return bounded(environment.compile(prefixOf(path) + path));
}

function prefixOf(path: string): string {
  if (path.startsWith('$')) return '';
  return path.startsWith('[') || path.startsWith('.') ? '$' : '$.';
}

function keysOf(path: string): string[] {
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((key) => key !== '');
}

function walk(value: unknown, keys: string[]): Place {
  const found = keys.reduce<unknown>((current, key) => {
    if (current === null || typeof current !== 'object' || !Object.hasOwn(current, key)) return undefined;
    return (current as Record<string, unknown>)[key];
  }, value);
  return { value: found, keys, givenUp: false };
}
