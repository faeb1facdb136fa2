'use client';

import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { nextPlace } from './next-place';

const INSIDE = 'a[href], button, input, select, [tabindex="0"]';

/**
 * A table by keyboard: up and down by row, right into its cells and left out of them, Enter opens the row or does what the
 * cell has, space chooses the row. One row is reached with Tab.
 */
export function useRowKeys(props: {
  body: RefObject<HTMLTableSectionElement | null>;
  keys: readonly string[];
  /** Brings a row into view, which may not exist before. */
  reveal: (place: number) => void;
  onOpen?: ((place: number) => void) | undefined;
  onToggle?: ((place: number) => void) | undefined;
}) {
  const { body, keys, reveal, onOpen, onToggle } = props;
  const [active, setActive] = useState<string | null>(null);
  const wanted = useRef<{ key: string; cell: number | null } | null>(null);

  // After every look at the rows: the one that is to have the focus may have come just now.
  useEffect(() => {
    if (!wanted.current) return;
    const { key, cell } = wanted.current;
    const row = rowOf(body.current, key);
    if (!row) return;
    wanted.current = null;
    const target = cell === null ? row : row.cells[cell];
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: 'nearest' });
  });

  const go = (place: number, cell: number | null) => {
    const key = keys[place];
    if (key === undefined) return;
    wanted.current = { key, cell };
    reveal(place);
    setActive(key);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const row = target instanceof HTMLTableRowElement ? target : null;
    const cell = target instanceof HTMLTableCellElement ? target : null;
    const key = (row ?? cell?.closest('tr'))?.dataset.key;
    if (key === undefined) {
      // From a control back to its row.
      const outer = target instanceof HTMLElement && event.key === 'Escape' ? target.closest('tr') : null;
      if (outer?.dataset.key === undefined) return;
      event.stopPropagation();
      outer.focus();
      return;
    }
    const place = keys.indexOf(key);
    const next = nextPlace(event.key, place, keys.length);
    if (next !== null) go(next, cell?.cellIndex ?? null);
    else if (event.key === 'ArrowRight') step(row?.cells[0] ?? cell?.nextElementSibling);
    else if (event.key === 'ArrowLeft') step(cell && (cell.previousElementSibling ?? cell.closest('tr')));
    else if (event.key === 'Enter') {
      const control = cell?.querySelector<HTMLElement>(INSIDE);
      if (control) control.click();
      else if (onOpen) onOpen(place);
      else return;
    } else if (event.key === ' ' && onToggle) onToggle(place);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return {
    onKeyDown,
    /** The row that Tab leads to. */
    active: active !== null && keys.includes(active) ? active : null,
    onFocus: (key: string) => setActive(key),
  };
}

function step(to: Element | null | undefined): void {
  if (to instanceof HTMLElement) to.focus();
}

function rowOf(body: HTMLElement | null, key: string): HTMLTableRowElement | null {
  return body?.querySelector<HTMLTableRowElement>(`tr[data-key="${CSS.escape(key)}"]`) ?? null;
}
