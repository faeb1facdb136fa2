import { expect, it } from 'vitest';
import { extendSteps, type StepEvent, type StepTime } from './step-times';

const at = (second: number) => `2026-11-24T04:00:0${second}.000Z`;
const told = (kind: StepEvent['kind'], second: number, stepIndex = 0): StepEvent => ({
  ...{ planSeq: second, kind, at: at(second), step: `step ${stepIndex}`, stageIndex: 1, stepIndex },
});
const after = (...events: StepEvent[]) => events.reduce<readonly StepTime[]>(extendSteps, []);

it('opens a step, counts its retries and closes it', () => {
  expect(after(told('StepStarted', 1))).toMatchObject([{ from: at(1), to: null, outcome: 'running' }]);
  expect(after(told('StepStarted', 1), told('StepRetrying', 2), told('StepSucceeded', 3))).toEqual([
    { step: 'step 0', stageIndex: 1, stepIndex: 0, from: at(1), to: at(3), outcome: 'succeeded', retries: 1 },
  ]);
  expect(after(told('StepStarted', 1), told('StepFailed', 2))).toMatchObject([{ outcome: 'failed' }]);
});

it('goes on with a step that another process announced again', () => {
  expect(after(told('StepStarted', 1), told('StepStarted', 2), told('StepSucceeded', 3))).toMatchObject([
    { from: at(1), to: at(3) },
  ]);
});

it('ends what was left open when the next begins', () => {
  expect(after(told('StepStarted', 1), told('StepStarted', 4, 1))).toMatchObject([
    { from: at(1), to: at(4), outcome: 'failed' },
    { from: at(4), to: null },
  ]);
});

it('takes no notice of the end of what it did not see begin', () => {
  expect(after(told('StepSucceeded', 1), told('StepRetrying', 2))).toEqual([]);
});
