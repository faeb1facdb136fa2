import { describe, expect, it } from 'vitest';
import { checkStep, runStep } from './registry';
import { stepContext } from './testing/step-context';

const approval = { name: 'look', type: 'approval', instructions: 'Look at the error rate.' };
const asked = { ok: true, asks: true };

it('says what to look at', () => {
  expect(checkStep(approval)).toEqual([]);
  expect(checkStep({ ...approval, instructions: ' ' })).toMatchObject([{ path: ['instructions'] }]);
});

describe('under a condition', () => {
  const run = (when: object, data: Record<string, unknown>) =>
    runStep({ ...approval, when }, stepContext([], { data }));

  it.each([
    ['holds', { value: '{{data.load}}', greater: 5 }, asked],
    [
      'does not',
      { value: '{{data.load}}', greater: 50 },
      { ok: true, detail: 'nobody is asked: {{data.load}} is 9, expected greater than 50' },
    ],
    ['names what was not taken', { value: '{{data.other}}', greater: 50 }, asked],
    [
      'does not hold, and another names what was not taken',
      { all: [{ value: '{{data.other}}', equals: 'x' }] },
      asked,
    ],
    [
      'is joined with another that holds',
      {
        any: [
          { value: '{{data.load}}', less: 1 },
          { value: 'x', equals: 'x' },
        ],
      },
      asked,
    ],
  ])('that %s', async (_, when, expected) => {
    expect(await run(when, { load: 9 })).toMatchObject(expected);
  });

  it('looks at nothing but what is filled in', () => {
    expect(checkStep({ ...approval, when: { status: true, equals: 200 } })).toMatchObject([
      { path: ['when'], message: expect.stringContaining('is asked where there is no answer') },
    ]);
  });
});
