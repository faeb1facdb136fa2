import fc from 'fast-check';
import superjson from 'superjson';
import { describe, expect, it } from 'vitest';
import { plainJson, transformer } from './plain-json';

const key = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\\', '0', ' '), minLength: 1, maxLength: 4 });
const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.date({ noInvalidDate: true }),
);
const input = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { noNullPrototype: true }),
  ),
})).value;

const sentAsJson = (value: unknown) => JSON.parse(JSON.stringify(value));

describe('what callers send', () => {
  it('is read as superjson reads it, where it holds what an input may hold', () => {
    fc.assert(
      fc.property(input, (value) => {
        const sent = sentAsJson(superjson.serialize(value));
        expect(transformer.deserialize(sentAsJson(sent))).toEqual(superjson.deserialize(sent));
      }),
    );
  });

  it('is refused where superjson would work for it: every kind of value but dates and undefined', () => {
    const others: unknown[] = [
      new Set([1]),
      new Map([[1, 2]]),
      1n,
      /a+/u,
      new URL('http://a/'),
      new Error('x'),
      Number.NaN,
      new Uint8Array(2),
    ];
    for (const other of others)
      for (const value of [other, { a: other }, { a: [{ b: other }] }])
        expect(() => transformer.deserialize(sentAsJson(superjson.serialize(value)))).toThrow(
          /is not understood/,
        );
    const twice = { x: 1 };
    const sent = sentAsJson(superjson.serialize({ a: twice, b: twice }));
    expect(sent.meta.referentialEqualities).toBeDefined();
    expect(transformer.deserialize(sent)).toEqual({ a: { x: 1 }, b: { x: 1 } });
  });

  it('names only what is there, and never what belongs to the language', () => {
    for (const path of [
      'b',
      'a.b',
      '',
      '__proto__',
      'a.__proto__',
      'constructor',
      'constructor.prototype',
      '__proto__.x',
    ])
      expect(() =>
        transformer.deserialize({ json: { a: 1 }, meta: { values: { [path]: ['undefined'] } } }),
      ).toThrow();
    const many = Array.from({ length: 10_001 }, (_, at) => at);
    const values = Object.fromEntries(many.map((at) => [at, ['undefined']]));
    expect(() => transformer.deserialize({ json: many, meta: { values } })).toThrow(/10001 parts/);
    expect(transformer.deserialize(undefined)).toBeUndefined();
  });
});

describe('what is answered', () => {
  it('is read by superjson as what it was', () => {
    fc.assert(
      fc.property(input, (value) => {
        const read = superjson.deserialize(sentAsJson(transformer.serialize(value)));
        expect(read).toEqual(value);
      }),
    );
  });

  it('may have names that superjson refuses, and values that only superjson can describe', () => {
    const named = { labels: { constructor: 'a', prototype: 'b' }, at: new Date(0), 'a.b': [new Date(1)] };
    expect(superjson.deserialize(sentAsJson(transformer.serialize(named)))).toEqual(named);
    const others = { some: new Set([1]), whole: new Map([[new Date(3), -0]]), none: [undefined] };
    expect(superjson.deserialize(sentAsJson(transformer.serialize(others)))).toEqual(others);
  });
});

it('an answer that is marked as plain goes as it is', () => {
  const answer = [{ constructor: 'a label' }];
  expect(transformer.serialize(plainJson(answer))).toEqual({ json: answer });
});
