import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDiff } from './line-diff';

const lines = (count: number, word: string) =>
  Array.from({ length: count }, (_, at) => `${word} ${at}`).join('\n');

describe('a comparison of two configurations', () => {
  it('counts what is added and removed, and leaves out what is far from it', () => {
    const before = lines(100, 'same');
    const { lines: shown, added, removed, more } = lineDiff(before, before.replace('same 50', 'other'));
    expect([added, removed, more]).toEqual([1, 1, 0]);
    expect(shown.map(({ kind }) => kind)).toEqual([
      'gap',
      'same',
      'same',
      'same',
      'removed',
      'added',
      'same',
      'same',
      'same',
      'gap',
    ]);
  });

  it('holds for any two texts: what is not removed and what is not added are the same lines', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '', 'c'), { maxLength: 8 }).map((all) => all.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { added, removed } = lineDiff(before, after);
        const count = (one: string) => one.replace(/\n$/, '').split('\n').length;
        expect(count(after) - count(before)).toBe(added - removed);
      }),
    );
  });

  it.each([
    ['{"a":1.0,"b":2}', '{"a":1,"b":2}', ['-  "a": 1.0,', '+  "a": 1,']],
    [
      '{"a":12345678901234567890}',
      '{"a":12345678901234567891}',
      ['-  "a": 12345678901234567890', '+  "a": 12345678901234567891'],
    ],
    ['{"a":1,"a":2}', '{"a":2}', ['-  "a": 1,']],
    ['{"a":1}', '{ "a":1 }', ['-{"a":1}', '+{ "a":1 }']],
    ['{"a":1}', '{"a":1}\n', ['-{"a":1}', '+{"a":1}⏎']],
    ['x', 'x\n', ['-x', '+x⏎']],
    ['{"a":1}', '{"a":1}', []],
  ])('of %j and %j shows what is sent otherwise', (before, after, changed) => {
    const signs = { added: '+', removed: '-' };
    const shown = lineDiff(before, after).lines.flatMap((line) =>
      line.kind === 'added' || line.kind === 'removed' ? [signs[line.kind] + line.text] : [],
    );
    expect(shown).toEqual(changed);
  });

  it('gives up finding the fewest changes where too much differs, and shows no more than a page can take', () => {
    // The largest configurations there can be, without a line in common: finding out would take minutes.
    const { lines: shown, added, removed, more } = lineDiff(lines(30_000, 'a'), lines(30_000, 'b'));
    expect([added, removed]).toEqual([30_000, 30_000]);
    expect(shown.length + more).toBe(60_000);
    expect(shown.length).toBe(2000);
  });
});
