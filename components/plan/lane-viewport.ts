import type { LaneHeights, LaneOrder } from '@/components/live/lane-order';
import type { LaneFocus } from './lane-focus';
import { PassingRows } from './passing-rows';
import { type PlacedRow, rowsIn, sameRows, together } from './row-window';

/** Which rows exist, and how high all of them are together. */
export interface LaneWindow {
  /**
   * In their order, which is what is read out; while the page is scrolled in that of their elements, because to move one
   * costs more than to fill it anew.
   */
  rows: readonly PlacedRow[];
  height: number;
  length: number;
}

/** Where the page has been scrolled to among the lanes, and the way elsewhere. */
export interface LaneScroll {
  /** The first and the last row that can be seen. */
  seen: () => [number, number];
  /** Brings a row into sight, by the shortest way or to the middle. */
  show: (row: number, where: 'nearest' | 'middle') => void;
}

export const NOTHING: LaneWindow = { rows: [], height: 0, length: 0 };

/** The page is taken for scrolled until so long after it last was. */
const SETTLED_MILLIS = 150;
/** What lies over the lower edge of the page on a phone: the brake and the navigation. */
const COVERED_BELOW = 128;
const MARGIN = 12;

export interface LaneParts {
  /** What the rows stand in, and the head above them that stays in sight. */
  frame: () => HTMLElement | null;
  head: () => HTMLElement | null;
  order: LaneOrder;
  heights: LaneHeights;
  focus: LaneFocus;
  /** The news. */
  news: { subscribe: (listener: () => void) => () => void };
}

/**
 * The lanes in the viewport of the page: others when it is scrolled, or when lanes or the keyboard's row move. Whoever
 * shows them hears of it here, so that nothing else renders while the page is scrolled.
 */
export class LaneViewport implements LaneScroll {
  readonly #listeners = new Set<() => void>();
  #shown = NOTHING;
  #listTop = 0;
  #covered = 0;
  // Kept, because asking the window makes it lay out the page first.
  #seen: { scrollY: number; height: number } | null = null;
  #scrolled = false;
  /** Most rows that existed since the page is scrolled. */
  #most = 0;
  #settling: ReturnType<typeof setTimeout> | undefined;
  readonly #passing = new PassingRows((passing) =>
    this.parts.frame()?.toggleAttribute('data-passing', passing),
  );

  constructor(private readonly parts: LaneParts) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same object as long as nothing moved. */
  readonly window = (): LaneWindow => {
    const { order, heights, focus } = this.parts;
    this.#seen ??= { scrollY: window.scrollY, height: window.innerHeight };
    const { scrollY, height } = this.#seen;
    const focused = focus.id();
    const kept = focused === null ? -1 : order.rowOf(focused);
    const viewport = { top: scrollY - this.#listTop, height };
    const before = this.#shown;
    const least = this.#scrolled ? this.#most : 0;
    const rows = rowsIn(order, heights, viewport, before.rows, { kept, least });
    this.#most = Math.max(least, together(rows));
    const next = {
      rows: this.#scrolled ? rows.toSorted((one, other) => one.slot - other.slot) : rows,
      height: order.topOf(order.rows, heights),
      length: order.rows,
    };
    const same =
      before.height === next.height && before.length === next.length && sameRows(before.rows, next.rows);
    if (!same) this.#shown = next;
    return this.#shown;
  };

  readonly length = (): number => this.window().length;
  /** Of the first element. */
  readonly first = (): string | undefined => this.window().rows[0]?.id;

  readonly seen = (): [number, number] => {
    const { order, heights } = this.parts;
    const { scrollY, height } = this.#seen ?? { scrollY: window.scrollY, height: window.innerHeight };
    const top = scrollY - this.#listTop;
    return [
      order.rowAt(Math.max(0, top + this.#covered), heights),
      order.rowAt(Math.max(0, top + height - 1), heights),
    ];
  };

  readonly show = (row: number, where: 'nearest' | 'middle'): void => {
    const { order, heights, head } = this.parts;
    const top = this.#listTop + order.topOf(row, heights);
    const bottom = this.#listTop + order.topOf(row + 1, heights);
    bringIntoSight({ top, bottom, covered: coveredBy(head()) }, where);
  };

  /** Hears the page, until what comes back is called. */
  watch(): () => void {
    const { news, focus, frame, head } = this.parts;
    const stop = new AbortController();
    const { signal } = stop;
    window.addEventListener('scroll', () => this.#scroll(), { passive: true, signal });
    window.addEventListener('resize', () => this.#moved(), { signal });
    this.#passing.watch(window, signal);
    const stops = [news.subscribe(() => this.#tell()), focus.subscribe(() => this.#tell())];
    // What stands above the list changes its height with the news, and that of the page with it.
    const place = () => {
      this.#covered = coveredBy(head());
      const top = Math.round((frame()?.getBoundingClientRect().top ?? -window.scrollY) + window.scrollY);
      if (top === this.#listTop) return;
      this.#listTop = top;
      window.dispatchEvent(new Event('resize'));
    };
    const watcher = new ResizeObserver(place);
    watcher.observe(document.body);
    place();
    return () => {
      stop.abort();
      for (const one of stops) one();
      watcher.disconnect();
      clearTimeout(this.#settling);
      this.#rested();
    };
  }

  #scroll(): void {
    clearTimeout(this.#settling);
    this.#scrolled = true;
    this.#passing.scrolled();
    this.#settling = setTimeout(() => {
      this.#rested();
      this.#tell();
    }, SETTLED_MILLIS);
    this.#moved();
  }

  #rested(): void {
    this.#scrolled = false;
    this.#passing.rested();
  }

  #moved(): void {
    this.#seen = null;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** How much of the top of the page the head covers that stays there. */
const coveredBy = (head: HTMLElement | null): number =>
  head ? head.offsetHeight + (Number.parseFloat(getComputedStyle(head).top) || 0) : 0;

function bringIntoSight(
  { top, bottom, covered }: { top: number; bottom: number; covered: number },
  where: 'nearest' | 'middle',
): void {
  const { scrollY, innerHeight } = window;
  const margin = matchMedia('(max-width: 767.98px)').matches ? COVERED_BELOW : MARGIN;
  const [above, below] = [scrollY + covered, scrollY + innerHeight - margin];
  if (where === 'middle') window.scrollTo({ top: (top + bottom - innerHeight - covered) / 2 });
  else if (top < above) window.scrollBy({ top: top - above });
  else if (bottom > below) window.scrollBy({ top: bottom - below });
}
