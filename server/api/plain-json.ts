import { TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { shownName, unknownName } from '@/server/input/nearest';

const plain = new WeakSet<object>();

/** Marks an answer that is JSON already, so that it is sent without looking for dates in every corner of it. */
export function plainJson<T extends object>(value: T): T {
  plain.add(value);
  return value;
}

/**
 * superjson as far as it is needed here, in its format. Answers are described without copying them: a list of ten
 * thousand tenants takes superjson a second, and one label called `constructor` would make it refuse the whole list. Of what callers send only dates and values left out are turned back: sets and maps could
 * make half a megabyte take minutes, from callers nobody knows yet. That two values were one object is of no interest.
 */
export const transformer = {
  serialize: (value: unknown) =>
    typeof value === 'object' && value !== null && plain.has(value)
      ? { json: value }
      : (described(value) ?? superjson.serialize(value)),
  deserialize: readInput,
};

/** An answer with the places of its dates; null when there is something in it that only superjson can describe. */
function described(answer: unknown): { json: unknown; meta?: object } | null {
  const values: Record<string, ['Date']> = {};
  // A path is only put together where there is a date: most of an answer are texts.
  const path: string[] = [];
  const look = (value: unknown): boolean => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
    if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
    if (typeof value !== 'object') return false;
    if (value instanceof Date) {
      // A date becomes its ISO form by itself.
      values[path.map((key) => key.replaceAll(/[\\.]/g, '\\$&')).join('.')] = ['Date'];
      return path.length > 0 && !Number.isNaN(value.getTime());
    }
    const list = Array.isArray(value);
    const prototype: unknown = list ? null : Object.getPrototypeOf(value);
    if (prototype !== null && prototype !== Object.prototype) return false;
    for (const key in value) {
      const one = (value as Record<string, unknown>)[key];
      // What is undefined is left out, which is the same to whoever reads it; in a list it is not.
      if (one === undefined && !list) continue;
      path.push(key);
      if (!look(one)) return false;
      path.pop();
    }
    return true;
  };
  if (!look(answer)) return null;
  return { json: answer, ...(Object.keys(values).length > 0 ? { meta: { values, v: 1 } } : {}) };
}

/** What can be named of an input by superjson's `meta`: at most this many parts of it. */
const MAX_NAMED = 10_000;
const PARENTS_NEVER_NAMED = new Set(['__proto__', 'prototype', 'constructor']);

/** The value under `json`, with dates and `undefined` where `meta.values` says so. Throws BAD_REQUEST for anything else. */
function readInput(sent: unknown): unknown {
  if (!isRecord(sent)) return undefined;
  const { json, meta, ...more } = sent;
  const [stray] = Object.keys(more);
  if (stray !== undefined) {
    const message = `${shownName(stray)}: ${unknownName(stray, ['json', 'meta'])} The input itself stands under "json".`;
    throw new TRPCError({ code: 'BAD_REQUEST', message });
  }
  if (meta === undefined || meta === null) return json;
  if (!isRecord(meta)) throw unknownMeta('meta');
  const { values = {} } = meta;
  // A list stands for the whole value.
  if (Array.isArray(values)) return turnedBack(json, values, 'values');
  if (!isRecord(values)) throw unknownMeta('values');
  const named = Object.entries(values);
  if (named.length > MAX_NAMED) throw unknownMeta(`values (${named.length} parts)`);
  for (const [path, annotation] of named) {
    const keys = keysOf(path);
    const last = keys.pop() ?? '';
    const parent = keys.reduce<unknown>(
      (one, key) => (isContainer(one) && Object.hasOwn(one, key) ? one[key] : undefined),
      json,
    );
    if (!isContainer(parent) || !Object.hasOwn(parent, last) || PARENTS_NEVER_NAMED.has(last))
      throw unknownMeta(path);
    parent[last] = turnedBack(parent[last], annotation, path);
  }
  return json;
}

function turnedBack(value: unknown, annotation: unknown, path: string): unknown {
  const [kind, inner] = Array.isArray(annotation) ? annotation : [];
  if (inner === undefined && kind === 'undefined') return undefined;
  if (inner === undefined && kind === 'Date' && typeof value === 'string') return new Date(value);
  throw unknownMeta(path);
}

/** A dot between keys, `\.` in one, `\\` for a backslash: as superjson writes paths. */
function keysOf(path: string): string[] {
  const keys: string[] = [];
  let key = '';
  let escaped = false;
  for (const char of path) {
    if (!escaped && char === '.') {
      keys.push(key);
      key = '';
    } else if (escaped || char !== '\\') key += char;
    escaped = !escaped && char === '\\';
  }
  return [...keys, key];
}

function unknownMeta(what: string): TRPCError {
  const shown = what.slice(0, 100);
  return new TRPCError({
    code: 'BAD_REQUEST',
    message: `meta: ${shown} is not understood. Only dates and undefined values can be described; send the rest as plain JSON.`,
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
