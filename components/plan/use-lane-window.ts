'use client';

import { type RefObject, useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { LaneHeights, LaneOrder } from '@/components/live/lane-order';
import { usePlanStore } from '@/components/live/use-live-plan';
import type { LaneFocus } from './lane-focus';
import { type PlacedRow, rowsIn, sameRows } from './row-window';

/** Which rows exist, and how high all of them are together. */
export interface LaneWindow {
  rows: readonly PlacedRow[];
  height: number;
  length: number;
}

/** Where the page has been scrolled to among the lanes, and the way elsewhere. */
export interface LaneScroll {
  /** The first and the last row that can be seen. */
  seen: () => [number, number];
  /** Brings a row into sight, by the shortest way or to the middle. */
  show: (row: number, where: 'nearest' | 'middle') => void;
}

const NOTHING: LaneWindow = { rows: [], height: 0, length: 0 };

/** What lies over the lower edge of the page on a phone: the brake and the navigation. */
const COVERED_BELOW = 128;
const MARGIN = 12;

/** The lanes in the viewport of the page: others when it is scrolled, or when one of these moves. */
export function useLaneWindow(
  list: RefObject<HTMLElement | null>,
  head: RefObject<HTMLElement | null>,
  order: LaneOrder,
  heights: LaneHeights,
  focus: LaneFocus,
): LaneWindow & { scroll: LaneScroll } {
  const store = usePlanStore();
  const listTop = useRef(0);
  const shown = useRef(NOTHING);
  // Kept, because asking the window makes it lay out the page first.
  const seen = useRef<{ scrollY: number; height: number }>(null);
  const covered = useRef(0);
  const look = useCallback(() => {
    seen.current ??= { scrollY: window.scrollY, height: window.innerHeight };
    const { scrollY, height } = seen.current;
    const focused = focus.id();
    const kept = focused === null ? -1 : order.rowOf(focused);
    const viewport = { top: scrollY - listTop.current, height };
    const next = {
      rows: rowsIn(order, heights, viewport, shown.current.rows, kept),
      height: order.topOf(order.rows, heights),
      length: order.rows,
    };
    const before = shown.current;
    const same =
      before.height === next.height && before.length === next.length && sameRows(before.rows, next.rows);
    if (!same) shown.current = next;
    return shown.current;
  }, [order, heights, focus]);
  const subscribe = useCallback(
    (told: () => void) => {
      const moved = () => {
        seen.current = null;
        told();
      };
      const stops = [store.subscribe(told), focus.subscribe(told)];
      window.addEventListener('scroll', moved, { passive: true });
      window.addEventListener('resize', moved);
      return () => {
        for (const stop of stops) stop();
        window.removeEventListener('scroll', moved);
        window.removeEventListener('resize', moved);
      };
    },
    [store, focus],
  );
  const current = useSyncExternalStore(subscribe, look, () => NOTHING);
  useEffect(() => {
    // What stands above the list changes its height with the news, and that of the page with it.
    const place = () => {
      covered.current = coveredBy(head.current);
      const top = list.current ? Math.round(list.current.getBoundingClientRect().top + window.scrollY) : 0;
      if (top === listTop.current) return;
      listTop.current = top;
      window.dispatchEvent(new Event('resize'));
    };
    const watcher = new ResizeObserver(place);
    watcher.observe(document.body);
    place();
    return () => watcher.disconnect();
  }, [list, head]);
  const scroll = useMemo<LaneScroll>(
    () => ({
      seen: () => {
        const { scrollY, height } = seen.current ?? { scrollY: window.scrollY, height: window.innerHeight };
        const top = scrollY - listTop.current;
        return [
          order.rowAt(Math.max(0, top + covered.current), heights),
          order.rowAt(Math.max(0, top + height - 1), heights),
        ];
      },
      show: (row, where) => {
        const top = listTop.current + order.topOf(row, heights);
        const bottom = listTop.current + order.topOf(row + 1, heights);
        bringIntoSight({ top, bottom, covered: coveredBy(head.current) }, where);
      },
    }),
    [order, heights, head],
  );
  return { ...current, scroll };
}

/** How much of the top of the page the head covers that stays there. */
const coveredBy = (head: HTMLElement | null): number =>
  head ? head.offsetHeight + (Number.parseFloat(getComputedStyle(head).top) || 0) : 0;

function bringIntoSight(
  { top, bottom, covered }: { top: number; bottom: number; covered: number },
  where: 'nearest' | 'middle',
): void {
  const { scrollY, innerHeight } = window;
  const margin = matchMedia('(max-width: 767.98px)').matches ? COVERED_BELOW : MARGIN;
  const [above, below] = [scrollY + covered, scrollY + innerHeight - margin];
  if (where === 'middle') window.scrollTo({ top: (top + bottom - innerHeight - covered) / 2 });
  else if (top < above) window.scrollBy({ top: top - above });
  else if (bottom > below) window.scrollBy({ top: bottom - below });
}
