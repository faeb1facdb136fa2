import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LiveEvent, PlanSnapshot } from '@/domain/view/plan-view';
import { PlanStore } from './plan-store';

const AT = '2026-01-01T10:00:00.000Z';
const snapshot = { planSeq: 0, now: AT, plan: { planId: 'PLN-1' }, tasks: [] } as unknown as PlanSnapshot;
const event = (planSeq: number) =>
  ({
    planId: 'PLN-1',
    planSeq,
    taskId: null,
    kind: 'PlanResumed',
    payload: {},
    at: AT,
  }) as unknown as LiveEvent;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', () => 0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('shows an event once that came twice within one frame', () => {
  const store = new PlanStore(snapshot, () => {});
  store.receive([event(1), event(2)]);
  // The answer to a join overlaps with what the room was sent.
  store.receive([event(2), event(3)]);
  vi.runAllTimers();
  expect(store.events().map(({ planSeq }) => planSeq)).toEqual([1, 2, 3]);
});

it('keeps what lies behind a hole and asks for what is missing', () => {
  const gaps: number[] = [];
  const store = new PlanStore(snapshot, (planSeq) => gaps.push(planSeq));
  store.receive([event(1), event(3)]);
  vi.runAllTimers();
  store.receive([event(2), event(3)]);
  vi.runAllTimers();
  expect([gaps, store.events().map(({ planSeq }) => planSeq)]).toEqual([[1], [1, 2, 3]]);
});
