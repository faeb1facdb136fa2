import type { TaskStatus } from '@/domain/task';
import type { TaskView } from '@/domain/view/plan-view';
import type { NoteLines } from './lane-notes';
import { placeOf, setMember } from './sorted-numbers';

/** Which lanes are shown, and whether those that need somebody come first. */
export interface LaneFilter {
  status: readonly TaskStatus[];
  q: string;
  attention: boolean;
}

/** Heights in pixels: of a lane, and what its first, second and third line of notes add. */
export interface LaneHeights {
  lane: number;
  notes: readonly [number, number, number];
}

const URGENCY: readonly TaskStatus[] = [
  'ROLLBACK_FAILED',
  'FAILED',
  'PAUSED',
  'ROLLING_BACK',
  'RUNNING',
  'PENDING',
  'VALIDATION_FAILED',
];

/** Lanes of the same urgency: the places of their tasks, in the order of the plan, and of those with one, two and three notes. */
interface Group {
  all: number[];
  noted: [number[], number[], number[]];
}

/**
 * The lanes that a filter leaves, in the order to show them, kept up task by task: a change costs one search, however many
 * lanes there are. Heights follow from what a task is, so that every lane has its place without being measured.
 */
export class LaneOrder {
  readonly #groups: Group[] = Array.from({ length: URGENCY.length + 1 }, () => ({
    all: [],
    noted: [[], [], []],
  }));
  /** The group of each task; -1 while it is not shown. */
  readonly #groupOf: Int8Array;
  /** Tasks that changed while the order is held. */
  #held: Set<number> | null = null;
  #length = 0;
  readonly #q: string;

  constructor(
    private readonly tasks: readonly TaskView[],
    private readonly filter: LaneFilter,
    private readonly linesOf: (task: TaskView) => NoteLines,
  ) {
    this.#q = filter.q.trim().toLowerCase();
    this.#groupOf = new Int8Array(tasks.length).fill(-1);
    for (const [index, task] of tasks.entries()) {
      const wanted = this.#groupFor(task);
      const group = this.#groups[wanted];
      if (!group) continue;
      this.#groupOf[index] = wanted;
      this.#length += 1;
      // They come in order.
      group.all.push(index);
      const lines = linesOf(task);
      for (const [line, noted] of group.noted.entries()) if (lines > line) noted.push(index);
    }
  }

  get length(): number {
    return this.#length;
  }

  /** Whether the task at this place of the plan has a lane. */
  shows(index: number): boolean {
    return (this.#groupOf[index] ?? -1) >= 0;
  }

  /** The task of a lane, counted from the top. */
  at(lane: number): TaskView | undefined {
    let left = lane;
    for (const { all } of this.#groups) {
      if (left < all.length) return this.tasks[all[left] ?? -1];
      left -= all.length;
    }
    return undefined;
  }

  /** The lane of the task at this place of the plan, or -1. */
  laneOf(index: number): number {
    const is = this.#groupOf[index] ?? -1;
    const group = this.#groups[is];
    if (!group) return -1;
    return this.#groups
      .slice(0, is)
      .reduce((before, { all }) => before + all.length, placeOf(group.all, index));
  }

  /** Goes through all that are shown, in order. */
  visit(each: (task: TaskView) => void): void {
    for (const { all } of this.#groups)
      for (const index of all) {
        const task = this.tasks[index];
        if (task) each(task);
      }
  }

  /** All that are shown, in order; takes a moment with thousands. */
  ids(): string[] {
    return this.#groups.flatMap(({ all }) => all.map((index) => this.tasks[index]?.taskId ?? ''));
  }

  /** The task at this place of the plan is another one now. Answers whether a lane moved or changed its height. */
  changed(index: number): boolean {
    const task = this.tasks[index];
    if (!task) return false;
    const [is = -1, wanted] = [this.#groupOf[index], this.#groupFor(task)];
    const lines = this.linesOf(task);
    if (this.#held) {
      this.#held.add(index);
      const stays = this.#groups[is];
      return stays ? growLines(stays, index, lines) : false;
    }
    if (is !== wanted) {
      const from = this.#groups[is];
      const to = this.#groups[wanted];
      if (from) {
        setMember(from.all, index, false);
        setLines(from, index, 0);
        this.#length -= 1;
      }
      if (to) {
        setMember(to.all, index, true);
        this.#length += 1;
      }
      this.#groupOf[index] = wanted;
    }
    const group = this.#groups[wanted];
    const grew = group ? setLines(group, index, lines) : false;
    return grew || is !== wanted;
  }

  /** From now on no lane moves, nor gets lower: what would does so when it is let go. */
  hold(): void {
    this.#held ??= new Set();
  }

  /** Answers whether a lane moved. */
  letGo(): boolean {
    const held = this.#held;
    this.#held = null;
    let moved = false;
    for (const index of held ?? []) moved = this.changed(index) || moved;
    return moved;
  }

  get isHeld(): boolean {
    return this.#held !== null;
  }

  /** How far below the first lane a lane begins; for the length, the height of all. */
  topOf(lane: number, heights: LaneHeights): number {
    let [top, left] = [0, lane];
    for (const group of this.#groups) {
      if (left < group.all.length) return top + topIn(group, left, heights);
      top += heightOf(group, heights);
      left -= group.all.length;
    }
    return top;
  }

  /** The lane at this height; the last one for what lies below all. */
  laneAt(y: number, heights: LaneHeights): number {
    let [top, before] = [0, 0];
    for (const group of this.#groups) {
      const height = heightOf(group, heights);
      if (y < top + height) {
        let [low, high] = [0, group.all.length - 1];
        while (low < high) {
          const middle = (low + high + 1) >>> 1;
          if (top + topIn(group, middle, heights) <= y) low = middle;
          else high = middle - 1;
        }
        return before + Math.max(0, low);
      }
      top += height;
      before += group.all.length;
    }
    return Math.max(0, this.#length - 1);
  }

  #groupFor(task: TaskView): number {
    const { status, attention } = this.filter;
    if (status.length > 0 && !status.includes(task.status)) return -1;
    if (this.#q !== '' && !names(task, this.#q)) return -1;
    if (!attention) return 0;
    const urgency = URGENCY.indexOf(task.status);
    return urgency === -1 ? URGENCY.length : urgency;
  }
}

const names = ({ tenantId, tenantName }: TaskView, q: string) =>
  tenantId.toLowerCase().includes(q) || tenantName.toLowerCase().includes(q);

/** Answers whether they were others before. */
function setLines({ noted }: Group, index: number, lines: NoteLines): boolean {
  let changed = false;
  for (const [line, members] of noted.entries()) changed = setMember(members, index, lines > line) || changed;
  return changed;
}

/** Answers whether there are more than before. */
function growLines({ noted }: Group, index: number, lines: NoteLines): boolean {
  let grew = false;
  for (const members of noted.slice(0, lines)) grew = setMember(members, index, true) || grew;
  return grew;
}

const heightOf = ({ all, noted }: Group, heights: LaneHeights) =>
  noted.reduce(
    (sum, { length }, line) => sum + length * (heights.notes[line] ?? 0),
    all.length * heights.lane,
  );

function topIn({ all, noted }: Group, lane: number, heights: LaneHeights): number {
  const index = all[lane] ?? 0;
  return noted.reduce(
    (sum, members, line) => sum + placeOf(members, index) * (heights.notes[line] ?? 0),
    lane * heights.lane,
  );
}
