import type { CSSProperties } from 'react';

/** Which rows exist, and where: all of a short table, those in view of a long one. */
export interface RowWindow {
  places: readonly number[];
  /** Stands for the rows that do not exist. */
  padding: CSSProperties;
  /** Told of every row that exists, where rows are measured. */
  measure: ((row: HTMLTableRowElement | null) => void) | undefined;
  /** Brings a row into view, which may not exist before. */
  reveal: (place: number) => void;
}

/** The first rows as they are, up to so many. */
export function firstRows(count: number): RowWindow {
  return {
    places: Array.from({ length: count }, (_, place) => place),
    padding: {},
    measure: undefined,
    reveal: () => {},
  };
}
