import type { LaneHeights, LaneOrder } from '@/components/live/lane-order';

/** A row that exists, and where it stands. */
export interface PlacedRow {
  /** Of its task, or of the group that it stands above. */
  id: string;
  isLane: boolean;
  /** Which of the elements that exist shows it: a row keeps its own, and a new one takes over that of one that left. */
  slot: number;
  /** Counted from the top. */
  row: number;
  top: number;
  height: number;
}

/** Rows beyond the edges of the viewport that exist as well. */
const OVERSCAN = 1;
/** Rows come and go by so many: what a frame costs besides them is paid half as often. */
const STEP = 2;

export interface Viewport {
  /** How far its upper edge is below the first row; negative while it is above. */
  top: number;
  height: number;
}

/**
 * The rows in and next to the viewport, and `kept` wherever it is (-1: none); `before` are those of the last look. As many
 * at `least`, where there are so many: to make an element costs more than to have one that is not seen.
 */
export function rowsIn(
  order: LaneOrder,
  heights: LaneHeights,
  viewport: Viewport,
  before: readonly PlacedRow[],
  { kept = -1, least = 0 }: { kept?: number; least?: number } = {},
): PlacedRow[] {
  if (order.rows === 0) return [];
  const [above, below] = [viewport.top, viewport.top + viewport.height].map((edge) =>
    order.rowAt(Math.max(0, edge), heights),
  );
  const first = Math.max(0, Math.floor(((above ?? 0) - OVERSCAN) / STEP) * STEP);
  const end = Math.ceil(((below ?? 0) + 1 + OVERSCAN) / STEP) * STEP;
  const last = Math.min(order.rows, Math.max(end, first + least)) - 1;
  const placed: PlacedRow[] = [];
  let top = order.topOf(first, heights);
  const place = (row: number) => {
    const bottom = order.topOf(row + 1, heights);
    const task = order.at(row);
    const id = task?.taskId ?? order.idAt(row) ?? '';
    placed.push({ id, isLane: task !== undefined, slot: -1, row, top, height: bottom - top });
    top = bottom;
  };
  for (let row = first; row <= last; row += 1) place(row);
  if (kept >= 0 && (kept < first || kept > last)) {
    top = order.topOf(kept, heights);
    place(kept);
  }
  giveSlots(placed, before);
  return placed;
}

/** How many follow one another: a row that is kept may lie elsewhere. */
export const together = (rows: readonly PlacedRow[]): number =>
  rows.filter(({ row }, index) => row === (rows[0]?.row ?? 0) + index).length;

function giveSlots(placed: readonly PlacedRow[], before: readonly PlacedRow[]): void {
  const slotOf = new Map(before.map(({ id, slot }) => [id, slot]));
  const taken = new Set<number>();
  for (const row of placed) {
    row.slot = slotOf.get(row.id) ?? -1;
    taken.add(row.slot);
  }
  let free = 0;
  for (const row of placed) {
    if (row.slot >= 0) continue;
    while (taken.has(free)) free += 1;
    row.slot = free;
    free += 1;
  }
}

/** Whether two looks show the same rows in the same places. */
export const sameRows = (one: readonly PlacedRow[], other: readonly PlacedRow[]): boolean =>
  one.length === other.length &&
  one.every((row, index) => {
    const twin = other[index];
    return (
      twin !== undefined &&
      row.id === twin.id &&
      row.row === twin.row &&
      row.top === twin.top &&
      row.height === twin.height
    );
  });
