import { expect, it } from 'vitest';
import { type LaneHeights, LaneOrder } from '@/components/live/lane-order';
import { pendingTask } from '@/domain/view/testing/pending-task';
import { rowsIn } from './row-window';

const heights: LaneHeights = { lane: 10, notes: [5, 0, 0], section: 12 };
const tasks = Array.from({ length: 100 }, (_, index) => pendingTask(index + 1));
const order = new LaneOrder(tasks, { status: [], q: '', attention: true }, () => 0);
const numbers = (lanes: ReturnType<typeof rowsIn>) => lanes.map(({ row }) => row);

it('places the lanes of the viewport and a few beside it', () => {
  expect(numbers(rowsIn(order, heights, { top: 200, height: 40 }, []))).toEqual([
    18, 19, 20, 21, 22, 23, 24, 25,
  ]);
});

it('keeps the lane that the keyboard is at, wherever the page is scrolled to', () => {
  const lanes = rowsIn(order, heights, { top: 0, height: 20 }, [], { kept: 77 });
  expect(numbers(lanes)).toEqual([0, 1, 2, 3, 77]);
  expect(lanes.at(-1)).toMatchObject({ id: 'PLN-1.78', isLane: true, top: 770, height: 10 });
  expect(numbers(rowsIn(order, heights, { top: 0, height: 20 }, [], { kept: 3 }))).toEqual([0, 1, 2, 3]);
});

it('leaves each lane its row, and gives a new one the row of one that left', () => {
  const before = rowsIn(order, heights, { top: 0, height: 20 }, [], { kept: 77 });
  const after = rowsIn(order, heights, { top: 40, height: 20 }, before, { kept: 77 });
  const slotOf = (lanes: typeof before, lane: number) => lanes.find((each) => each.row === lane)?.slot;
  for (const lane of [2, 3, 77]) expect(slotOf(after, lane)).toBe(slotOf(before, lane));
  expect(new Set(after.map(({ slot }) => slot)).size).toBe(after.length);
});

it('has one row for each closed group, and its lanes below that of an open one', () => {
  const waves = tasks.map((task, index) => ({ ...task, wave: index < 3 ? 0 : 1 }));
  const grouped = new LaneOrder(waves, { status: [], q: '', attention: true, group: 'wave' }, () => 0);
  const look = () =>
    rowsIn(grouped, heights, { top: 0, height: 100 }, []).map(({ id, isLane, top }) => [id, isLane, top]);
  expect(look()).toEqual([
    ['group wave 0000', false, 0],
    ['group wave 0001', false, 12],
  ]);
  grouped.toggle('group wave 0000');
  expect(look()).toEqual([
    ['group wave 0000', false, 0],
    ['PLN-1.1', true, 12],
    ['PLN-1.2', true, 22],
    ['PLN-1.3', true, 32],
    ['group wave 0001', false, 42],
  ]);
});
