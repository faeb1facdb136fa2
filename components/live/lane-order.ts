import type { TaskStatus } from '@/domain/task';
import { indexOf } from '@/domain/view/apply-event';
import type { TaskView } from '@/domain/view/plan-view';
import type { NoteLines } from './lane-notes';
import { type Grouping, sectionOf } from './lane-sections';
import { placeOf, setMember } from './sorted-numbers';

/** Which lanes are shown, whether those that need somebody come first, and what they are grouped by. */
export interface LaneFilter {
  status: readonly TaskStatus[];
  q: string;
  attention: boolean;
  group?: Grouping;
  /** What each tenant has for the label that they are grouped by, in the order of the plan. */
  labels?: readonly (string | null)[];
}

/** Heights in pixels: of a lane, what its first, second and third line of notes add, and of the row above a group. */
export interface LaneHeights {
  lane: number;
  notes: readonly [number, number, number];
  section: number;
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

/** Lanes that stand together: the places of their tasks, in the order of the plan, and of those with one, two and three notes. */
interface Group {
  /** Of a group that has a row of its own; its lanes are there while it is open. */
  section: string | null;
  all: number[];
  noted: [number[], number[], number[]];
}

const newGroup = (section: string | null): Group => ({ section, all: [], noted: [[], [], []] });

/**
 * The lanes that a filter leaves, in the order to show them, kept up task by task: a change costs one search, however many
 * lanes there are. Heights follow from what a task is, so that every row has its place without being measured. Grouped, a
 * row stands above the lanes of each group; rows are counted from the top, those of groups and those of lanes.
 */
export class LaneOrder {
  readonly #groups: Group[] = [];
  /** The groups in the order to show them, with their numbers by what they have in common. */
  readonly #shown: Group[] = [];
  readonly #numbers = new Map<string, number>();
  /** The group of each task; -1 while it is not shown. */
  readonly #groupOf: Int32Array;
  /** Tasks that changed while the order is held. */
  #held: Set<number> | null = null;
  #length = 0;
  readonly #q: string;

