import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Coalesced, type Plans } from './coalesced';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Tellings that end when the test says so. */
function gathered() {
  const told: Plans[] = [];
  const ends: { resolve(): void; reject(error: Error): void }[] = [];
  const failed: unknown[] = [];
  const hints = new Coalesced(
    50,
    (plans) => {
      told.push(plans);
      return new Promise<void>((resolve, reject) => ends.push({ resolve, reject }));
    },
    (error) => failed.push(error),
  );
  return { told, ends, failed, hints };
}

it('tells the hints of a while together, each plan once', async () => {
  const { told, hints } = gathered();
  hints.hint(['a']);
  hints.hint(['b', 'a']);
  await vi.advanceTimersByTimeAsync(49);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toEqual([['a', 'b']]);
});

it('tells "all" for everything, and nothing without a hint', async () => {
  const { told, hints } = gathered();
  hints.hint([]);
  await vi.advanceTimersByTimeAsync(500);
  expect(told).toEqual([]);
  hints.hint(['a']);
  hints.hint('all');
  hints.hint(['b']);
  await vi.advanceTimersByTimeAsync(50);
  expect(told).toEqual(['all']);
});

it('begins no telling while the last is under way, and loses nothing of what comes meanwhile', async () => {
  const { told, ends, hints } = gathered();
  hints.hint(['a']);
  await vi.advanceTimersByTimeAsync(50);
  hints.hint(['b']);
  await vi.advanceTimersByTimeAsync(5000);
  expect(told).toEqual([['a']]);
  ends[0]?.resolve();
  await vi.advanceTimersByTimeAsync(50);
  expect(told).toEqual([['a'], ['b']]);
});

it('tells everything after a telling that failed', async () => {
  const { told, ends, failed, hints } = gathered();
  hints.hint(['a']);
  await vi.advanceTimersByTimeAsync(50);
  ends[0]?.reject(new Error('gone'));
  await vi.advanceTimersByTimeAsync(50);
  expect(failed).toEqual([new Error('gone')]);
  expect(told).toEqual([['a'], 'all']);
});

it('ends with what is being told, and tells no more', async () => {
  const { told, ends, hints } = gathered();
  hints.hint(['a']);
  await vi.advanceTimersByTimeAsync(50);
  hints.hint(['b']);
  const stopped = hints.stop();
  ends[0]?.resolve();
  await stopped;
  hints.hint('all');
  await vi.advanceTimersByTimeAsync(500);
  expect(told).toEqual([['a']]);
});
