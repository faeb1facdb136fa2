import type { Stretch } from '@/components/live/busy-times';

/** Idle time that is drawn as a narrow gap; `left` and `right` in percent of the axis. */
export interface Break extends Stretch {
  left: number;
  right: number;
}

/** A stretch of time as it is drawn: from `from` to `to`, evenly but for the breaks. */
export interface TimeAxis extends Stretch {
  breaks: readonly Break[];
  /** In pixels. */
  width: number;
}

const BREAK_PIXELS = 22;
/** However many breaks there are, most of the axis is left for the work. */
const MOST_BREAKS = 0.4;

/** Lays a stretch of time out over so many pixels, with what lies idle in it folded. */
export function layOutAxis({ from, to }: Stretch, idle: readonly Stretch[], width: number): TimeAxis {
  const within = idle.filter((rest) => rest.to > from && rest.from < to);
  const folded = within.reduce((sum, rest) => sum + Math.min(rest.to, to) - Math.max(rest.from, from), 0);
  const worked = Math.max(1, to - from - folded);
  const each = within.length === 0 ? 0 : 100 * Math.min(BREAK_PIXELS / width, MOST_BREAKS / within.length);
  const perMilli = (100 - each * within.length) / worked;
  const breaks: Break[] = [];
  let [at, place] = [from, 0];
  for (const rest of within) {
    const left = place + Math.max(0, rest.from - at) * perMilli;
    place = left + each;
    at = Math.min(rest.to, to);
    breaks.push({ from: Math.max(rest.from, from), to: at, left, right: place });
  }
  return { from, to, breaks, width };
}

/** Where a moment lies, in percent of the axis. */
export function position(axis: TimeAxis, at: number): number {
  if (at <= axis.from) return 0;
  if (at >= axis.to) return 100;
  const [before, after] = around(axis, at, 'from');
  if (before && at < before.to) return between(at, before.from, before.to, before.left, before.right);
  const [from, left] = before ? [before.to, before.right] : [axis.from, 0];
  const [to, right] = after ? [after.from, after.left] : [axis.to, 100];
  return between(at, from, to, left, right);
}

/** The moment at a place, in percent of the axis. */
export function momentAt(axis: TimeAxis, place: number): number {
  const [before, after] = around(axis, place, 'left');
  if (before && place < before.right)
    return between(place, before.left, before.right, before.from, before.to);
  const [left, from] = before ? [before.right, before.to] : [0, axis.from];
  const [right, to] = after ? [after.left, after.from] : [100, axis.to];
  return between(place, left, right, from, to);
}

/** The last break that begins before, and the one after it. */
function around(
  { breaks }: TimeAxis,
  value: number,
  edge: 'from' | 'left',
): [Break | undefined, Break | undefined] {
  let [low, high] = [0, breaks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((breaks[middle]?.[edge] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return [breaks[low - 1], breaks[low]];
}

const between = (value: number, from: number, to: number, first: number, last: number) =>
  to === from ? first : first + ((value - from) / (to - from)) * (last - first);

/** Whether two axes draw everything at the same place. */
export const sameAxis = (one: TimeAxis, other: TimeAxis): boolean =>
  one.from === other.from &&
  one.to === other.to &&
  one.width === other.width &&
  one.breaks.length === other.breaks.length &&
  one.breaks.every(({ from, to }, index) => {
    const twin = other.breaks[index];
    return twin?.from === from && twin.to === to;
  });
