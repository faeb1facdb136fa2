import type { ReactNode } from 'react';

/** What is sorted by and copied. */
export type CellValue = string | number | Date | null;

/** One column of a table. */
export interface Column<Row> {
  id: string;
  /** Its head; none is over buttons. */
  name: string;
  cell: (row: Row) => ReactNode;
  /** What it comes to: without it the column is neither sorted by nor copied. */
  value?: (row: Row) => CellValue;
  /** How wide it is, as a track of a grid. */
  track?: string;
  right?: true;
  /** It tells rows apart, or acts on them: it cannot be hidden. */
  fixed?: true;
  /** Hidden until somebody chooses it. */
  spare?: true;
  /** Not on a phone. */
  wide?: true;
}

export interface Sort {
  id: string;
  descending: boolean;
}

/** What is chosen of a list, which may be more than the rows that are here. */
export interface Selection<Row> {
  chosen: (row: Row) => boolean;
  toggle: (row: Row) => void;
  /** Of all that the list has. */
  extent: 'none' | 'some' | 'all';
  toggleAll: () => void;
  /** What a row is called. */
  nameOf: (row: Row) => string;
}
