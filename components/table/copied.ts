import type { CellValue, Column } from './columns';

/** A cell as text. */
export function cellText(value: CellValue): string {
  if (value === null) return '';
  return value instanceof Date ? value.toISOString() : String(value);
}

/** Rows as a spreadsheet takes them over: heads and cells between tabs, a line for each row. */
export function rowsText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const told = columns.filter((column) => column.value !== undefined);
  const line = (cells: string[]) => cells.map((cell) => cell.replaceAll(/\s+/g, ' ')).join('\t');
  return [
    line(told.map(({ name }) => name)),
    ...rows.map((row) => line(told.map(({ value }) => cellText(value?.(row) ?? null)))),
  ].join('\n');
}
