import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foreignText, foreignValue, storableJson, whyNotStorable } from './foreign-text';
import { Veil } from './veil';

/** Anything a program can hold as a text, also what is no Unicode. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'binary-ascii' }),
  fc.string({ unit: 'grapheme' }),
);
const odd = fc
  .array(fc.oneof(anyText, fc.constantFrom('\0', '\ud83d', '\ude00', '\ud83d\ude00', 'hunter22')))
  .map((parts) => parts.join(''));
/** What Postgres refuses in text and JSON. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

describe('foreign text', () => {
  it('keeps whatever comes storable, masked and short', () => {
    fc.assert(
      fc.property(odd, fc.integer({ min: 1, max: 50 }), (text, most) => {
        const kept = foreignText(text, new Veil(['hunter22']), most);
        expect(kept).not.toMatch(UNSTORABLE);
        expect(kept).not.toContain('hunter22');
        expect(Array.from(kept).length).toBeLessThanOrEqual(most + 1);
      }),
    );
  });

  it('leaves alone what is fine', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (text) => {
        fc.pre(!/[\0\u202a-\u202e\u2066-\u2069]/.test(text));
        expect(foreignText(text)).toBe(text);
      }),
    );
  });

  it('does not turn the words around it', () => {
    expect(foreignText('v2\u202e<b> \u2066ok\u2069')).toBe('v2\ufffd<b> \ufffdok\ufffd');
    expect(foreignText('\u05e9\u05dc\u05d5\u05dd v2')).toBe('\u05e9\u05dc\u05d5\u05dd v2');
  });

  it('cuts between code points, never within one', () => {
    expect(foreignText('\u{1f600}'.repeat(10), undefined, 3)).toBe(`${'\u{1f600}'.repeat(3)}…`);
  });

  it('reaches every text in a value, keys as well, and ends at any depth', () => {
    let deep: unknown = 'hunter22\0';
    for (let depth = 0; depth < 10_000; depth += 1) deep = [deep];
    const kept = JSON.stringify(
      foreignValue({ 'a\0': ['\ud800', { b: 'hunter22' }], deep }, new Veil(['hunter22'])),
    );
    expect(kept).not.toMatch(/\\u0000|\\ud8|hunter22/i);
    expect(kept).toContain('nested too deep');
  });
});

describe('what later stages need', () => {
  it('is refused where it could not be kept as it is, and kept where it can', () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 10_000; depth += 1) deep = [deep];
    expect(whyNotStorable({ etag: deep }, 1000)).toContain('nested');
    expect(whyNotStorable({ etag: 'a\0' }, 1000)).toContain('cannot be stored');
    expect(whyNotStorable({ etag: '\ud800' }, 1000)).toContain('cannot be stored');
    expect(whyNotStorable({ etag: 'x'.repeat(2000) }, 1000)).toContain('larger than');
    expect(whyNotStorable({ etag: '"7"', n: [1, { a: '\u{1f600} \\u0000' }] }, 1000)).toBeNull();
  });
});

describe('the net below', () => {
  it('takes out of JSON what Postgres cannot keep, and nothing else', () => {
    fc.assert(
      fc.property(odd, (text) => {
        const stored = JSON.parse(storableJson(JSON.stringify({ text }))) as { text: string };
        expect(stored.text).toBe(text.toWellFormed().replaceAll('\0', '\ufffd'));
      }),
    );
    const escaped = JSON.stringify({ text: 'a \\u0000 that was written out' });
    expect(storableJson(escaped)).toBe(escaped);
  });
});
