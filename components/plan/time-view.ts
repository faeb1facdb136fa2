import type { Stretch } from '@/components/live/busy-times';
import { idleStretches, momentOf, unfolded } from './idle-time';
import { layOutAxis, momentAt, position, sameAxis, type TimeAxis } from './time-axis';
import { roundStep } from './time-ticks';

/** What there is to see, in epoch milliseconds. */
export interface Course {
  /** When the plan started. */
  from: number;
  /** When it ended; null while it is under way. */
  to: number | null;
  busy: readonly Stretch[];
}

/** The part of the time that is looked at, without what is folded away, in milliseconds since the start. */
interface Part {
  from: number;
  length: number;
}

const SHORTEST_WHOLE = 10_000;
const SHORTEST_PART = 200;
/** While a plan runs its axis ends a little ahead and moves in jumps of about such a part, so that lanes keep still. */
const JUMP = 1 / 8;

/** The next round length, counted in parts of `length`. */
function beyond(millis: number, length = millis): number {
  const step = roundStep(length * JUMP);
  return (Math.floor(millis / step) + 1) * step;
}

/** Which part of the time the lanes show, and how it lies on the screen: the whole plan, or what somebody zoomed into. */
export class TimeView {
  #course: Course = { from: 0, to: 0, busy: [] };
  #idle: Stretch[] = [];
  #worked = 0;
  #whole = SHORTEST_WHOLE;
  #part: Part | null = null;
  #follows = true;
  #axis: TimeAxis = layOutAxis({ from: 0, to: SHORTEST_WHOLE }, [], 600);
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same object until something lies at another place. */
  readonly axis = (): TimeAxis => this.#axis;
  /** Whether less than the whole plan is shown. */
  readonly isZoomed = (): boolean => this.#part !== null;

  /** Looks at what there is now. */
  look(course: Course, now: number): void {
    this.#course = course;
    const end = course.to ?? now;
    const idle = idleStretches(course.busy, { from: course.from, to: end });
    const last = idle.at(-1);
    // A rest that goes on gets longer in jumps as well.
    if (last && last.to === end && course.to === null) last.to = last.from + beyond(end - last.from);
    this.#idle = idle;
    this.#worked = unfolded(idle, course.from, end);
    this.#whole =
      course.to === null ? beyond(Math.max(this.#worked, SHORTEST_WHOLE)) : Math.max(this.#worked, 1000);
    this.#layOut();
  }

  setWidth(pixels: number): void {
    if (pixels > 0) this.#layOut(pixels);
  }

  /** Shows less by a factor, or more; what lies at `place` (percent of the axis) stays there. */
  zoom(factor: number, place: number): void {
    const part = this.#shown();
    const at = unfolded(this.#idle, this.#course.from, momentAt(this.#axis, place));
    const length = Math.max(SHORTEST_PART, part.length / factor);
    this.#show({ from: at - ((at - part.from) * length) / part.length, length });
  }

  /** Moves by a share of what is shown; nothing while everything is. */
  pan(share: number): void {
    const part = this.#shown();
    if (this.#part) this.#show({ from: part.from + share * part.length, length: part.length });
  }

  /** The last so many milliseconds. */
  showLast(length: number): void {
    this.#show({ from: this.#worked - length, length });
  }

  /** Whether the right edge stays at the present, or everything where it is. */
  follow(on: boolean): void {
    this.#part &&= this.#shown();
    this.#follows = on;
    this.#layOut();
  }

  fit(): void {
    this.#part = null;
    this.#follows = true;
    this.#layOut();
  }

  /** Where the present lies, or the end: in percent of the axis. */
  present(): number {
    return position(this.#axis, momentOf(this.#idle, this.#course.from, this.#worked));
  }

  #show({ from, length }: Part): void {
    this.#part =
      length >= this.#whole ? null : { from: Math.min(Math.max(0, from), this.#whole - length), length };
    this.#follows = false;
    this.#layOut();
  }

  #shown(): Part {
    if (!this.#part) return { from: 0, length: this.#whole };
    if (!this.#follows) return this.#part;
    const { length } = this.#part;
    const end = this.#course.to === null ? beyond(this.#worked, length) : this.#whole;
    return { from: Math.max(0, end - length), length };
  }

  #layOut(width = this.#axis.width): void {
    const { from: start } = this.#course;
    const { from, length } = this.#shown();
    const shown = {
      from: momentOf(this.#idle, start, from),
      to: momentOf(this.#idle, start, from + length),
    };
    const axis = layOutAxis(shown, this.#idle, width);
    if (sameAxis(axis, this.#axis)) return;
    this.#axis = axis;
    for (const listener of this.#listeners) listener();
  }
}
