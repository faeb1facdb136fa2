/** A span of seconds from a good to a bad case. */
export interface SecondsRange {
  from: number;
  to: number;
}

export interface ProjectedWave {
  name: string;
  tenants: number;
  /** Seconds after the plan's start. */
  starts: SecondsRange;
  ends: SecondsRange;
  bakeSeconds: number;
}

/**
 * When each wave of a plan would start and end: a wave runs in rounds of `concurrency` tasks, each as long as a task
 * took before, then bakes, and is measured meanwhile. Blocked tenants, approvals and failures are not foreseen.
 */
export function projectSchedule(
  waves: readonly { name: string; tenants: number; bakeSeconds: number; gateSeconds?: number }[],
  concurrency: number,
  task: SecondsRange,
): ProjectedWave[] {
  let at: SecondsRange = { from: 0, to: 0 };
  return waves.map(({ name, tenants, bakeSeconds, gateSeconds = 0 }, index) => {
    const rounds = Math.ceil(tenants / concurrency);
    const starts = at;
    const ends = { from: at.from + rounds * task.from, to: at.to + rounds * task.to };
    // Nothing comes after the last wave, and an empty one is not waited for.
    const bake = index === waves.length - 1 || tenants === 0 ? 0 : Math.max(bakeSeconds, gateSeconds);
    at = { from: ends.from + bake, to: ends.to + bake };
    return { name, tenants, starts, ends, bakeSeconds: bake };
  });
}
