import { expect, it } from 'vitest';
import { within } from './check';
import { ok } from './finding';

const failed = (why: string) => [
  {
    ...{ check: 'one', level: 'fail', found: `could not be looked at: ${why}` },
    remedy: 'Mend that, and run this again',
  },
];

it('gives a check its time, and ends what it left under way', async () => {
  let ended = false;
  const never = (signal: AbortSignal) => {
    signal.addEventListener('abort', () => {
      ended = true;
    });
    return new Promise<never>(() => {});
  };
  expect(await within(10, 'one', never)).toEqual(failed('no answer within 0.01 s'));
  expect(ended).toBe(true);
});

it('makes a fault of a check a finding, with its innermost reason', async () => {
  const faulty = async () => {
    throw new Error('Failed query: select', { cause: new Error('permission denied') });
  };
  expect(await within(60_000, 'one', faulty)).toEqual(failed('permission denied'));
});

it('names the check with what it found', async () => {
  expect(await within(60_000, 'one', async () => [ok('well')])).toEqual([
    { check: 'one', level: 'ok', found: 'well' },
  ]);
});
