'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './virtual-rows.module.css';

/** A long list of which only the visible rows exist. Every row is as high as the others. */
export function VirtualRows<Item>(props: {
  /** What a screen reader calls the list. */
  label: string;
  items: readonly Item[];
  rowHeight: number;
  maxHeight: string;
  keyOf: (item: Item) => string;
  /** How many there are in all, if not all are here. */
  total?: number | null;
  /** Called while the last rows are near: there may be more to fetch. */
  onEnd?: (() => void) | null;
  children: (item: Item, index: number) => ReactNode;
}) {
  const scroller = useRef<HTMLElement>(null);
  const { items, rowHeight, keyOf } = props;
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const { onEnd } = props;
  const last = rows.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= items.length - 1) onEnd?.();
  }, [last, items.length, onEnd]);
  return (
    <section
      ref={scroller}
      className={classes.scroller}
      style={{ maxHeight: props.maxHeight }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable to be scrolled with keys.
      tabIndex={0}
      aria-label={props.label}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: rows are placed by the virtualiser. */}
      <div role="list" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map((row) => {
          const item = items[row.index];
          if (item === undefined) return null;
          return (
            // biome-ignore lint/a11y/useSemanticElements: see above.
            <div
              key={keyOf(item)}
              role="listitem"
              aria-setsize={props.total ?? items.length}
              aria-posinset={row.index + 1}
              className={classes.slot}
              style={{ height: rowHeight, transform: `translateY(${row.start}px)` }}
            >
              {props.children(item, row.index)}
            </div>
          );
        })}
      </div>
    </section>
  );
}
