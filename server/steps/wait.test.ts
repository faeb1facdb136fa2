import { expect, it } from 'vitest';
import { runStep } from './registry';
import { stepContext } from './testing/step-context';

const bake = { name: 'bake', type: 'wait', seconds: 5 };

it('waits its time, looking every 2 s whether it should end', async () => {
  const context = stepContext([]);
  expect(await runStep(bake, context)).toMatchObject({ ok: true, detail: 'Waited 5 s' });
  expect(context.waits).toEqual([2000, 2000, 1000]);
});

it('counts from when it was first announced', async () => {
  const since = new Date('2025-12-31T23:59:56Z');
  const context = stepContext([], { since, inDoubt: true });
  expect(await runStep(bake, context)).toMatchObject({ ok: true, detail: 'Waited 5 s' });
  expect(context.waits).toEqual([1000]);
  const over = stepContext([], { since: new Date('2025-12-31T00:00:00Z') });
  expect(await runStep(bake, over)).toMatchObject({ ok: true });
  expect(over.waits).toEqual([]);
});

it.each([
  ['cancel', 'Ended after 2 of 5 s: a cancel was requested'],
  ['rollback', 'Ended after 2 of 5 s: a rollback was requested'],
  ['pause', 'Waited 5 s'],
] as const)('when a %s is requested: %s', async (kind, detail) => {
  let looks = 0;
  const requested = async () => {
    looks += 1;
    return { pause: false, cancel: false, rollback: false, [kind]: looks > 1 };
  };
  expect(await runStep(bake, stepContext([], { requested }))).toMatchObject({ ok: true, detail });
});
