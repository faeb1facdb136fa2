import { writeTime } from './iso-times';

/**
 * Many values of one shape as columns: what all have in common is said once, and every part of them is a column again.
 * Times are the milliseconds since the time before in the same row, which is a small number nearly always.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export type Column =
  /** All are this. */
  | { all: Json }
  /** Each as it is. */
  | { each: Json[] }
  /** The place of each among those that occur. */
  | { of: string[]; at: number[] }
  /** The first, and how much more each is than the one before. */
  | { from: number; by: number }
  | { times: number[] }
  /** Objects with the same names. */
  | { parts: Record<string, Column> }
  /** Objects with names of their own: a list of names and a list of values for each. */
  | { names: Column; values: Column }
  /** Lists: how long each is, and the column of all first entries, second entries and so on. */
  | { lengths: Column; entries: Column[] }
  /** Of several kinds: which kind each is, and a column for each kind. */
  | { kinds: number[]; columns: Column[] };

/** The values of a column; what all have in common is one object. */
export function fromColumn(column: Column, count: number): Json[] {
  return decode(
    column,
    Array.from({ length: count }, (_, row) => row),
    [],
  );
}

/** The places for which this holds. */
export function placesWhere(count: number, holds: (index: number) => boolean): number[] {
  const places: number[] = [];
  for (let index = 0; index < count; index += 1) if (holds(index)) places.push(index);
  return places;
}

/** The values at these places. */
export const pick = <T>(values: readonly T[], places: readonly number[]): T[] =>
  places.map((place) => values[place] as T);

function decode(column: Column, rows: readonly number[], clock: number[]): Json[] {
  if ('all' in column) return rows.map(() => column.all);
  if ('each' in column) return column.each;
  if ('of' in column) return column.at.map((place) => column.of[place] ?? null);
  if ('from' in column) return rows.map((_, index) => column.from + column.by * index);
  if ('times' in column) return absolute(column.times, rows, clock);
  if ('parts' in column) return joined(column.parts, rows, clock);
  if ('names' in column) {
    const names = decode(column.names, rows, clock) as string[][];
    const values = decode(column.values, rows, clock) as Json[][];
    return names.map((own, index) =>
      Object.fromEntries(own.map((name, place) => [name, values[index]?.[place] ?? null])),
    );
  }
  if ('lengths' in column) return listed(column, rows, clock);
  const result: Json[] = new Array(rows.length).fill(null);
  for (const [kind, part] of column.columns.entries()) {
    const those = placesWhere(rows.length, (index) => column.kinds[index] === kind);
    const values = decode(part, pick(rows, those), clock);
    for (const [place, index] of those.entries()) result[index] = values[place] ?? null;
  }
  return result;
}

function absolute(times: readonly number[], rows: readonly number[], clock: number[]): string[] {
  let last = 0;
  return times.map((since, index) => {
    const row = rows[index] ?? 0;
    last = since + (clock[row] ?? last);
    clock[row] = last;
    return writeTime(last);
  });
}

function joined(parts: Record<string, Column>, rows: readonly number[], clock: number[]): Json[] {
  const columns = Object.entries(parts).map(([name, part]) => [name, decode(part, rows, clock)] as const);
  const others = columns.filter(([name]) => !isConstant(parts[name] ?? { all: null }));
  // Names put in one by one make an object that is slow to copy; read as JSON it is a fast one.
  const first = JSON.stringify(
    Object.fromEntries(columns.map(([name, values]) => [name, values[0] ?? null])),
  );
  const template = JSON.parse(first) as Record<string, Json>;
  // What is the same in all of them is one object for all: nobody changes a view.
  if (others.length === 0) return rows.map(() => template);
  const joined = rows.map(() => ({ ...template }));
  for (const [name, values] of others)
    for (let index = 0; index < joined.length; index += 1) {
      const value = joined[index];
      if (value) value[name] = values[index] ?? null;
    }
  return joined;
}

function isConstant(column: Column): boolean {
  if ('all' in column) return true;
  if ('parts' in column) return Object.values(column.parts).every(isConstant);
  return 'lengths' in column && isConstant(column.lengths) && column.entries.every(isConstant);
}

function listed(
  { lengths, entries }: Extract<Column, { lengths: Column }>,
  rows: readonly number[],
  clock: number[],
): Json[] {
  const long = decode(lengths, rows, clock) as number[];
  const lists: Json[][] = long.map(() => []);
  for (const [place, entry] of entries.entries()) {
    const those = placesWhere(long.length, (index) => (long[index] ?? 0) > place);
    const values = decode(entry, pick(rows, those), clock);
    for (const [at, index] of those.entries()) lists[index]?.push(values[at] ?? null);
  }
  return lists;
}
