import { expect, it } from 'vitest';
import { compareValues } from './compare';

it('orders text as people do, and what is not there first', () => {
  expect(['node-10', null, 'Node-9', 'a'].sort(compareValues)).toEqual([null, 'a', 'Node-9', 'node-10']);
});

it('orders numbers and moments by their size', () => {
  expect([10, 9, 100].sort(compareValues)).toEqual([9, 10, 100]);
  const [early, late] = [new Date(1), new Date(2)];
  expect([late, early].sort(compareValues)).toEqual([early, late]);
});
