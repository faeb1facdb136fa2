'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useEffect } from 'react';
import type { RowWindow } from './row-window';

const ROW_HEIGHT = 46;

/** Of many rows only those in view exist; near the end of them more are asked for. */
export function VirtualWindow(props: {
  scroller: RefObject<HTMLElement | null>;
  keys: readonly string[];
  /** Null where there are no more, or they could not be read. */
  onEnd: (() => void) | null;
  children: (window: RowWindow) => ReactNode;
}) {
  const { scroller, keys, onEnd } = props;
  const virtualizer = useVirtualizer({
    count: keys.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (place) => keys[place] ?? place,
    overscan: 12,
  });
  const rows = virtualizer.getVirtualItems();
  const [first, last] = [rows[0], rows.at(-1)];
  const end = last?.index ?? 0;
  useEffect(() => {
    if (end >= keys.length - 1) onEnd?.();
  }, [end, keys.length, onEnd]);
  return props.children({
    places: rows.map(({ index }) => index),
    padding: {
      paddingTop: first?.start ?? 0,
      paddingBottom: virtualizer.getTotalSize() - (last?.end ?? 0),
    },
    measure: virtualizer.measureElement,
    reveal: (place) => virtualizer.scrollToIndex(place),
  });
}
