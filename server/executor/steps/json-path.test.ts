import { expect, it } from 'vitest';
import { atPath } from './json-path';

const value = { version: 'v2', build: { tags: ['a', { name: 'b' }], zero: 0, none: null }, list: [[1, 2]] };

it.each([
  ['version', 'v2'],
  ['$.version', 'v2'],
  ['build.tags[1].name', 'b'],
  ['$.build.tags[0]', 'a'],
  ['list[0][1]', 2],
  ['build.zero', 0],
  ['build.none', null],
  ['$', value],
  ['missing', undefined],
  ['version.length', undefined],
  ['build.none.deeper', undefined],
  ['build.tags[9]', undefined],
  ['constructor', undefined],
  ['build.tags.length', 2],
])('%s is %o', (path, expected) => {
  expect(atPath(value, path)).toEqual(expected);
});

it('finds nothing in what is no JSON', () => expect(atPath(undefined, 'version')).toBeUndefined());
