'use client';

import { type RefObject, useEffect, useState } from 'react';

/** Every row is as high, in pixels. */
export const ROW_HEIGHT = 46;
/** Rows beyond the edges that exist as well; rows come and go by so many. */
const OVERSCAN = 8;

/** The rows from `first` up to, but without, `last`. */
export interface RowsInView {
  first: number;
  last: number;
}

/** Which of `count` rows lie in or near a part of so many pixels. */
export function rowsInView(top: number, height: number, count: number): RowsInView {
  const last = Math.min(count, (Math.floor((top + height) / ROW_HEIGHT / OVERSCAN) + 2) * OVERSCAN);
  const first = Math.max(0, (Math.floor(top / ROW_HEIGHT / OVERSCAN) - 1) * OVERSCAN);
  return { first: Math.min(first, Math.max(0, last - OVERSCAN)), last };
}

/** The rows of a scrolling area that are to exist: others only when it is scrolled past some, or gets another size. */
export function useRowsInView(scroller: RefObject<HTMLElement | null>, count: number): RowsInView {
  const [range, setRange] = useState(() => rowsInView(0, 0, count));
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = () => {
      const next = rowsInView(element.scrollTop, element.clientHeight, count);
      setRange((now) => (now.first === next.first && now.last === next.last ? now : next));
    };
    look();
    const watcher = new ResizeObserver(look);
    watcher.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      watcher.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [scroller, count]);
  // What was taken away meanwhile is not there any more.
  return { first: Math.min(range.first, count), last: Math.min(range.last, count) };
}
