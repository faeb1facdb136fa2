import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beyondBounds, parseBounded } from './bounded-json';

/** How deep a value is, and how many commas, colons and opening brackets it is written with. */
function measure(value: unknown): { depth: number; parts: number } {
  if (typeof value !== 'object' || value === null) return { depth: 0, parts: 0 };
  const inner = Object.values(value).map(measure);
  const colons = Array.isArray(value) ? 0 : inner.length;
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    parts: colons + Math.max(0, inner.length - 1) + inner.reduce((sum, { parts }) => sum + parts, 0),
  };
}

describe('JSON from outside', () => {
  it('is measured as it is written, whatever its texts look like', () => {
    const text = fc.string({ unit: fc.constantFrom('"', '\\', '[', '{', ',', ':', 'a', '\n') });
    const value = fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 });
    fc.assert(
      fc.property(fc.oneof(value, fc.dictionary(text, text), fc.array(text)), (one) => {
        const written = JSON.stringify(one);
        const { depth, parts } = measure(one);
        expect(beyondBounds(written, { depth, parts: parts + 1e6 })).toBeNull();
        if (depth > 0)
          expect(beyondBounds(written, { depth: depth - 1, parts: 1e6 })).toMatch(/nested too deeply/);
        expect(beyondBounds(written, { depth: 100, parts: parts + written.length })).toBeNull();
        expect(parseBounded(written)).toEqual(JSON.parse(written));
      }),
    );
  });

  it('counts parts', () => {
    expect(beyondBounds('[1,2,3]', { depth: 9, parts: 2 })).toBe('has too many parts (more than 2)');
    expect(beyondBounds('{"a":1,"b,:":[2]}', { depth: 9, parts: 5 })).toBeNull();
  });

  it('never throws for what is no JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', '\\', '[', '}', ']', '{', ',') }), (text) => {
        beyondBounds(text, { depth: 3, parts: 3 });
        parseBounded(text);
      }),
    );
  });
});
