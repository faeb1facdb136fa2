import type { CellValue, Column } from './columns';
import { noFormula } from './csv';

/** A cell as text. */
export function cellText(value: CellValue): string {
  if (value === null) return '';
  return value instanceof Date ? value.toISOString() : String(value);
}

/** Pasted as it is told: only what is a text could be a formula. */
function pasted(value: CellValue): string {
  const text = cellText(value).replaceAll(/\s+/g, ' ');
  return typeof value === 'string' ? noFormula(text) : text;
}

/** Rows as a spreadsheet takes them over: heads and cells between tabs, a line for each row. */
export function rowsText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const told = columns.filter((column) => column.value !== undefined);
  const line = (cells: CellValue[]) => cells.map(pasted).join('\t');
  return [
    line(told.map(({ name }) => name)),
    ...rows.map((row) => line(told.map(({ value }) => value?.(row) ?? null))),
  ].join('\n');
}
