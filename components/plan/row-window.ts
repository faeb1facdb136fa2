import type { LaneHeights, LaneOrder } from '@/components/live/lane-order';

/** A lane that exists, and where it stands. */
export interface PlacedLane {
  taskId: string;
  /** Which of the rows that exist shows it: a lane keeps its row, and a new one takes over the row of one that left. */
  slot: number;
  /** Counted from the top. */
  lane: number;
  top: number;
  height: number;
}

/** Lanes beyond the edges of the viewport that exist as well. */
const OVERSCAN = 2;
/** Lanes come and go by so many: what a frame costs besides them is paid half as often. */
const STEP = 2;

export interface Viewport {
  /** How far its upper edge is below the first lane; negative while it is above. */
  top: number;
  height: number;
}

/** The lanes in and next to the viewport, and `kept` wherever it is (-1: none); `before` are those of the last look. */
export function lanesIn(
  order: LaneOrder,
  heights: LaneHeights,
  viewport: Viewport,
  before: readonly PlacedLane[],
  kept = -1,
): PlacedLane[] {
  if (order.length === 0) return [];
  const [above, below] = [viewport.top, viewport.top + viewport.height].map((edge) =>
    order.laneAt(Math.max(0, edge), heights),
  );
  const first = Math.max(0, Math.floor(((above ?? 0) - OVERSCAN) / STEP) * STEP);
  const last = Math.min(order.length, Math.ceil(((below ?? 0) + 1 + OVERSCAN) / STEP) * STEP) - 1;
  const placed: PlacedLane[] = [];
  let top = order.topOf(first, heights);
  const place = (lane: number) => {
    const bottom = order.topOf(lane + 1, heights);
    placed.push({ taskId: order.at(lane)?.taskId ?? '', slot: -1, lane, top, height: bottom - top });
    top = bottom;
  };
  for (let lane = first; lane <= last; lane += 1) place(lane);
  if (kept >= 0 && (kept < first || kept > last)) {
    top = order.topOf(kept, heights);
    place(kept);
  }
  giveSlots(placed, before);
  return placed;
}

function giveSlots(placed: readonly PlacedLane[], before: readonly PlacedLane[]): void {
  const slotOf = new Map(before.map(({ taskId, slot }) => [taskId, slot]));
  const taken = new Set<number>();
  for (const lane of placed) {
    lane.slot = slotOf.get(lane.taskId) ?? -1;
    taken.add(lane.slot);
  }
  let free = 0;
  for (const lane of placed) {
    if (lane.slot >= 0) continue;
    while (taken.has(free)) free += 1;
    lane.slot = free;
    free += 1;
  }
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
