import { SHORTEST_REST, type Stretch } from '@/components/live/busy-times';

/** A rest is folded when it is longer than this share of the time worked. */
const LONG_SHARE = 0.1;

/** The stretches in which nobody worked and that are long enough to be folded away. */
export function idleStretches(busy: readonly Stretch[], { from, to }: Stretch): Stretch[] {
  const rests: Stretch[] = [];
  let [since, worked] = [from, 0];
  for (const stretch of busy) {
    if (stretch.to <= from || stretch.from >= to) continue;
    if (stretch.from > since) rests.push({ from: since, to: stretch.from });
    worked += Math.min(stretch.to, to) - Math.max(stretch.from, from);
    since = Math.max(since, stretch.to);
  }
  if (to > since) rests.push({ from: since, to });
  const longest = Math.max(SHORTEST_REST, worked * LONG_SHARE);
  return rests.filter((rest) => rest.to - rest.from > longest);
}

/** How much time had passed at a moment, without what is folded away. */
export function unfolded(idle: readonly Stretch[], from: number, at: number): number {
  let passed = at - from;
  for (const rest of idle) {
    if (rest.from >= at) break;
    passed -= Math.min(rest.to, at) - Math.max(rest.from, from);
  }
  return passed;
}

/** The moment at which so much time had passed; where a rest lies there, its beginning. */
export function momentOf(idle: readonly Stretch[], from: number, passed: number): number {
  let at = from + passed;
  for (const rest of idle) {
    if (rest.from >= at) break;
    at += rest.to - rest.from;
  }
  return at;
}
