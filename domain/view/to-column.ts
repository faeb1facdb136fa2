import { type Column, type Json, pick, placesWhere } from './columns';
import { readTime } from './iso-times';

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

/** `rows`: to which row each value belongs; `clock`: the last time of each row so far. */
function encode(values: readonly Json[], rows: readonly number[], clock: number[]): Column {
  const [first = null] = values;
  const kind = kindOf(first);
  let same = true;
  for (const value of values) {
    if (value === first) continue;
    same = false;
    if (kindOf(value) !== kind) return mixed(values, rows, clock);
  }
  if (same && (typeof first !== 'object' || first === null)) return { all: first };
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

function mixed(values: readonly Json[], rows: readonly number[], clock: number[]): Column {
  const kinds = values.map(kindOf);
  const order = [...new Set(kinds)];
  const places = new Map(order.map((kind, place) => [kind, place]));
  const columns = order.map((kind) => {
    const those = placesWhere(kinds.length, (index) => kinds[index] === kind);
    return encode(pick(values, those), pick(rows, those), clock);
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
    const those = placesWhere(values.length, (index) => (values[index]?.length ?? 0) > place);
    return encode(
      those.map((index) => values[index]?.[place] ?? null),
      pick(rows, those),
      clock,
    );
  });
  return { lengths, entries };
}

function objects(values: readonly Record<string, Json>[], rows: readonly number[], clock: number[]): Column {
  const names = Object.keys(values[0] ?? {});
  if (names.includes('__proto__') || !values.every((value) => hasNames(value, names)))
    return named(values, rows, clock);
  const columns = names.map((name) => values.map((value) => value[name] as Json));
  if (columns.some((column) => column.includes(undefined as never))) return named(values, rows, clock);
  return {
    parts: Object.fromEntries(
      columns.map((column, place) => [names[place] ?? '', encode(column, rows, clock)]),
    ),
  };
}

function named(values: readonly Record<string, Json>[], rows: readonly number[], clock: number[]): Column {
  // What is undefined does not travel.
  const own = values.map((value) => Object.keys(value).filter((name) => value[name] !== undefined));
  return {
    names: encode(own, rows, clock),
    values: encode(
      values.map((value, index) => own[index]?.map((name) => value[name] ?? null) ?? []),
      rows,
      clock,
    ),
  };
}

/** Whether an object has these names and no others; nearly always they come in the same order. */
function hasNames(value: Record<string, Json>, names: readonly string[]): boolean {
  let place = 0;
  for (const name in value) {
    if (names[place] !== name && !Object.hasOwn(value, names[place] ?? '')) return false;
    place += 1;
  }
  return place === names.length;
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
