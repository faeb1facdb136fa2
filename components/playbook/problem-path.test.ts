import { expect, it } from 'vitest';
import { WHOLE } from './outline-edit';
import { placeOf, problemsAt } from './problem-path';

it('tells the step a problem is in from the rest of its path', () => {
  expect(placeOf('stages.1.steps.0.request.url')).toEqual({ stage: 1, step: 0, rest: 'request.url' });
  expect(placeOf('definition.stages.2.name')).toEqual({ stage: 2, step: null, rest: 'name' });
  expect(placeOf('stages')).toBeNull();
});

it('gathers what is wrong at one place', () => {
  const problems = [
    { field: 'stages.0.steps.0.url', message: 'is missing.' },
    { field: 'stages.0.steps.0.url', message: 'And more.' },
    { field: 'stages.0.name', message: 'is missing' },
  ];
  expect([...problemsAt(problems, { stage: 0, step: 0 })]).toEqual([['url', 'is missing. And more.']]);
});

it('tells what stands beside the stages from what concerns all', () => {
  expect(placeOf('definition.policies.retry.attempts')).toEqual({
    ...WHOLE,
    rest: 'policies.retry.attempts',
  });
  expect(placeOf('settings.maxRetry')).toEqual({ ...WHOLE, rest: 'settings.maxRetry' });
  expect(placeOf('policiesElsewhere')).toBeNull();
  const problems = [{ field: 'settings.maxRetry', message: 'is too large' }];
  expect([...problemsAt(problems, WHOLE)]).toEqual([['settings.maxRetry', 'is too large']]);
});
