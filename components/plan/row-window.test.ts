import { expect, it } from 'vitest';
import { type LaneHeights, LaneOrder } from '@/components/live/lane-order';
import { pendingTask } from '@/domain/view/testing/pending-task';
import { lanesIn } from './row-window';

const heights: LaneHeights = { lane: 10, notes: [5, 0, 0] };
const tasks = Array.from({ length: 100 }, (_, index) => pendingTask(index + 1));
const order = new LaneOrder(tasks, { status: [], q: '', attention: true }, () => 0);
const numbers = (lanes: ReturnType<typeof lanesIn>) => lanes.map(({ lane }) => lane);

it('places the lanes of the viewport and a few beside it', () => {
  expect(numbers(lanesIn(order, heights, { top: 200, height: 40 }, []))).toEqual([
    18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
  ]);
});

it('keeps the lane that the keyboard is at, wherever the page is scrolled to', () => {
  const lanes = lanesIn(order, heights, { top: 0, height: 20 }, [], 77);
  expect(numbers(lanes)).toEqual([0, 1, 2, 3, 4, 5, 77]);
  expect(lanes.at(-1)).toMatchObject({ taskId: 'PLN-1.78', top: 770, height: 10 });
  expect(numbers(lanesIn(order, heights, { top: 0, height: 20 }, [], 3))).toEqual([0, 1, 2, 3, 4, 5]);
});

it('leaves each lane its row, and gives a new one the row of one that left', () => {
  const before = lanesIn(order, heights, { top: 0, height: 20 }, [], 77);
  const after = lanesIn(order, heights, { top: 60, height: 20 }, before, 77);
  const slotOf = (lanes: typeof before, lane: number) => lanes.find((each) => each.lane === lane)?.slot;
  for (const lane of [4, 5, 77]) expect(slotOf(after, lane)).toBe(slotOf(before, lane));
  expect(new Set(after.map(({ slot }) => slot)).size).toBe(after.length);
});
