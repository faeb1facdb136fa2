import type { CellValue } from './columns';

const text = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Smaller first; "node-9" before "node-10". */
export function compareValues(a: CellValue, b: CellValue): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === 'string' && typeof b === 'string') return text.compare(a, b);
  return Number(a) - Number(b);
}
