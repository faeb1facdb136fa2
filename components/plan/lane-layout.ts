import type { Segment } from '@/domain/lane';
import { position, type TimeAxis } from './time-axis';

/** A segment is never narrower, however short its stage was: each must be seen, and be hit with the pointer. */
const LEAST_PIXELS = 6;

/** A segment and where it is drawn, in percent of the axis. */
export interface PlacedSegment {
  segment: Segment;
  /** Its place among all of the lane. */
  index: number;
  left: number;
  width: number;
  /** The first of another try. */
  begins: boolean;
}

/** Places the segments of a lane that lie in the part shown, side by side: none covers another, nor what lies idle. */
export function placeSegments(segments: readonly Segment[], axis: TimeAxis, now: number): PlacedSegment[] {
  const least = (LEAST_PIXELS / axis.width) * 100;
  const placed: PlacedSegment[] = [];
  let edge = 0;
  for (const [index, segment] of segments.entries()) {
    const [from, to] = [Date.parse(segment.from), segment.to === null ? now : Date.parse(segment.to)];
    if (to < axis.from || from > axis.to) continue;
    const left = Math.max(position(axis, from), edge);
    edge = Math.max(position(axis, to), left + least);
    const begins = index > 0 && segments[index - 1]?.run !== segment.run;
    placed.push({ segment, index, left, width: edge - left, begins });
  }
  pushBack(placed, axis, least);
  return placed;
}

/** What would stand beyond the end of the axis, or in a break, moves back, and what is in its way with it. */
function pushBack(placed: readonly PlacedSegment[], axis: TimeAxis, least: number): void {
  let edge = 100;
  for (let index = placed.length - 1; index >= 0; index -= 1) {
    const one = placed[index];
    if (!one) continue;
    const { to } = one.segment;
    const right = to === null ? edge : Math.min(edge, nextBreak(axis, Date.parse(to)));
    if (one.left + one.width > right) {
      one.left = Math.max(0, Math.min(one.left, right - least));
      one.width = Math.max(0, right - one.left);
    }
    edge = one.left;
  }
}

/** Where the first break begins that does not before a moment. */
const nextBreak = ({ breaks }: TimeAxis, at: number): number =>
  breaks.find(({ from }) => from >= at)?.left ?? 100;
