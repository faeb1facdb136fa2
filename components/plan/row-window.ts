import type { LaneHeights, LaneOrder } from '@/components/live/lane-order';

/** A lane that exists, and where it stands. */
export interface PlacedLane {
  taskId: string;
  /** Counted from the top. */
  lane: number;
  top: number;
  height: number;
}

/** Lanes beyond the edges of the viewport that exist as well. */
const OVERSCAN = 3;

export interface Viewport {
  /** How far its upper edge is below the first lane; negative while it is above. */
  top: number;
  height: number;
}

/** The lanes in and next to the viewport. */
export function lanesIn(order: LaneOrder, heights: LaneHeights, viewport: Viewport): PlacedLane[] {
  if (order.length === 0) return [];
  const first = Math.max(0, order.laneAt(Math.max(0, viewport.top), heights) - OVERSCAN);
  const last = Math.min(
    order.length - 1,
    order.laneAt(Math.max(0, viewport.top + viewport.height), heights) + OVERSCAN,
  );
  const placed: PlacedLane[] = [];
  let top = order.topOf(first, heights);
  for (let lane = first; lane <= last; lane += 1) {
    const below = order.topOf(lane + 1, heights);
    placed.push({ taskId: order.at(lane)?.taskId ?? '', lane, top, height: below - top });
    top = below;
  }
  return placed;
}

/** Whether two looks show the same lanes in the same places. */
export const sameLanes = (one: readonly PlacedLane[], other: readonly PlacedLane[]): boolean =>
  one.length === other.length &&
  one.every((lane, index) => {
    const twin = other[index];
    return (
      twin !== undefined &&
      lane.taskId === twin.taskId &&
      lane.lane === twin.lane &&
      lane.top === twin.top &&
      lane.height === twin.height
    );
  });
