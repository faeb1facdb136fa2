import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonText, keepsNotation, laidOutJson, sourceAt } from './json-text';

const SOURCE =
  ' { "a" : [ 1.0, {"k\\u0041": -1e400} ], "b": "x\\"}", "a2": null, "b": 2, "e": {}, "10": 1, "2": 0 } ';

describe('JSON as it is written', () => {
  it.each([
    [['a'], '[ 1.0, {"k\\u0041": -1e400} ]'],
    [['a', 0], '1.0'],
    [['a', 1, 'kA'], '-1e400'],
    [['b'], '2'],
    [['e', 'x'], undefined],
    [['a', 2], undefined],
    [['b', 'x'], undefined],
    [[], SOURCE.trim()],
  ])('has at %j %s', (keys, expected) => expect(sourceAt(SOURCE, keys)).toBe(expected));

  it('gives plain values where they say the same', () => {
    const json = new JsonText(SOURCE);
    expect([json.at('b'), json.at('a2'), json.at('missing'), json.at('constructor')]).toEqual([
      2,
      null,
      undefined,
      undefined,
    ]);
    expect(String(json.at('a'))).toBe('[ 1.0, {"k\\u0041": -1e400} ]');
  });

  it('finds in whatever JSON what parsing finds', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.integer({ min: 0, max: 3 }), (text, indent) => {
        const value = JSON.parse(text);
        const source = JSON.stringify(value, null, indent);
        for (const [key, item] of Object.entries(value !== null && typeof value === 'object' ? value : {}))
          expect(JSON.parse(sourceAt(source, [key]) ?? '')).toEqual(item);
      }),
    );
  });

  it('knows what JavaScript would write otherwise', () => {
    expect(keepsNotation('{"a": [1, -2.5, 1e+21, "1.0"], "1.0": 9007199254740991}')).toBe(true);
    for (const number of ['1.0', '12345678901234567890', '1e5', '1e400', '-0'])
      expect(keepsNotation(`{"a":[${number}]}`)).toBe(false);
  });

  it('is laid out without changing a value', () => {
    const text = '{"b":1.0,"a":[12345678901234567890,"\\u0041, {:}",[],{ }],"b":1e400}';
    expect(laidOutJson(text)).toBe(
      `{\n  "b": 1.0,\n  "a": [\n    12345678901234567890,\n    "\\u0041, {:}",\n    [],\n    {}\n  ],\n  "b": 1e400\n}`,
    );
    expect(laidOutJson('no: JSON')).toBe('no: JSON');
  });

  it('is laid out as JSON.stringify does it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value = JSON.parse(text);
        expect(laidOutJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });
});
