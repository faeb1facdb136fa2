import { beforeEach, expect, it } from 'vitest';
import { PassingRows } from './passing-rows';

let page: EventTarget;
let passing: boolean;
let rows: PassingRows;

beforeEach(() => {
  page = new EventTarget();
  passing = false;
  rows = new PassingRows((is) => {
    passing = is;
  });
  rows.watch(page, new AbortController().signal);
});

const scroll = (times: number) => {
  for (let n = 0; n < times; n += 1) rows.scrolled();
};
const pointer = (kind: string, x = 0, buttons = 0) =>
  page.dispatchEvent(Object.assign(new Event(kind), { screenX: x, screenY: 0, buttons }));

it('lets a row be pointed at after a jump, and not while many pass', () => {
  scroll(2);
  expect(passing).toBe(false);
  scroll(20);
  expect(passing).toBe(true);
  rows.rested();
  expect(passing).toBe(false);
  scroll(1);
  expect(passing).toBe(false);
});

it.each([
  ['moves', () => pointer('pointermove', 5)],
  ['is pressed', () => pointer('pointerdown', 0, 1)],
])('lets rows be pointed at when the pointer %s', (_, act) => {
  pointer('pointermove');
  scroll(20);
  act();
  expect(passing).toBe(false);
});

it('does not take a pointer that lies still for one that moves', () => {
  pointer('pointermove', 7);
  scroll(20);
  pointer('pointermove', 7);
  expect(passing).toBe(true);
});

it('takes nothing from under a pressed pointer, however the page is scrolled, until it is let go', () => {
  pointer('pointerdown', 0, 1);
  scroll(50);
  expect(passing).toBe(false);
  pointer('pointerup');
  scroll(20);
  expect(passing).toBe(true);
});

it('knows that a pointer was let go outside of the window', () => {
  pointer('pointerdown', 3, 1);
  pointer('pointermove', 3, 0);
  scroll(20);
  expect(passing).toBe(true);
});
