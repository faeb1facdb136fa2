import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StepTimes } from '@/components/live/step-times';
import { StepRequests } from './step-requests';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function requests(ask: (taskIds: string[]) => Promise<{ taskId: string; events: [] }[]>) {
  const stepTimes = new StepTimes();
  const put: string[] = [];
  const putSteps = (taskId: string) => {
    stepTimes.put(taskId, []);
    put.push(taskId);
  };
  return { put, stepTimes, requests: new StepRequests({ stepTimes, putSteps }, ask) };
}

it('asks once for all lanes that came to rest, and not for those that went by', async () => {
  const asked: string[][] = [];
  const { put, requests: lanes } = requests(async (taskIds) => {
    asked.push(taskIds);
    return [];
  });
  lanes.want('PLN-1.1');
  const leave = lanes.want('PLN-1.2');
  lanes.want('PLN-1.3');
  leave();
  await vi.runAllTimersAsync();
  expect(asked).toEqual([['PLN-1.1', 'PLN-1.3']]);
  expect(put).toEqual(['PLN-1.1', 'PLN-1.3']);
  lanes.want('PLN-1.1');
  await vi.runAllTimersAsync();
  expect(asked).toHaveLength(1);
});

it('asks again for what could not be read', async () => {
  const ask = vi.fn(async () => Promise.reject(new Error('gone')));
  const { requests: lanes } = requests(ask);
  lanes.want('PLN-1.1');
  await vi.runAllTimersAsync();
  lanes.want('PLN-1.1');
  await vi.runAllTimersAsync();
  expect(ask).toHaveBeenCalledTimes(2);
});
