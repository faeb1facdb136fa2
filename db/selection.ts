import { type Column, type GetColumnData, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { InJson } from '@/domain/events';

/** What a statement by hand answers with, where it is what an interface says. */
export type Row<Shape> = { [Name in keyof Shape]: Shape[Name] };

/** What is selected, by its name in the row: columns of the schema, and expressions that say what they come to. */
export type Selection = Record<string, Column | SQL>;

/** The row of a selection. */
export type RowOf<Fields extends Selection> = {
  [Name in keyof Fields]: Fields[Name] extends Column
    ? GetColumnData<Fields[Name]>
    : Fields[Name] extends SQL<infer Value>
      ? Value
      : never;
};

/** The columns of a table but for these. */
export function columnsBut<Table extends PgTable, Name extends keyof Table['_']['columns'] & string>(
  table: Table,
  ...names: Name[]
): Omit<Table['_']['columns'], Name> {
  const columns: Partial<Table['_']['columns']> = getTableColumns(table);
  const left = { ...columns };
  for (const name of names) delete left[name];
  return left as Omit<Table['_']['columns'], Name>;
}

export function selected(fields: Selection): SQL {
  const list = Object.entries(fields).map(([name, field]) => sql`${field} as ${sql.identifier(name)}`);
  return sql.join(list, sql`, `);
}

/** The part of a row that these fields are. */
export function picked<Fields extends Selection>(row: RowOf<Fields>, fields: Fields): RowOf<Fields> {
  const part: Partial<RowOf<Fields>> = {};
  for (const name in fields) part[name] = row[name];
  return part as RowOf<Fields>;
}

/** The same row with its times as ISO 8601, as they are told to the outside. */
export function told<Row extends object>(row: Row): InJson<Row> {
  const entries = Object.entries(row);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  ) as InJson<Row>;
}
