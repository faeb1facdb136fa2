'use client';

import { type RefObject, useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import type { LaneHeights, LaneOrder } from '@/components/live/lane-order';
import { usePlanStore } from '@/components/live/use-live-plan';
import { lanesIn, type PlacedLane, sameLanes } from './row-window';

/** What of the lanes exists, and how high all of them are together. */
export interface LaneWindow {
  lanes: readonly PlacedLane[];
  height: number;
  length: number;
}

const NOTHING: LaneWindow = { lanes: [], height: 0, length: 0 };

/** The lanes in the viewport of the page: others when it is scrolled, or when one of these moves. */
export function useLaneWindow(
  list: RefObject<HTMLElement | null>,
  order: LaneOrder,
  heights: LaneHeights,
): LaneWindow {
  const store = usePlanStore();
  const listTop = useRef(0);
  const shown = useRef(NOTHING);
  // Kept, because asking the window makes it lay out the page first.
  const seen = useRef<{ scrollY: number; height: number }>(null);
  const look = useCallback(() => {
    seen.current ??= { scrollY: window.scrollY, height: window.innerHeight };
    const { scrollY, height } = seen.current;
    const next = {
      lanes: lanesIn(order, heights, { top: scrollY - listTop.current, height }, shown.current.lanes),
      height: order.topOf(order.length, heights),
      length: order.length,
    };
    const before = shown.current;
    const same =
      before.height === next.height && before.length === next.length && sameLanes(before.lanes, next.lanes);
    if (!same) shown.current = next;
    return shown.current;
  }, [order, heights]);
  const subscribe = useCallback(
    (told: () => void) => {
      const moved = () => {
        seen.current = null;
        told();
      };
      const stop = store.subscribe(told);
      window.addEventListener('scroll', moved, { passive: true });
      window.addEventListener('resize', moved);
      return () => {
        stop();
        window.removeEventListener('scroll', moved);
        window.removeEventListener('resize', moved);
      };
    },
    [store],
  );
  const current = useSyncExternalStore(subscribe, look, () => NOTHING);
  useEffect(() => {
    // What stands above the list changes its height with the news, and that of the page with it.
    const place = () => {
      const top = list.current ? Math.round(list.current.getBoundingClientRect().top + window.scrollY) : 0;
      if (top === listTop.current) return;
      listTop.current = top;
      window.dispatchEvent(new Event('resize'));
    };
    const watcher = new ResizeObserver(place);
    watcher.observe(document.body);
    place();
    return () => watcher.disconnect();
  }, [list]);
  return current;
}
