import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PlanDriver } from '../driver';
import { LookAfterPlans } from './look-after-plans';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('lets the tasks of each plan beat as often as they ask for', async () => {
  const drivers = [10, 3].map((seconds) => ({
    beatsAfter: (millis: number) => millis >= seconds * 1000,
    heartbeat: vi.fn(),
    tick: vi.fn(),
  }));
  const duty = new LookAfterPlans({ drivers: drivers as unknown as PlanDriver[] } as never, 1000);
  for (let second = 0; second <= 30; second += 1) {
    await duty.runOnce();
    vi.advanceTimersByTime(1000);
  }
  expect(drivers.map(({ heartbeat }) => heartbeat.mock.calls.length)).toEqual([3, 10]);
  expect(drivers.map(({ tick }) => tick.mock.calls.length)).toEqual([31, 31]);
});
