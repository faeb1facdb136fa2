import { position, type TimeAxis } from './time-axis';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lengths that people count in. */
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28].map((days) => days * DAY),
];

/** Room for a tick and what is written to the right of it, in pixels; beside a break its length is written. */
const ROOM = 72;
const BEFORE_BREAK = 50;
const AFTER_BREAK = 20;
const AT_END = 56;

/** The shortest of these lengths that is not shorter. */
export const roundStep = (millis: number): number =>
  STEPS.find((step) => step >= millis) ?? Math.ceil(millis / DAY) * DAY;

export interface Tick {
  at: number;
  /** In percent of the axis. */
  place: number;
}

/** The length between two ticks: as short as what is written at them allows. */
export function tickStep(axis: TimeAxis): number {
  const folded = axis.breaks.reduce((sum, { left, right }) => sum + right - left, 0);
  const idle = axis.breaks.reduce((sum, { from, to }) => sum + to - from, 0);
  const pixels = axis.width * (1 - folded / 100);
  return roundStep(((axis.to - axis.from - idle) / Math.max(1, pixels)) * ROOM);
}

/** The round moments on an axis, counted from `origin`, where there is room to write them. */
export function ticks(axis: TimeAxis, origin: number): Tick[] {
  const step = tickStep(axis);
  const pixels = (places: number) => (places / 100) * axis.width;
  const found: Tick[] = [];
  for (let piece = 0; piece <= axis.breaks.length; piece += 1) {
    const [before, after] = [axis.breaks[piece - 1], axis.breaks[piece]];
    const [from, to] = [before?.to ?? axis.from, after?.from ?? axis.to];
    for (let at = origin + Math.ceil((from - origin) / step) * step; at <= to; at += step) {
      const place = position(axis, at);
      const last = found.at(-1);
      const fits =
        (!last || pixels(place - last.place) > ROOM / 2) &&
        (!before || pixels(place - before.right) >= AFTER_BREAK) &&
        pixels((after?.left ?? 100) - place) >= (after ? BEFORE_BREAK : AT_END);
      if (fits) found.push({ at, place });
    }
  }
  return found;
}

/** Midnight of the zone nearest before a moment, so that hours are round where they are read. */
export function zoneOrigin(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value ?? 0);
  return at - (at % SECOND) - part('hour') * HOUR - part('minute') * MINUTE - part('second') * SECOND;
}
