import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ConfigDifference, differencesOf } from '@/domain/config-changes';

const MOST_MILLIS = 10;

/** Lets others have their turn between the parts of something long, once it has taken a while. */
export class Turns {
  #since = performance.now();

  async next(): Promise<void> {
    if (performance.now() - this.#since < MOST_MILLIS) return;
    await nextTurn();
    this.#since = performance.now();
  }
}

/** As {@link differencesOf}, a few at a time. */
export async function differencesInTurns<Spec extends object>(
  wanted: ReadonlyMap<string, Partial<Spec>>,
  actual: ReadonlyMap<string, Spec>,
  { prune, ...how }: Parameters<typeof differencesOf<Spec>>[2],
): Promise<ConfigDifference<Spec>[]> {
  const turns = new Turns();
  const found: ConfigDifference<Spec>[] = [];
  for (const [name, spec] of wanted) {
    await turns.next();
    const before = actual.get(name);
    const there = new Map(before ? [[name, before]] : []);
    found.push(...differencesOf(new Map([[name, spec]]), there, { prune: false, ...how }));
  }
  const surplus = new Map(prune ? [...actual].filter(([name]) => !wanted.has(name)) : []);
  return [...found, ...differencesOf<Spec>(new Map(), surplus, { prune })];
}
