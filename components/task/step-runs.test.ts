import { describe, expect, it } from 'vitest';
import type { LiveEvent } from '@/domain/view/plan-view';
import { stepRuns, waterfall } from './step-runs';

let planSeq = 0;
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
function event(kind: string, second: number, payload: object = {}): LiveEvent {
  planSeq += 1;
  return { kind, planSeq, at: at(second), message: kind, payload } as unknown as LiveEvent;
}
const STEP = { stage: 'Send', step: 'Tell' };

describe('what was done for a task', () => {
  it('has each try of a step beside the others, also after a retry and on the way back', () => {
    const [step] = stepRuns([
      event('TaskStarted', 0),
      event('StepStarted', 1, STEP),
      event('StepFailed', 2, { ...STEP, attempts: [{ ok: false, millis: 5 }] }),
      event('TaskRetryStarted', 3),
      event('StepStarted', 4, STEP),
      // The process ended, and another announced it again.
      event('StepStarted', 5, STEP),
      event('StepSucceeded', 6, { ...STEP, attempts: [{ millis: 7 }, { millis: 8 }] }),
      event('TaskRollingBack', 7),
      event('StepStarted', 8, STEP),
    ]);
    expect(
      step?.runs.map(({ run, direction, outcome, calls }) => [run, direction, outcome, calls.length]),
    ).toEqual([
      [1, 'forward', 'failed', 1],
      [2, 'forward', 'done', 2],
      [3, 'rollback', 'running', 0],
    ]);
    expect(step?.runs[1]?.startedAt).toBe(at(4));
  });

  it('has the health rounds, without the look before a configuration is sent', () => {
    const [step] = stepRuns([
      event('StepStarted', 1, STEP),
      event('ProbeResult', 2, { ...STEP, round: 1, rounds: 3, instances: [], guard: true }),
      event('ProbeResult', 3, { ...STEP, round: 1, rounds: 3, instances: [] }),
    ]);
    expect(step?.runs[0]?.rounds).toEqual([{ round: 1, rounds: 3, instances: [], at: at(3) }]);
  });
});

it('draws calls one after the other in the time of their step', () => {
  const call = (millis: number) => ({ millis }) as never;
  expect(waterfall({ calls: [call(1000), call(2000)], startedAt: at(0), endedAt: at(10) })).toEqual([
    { left: 0, width: 10 },
    { left: 10, width: 20 },
  ]);
  expect(waterfall({ calls: [call(300)], startedAt: null, endedAt: null })).toEqual([
    { left: 0, width: 100 },
  ]);
});
