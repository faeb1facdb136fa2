import { describe, expect, it } from 'vitest';
import { type Finished, reachedThreshold, type Thresholds } from './threshold';

const failed = (code = 'HTTP_500', step: string | null = 'send'): Finished => ({
  failure: { stage: 'Config', step, code },
});
const completed: Finished = { failure: null };
const times = (count: number, one: Finished) => Array.from({ length: count }, () => one);

/** Newest first, as the rows are read. */
const CASES: [string, Thresholds, Finished[], number, keyof Thresholds | null][] = [
  ['nothing asked', {}, times(9, failed()), 9, null],
  ['one below the count', { failedCount: 3 }, times(2, failed()), 10, null],
  ['at the count', { failedCount: 3 }, times(3, failed()), 10, 'failedCount'],
  ['completed ones do not count', { failedCount: 2 }, [failed(), ...times(5, completed)], 10, null],
  ['below the share', { failedPercent: 20 }, times(1, failed()), 10, null],
  ['at the share', { failedPercent: 20 }, times(2, failed()), 10, 'failedPercent'],
  ['a share of all tasks, not of the finished ones', { failedPercent: 50 }, [failed()], 10, null],
  ['any failure at a share of nothing', { failedPercent: 0 }, [completed], 10, null],
  ['one at a share of nothing', { failedPercent: 0 }, [failed()], 10, 'failedPercent'],
  ['in a row', { consecutive: 2 }, [failed(), failed('TIMEOUT'), completed], 10, 'consecutive'],
  ['a row that a success broke', { consecutive: 2 }, [failed(), completed, failed()], 10, null],
  ['a row that is over', { consecutive: 2 }, [completed, failed(), failed()], 10, null],
  ['the same error apart', { sameError: 2 }, [failed(), completed, failed()], 10, 'sameError'],
  ['another code', { sameError: 2 }, [failed(), failed('TIMEOUT')], 10, null],
  ['another step', { sameError: 2 }, [failed(), failed('HTTP_500', 'tell')], 10, null],
  ['nothing finished', { failedCount: 1, failedPercent: 1, consecutive: 1, sameError: 1 }, [], 10, null],
  ['the first of several', { failedCount: 1, sameError: 1 }, [failed()], 10, 'failedCount'],
];

describe('a threshold', () => {
  it.each(CASES)('%s', (_name, thresholds, finished, total, expected) => {
    expect(reachedThreshold(thresholds, finished, total)?.threshold ?? null).toBe(expected);
  });

  it.each([
    [{ failedCount: 1 }, '1 task failed (threshold: 1).'],
    [{ failedPercent: 10 }, '2 tasks of 10 failed (threshold: 10 %).'],
    [{ consecutive: 2 }, '2 tasks failed in a row (threshold: 2).'],
    [{ sameError: 2 }, '2 tasks failed with the same error, HTTP_500 in send (threshold: 2).'],
  ] as [Thresholds, string][])('%o says by what it was reached', (thresholds, reason) => {
    const finished = 'failedCount' in thresholds ? [failed()] : times(2, failed());
    expect(reachedThreshold(thresholds, finished, 10)?.reason).toBe(reason);
  });

  it('names the stage where no step is known', () => {
    expect(reachedThreshold({ sameError: 1 }, [failed('REJECTED', null)], 10)?.reason).toContain(
      'REJECTED in Config',
    );
  });
});
