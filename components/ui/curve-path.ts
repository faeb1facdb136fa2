/** How many were done by a moment, in epoch milliseconds. */
export interface Point {
  at: number;
  done: number;
}

/**
 * The outline of a step curve over a box of `width` by `height`, as the `d` of an SVG path: it rises at each point and
 * stays until the next, to the end of the time. Empty without a stretch of time or anybody to be done.
 */
export function curvePath(
  points: readonly Point[],
  time: { from: number; to: number },
  of: number,
  box: { width: number; height: number },
): string {
  const span = time.to - time.from;
  if (span <= 0 || of <= 0) return '';
  const x = (at: number) => round((Math.min(Math.max(at - time.from, 0), span) / span) * box.width);
  const y = (done: number) => round(box.height - (Math.min(done, of) / of) * box.height);
  const rises = points.map(({ at, done }) => `H${x(at)}V${y(done)}`);
  return `M0 ${box.height}${rises.join('')}H${box.width}`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
