import { expect, it } from 'vitest';
import { liveEvent } from '@/domain/view/testing/live-event';
import { StepTimes } from './step-times';

const where = { stage: 'Config', stageIndex: 0, step: 'Send', stepIndex: 0 };
const started = (planSeq: number, taskId = 'PLN-1.1') =>
  liveEvent(planSeq, 'StepStarted', 'RUNNING', { ...where, type: 'config-update' }, { taskId });
const done = (planSeq: number, taskId = 'PLN-1.1') =>
  liveEvent(planSeq, 'StepSucceeded', 'RUNNING', { ...where, detail: '', attempts: [] }, { taskId });
const stored = (planSeq: number, kind: 'StepStarted' | 'StepSucceeded') => {
  const { at } = started(planSeq);
  return { planSeq, kind, at, step: 'Send', stageIndex: 0, stepIndex: 0 };
};

it('asks once for each task', () => {
  const times = new StepTimes();
  expect(times.begin(['PLN-1.1', 'PLN-1.2'])).toEqual(['PLN-1.1', 'PLN-1.2']);
  expect(times.begin(['PLN-1.2', 'PLN-1.3'])).toEqual(['PLN-1.3']);
  times.put('PLN-1.1', []);
  times.giveUp(['PLN-1.2']);
  expect(times.begin(['PLN-1.1', 'PLN-1.2'])).toEqual(['PLN-1.2']);
});

it('loses nothing of what came while it was fetched, and counts nothing twice', () => {
  const times = new StepTimes();
  times.begin(['PLN-1.1']);
  times.take([started(4), done(6)]);
  times.put('PLN-1.1', [stored(4, 'StepStarted')]);
  expect(times.of('PLN-1.1')).toMatchObject([{ step: 'Send', outcome: 'succeeded' }]);
  const before = times.of('PLN-1.1');
  times.take([started(4), done(6)]);
  expect(times.of('PLN-1.1')).toBe(before);
});

it('follows those it knows, and no others', () => {
  const times = new StepTimes();
  times.begin(['PLN-1.1']);
  times.put('PLN-1.1', []);
  times.take([started(7), started(8, 'PLN-1.2')]);
  expect(times.of('PLN-1.1')).toMatchObject([{ outcome: 'running' }]);
  expect(times.of('PLN-1.2')).toEqual([]);
  times.forget();
  expect(times.of('PLN-1.1')).toEqual([]);
});
