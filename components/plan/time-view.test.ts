import { expect, it } from 'vitest';
import { type Course, TimeView } from './time-view';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const running = (busy: Course['busy']): Course => ({ from: 0, to: null, busy });

function viewOf(course: Course, now: number): TimeView {
  const view = new TimeView();
  view.setWidth(1000);
  view.look(course, now);
  return view;
}
const spanOf = (view: TimeView) => [view.axis().from, view.axis().to];

it('shows a plan that is over from its start to its end', () => {
  const view = viewOf({ from: 5_000, to: 27_000, busy: [{ from: 5_000, to: 27_000 }] }, 900_000);
  expect(spanOf(view)).toEqual([5_000, 27_000]);
});

it('moves its end in jumps while the plan runs', () => {
  const view = viewOf(running([{ from: 0, to: 22_000 }]), 22_000);
  const before = view.axis();
  view.look(running([{ from: 0, to: 24_000 }]), 24_000);
  expect(view.axis()).toBe(before);
  expect(spanOf(view)).toEqual([0, 25_000]);
  view.look(running([{ from: 0, to: 26_000 }]), 26_000);
  expect(spanOf(view)).toEqual([0, 30_000]);
});

it('keeps still while nobody works, and folds the time that passes', () => {
  const view = viewOf(running([{ from: 0, to: 20_000 }]), 10.5 * HOUR);
  const before = view.axis();
  view.look(running([{ from: 0, to: 20_000 }]), 11.5 * HOUR);
  expect(view.axis()).toBe(before);
  expect(before.breaks).toHaveLength(1);
  expect(before.breaks[0]?.left).toBeGreaterThan(75);
});

it('zooms around a place and pans to the edges, not beyond', () => {
  const view = viewOf({ from: 0, to: 100_000, busy: [{ from: 0, to: 100_000 }] }, 0);
  view.zoom(4, 20);
  expect(spanOf(view)).toEqual([15_000, 40_000]);
  view.pan(0.4);
  expect(spanOf(view)).toEqual([25_000, 50_000]);
  view.pan(-5);
  expect(spanOf(view)).toEqual([0, 25_000]);
  view.zoom(0.1, 50);
  expect([view.isZoomed(), spanOf(view)]).toEqual([false, [0, 100_000]]);
  view.pan(0.5);
  expect(spanOf(view)).toEqual([0, 100_000]);
});

it('zooms into the work, not into what is folded', () => {
  const busy = [
    { from: 0, to: 50_000 },
    { from: HOUR, to: HOUR + 50_000 },
  ];
  const view = viewOf({ from: 0, to: HOUR + 50_000, busy }, 0);
  view.zoom(2, 100);
  expect(spanOf(view)).toEqual([50_000, HOUR + 50_000]);
  view.showLast(20_000);
  expect(spanOf(view)).toEqual([HOUR + 30_000, HOUR + 50_000]);
});

it('follows the present until somebody pans, and again when asked to', () => {
  const busy = (now: number) => running([{ from: 0, to: now }]);
  const view = viewOf(busy(10 * MINUTE), 10 * MINUTE);
  view.showLast(5 * MINUTE);
  view.follow(true);
  view.look(busy(20 * MINUTE), 20 * MINUTE);
  expect(spanOf(view)).toEqual([16 * MINUTE, 21 * MINUTE]);
  view.pan(-1);
  expect(spanOf(view)).toEqual([11 * MINUTE, 16 * MINUTE]);
  view.look(busy(21 * MINUTE), 21 * MINUTE);
  expect([view.present(), spanOf(view)]).toEqual([100, [11 * MINUTE, 16 * MINUTE]]);
  view.follow(true);
  expect(spanOf(view)).toEqual([17 * MINUTE, 22 * MINUTE]);
});

it('keeps to the end of what it followed, and stays where it was when it stops to', () => {
  const busy = [{ from: 0, to: 30 * MINUTE }];
  const view = viewOf(running(busy), 30 * MINUTE);
  view.showLast(5 * MINUTE);
  view.follow(true);
  view.follow(false);
  expect(spanOf(view)).toEqual([26 * MINUTE, 31 * MINUTE]);
  view.follow(true);
  view.look({ from: 0, to: 30 * MINUTE, busy }, 90 * MINUTE);
  expect(spanOf(view)).toEqual([25 * MINUTE, 30 * MINUTE]);
});
