import { expect, it } from 'vitest';
import { eachValue } from '@/server/input/each-value';
import { checkPlaybook } from '@/server/steps/check-playbook';
import { checkedDocuments } from './config/check-documents';
import { givenPlaybook } from './inputs';
import { refuseCostlyPlaybook } from './template-limits';

const STEPS = 200;
const step = (at: number) => ({
  ...{ name: `Step ${at}`, type: 'http-request', target: 'instance' as const },
  calls: [1, 2].map((call) => ({ url: `/${at}/${call}?t={{tenant.id}}`, body: '{{config.version}}' })),
});
const definition = {
  stages: Array.from({ length: STEPS / 20 }, (_, stage) => ({
    name: `Stage ${stage}`,
    steps: Array.from({ length: 20 }, (_, at) => step(stage * 20 + at)),
  })),
};

/** Over how many turns of the event loop it was spread: others had theirs in between. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 1;
  let over = false;
  const other = () => {
    turns += 1;
    if (!over) setImmediate(other);
  };
  setImmediate(other);
  await work.finally(() => {
    over = true;
  });
  return turns;
}

it('the largest playbook is checked a step at a time, by itself and with all the others', async () => {
  expect(await turnsDuring(checkPlaybook(definition))).toBeGreaterThanOrEqual(STEPS);
  // Its settings, then its place among the steps.
  expect(await turnsDuring(givenPlaybook.parseAsync(definition))).toBeGreaterThanOrEqual(2 * STEPS);
});

it('many of them are checked no more at once than one', async () => {
  const documents = Array.from({ length: 3 }, (_, at) => ({
    ...{ kind: 'Playbook', name: `book-${at}`, spec: { name: 'Book', definition } },
  }));
  expect(await turnsDuring(checkedDocuments(documents))).toBeGreaterThanOrEqual(6 * STEPS);
  const together = Promise.all([givenPlaybook.parseAsync(definition), givenPlaybook.parseAsync(definition)]);
  expect(await turnsDuring(together)).toBeGreaterThanOrEqual(4 * STEPS);
});

it('as much as a request may have is looked over in parts', async () => {
  const values = Array.from({ length: 100_000 }, () => 'x');
  let seen = 0;
  const look = () => {
    seen += 1;
  };
  expect(await turnsDuring(eachValue({ values }, look))).toBeGreaterThanOrEqual(100);
  expect(seen).toBe(100_002);
  expect(await turnsDuring(refuseCostlyPlaybook({ values }))).toBeGreaterThanOrEqual(100);
});

it('tells where each value stands, and stops at the first that is refused', async () => {
  const places: string[] = [];
  const looked = eachValue({ a: [1, { b: null }], c: 'x' }, (value, path) => {
    places.push(path.join('.'));
    if (value === null) throw new Error('refused');
  });
  await expect(looked).rejects.toThrow('refused');
  expect(places).toEqual(['', 'a', 'a.0', 'a.1', 'a.1.b']);
});
