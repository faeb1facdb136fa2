import type { ProjectedWave } from '@/domain/projection';

/** Where a bar begins and how long it is, in percent of the whole. */
interface Bar {
  left: string;
  width: string;
}

/** Null where there is nothing to draw. */
const bar = (from: number, to: number, whole: number): Bar | null =>
  to <= from
    ? null
    : {
        left: `${((from / whole) * 100).toFixed(2)}%`,
        width: `${(((to - from) / whole) * 100).toFixed(2)}%`,
      };

interface WaveBars {
  good: Bar | null;
  slow: Bar | null;
  bake: Bar | null;
}

/**
 * The bars of each wave on one scale, which ends when the last one is over in the bad case. Where nobody knows how long a
 * tenant takes, the waves share the width by how many tenants they have.
 */
export function barsOf(waves: readonly ProjectedWave[]): WaveBars[] {
  const whole = waves.at(-1)?.ends.to ?? 0;
  if (waves.every(({ starts, ends }) => ends.to - starts.to === 0)) return bySize(waves);
  return waves.map(({ starts, ends, bakeSeconds }) => ({
    good: bar(starts.from, ends.from, whole),
    slow: bar(starts.from, ends.to, whole),
    bake: bar(ends.to, ends.to + bakeSeconds, whole),
  }));
}

function bySize(waves: readonly ProjectedWave[]): WaveBars[] {
  const all = waves.reduce((sum, { tenants }) => sum + tenants, 0) || 1;
  let before = 0;
  return waves.map(({ tenants }) => {
    const from = before;
    before += tenants;
    return { good: bar(from, before, all), slow: null, bake: null };
  });
}