  constructor(
    private readonly tasks: readonly TaskView[],
    private readonly filter: LaneFilter,
    private readonly linesOf: (task: TaskView) => NoteLines,
    /** The groups that are open, which stay so under another filter. */
    private readonly open: Set<string> = new Set(),
  ) {
    this.#q = filter.q.trim().toLowerCase();
    this.#groupOf = new Int32Array(tasks.length).fill(-1);
    if (!this.isGrouped) {
      for (let urgency = 0; urgency <= URGENCY.length; urgency += 1) this.#groups.push(newGroup(null));
      this.#shown.push(...this.#groups);
    }
    for (const [index, task] of tasks.entries()) {
      const wanted = this.#groupFor(task, index);
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

  /** How many tasks are left by the filter, whether or not their group is open. */
  get length(): number {
    return this.#length;
  }

  /** Whether the task at this place of the plan has a lane. */
  shows(index: number): boolean {
    return (this.#groupOf[index] ?? -1) >= 0;
  }

  get isGrouped(): boolean {
    return (this.filter.group ?? 'none') !== 'none';
  }

  /** How many rows there are. */
  get rows(): number {
    return this.#shown.reduce((rows, group) => rows + this.#rowsOf(group), 0);
  }

  /** The task of a row; none of that of a group. */
  at(row: number): TaskView | undefined {
    const [group, left] = this.#groupAt(row);
    return group && left >= 0 ? this.tasks[group.all[left] ?? -1] : undefined;
  }

  /** What a row is told by: the id of a task, or the key of a group. */
  idAt(row: number): string | undefined {
    const [group, left] = this.#groupAt(row);
    return (left < 0 ? group?.section : this.tasks[group?.all[left] ?? -1]?.taskId) ?? undefined;
  }

  /** The row of a task or group, or -1; of a task whose group is closed, that of the group. */
  rowOf(id: string): number {
    const section = this.#numbers.get(id);
    const index = section === undefined ? indexOf(this.tasks, id) : -1;
    const wanted = this.#groups[section ?? this.#groupOf[index] ?? -1];
    if (!wanted || wanted.all.length === 0) return -1;
    let row = 0;
    for (const group of this.#shown) {
      if (group === wanted) break;
      row += this.#rowsOf(group);
    }
    if (index < 0 || !this.#isOpen(wanted)) return row;
    return row + (wanted.section === null ? 0 : 1) + placeOf(wanted.all, index);
  }

  /** A group by its key: whether it is open, how many lanes it has, how many of them failed, and one of them. */
  section(key: string): { open: boolean; size: number; failed: number; one: TaskView | undefined } {
    const group = this.#groups[this.#numbers.get(key) ?? -1];
    return {
      open: this.open.has(key),
      size: group?.all.length ?? 0,
      failed: group?.all.filter((index) => isFailed(this.tasks[index])).length ?? 0,
      one: this.tasks[group?.all[0] ?? -1],
    };
  }

  /** Opens a group, or closes it. */
  toggle(key: string): void {
    if (!this.open.delete(key)) this.open.add(key);
  }

  /** The key of the group in which a task is; null without groups. */
  sectionOf(taskId: string): string | null {
    return this.#groups[this.#groupOf[indexOf(this.tasks, taskId)] ?? -1]?.section ?? null;
  }

  /** Goes through all that are shown, in order. */
  visit(each: (task: TaskView) => void): void {
    for (const { all } of this.#shown)
      for (const index of all) {
        const task = this.tasks[index];
        if (task) each(task);
      }
  }

  /** All that are shown, in order; takes a moment with thousands. */
  ids(): string[] {
    return this.#shown.flatMap(({ all }) => all.map((index) => this.tasks[index]?.taskId ?? ''));
  }

  /** The task at this place of the plan is another one now. Answers whether a lane moved or changed its height. */
  changed(index: number): boolean {
    const task = this.tasks[index];
    if (!task) return false;
    const [is = -1, wanted] = [this.#groupOf[index], this.#groupFor(task, index)];
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

  /** How far below the first row a row begins; for the number of rows, the height of all. */
  topOf(row: number, heights: LaneHeights): number {
    let [top, left] = [0, row];
    for (const group of this.#shown) {
      const rows = this.#rowsOf(group);
      if (left < rows) {
        if (group.section === null) return top + topIn(group, left, heights);
        return left === 0 ? top : top + heights.section + topIn(group, left - 1, heights);
      }
      top += this.#heightOf(group, heights);
      left -= rows;
    }
    return top;
  }

  /** The row at this height; the last one for what lies below all. */
  rowAt(y: number, heights: LaneHeights): number {
    let [top, before] = [0, 0];
    for (const group of this.#shown) {
      const height = this.#heightOf(group, heights);
      if (y < top + height) {
        const above = group.section === null ? 0 : heights.section;
        if (y < top + above) return before;
        let [low, high] = [0, group.all.length - 1];
        while (low < high) {
          const middle = (low + high + 1) >>> 1;
          if (top + above + topIn(group, middle, heights) <= y) low = middle;
          else high = middle - 1;
        }
        return before + (group.section === null ? 0 : 1) + Math.max(0, low);
      }
      top += height;
      before += this.#rowsOf(group);
    }
    return Math.max(0, this.rows - 1);
  }

  #isOpen({ section }: Group): boolean {
    return section === null || this.open.has(section);
  }

  #rowsOf(group: Group): number {
    if (group.section === null) return group.all.length;
    if (group.all.length === 0) return 0;
    return 1 + (this.#isOpen(group) ? group.all.length : 0);
  }

  #heightOf(group: Group, heights: LaneHeights): number {
    if (group.section === null) return heightOf(group, heights);
    if (group.all.length === 0) return 0;
    return heights.section + (this.#isOpen(group) ? heightOf(group, heights) : 0);
  }

  /** The group of a row, and which of its lanes the row is: -1 for its own. */
  #groupAt(row: number): [Group | undefined, number] {
    let left = row;
    for (const group of this.#shown) {
      const rows = this.#rowsOf(group);
      if (left < rows) return [group, group.section === null ? left : left - 1];
      left -= rows;
    }
    return [undefined, -1];
  }

  #groupFor(task: TaskView, index: number): number {
    const { status, attention } = this.filter;
    if (status.length > 0 && !status.includes(task.status)) return -1;
    if (this.#q !== '' && !names(task, this.#q)) return -1;
    const { group = 'none', labels } = this.filter;
    if (group !== 'none') return this.#numberOf(sectionOf(task, group, labels?.[index]));
    if (!attention) return 0;
    const urgency = URGENCY.indexOf(task.status);
    return urgency === -1 ? URGENCY.length : urgency;
  }

  /** Groups come with the first of their lanes; their keys say which stands before which. */
  #numberOf(section: string): number {
    const known = this.#numbers.get(section);
    if (known !== undefined) return known;
    const group = newGroup(section);
    const number = this.#groups.push(group) - 1;
    this.#numbers.set(section, number);
    let [low, high] = [0, this.#shown.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#shown[middle]?.section ?? '') < section) low = middle + 1;
      else high = middle;
    }
    this.#shown.splice(low, 0, group);
    return number;
  }
}

const isFailed = (task: TaskView | undefined) =>
  task?.status === 'FAILED' || task?.status === 'ROLLBACK_FAILED';

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

const heightOf = ({ all, noted }: Group, heights: LaneHeights): number =>
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
