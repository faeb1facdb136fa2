import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { liveEvent } from '@/domain/view/testing/live-event';
import { snapshotOf } from '@/domain/view/testing/plan-snapshot';
import type { CommittedEvent } from '../check/history';
import { checkPages } from './check-pages';
import { PageLog } from './page-log';

const snapshot = (planSeq: number) => ({ ...snapshotOf([]), planSeq });
const event = (planSeq: number) =>
  liveEvent(planSeq, 'PlanResumed', 'RUNNING', { by: null }, { taskId: null });
const table = (length: number) =>
  Array.from({ length }, (_, index) => event(index + 1)) as unknown as CommittedEvent[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', () => 0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function page(from: number, ...batches: number[][]): PageLog {
  const log = new PageLog(snapshot(from), () => {});
  for (const batch of batches) {
    log.store.receive(batch.map(event));
    vi.runAllTimers();
  }
  return log;
}

const found = (log: PageLog, length: number) =>
  checkPages([log], new Set([log]), table(length), []).map((one) => one.message);

it('is content with every event once and in order, also over a snapshot in between', () => {
  expect(found(page(2, [3, 4], [4, 5]), 5)).toEqual([]);
  const log = page(0, [1, 2]);
  log.replace(snapshot(4));
  log.replace(snapshot(6));
  log.store.receive([7].map(event));
  vi.runAllTimers();
  expect(found(log, 7)).toEqual([]);
});

it('finds a page that did not reach the end', () => {
  expect(found(page(0, [1, 2], [4]), 4)).toEqual(['ends at 2 and not at 4']);
});

it('finds an event that was shown twice', () => {
  const log = page(0, [1, 2]);
  log.seqs.push(2);
  log.kinds.push('PlanResumed');
  expect(found(log, 2)).toEqual(['event 2 was applied again: 3 was next']);
});

it('finds an event that was never shown, and one that was another', () => {
  const log = page(0, [1, 2, 3]);
  log.seqs.splice(1, 1);
  log.kinds.splice(1, 1);
  expect(found(log, 3)).toEqual(['event 3 was applied too early: 2 was next']);
  const other = page(0, [1]);
  other.kinds[0] = 'PlanHalted';
  expect(found(other, 1)).toEqual(['event 1 is PlanResumed and was shown as PlanHalted']);
});
