import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUnique, searchTwice, twiceWords } from './unique-keys';

/** What is found, and in how many steps. */
function searched(text: string) {
  const search = searchTwice(text);
  for (let steps = 1; ; steps += 1) {
    const { done, value } = search.next();
    if (done) return { twice: value, steps };
  }
}

describe('a key that is there twice', () => {
  it.each([
    ['{"a":1,"b":2,"a":3}', { key: 'a', first: 1, line: 1 }],
    ['{\n"a": 1,\n"b": {"a": 2},\n"a": 3}', { key: 'a', first: 2, line: 4 }],
    ['[{"a":1},\n{"x":{"b":1,\r\n"b":1}}]', { key: 'b', first: 2, line: 3 }],
    ['{"a":"x","\\u0061":1}', { key: 'a', first: 1, line: 1 }],
    ['{"":1,"":2}', { key: '', first: 1, line: 1 }],
    ['{"__proto__":1,"__proto__":2}', { key: '__proto__', first: 1, line: 1 }],
    ['{"a":[1,"a","a"],"a":[]}', { key: 'a', first: 1, line: 1 }],
    ['{"a":{},"b":{},"a":{}}', { key: 'a', first: 1, line: 1 }],
  ])('is found in %s', (text, found) => {
    expect(searched(text).twice).toEqual(found);
    expect(() => parseUnique(text)).toThrow(`has the key "${found.key}" twice, in line`);
  });

  it.each([
    '{"a":{"a":{"a":1}},"b":"a","c":["a","a"]}',
    '[{"a":1},{"a":1}]',
    '{"a":"\\"a\\":1,\\"a\\":","b":"}{,"}',
    '"a"',
    '',
    '{"a":',
    '}]{"a"',
  ])('is not found in %s', (text) => {
    expect(searched(text).twice).toBeNull();
  });

  it('is found in any JSON where one is put in, and in none else', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.string(), fc.jsonValue(), (value, key, other) => {
        const text = JSON.stringify(value, null, 1);
        expect(searched(text).twice).toBeNull();
        expect(parseUnique(text)).toEqual(JSON.parse(text));
        const name = JSON.stringify(key);
        const twice = `{${name}:${text},\n${name}:${JSON.stringify(other)}}`;
        expect(searched(twice).twice).toMatchObject({ key });
      }),
    );
  });

  it('is told with the beginning of a long key', () => {
    expect(twiceWords({ key: 'k'.repeat(500), first: 1, line: 2 })).toBe(
      `has the key "${'k'.repeat(80)}…" twice, in lines 1 and 2`,
    );
  });

  it('is looked for in steps that hold up nobody, in the largest body there may be', () => {
    const entries = Array.from({ length: 240_000 }, (_, n) => `"key ${n} of many":${n}`);
    const large = Buffer.from(`{${entries.join(',')},"key 0 of many":1}`).toString();
    const began = performance.now();
    const { twice, steps } = searched(large);
    expect(twice).toMatchObject({ key: 'key 0 of many' });
    // As much work in each, however long the whole is.
    expect(steps).toBeGreaterThan(large.length / 17_000);
    expect((performance.now() - began) / steps).toBeLessThan(50);
  }, 60_000);
});
