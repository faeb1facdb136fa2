import type { TimeAxis } from './time-axis';

const HATCH = 'repeating-linear-gradient(-55deg, var(--sy-border-strong) 0 1px, var(--sy-surface) 1px 5px)';

/** The breaks of an axis as the background that every lane has in common: a hatched gap for each, without an element. */
export function breakLayers({ breaks, width }: TimeAxis): string {
  const pixels = (place: number) => Math.round((place / 100) * width * 10) / 10;
  const layers = breaks.map(({ left, right }) => {
    const from = pixels(left);
    return `${HATCH} ${from}px 0 / ${Math.max(2, pixels(right) - from)}px 100% no-repeat`;
  });
  return layers.join(', ') || 'none';
}
