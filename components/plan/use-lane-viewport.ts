'use client';

import { type RefObject, useEffect, useMemo } from 'react';
import type { LaneHeights, LaneOrder } from '@/components/live/lane-order';
import { usePlanStore } from '@/components/live/use-live-plan';
import type { LaneFocus } from './lane-focus';
import { LaneViewport } from './lane-viewport';

/** What can be seen of the lanes, for whoever shows them; it hears the page as long as this is shown. */
export function useLaneViewport(
  frame: RefObject<HTMLElement | null>,
  head: RefObject<HTMLElement | null>,
  order: LaneOrder,
  heights: LaneHeights,
  focus: LaneFocus,
): LaneViewport {
  const news = usePlanStore();
  const viewport = useMemo(
    () =>
      new LaneViewport({
        frame: () => frame.current,
        head: () => head.current,
        ...{ order, heights, focus, news },
      }),
    [frame, head, order, heights, focus, news],
  );
  useEffect(() => viewport.watch(), [viewport]);
  return viewport;
}
