import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type LaneHeights, LaneOrder } from '@/components/live/lane-order';
import { pendingTask } from '@/domain/view/testing/pending-task';
import { LaneFocus } from './lane-focus';
import { LaneViewport } from './lane-viewport';

const heights: LaneHeights = { lane: 10, notes: [5, 0, 0], section: 12 };
const tasks = Array.from({ length: 200 }, (_, index) => pendingTask(index + 1));

let page: EventTarget & { scrollY: number; innerHeight: number };
let focus: LaneFocus;
let viewport: LaneViewport;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  page = Object.assign(new EventTarget(), { scrollY: 0, innerHeight: 100 });
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', { body: {} });
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
  focus = new LaneFocus();
  viewport = new LaneViewport({
    frame: () => null,
    head: () => null,
    order: new LaneOrder(tasks, { status: [], q: '', attention: true }, () => 0),
    heights,
    focus,
    news: { subscribe: () => () => {} },
  });
  stop = viewport.watch();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function scrollTo(top: number): void {
  page.scrollY = top;
  page.dispatchEvent(new Event('scroll'));
}
const slots = () => viewport.window().rows.map(({ slot }) => slot);
const rows = () => viewport.window().rows.map(({ row }) => row);
const ascending = (numbers: readonly number[]) => numbers.toSorted((one, other) => one - other);

it('leaves the elements where they are while the page is scrolled, and puts them in order once it rests', () => {
  for (const top of [30, 1015, 400, 440, 465]) {
    scrollTo(top);
    expect(slots()).toEqual(ascending(slots()));
  }
  expect(rows()).not.toEqual(ascending(rows()));
  const told = vi.fn();
  viewport.subscribe(told);
  vi.advanceTimersByTime(1000);
  expect(told).toHaveBeenCalled();
  expect(rows()).toEqual(ascending(rows()));
});

it('makes and takes away no element from one scroll to the next', () => {
  scrollTo(500);
  const most = Array.from({ length: 12 }, (_, step) => {
    scrollTo(500 + step * 7);
    return viewport.window().rows.length;
  });
  expect(new Set(most.slice(3)).size).toBe(1);
});

it.each([null, 'PLN-1.3', 'PLN-1.78', 'PLN-1.199'])(
  'is the same however often it is looked at, with the keyboard at %s',
  (id) => {
    focus.at(id);
    for (const top of [0, 300, 805, 1990]) {
      scrollTo(top);
      const first = viewport.window();
      expect([viewport.window(), viewport.window()]).toEqual([first, first]);
      expect(viewport.window()).toBe(first);
    }
  },
);
