import { expect, it } from 'vitest';
import { readSilenced, silencedIn, withSilence } from './silenced';

it('silences a cause in one plan alone, and tells it again', () => {
  const one = withSilence([], 'PLN-1', 'Health|Confirm|stuck', true);
  expect(silencedIn(one, 'PLN-1')).toEqual(['Health|Confirm|stuck']);
  expect(silencedIn(one, 'PLN-2')).toEqual([]);
  const both = withSilence(one, 'PLN-1', 'Config|Send|503', true);
  expect(silencedIn(both, 'PLN-1')).toEqual(['Config|Send|503', 'Health|Confirm|stuck']);
  expect(
    withSilence(withSilence(both, 'PLN-1', 'Config|Send|503', false), 'PLN-1', 'Health|Confirm|stuck', false),
  ).toEqual([]);
});

it('keeps a cause once, and forgets the plans that nobody looked at for longest', () => {
  let silenced = withSilence([], 'PLN-1', 'a', true);
  silenced = withSilence(silenced, 'PLN-1', 'a', true);
  expect(silencedIn(silenced, 'PLN-1')).toEqual(['a']);
  for (let plan = 2; plan <= 21; plan += 1) silenced = withSilence(silenced, `PLN-${plan}`, 'a', true);
  expect(silencedIn(silenced, 'PLN-1')).toEqual([]);
  expect(silencedIn(silenced, 'PLN-2')).toEqual(['a']);
});

it('takes what it cannot read for nothing', () => {
  expect(readSilenced(undefined)).toEqual([]);
  expect(readSilenced('{')).toEqual([]);
  expect(readSilenced('{"a":1}')).toEqual([]);
  expect(readSilenced('[null,{"planId":"PLN-1","causes":["a",1]}]')).toEqual([
    { planId: 'PLN-1', causes: ['a'] },
  ]);
});
