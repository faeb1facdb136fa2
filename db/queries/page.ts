import { setImmediate as nextTurn } from 'node:timers/promises';
import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '@/db/client';
import { type RowOf, type Selection, selected } from '@/db/selection';

/** A part of a list. */
export interface Page<Item> {
  items: Item[];
  /** How many there are in all that fit the filter. */
  total: number;
  /** What to ask with for those after these; null at the end. */
  next: string | null;
}

/** After which row a page begins, in the order's columns. */
export type Position = readonly (string | number | boolean)[];

export interface Asked {
  cursor?: Position | null | undefined;
  limit: number;
}

/** How a column is written in a cursor and read from it. Times are microseconds: as the database keeps them. */
const KINDS = {
  number: {
    told: (column: SQL) => column,
    given: (value: unknown) => sql`${value}::bigint`,
    fits: Number.isSafeInteger,
  },
  flag: {
    told: (column: SQL) => column,
    given: (value: unknown) => sql`${value}::boolean`,
    fits: (value: unknown) => typeof value === 'boolean',
  },
  text: {
    told: (column: SQL) => column,
    given: (value: unknown) => sql`${value}::text`,
    fits: (value: unknown) => typeof value === 'string' && !/\0|\p{Surrogate}/u.test(value),
  },
  uuid: {
    told: (column: SQL) => column,
    given: (value: unknown) => sql`${value}::uuid`,
    fits: (value: unknown) =>
      typeof value === 'string' && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(value),
  },
  time: {
    told: (column: SQL) => sql`(extract(epoch from ${column}) * 1000000)::bigint`,
    given: (value: unknown) => sql`(timestamptz 'epoch' + ${value}::float8 * interval '1 microsecond')`,
    fits: Number.isSafeInteger,
  },
} satisfies Record<
  string,
  { told: (column: SQL) => SQL; given: (value: unknown) => SQL; fits: (value: unknown) => boolean }
>;

/** In what order a list is read: by columns that together are different in every row, and never null. */
export interface Order {
  by: 'asc' | 'desc';
  keys: readonly { column: SQL; kind: keyof typeof KINDS }[];
}

const encoded = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64url');

/** The position a cursor of this order stands for; null if it is none. */
export function decodeCursor({ keys }: Order, cursor: string): Position | null {
  let position: unknown;
  try {
    position = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
  const fits =
    Array.isArray(position) &&
    position.length === keys.length &&
    keys.every(({ kind }, place) => KINDS[kind].fits((position as unknown[])[place]));
  return fits ? (position as unknown as Position) : null;
}

interface Listing<Fields extends Selection, Item> {
  order: Order;
  /** Where the rows come from, and the name of what a page is of: there, and, if it is another one, in the page. */
  from: SQL;
  as: SQL;
  named?: SQL;
  where: SQL | undefined;
  /** What is looked up for the rows of the page only; nothing in it may drop a row. */
  joined?: SQL;
  fields: Fields;
  /** Without it an item is the row. */
  toItem?: (row: RowOf<Fields>) => Item;
}

/**
 * One page of a list and how many there are in all, in one statement. It begins after a row's own values, so that rows
 * which come while somebody reads on neither repeat nor hide others.
 */
export async function readPage<Fields extends Selection, Item = RowOf<Fields>>(
  db: Database,
  { order, from, as, named = as, where = sql`true`, joined = sql``, fields, toItem }: Listing<Fields, Item>,
  { cursor, limit }: Asked,
): Promise<Page<Item>> {
  const { keys } = order;
  const list = (parts: SQL[]) => sql.join(parts, sql`, `);
  const sorted = list(keys.map(({ column }) => sql`${column} ${sql.raw(order.by)}`));
  const position = list(keys.map(({ column, kind }) => KINDS[kind].told(column)));
  const rows = await db.execute<{ pageTotal: number; pagePlace: number | null; pagePosition: Position }>(sql`
    select counted.page_total, ${named}.page_place, ${named}.page_position, ${selected(fields)}
    from (select count(*)::int as page_total from ${from} where ${where}) counted
    left join lateral (select ${as}.*, row_number() over (order by ${sorted}) as page_place, jsonb_build_array(${position}) as page_position
      from ${from} where (${where}) and ${after(order, cursor)} order by ${sorted} limit ${limit + 1}) ${named} on true
    ${joined}`);
  const places = rows.filter((row) => row.pagePlace !== null);
  places.sort((left, right) => Number(left.pagePlace) - Number(right.pagePlace));
  const shown = places.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map(
    ({ pageTotal, pagePlace, pagePosition, ...row }) => row as unknown as RowOf<Fields>,
  );
  return {
    items: toItem ? await madeInTurns(items, toItem) : (items as Item[]),
    total: rows[0]?.pageTotal ?? 0,
    next: last && places.length > limit ? encoded(last.pagePosition) : null,
  };
}

/** Others get their turn when so many rows were made. */
const AT_ONCE = 1000;

async function madeInTurns<Row, Item>(rows: Row[], toItem: (row: Row) => Item): Promise<Item[]> {
  const items: Item[] = [];
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    for (const row of rows.slice(from, from + AT_ONCE)) items.push(toItem(row));
    if (rows.length > AT_ONCE) await nextTurn();
  }
  return items;
}

function after({ by, keys }: Order, cursor: Position | null | undefined): SQL {
  if (!cursor) return sql`true`;
  const columns = sql.join(
    keys.map(({ column }) => column),
    sql`, `,
  );
  const values = sql.join(
    keys.map(({ kind }, at) => KINDS[kind].given(cursor[at])),
    sql`, `,
  );
  return sql`(${columns}) ${sql.raw(by === 'asc' ? '>' : '<')} (${values})`;
}

/** A page of a table as it is. */
export function tablePage<Table extends PgTable>(
  db: Database,
  table: Table,
  list: { order: Order; where: SQL | undefined },
  asked: Asked,
): Promise<Page<Table['$inferSelect']>> {
  return readPage(
    db,
    { ...list, from: sql`${table}`, as: sql`${table}`, fields: getTableColumns(table) },
    asked,
  );
}

/** Text as it is, for a search with `like`. */
export const containing = (text: string): string => `%${literal(text)}%`;
export const literal = (text: string): string => text.replaceAll(/[%_\\]/g, '\\$&');
