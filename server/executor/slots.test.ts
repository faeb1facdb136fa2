import { expect, it, vi } from 'vitest';
import { Slots } from './slots';

const never = () => {
  throw new Error('told for nothing');
};

it('gives what is asked for while there is enough', () => {
  const slots = new Slots(10);
  expect(slots.take('A', 4, never)).toBe(4);
  expect(slots.take('B', 6, never)).toBe(6);
  expect(slots.free).toBe(0);
  slots.giveBack(10);
  expect(slots.free).toBe(10);
});

it('shares what is free with those who wait, and tells them in turn', () => {
  const slots = new Slots(4);
  expect(slots.take('A', 4, never)).toBe(4);
  const told: string[] = [];
  const again = (plan: string, wanted: number) => (): void => {
    told.push(`${plan} ${slots.take(plan, wanted, () => told.push(`${plan} again`))}`);
  };
  expect(slots.take('B', 3, again('B', 3))).toBe(0);
  expect(slots.take('C', 3, again('C', 3))).toBe(0);
  slots.giveBack(2);
  // B was served the longest ago: half is C's.
  expect(told).toEqual(['B 1']);
  slots.giveBack(1);
  expect(told).toEqual(['B 1', 'C 1']);
  slots.giveBack(1);
  expect(told).toEqual(['B 1', 'C 1', 'B again']);
});

it('takes over what runs already, whether there is room or not, and gives out nothing before that is made up', () => {
  const slots = new Slots(2);
  slots.occupy(3);
  const told = vi.fn();
  expect(slots.take('A', 1, told)).toBe(0);
  slots.giveBack(1);
  expect(told).not.toHaveBeenCalled();
  slots.giveBack(1);
  expect(told).toHaveBeenCalledOnce();
});

it('tells nobody who has left', () => {
  const slots = new Slots(1);
  slots.take('A', 1, never);
  expect(slots.take('B', 1, never)).toBe(0);
  slots.leave('B');
  slots.giveBack(1);
  expect(slots.free).toBe(1);
});
