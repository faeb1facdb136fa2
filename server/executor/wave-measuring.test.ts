import { expect, it } from 'vitest';
import type { Measured } from '@/domain/plan-gate';
import { type MeasureWave, WaveMeasuring } from './wave-measuring';

const GATE = {
  ...{ everySeconds: 1, measurements: 1, failureLimit: 0, inconclusiveLimit: 0 },
  otherwise: 'halt' as const,
};
const FOUND: Measured = { value: 1, baseline: null, verdict: 'passed', told: 'the value is 1' };

/** What was asked to be measured, each with what ends it. */
function measuring() {
  const asked: { signal: AbortSignal; end: () => void }[] = [];
  let over = () => {};
  const measure: MeasureWave = (_, signal) =>
    new Promise((resolve) => asked.push({ signal, end: () => resolve(FOUND) }));
  const whole = new AbortController();
  const waves = new WaveMeasuring(measure, whole.signal, () => over());
  const nextOver = () =>
    new Promise<void>((resolve) => {
      over = resolve;
    });
  return { asked, waves, whole, nextOver };
}

it('gives what was found once, and measures one at a time', async () => {
  const { asked, waves, nextOver } = measuring();
  expect(waves.take('PLN-1', 0, GATE)).toBeNull();
  expect(waves.take('PLN-1', 0, GATE)).toBeNull();
  expect(asked).toHaveLength(1);
  const told = nextOver();
  asked[0]?.end();
  await told;
  expect(waves.take('PLN-1', 0, GATE)).toEqual(FOUND);
  expect(waves.take('PLN-1', 0, GATE)).toBeNull();
  expect(asked).toHaveLength(2);
});

it('ends what is measured for nobody any more', () => {
  const { asked, waves, whole } = measuring();
  waves.take('PLN-1', 0, GATE);
  waves.forget();
  expect(asked[0]?.signal.aborted).toBe(true);
  waves.take('PLN-1', 0, GATE);
  waves.take('PLN-1', 1, GATE);
  expect(asked[1]?.signal.aborted).toBe(true);
  expect(asked[2]?.signal.aborted).toBe(false);
  whole.abort();
  expect(asked[2]?.signal.aborted).toBe(true);
});
