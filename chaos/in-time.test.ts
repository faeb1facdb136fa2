import { expect, it } from 'vitest';
import { inTime } from './in-time';

const NEVER = new Promise<number>(() => {});

it('brings what comes, also when that is an error', async () => {
  await expect(inTime(Promise.resolve(7), 60_000, 'Seven')).resolves.toBe(7);
  await expect(inTime(Promise.reject(new Error('broken')), 60_000, 'Seven')).rejects.toThrow('broken');
});

it('ends with an error what never comes', async () => {
  await expect(inTime(NEVER, 1, 'Seven')).rejects.toThrow('Seven: not within 1 ms');
});
