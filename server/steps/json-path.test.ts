import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { atPath, findAt, jsonPathProblem } from './json-path';

const value = {
  version: 'v2',
  build: { tags: ['a', { name: 'b' }], zero: 0, none: null },
  list: [[1, 2]],
  'app-version': 'x',
  items: [
    { name: 'one', n: 1, on: false },
    { name: 'two', n: 2, on: true, id: 'a1' },
    { name: 'three', n: 3, on: true, id: 'b22' },
  ],
};

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
  ['app-version', 'x'],
  ["$['app-version']", 'x'],
  ["['build'].tags[-1].name", 'b'],
  ['items[-1].n', 3],
  ["items[?@.name == 'two'].n", 2],
  ['$.items[?@.on && @.n > 2].name', 'three'],
  ['items[*].name', 'one'],
  ['items[1:].name', 'two'],
  ['$..id', 'a1'],
  ['..id', 'a1'],
  ['$.items[?match(@.id, "b[0-9]+")].n', 3],
  ['$.items[?search(@.id, "2")].n', 3],
  ['$.items[?match(@.id, "b")].n', undefined],
  ['$.items[?length(@.id) == 3].n', 3],
  ['$.items[?count(@.*) == 3].n', 1],
  ['$.items[?@ == $.items[1]].n', 2],
  ['$.items[5]', undefined],
  ['$.*', 'v2'],
])('%s is %o', (path, expected) => {
  expect(atPath(value, path)).toEqual(expected);
});

it('finds nothing in what is no JSON', () => expect(atPath(undefined, 'version')).toBeUndefined());

describe('a path that cannot be used', () => {
  it.each([
    ['$.a b', 'character 5'],
    ['items[?', 'character 8'],
    ['$.a-ü+b', "['a-b']"],
    ['items[?@.name ==]', 'character 17'],
    ['a[', 'character'],
    ['', 'character'],
    ['$[?match(@.a, @.b)]', 'the pattern of match must be written out'],
    ['$[?search(@.a, "(?=x)")]', 'uses lookaround'],
    ['$[?nobody(@.a)]', 'nobody'],
    [`$.${'a'.repeat(500)}`, 'too long'],
  ])('%s is told with its place', (path, told) => expect(jsonPathProblem(path)).toContain(told));

  it.each(['a', 'a.b[0]', 'app-version', '$', '$..*', "$['a','b'][0,1]", 'kvs[0].value'])(
    '%s is none of them',
    (path) => expect(jsonPathProblem(path)).toBeNull(),
  );
});

describe('a search', () => {
  const wide = Array.from({ length: 49_000 }, (_, at) => at);
  const deep = JSON.parse(
    `[${Array.from({ length: 250 }, () => '['.repeat(98) + ']'.repeat(98)).join(',')}]`,
  );
  const named = {
    list: Array.from({ length: 12_000 }, (_, at) => ({ a: at, b: 'x'.repeat(60) })),
    same: wide,
  };

  it.each([
    ['$..*..*..*[?@ == 7]', wide],
    ['$..[?@..[?@..[?@ == 1]]]', deep],
    ['$..*..*..*..missing', deep],
    ['$..[?@ == $]', deep],
    ['$[*,*,*,*,*,*][*,*,*,*][*,*,*,*].x', named],
    ['$.list[?@.b == $.list[?@.a == 9].b || $..a == 3 ].a', named],
    ['$.list[?count($..*) == 1].a', named],
    ["$..[?search(@.b, '(x+x+)+y')]", named],
    ['$[?@.same == $.same]', [named, named, named]],
  ])('for %s is given up before it holds anybody up', (path, body) => {
    if (jsonPathProblem(path) !== null) return;
    findAt([], path);
    // The quickest of three: what else the machine does is not what is meant.
    const took = [1, 2, 3].map(() => {
      const began = performance.now();
      expect(findAt(body, path).value).toBeUndefined();
      return performance.now() - began;
    });
    expect(Math.min(...took)).toBeLessThan(500);
  });

  it('of what is large is carried through where it looks at each part once', () => {
    expect(findAt({ a: wide, z: { id: 1 } }, '$..id')).toEqual({
      value: 1,
      keys: ['z', 'id'],
      givenUp: false,
    });
    expect(findAt(named, '$.list[?@.a == 11999].a')).toMatchObject({
      value: 11_999,
      keys: ['list', 11_999, 'a'],
    });
    expect(findAt(named, '$..nowhere')).toMatchObject({ value: undefined, givenUp: false });
    expect(findAt(deep, '$..*..*..*..missing')).toMatchObject({ givenUp: true });
  });
});
