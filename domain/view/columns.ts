import { readTime, writeTime } from './iso-times';

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

/** A dictionary is worth it when each text comes at least this often. */
const OFTEN = 2;

/** Values as a column. */
export function toColumn(values: readonly Json[]): Column {
  return encode(
    values,
    values.map((_, row) => row),
    [],
  );
}

/** The values of a column; what all have in common is one object. */
export function fromColumn(column: Column, count: number): Json[] {
  return decode(
    column,
    Array.from({ length: count }, (_, row) => row),
    [],
  );
}

/** `rows`: to which row each value belongs; `clock`: the last time of each row so far. */
function encode(values: readonly Json[], rows: readonly number[], clock: number[]): Column {
  const [first = null] = values;
  if (values.every((value) => value === first) && (typeof first !== 'object' || first === null))
    return { all: first };
  const kinds = values.map(kindOf);
  const kind = kinds[0] ?? 'null';
  if (kinds.some((other) => other !== kind)) return mixed(values, kinds, rows, clock);
  if (kind === 'list') return lists(values as (readonly Json[])[], rows, clock);
  if (kind === 'object') return objects(values as Record<string, Json>[], rows, clock);
  if (kind === 'string') return texts(values as string[], rows, clock);
  return kind === 'number' ? numbers(values as number[]) : { each: [...values] };
}

type Kind = 'null' | 'boolean' | 'number' | 'string' | 'list' | 'object';

function kindOf(value: Json): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value as 'boolean' | 'number' | 'string' | 'object';
}

function mixed(
  values: readonly Json[],
  kinds: readonly Kind[],
  rows: readonly number[],
  clock: number[],
): Column {
  const order = [...new Set(kinds)];
  const places = new Map(order.map((kind, place) => [kind, place]));
  const columns = order.map((kind) => {
    const those = kinds.flatMap((other, index) => (other === kind ? index : []));
    return encode(
      those.map((index) => values[index] ?? null),
      those.map((index) => rows[index] ?? 0),
      clock,
    );
  });
  return { kinds: kinds.map((kind) => places.get(kind) ?? 0), columns };
}

function lists(values: readonly (readonly Json[])[], rows: readonly number[], clock: number[]): Column {
  const longest = values.reduce((most, { length }) => Math.max(most, length), 0);
  const lengths = encode(
    values.map(({ length }) => length),
    rows,
    clock,
  );
  const entries = Array.from({ length: longest }, (_, place) => {
    const those = values.flatMap((list, index) => (list.length > place ? index : []));
    return encode(
      those.map((index) => values[index]?.[place] ?? null),
      those.map((index) => rows[index] ?? 0),
      clock,
    );
  });
  return { lengths, entries };
}

function objects(values: readonly Record<string, Json>[], rows: readonly number[], clock: number[]): Column {
  const [first = {}] = values;
  const names = namesOf(first);
  const alike = values.every((value) => value === first || hasNames(value, names));
  if (!alike || names.includes('__proto__')) {
    const own = values.map(namesOf);
    return {
      names: encode(own, rows, clock),
      values: encode(
        values.map((value, index) => own[index]?.map((name) => value[name] ?? null) ?? []),
        rows,
        clock,
      ),
    };
  }
  const parts: Record<string, Column> = {};
  for (const name of names)
    parts[name] = encode(
      values.map((value) => value[name] ?? null),
      rows,
      clock,
    );
  return { parts };
}

/** What is undefined does not travel. */
const namesOf = (value: Record<string, Json>): string[] =>
  Object.keys(value).filter((name) => value[name] !== undefined);

function hasNames(value: Record<string, Json>, names: readonly string[]): boolean {
  let count = 0;
  for (const name in value) if (value[name] !== undefined) count += 1;
  return count === names.length && names.every((name) => Object.hasOwn(value, name));
}

function texts(values: readonly string[], rows: readonly number[], clock: number[]): Column {
  const times = timesOf(values);
  if (times) return { times: relative(times, rows, clock) };
  const places = new Map<string, number>();
  for (const value of values) if (!places.has(value)) places.set(value, places.size);
  if (places.size * OFTEN > values.length) return { each: [...values] };
  return { of: [...places.keys()], at: values.map((value) => places.get(value) ?? 0) };
}

/** Milliseconds of each, if all are times as they are written here. */
function timesOf(values: readonly string[]): number[] | null {
  const times: number[] = [];
  for (const value of values) {
    const time = readTime(value);
    if (time === null) return null;
    times.push(time);
  }
  return times;
}

function relative(times: readonly number[], rows: readonly number[], clock: number[]): number[] {
  let last = 0;
  return times.map((time, index) => {
    const row = rows[index] ?? 0;
    const since = time - (clock[row] ?? last);
    clock[row] = time;
    last = time;
    return since;
  });
}

function numbers(values: readonly number[]): Column {
  const [from = 0, second = from] = values;
  const by = second - from;
  // Exact for whole numbers only.
  const steps = Number.isSafeInteger(from) && Number.isSafeInteger(by);
  return steps && values.every((value, index) => value === from + by * index)
    ? { from, by }
    : { each: [...values] };
}

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
    const those = column.kinds.flatMap((other, index) => (other === kind ? index : []));
    const values = decode(
      part,
      those.map((index) => rows[index] ?? 0),
      clock,
    );
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
  const names = Object.keys(parts);
  const columns = Object.values(parts).map((part) => decode(part, rows, clock));
  // What is the same in all of them is one object for all: nobody changes a view.
  if (Object.values(parts).every(isConstant)) {
    const one = Object.fromEntries(names.map((name, place) => [name, columns[place]?.[0] ?? null]));
    return rows.map(() => one);
  }
  return rows.map((_, index) => {
    const value: Record<string, Json> = {};
    for (let place = 0; place < names.length; place += 1)
      value[names[place] ?? ''] = columns[place]?.[index] ?? null;
    return value;
  });
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
    const those = long.flatMap((length, index) => (length > place ? index : []));
    const values = decode(
      entry,
      those.map((index) => rows[index] ?? 0),
      clock,
    );
    for (const [at, index] of those.entries()) lists[index]?.push(values[at] ?? null);
  }
  return lists;
}
