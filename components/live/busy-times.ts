import type { Lane, Segment } from '@/domain/lane';
import type { TaskView } from '@/domain/view/plan-view';

/** A length of time, in epoch milliseconds. */
export interface Stretch {
  from: number;
  to: number;
}

/** Nothing shorter counts as a rest, so stretches nearer than this are one: however long a plan runs, few are kept. */
export const SHORTEST_REST = 60_000;

/** When anybody of a plan was at work, kept up task by task: a change costs one search in what is usually a handful. */
export class BusyTimes {
  /** In order, and further apart than the shortest rest. */
  readonly #stretches: Stretch[] = [];
  /** Since when the present stage of a task goes on. */
  readonly #open = new Map<string, number>();

  change(before: TaskView | null, { taskId, lane }: TaskView): void {
    const known = before?.lane;
    if (known === lane) return;
    const { segments, pauses } = lane;
    const done = known?.segments.length ?? 0;
    const wasOpen = known?.segments.at(-1)?.to === null;
    for (let index = wasOpen ? done - 1 : done; index < segments.length; index += 1) {
      const segment = segments[index];
      if (segment) this.#count(taskId, segment, pauses);
    }
  }

  /** All of it so far, in order. */
  until(now: number): Stretch[] {
    const stretches = this.#stretches.map((stretch) => ({ ...stretch }));
    if (this.#open.size === 0) return stretches;
    let since = now;
    for (const from of this.#open.values()) since = Math.min(since, from);
    unite(stretches, { from: since, to: now });
    return stretches;
  }

  /** Counting what was counted already changes nothing. A stage that waits for an approval is paused within it. */
  #count(taskId: string, segment: Segment, pauses: Lane['pauses']): void {
    let since = Date.parse(segment.from);
    const end = segment.to === null ? null : Date.parse(segment.to);
    this.#open.delete(taskId);
    for (const pause of pauses) {
      const [from, to] = [Date.parse(pause.from), pause.to === null ? null : Date.parse(pause.to)];
      if ((to !== null && to <= since) || (end !== null && from >= end)) continue;
      if (from > since) unite(this.#stretches, { from: since, to: from });
      if (to === null) return;
      since = to;
    }
    if (end === null) this.#open.set(taskId, since);
    else if (end >= since) unite(this.#stretches, { from: since, to: end });
  }
}

/** Adds a stretch, and makes one of all that it comes near. */
function unite(stretches: Stretch[], added: Stretch): void {
  // Nearly always it belongs to the last.
  let first = stretches.length;
  while (first > 0 && (stretches[first - 1]?.to ?? 0) + SHORTEST_REST >= added.from) first -= 1;
  let [from, to, end] = [added.from, added.to, first];
  for (; end < stretches.length; end += 1) {
    const other = stretches[end];
    if (!other || other.from - SHORTEST_REST > to) break;
    from = Math.min(from, other.from);
    to = Math.max(to, other.to);
  }
  stretches.splice(first, end - first, { from, to });
}
