import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LiveEvent } from '@/domain/view/plan-view';
import { liveEvent } from '@/domain/view/testing/live-event';
import { snapshotOf } from '@/domain/view/testing/plan-snapshot';
import { KEPT_EVENTS, PlanStore } from './plan-store';

const empty = { ...snapshotOf([]), planSeq: 0 };
const event = (planSeq: number): LiveEvent =>
  liveEvent(planSeq, 'PlanResumed', 'RUNNING', { by: 'Ann' }, { taskId: null });
const started = (planSeq: number, ordinal: number) =>
  liveEvent(planSeq, 'TaskStarted', 'RUNNING', { totalStages: 2 }, { taskId: `PLN-1.${ordinal}` });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', () => 0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('shows an event once that came twice within one frame', () => {
  const store = new PlanStore(empty, () => {});
  store.receive([event(1), event(2)]);
  // The answer to a join overlaps with what the room was sent.
  store.receive([event(2), event(3)]);
  vi.runAllTimers();
  expect(store.events().map(({ planSeq }) => planSeq)).toEqual([1, 2, 3]);
});

it('keeps what lies behind a hole and asks for what is missing', () => {
  const gaps: number[] = [];
  const store = new PlanStore(empty, (planSeq) => gaps.push(planSeq));
  store.receive([event(1), event(3)]);
  vi.runAllTimers();
  store.receive([event(2), event(3)]);
  vi.runAllTimers();
  expect([gaps, store.events().map(({ planSeq }) => planSeq)]).toEqual([[1], [1, 2, 3]]);
});

it('applies what takes longer than a part of a frame over several, in order and without a hole', () => {
  const gaps: number[] = [];
  const store = new PlanStore(empty, (planSeq) => gaps.push(planSeq));
  // Each look at the time is a millisecond later.
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => ++now);
  let batches = 0;
  store.subscribe(() => {
    batches += 1;
  });
  store.receive(Array.from({ length: 10_000 }, (_, index) => event(index + 1)));
  vi.runAllTimers();
  expect([gaps, store.planSeq(), store.events().length]).toEqual([[], 10_000, KEPT_EVENTS]);
  expect(batches).toBeGreaterThan(2);
});

it('tells who shows a task of that task alone, and once for a batch', () => {
  const store = new PlanStore({ ...snapshotOf([{}, {}]), planSeq: 0 }, () => {});
  const told: string[] = [];
  for (const taskId of ['PLN-1.1', 'PLN-1.2']) store.subscribeTask(taskId, () => told.push(taskId));
  store.receive([
    started(1, 2),
    liveEvent(2, 'StageStarted', 'RUNNING', { stage: 'Canary', stageIndex: 0 }, { taskId: 'PLN-1.2' }),
  ]);
  vi.runAllTimers();
  expect(told).toEqual(['PLN-1.2']);
  store.sent('PLN-1.1', { kind: 'pause', at: 0 });
  expect(told).toEqual(['PLN-1.2', 'PLN-1.1']);
});

it('tells of counts a few times a second, and of the last ones', () => {
  const store = new PlanStore(
    { ...snapshotOf(Array.from({ length: 50 }, () => ({}))), planSeq: 0 },
    () => {},
  );
  const counts: number[] = [];
  store.subscribeCounts(() => counts.push(store.figures().byStatus.RUNNING));
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => setTimeout(run, 16));
  for (let ordinal = 1; ordinal <= 50; ordinal += 1) {
    store.receive([started(ordinal, ordinal)]);
    vi.advanceTimersByTime(16);
  }
  vi.runAllTimers();
  expect(counts.length).toBeLessThan(12);
  expect(counts.at(-1)).toBe(50);
});

it('keeps lanes where they are while they are held, until a task fails', () => {
  const store = new PlanStore({ ...snapshotOf([{}, {}, {}]), planSeq: 0 }, () => {});
  const lanes = store.lanes({ status: [], q: '', attention: true });
  lanes.hold();
  store.receive([started(1, 3)]);
  vi.runAllTimers();
  expect(lanes.ids()).toEqual(['PLN-1.1', 'PLN-1.2', 'PLN-1.3']);
  store.receive([liveEvent(2, 'TaskFailed', 'FAILED', {} as never, { taskId: 'PLN-1.2' })]);
  vi.runAllTimers();
  expect(lanes.ids()).toEqual(['PLN-1.2', 'PLN-1.3', 'PLN-1.1']);
  store.receive([started(3, 1)]);
  vi.runAllTimers();
  expect(lanes.ids()).toEqual(['PLN-1.2', 'PLN-1.3', 'PLN-1.1']);
  store.letGo();
  expect(lanes.ids()).toEqual(['PLN-1.2', 'PLN-1.1', 'PLN-1.3']);
});
