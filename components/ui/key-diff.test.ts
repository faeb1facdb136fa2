import { describe, expect, it } from 'vitest';
import { keyDiff } from './key-diff';

describe('two configurations by key', () => {
  it('have what was changed, added and taken away, each by its place', () => {
    const before = { a: 1, routes: [{ host: 'x' }, 'y'], gone: { deep: true }, 'odd key': 1 };
    const after = { a: 2, routes: [{ host: 'z' }, 'y'], fresh: [], 'odd key': 2 };
    expect(keyDiff(JSON.stringify(before), JSON.stringify(after))).toEqual({
      changes: [
        { path: 'a', before: '1', after: '2' },
        { path: 'routes[0].host', before: '"x"', after: '"z"' },
        { path: 'gone.deep', before: 'true', after: null },
        { path: '["odd key"]', before: '1', after: '2' },
        { path: 'fresh', before: null, after: '[]' },
      ],
      same: 1,
    });
  });

  it('tells numbers apart that JavaScript would not, and texts with colons and commas in them', () => {
    expect(keyDiff('{"n":9007199254740993}', '{"n":9007199254740992}')?.changes).toHaveLength(1);
    expect(keyDiff('{"a: 1":"b: 2,"}', '{"a: 1":"b: 3,"}')?.changes).toEqual([
      { path: '["a: 1"]', before: '"b: 2,"', after: '"b: 3,"' },
    ]);
    expect(keyDiff('[[1],[2]]', '[[1],[3]]')?.changes).toEqual([{ path: '[1][0]', before: '2', after: '3' }]);
  });

  it('cannot be told where one has no keys', () => {
    expect(keyDiff('{"a":1}', 'plain text')).toBeNull();
    expect(keyDiff('1', '2')).toBeNull();
  });
});
