import type { StepTime } from '@/domain/view/step-times';
import type { PlacedSegment } from './lane-layout';
import { position, type TimeAxis } from './time-axis';

/** A step and where it is drawn, in percent of the segment of its stage. */
export interface PlacedStep {
  time: StepTime;
  /** Its place among all of the task. */
  index: number;
  left: number;
  width: number;
  /** It is under way at the moment that is shown. */
  open: boolean;
}

/** Places the steps of one stage of one try within its segment; what began later than `now` is not there yet. */
export function placeSteps(
  steps: readonly StepTime[],
  { segment, left: start, width: whole }: Pick<PlacedSegment, 'segment' | 'left' | 'width'>,
  axis: TimeAxis,
  now: number,
): PlacedStep[] {
  if (whole <= 0) return [];
  const within = (at: number) => Math.min(100, Math.max(0, ((position(axis, at) - start) / whole) * 100));
  const end = segment.to === null ? Number.POSITIVE_INFINITY : Date.parse(segment.to);
  return steps.flatMap((time, index) => {
    const from = Date.parse(time.from);
    const of = time.stageIndex === segment.stageIndex && time.from >= segment.from && from <= end;
    if (!of || from > now) return [];
    const to = time.to === null ? Number.POSITIVE_INFINITY : Date.parse(time.to);
    const open = to > now && segment.to === null;
    const left = within(from);
    const right = within(Math.min(to, end, now));
    // Beyond the part of the time that is shown.
    if (right <= left && (left === 0 || left === 100)) return [];
    return [{ time, index, left, width: right - left, open }];
  });
}
