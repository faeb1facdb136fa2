import { FEWEST_LENGTHS, LENGTHS_BASIS, type RecentLengths } from '@/domain/remaining';
import type { TaskView } from '@/domain/view/plan-view';

interface End {
  at: number;
  taskId: string;
  millis: number;
}

/** How long the tasks took that completed last, kept up task by task. */
export class RecentEnds {
  /** All that completed, the last one last: a task that goes back makes room for one from before. */
  readonly #ends: End[] = [];
  #quartiles: RecentLengths | null = null;

  change(before: TaskView | null, after: TaskView | null): void {
    const [was, is] = [before && endOf(before), after && endOf(after)];
    if (was && is && was.at === is.at && was.millis === is.millis) return;
    if (was) this.#remove(was);
    if (is) this.#ends.splice(this.#placeOf(is), 0, is);
    if (was || is) this.#quartiles = null;
  }

  /** How long a quarter of them took at most, and three quarters; null while too few have completed. */
  quartiles(): RecentLengths | null {
    if (this.#ends.length < FEWEST_LENGTHS) return null;
    this.#quartiles ??= quartilesOf(this.#ends.slice(-LENGTHS_BASIS));
    return this.#quartiles;
  }

  #remove(end: End): void {
    const place = this.#placeOf(end);
    if (this.#ends[place]?.taskId === end.taskId) this.#ends.splice(place, 1);
  }

  /** Nearly always the end: they come in the order in which they end. */
  #placeOf(end: End): number {
    const last = this.#ends.at(-1);
    if (!last || compare(last, end) < 0) return this.#ends.length;
    let [low, high] = [0, this.#ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#ends[middle];
      if (other && compare(other, end) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const compare = (a: End, b: End) => a.at - b.at || (a.taskId < b.taskId ? -1 : a.taskId > b.taskId ? 1 : 0);

function endOf({ status, durationMillis, endedAt, taskId }: TaskView): End | null {
  if (status !== 'COMPLETED' || durationMillis === null) return null;
  return { at: Date.parse(endedAt ?? '') || 0, taskId, millis: durationMillis };
}

function quartilesOf(ends: readonly End[]) {
  const lengths = ends.map(({ millis }) => millis).sort((a, b) => a - b);
  const at = (share: number) =>
    lengths[Math.min(lengths.length - 1, Math.floor(lengths.length * share))] ?? 0;
  return { basis: lengths.length, short: at(0.25), long: at(0.75) };
}
