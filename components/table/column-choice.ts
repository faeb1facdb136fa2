'use client';

import { useMemo, useSyncExternalStore } from 'react';
import type { Column } from './columns';

const keyOf = (table: string) => `switchyard-columns-${table}`;
const listeners = new Set<() => void>();

/** Which columns this browser shows of a table: as it was chosen here, else all but the spare ones. */
export function useColumnChoice<Row>(table: string, columns: readonly Column<Row>[]) {
  const stored = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => localStorage.getItem(keyOf(table)),
    () => null,
  );
  const shown = useMemo(() => shownColumns(columns, stored), [columns, stored]);
  const choose = (id: string, show: boolean) => {
    localStorage.setItem(keyOf(table), JSON.stringify({ ...shown, [id]: show }));
    for (const listener of listeners) listener();
  };
  return { shown, choose };
}

/** By column whether it is shown; what is stored may be of another release, or of somebody who meddled with it. */
export function shownColumns<Row>(
  columns: readonly Column<Row>[],
  stored: string | null,
): Record<string, boolean> {
  let chosen: Record<string, unknown> = {};
  try {
    chosen = Object(JSON.parse(stored ?? '{}'));
  } catch {
    // What cannot be read was not chosen.
  }
  return Object.fromEntries(
    columns.map(({ id, fixed, spare }) => [
      id,
      fixed || chosen[id] === true || (chosen[id] !== false && !spare),
    ]),
  );
}
