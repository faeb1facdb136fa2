import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random';

/** So many moments in a window of time, spread over it and not evenly; milliseconds after its beginning. */
export function moments(count: number, windowMillis: number, random: Random): number[] {
  return Array.from({ length: count }, (_, index) => ((index + random.next()) * windowMillis) / count);
}

/** Fires one kind of fault at each of its moments, one after the other: late ones follow at once, none is left out. */
export async function lane(
  times: readonly number[],
  began: number,
  fire: (index: number) => Promise<void>,
): Promise<void> {
  for (const [index, time] of times.entries()) {
    await delay(Math.max(0, began + time - performance.now()));
    await fire(index);
  }
}
