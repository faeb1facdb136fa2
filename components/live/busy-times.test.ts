import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EMPTY_LANE, extendLane, type Lane } from '@/domain/lane';
import type { TaskView } from '@/domain/view/plan-view';
import { pendingTask } from '@/domain/view/testing/pending-task';
import { BusyTimes } from './busy-times';

const MINUTE = 60_000;
const iso = (at: number) => new Date(at).toISOString();
const withLane = (ordinal: number, lane: Lane): TaskView => ({ ...pendingTask(ordinal), lane });
const began = (lane: Lane, at: number) =>
  extendLane(lane, 'StageStarted', iso(at), { stage: 'Config', stageIndex: 0 });
const ended = (lane: Lane, at: number) => extendLane(lane, 'StageSucceeded', iso(at), {});

it('is one stretch for whoever works less than a minute apart, and another one after a longer rest', () => {
  const busy = new BusyTimes();
  const first = ended(began(EMPTY_LANE, 0), 10_000);
  busy.change(null, withLane(1, first));
  busy.change(null, withLane(2, ended(began(EMPTY_LANE, 40_000), 50_000)));
  busy.change(null, withLane(3, ended(began(EMPTY_LANE, 5 * MINUTE), 6 * MINUTE)));
  expect(busy.until(9 * MINUTE)).toEqual([
    { from: 0, to: 50_000 },
    { from: 5 * MINUTE, to: 6 * MINUTE },
  ]);
});

it('goes on until now while a stage is open, and fills what lay between', () => {
  const busy = new BusyTimes();
  const open = withLane(1, began(EMPTY_LANE, 0));
  busy.change(null, open);
  busy.change(null, withLane(2, ended(began(EMPTY_LANE, 5 * MINUTE), 6 * MINUTE)));
  expect(busy.until(9 * MINUTE)).toEqual([{ from: 0, to: 9 * MINUTE }]);
  busy.change(open, withLane(1, ended(open.lane, 2 * MINUTE)));
  expect(busy.until(9 * MINUTE)).toEqual([
    { from: 0, to: 2 * MINUTE },
    { from: 5 * MINUTE, to: 6 * MINUTE },
  ]);
});

it('rests while a stage waits for somebody', () => {
  const busy = new BusyTimes();
  const open = withLane(1, began(EMPTY_LANE, 0));
  const held = withLane(1, extendLane(open.lane, 'TaskPaused', iso(5_000), {}));
  const released = withLane(1, extendLane(held.lane, 'TaskResumed', iso(60 * MINUTE), {}));
  busy.change(null, open);
  busy.change(open, held);
  expect(busy.until(30 * MINUTE)).toEqual([{ from: 0, to: 5_000 }]);
  busy.change(held, released);
  expect(busy.until(61 * MINUTE)).toEqual([
    { from: 0, to: 5_000 },
    { from: 60 * MINUTE, to: 61 * MINUTE },
  ]);
  busy.change(released, withLane(1, ended(released.lane, 62 * MINUTE)));
  expect(busy.until(99 * MINUTE)).toEqual([
    { from: 0, to: 5_000 },
    { from: 60 * MINUTE, to: 62 * MINUTE },
  ]);
});

it('is the same counted event by event and all at once, in whatever order', () => {
  const stage = fc.record({ ordinal: fc.integer({ min: 1, max: 4 }), rest: fc.nat(200), length: fc.nat(90) });
  fc.assert(
    fc.property(fc.array(stage, { maxLength: 20 }), (stages) => {
      const tasks = new Map<number, TaskView>();
      const clocks = new Map<number, number>();
      const followed = new BusyTimes();
      const put = (ordinal: number, lane: Lane) => {
        const task = withLane(ordinal, lane);
        followed.change(tasks.get(ordinal) ?? null, task);
        tasks.set(ordinal, task);
      };
      for (const { ordinal, rest, length } of stages) {
        const at = (clocks.get(ordinal) ?? 0) + rest * 1000;
        clocks.set(ordinal, at + length * 1000);
        put(ordinal, began(tasks.get(ordinal)?.lane ?? EMPTY_LANE, at));
        put(ordinal, ended(tasks.get(ordinal)?.lane ?? EMPTY_LANE, at + length * 1000));
      }
      const counted = new BusyTimes();
      for (const task of tasks.values()) counted.change(null, task);
      expect(followed.until(0)).toEqual(counted.until(0));
    }),
  );
});
