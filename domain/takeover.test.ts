import { expect, it } from 'vitest';
import { broken, isGivenUp, MOST_TAKEOVERS, takenOver, whyGivenUp } from './takeover';

const START = Date.parse('2026-01-01T10:00:00Z');

it('waits longer before each takeover, and gives up after the last', () => {
  let now = START;
  let takeover = takenOver(null, new Date(now));
  const waits: number[] = [];
  for (;;) {
    if (isGivenUp({ takeover })) break;
    waits.push((Date.parse(takeover.notBefore) - now) / 1000);
    now = Date.parse(takeover.notBefore) + 1;
    takeover = takenOver(takeover, new Date(now));
  }
  expect(waits).toEqual([0, 1, 2, 4, 8, 16, 30, 30]);
  expect(takeover.count).toBe(MOST_TAKEOVERS + 1);
});

it('forgets a takeover that the run outlived by far: a long bake survives many deployments', () => {
  let takeover = takenOver(null, new Date(START));
  for (let day = 1; day < 30; day += 1) takeover = takenOver(takeover, new Date(START + day * 86_400_000));
  expect(takeover.count).toBe(1);
});

it('keeps what ended a run for whoever gives it up, and waits at once', () => {
  const first = broken(null, 'out of memory', new Date(START));
  expect(first).toMatchObject({ count: 0, reason: 'out of memory' });
  const next = takenOver(first, new Date(START + 1000));
  expect(next.count).toBe(1);
  expect(whyGivenUp({ ...next, count: 9 })).toContain('9 times in a row');
  expect(whyGivenUp({ ...next, count: 9 })).toContain('out of memory');
});
