/** What belongs together on the map: the places of its tenants in the list of all. */
export interface MapGroup {
  name: string;
  members: readonly number[];
}

/** A group with its place: a heading, and below it its cells row by row. */
export interface Block extends MapGroup {
  left: number;
  /** Of the heading. */
  top: number;
  columns: number;
  width: number;
}

/** Where every cell lies, in CSS pixels. */
export interface MapLayout {
  /** Of a cell with its gap. */
  size: number;
  height: number;
  blocks: Block[];
}

export const HEADING = 24;
const BLOCK_GAP = 16;
const BLOCK_MIN = 132;
const SIZES = [44, 36, 28, 24, 20, 17, 15, 13, 12, 11, 10, 9, 8, 7, 6];
/** How much wider than high a block is. */
const ASPECT = 3;

/** The largest cells with which all groups fit into the height; the smallest ones take more height if they must. */
export function layoutMap(groups: readonly MapGroup[], width: number, maxHeight: number): MapLayout {
  let layout = arrange(groups, width, SIZES[0] ?? 0);
  for (const size of SIZES) {
    layout = arrange(groups, width, size);
    if (layout.height <= maxHeight) return layout;
  }
  return layout;
}

/** Blocks beside each other as far as they fit, shelf below shelf. */
function arrange(groups: readonly MapGroup[], width: number, size: number): MapLayout {
  const whole = Math.max(1, Math.floor(width / size));
  const least = Math.min(whole, Math.ceil(BLOCK_MIN / size));
  const blocks: Block[] = [];
  let [left, top, shelf] = [0, 0, 0];
  for (const group of groups) {
    const count = group.members.length;
    const wanted = Math.max(least, Math.ceil(Math.sqrt(count * ASPECT)));
    const columns = wanted * 2 > whole ? whole : wanted;
    const blockWidth = columns * size;
    if (left > 0 && left + blockWidth > width) {
      top += shelf + BLOCK_GAP;
      [left, shelf] = [0, 0];
    }
    blocks.push({ ...group, left, top, columns, width: blockWidth });
    shelf = Math.max(shelf, HEADING + Math.ceil(count / columns) * size);
    left += blockWidth + BLOCK_GAP;
  }
  return { size, height: top + shelf, blocks };
}

/** The corner of a cell, by its place within its block. */
export function cornerOf(
  { left, top, columns }: Block,
  place: number,
  size: number,
): { x: number; y: number } {
  return {
    x: left + (place % columns) * size,
    y: top + HEADING + Math.floor(place / columns) * size,
  };
}

/** A cell: its block and its place within it. */
export interface CellAt {
  block: number;
  place: number;
}

/** The cell under a point, or null. */
export function cellAt({ blocks, size }: MapLayout, x: number, y: number): CellAt | null {
  for (const [block, { left, top, columns, width, members }] of blocks.entries()) {
    if (x < left || x >= left + width || y < top + HEADING) continue;
    const place = Math.floor((y - top - HEADING) / size) * columns + Math.floor((x - left) / size);
    if (place < members.length) return { block, place };
  }
  return null;
}

/** The tenants of the cells that a rectangle touches. */
export function cellsIn(
  { blocks, size }: MapLayout,
  area: { left: number; top: number; right: number; bottom: number },
): number[] {
  return blocks.flatMap((block) =>
    block.members.filter((_, place) => {
      const { x, y } = cornerOf(block, place, size);
      return x < area.right && x + size > area.left && y < area.bottom && y + size > area.top;
    }),
  );
}

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 } as const;
export type Arrow = keyof typeof STEPS;
export const isArrow = (key: string): key is Arrow => key in STEPS;

/** The cell an arrow leads to: within its block, and from its edge into the next one. */
export function step({ blocks }: MapLayout, from: CellAt, arrow: Arrow): CellAt {
  const block = blocks[from.block];
  if (!block) return from;
  const upright = arrow === 'ArrowUp' || arrow === 'ArrowDown';
  const place = from.place + STEPS[arrow] * (upright ? block.columns : 1);
  if (place >= 0 && place < block.members.length) return { block: from.block, place };
  const beside = from.block + STEPS[arrow];
  const next = blocks[beside];
  if (!next) return from;
  return { block: beside, place: STEPS[arrow] > 0 ? 0 : next.members.length - 1 };
}

/** Where a tenant's cell is. */
export function findCell({ blocks }: MapLayout, index: number): CellAt | null {
  for (const [block, { members }] of blocks.entries()) {
    const place = members.indexOf(index);
    if (place >= 0) return { block, place };
  }
  return null;
}
