import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PATTERN_CHARS, patternProblem, search } from './pattern';

/** Atoms, alternatives and repetitions inside one another: among them those that make a backtracking engine hang. */
const pattern = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', 'b', 'ab', '[ab]', '[^a]', '.', '\\w', '\\d', 'x?'),
    tie('pattern').map((inner) => `(${inner})`),
    fc
      .tuple(tie('part'), fc.constantFrom('+', '*', '?', '+?', '{1,3}'))
      .map(([inner, times]) => `(?:${inner})${times}`),
  ),
  pattern: fc.oneof(
    fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
    fc.tuple(tie('part'), tie('part')).map(([left, right]) => `${left}|${right}`),
    tie('part').map((inner) => `^${inner}$`),
  ),
})).pattern;

/** What both engines mean the same by: where nothing that may be empty is repeated, and no group is. */
const plain = fc
  .array(
    fc.tuple(
      fc.constantFrom('a', 'b', 'ab', '[ab]', '[^a]', '.', '\\w', '\\d', '(?:a|b1)', '\\b'),
      fc.constantFrom('', '', '+', '*', '?', '+?', '*?', '{1,3}'),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) =>
    parts
      .map(([part, times]) =>
        part === '\\b'
          ? part
          : `${/^..$/.test(part) && !part.startsWith('\\') ? `(?:${part})` : part}${times}`,
      )
      .join(''),
  );
const grouped = fc
  .tuple(fc.constantFrom('', '^'), plain, plain, plain, fc.constantFrom('', '$'))
  .map(([start, before, group, after, end]) => `${start}${before}(${group})${after}${end}|${group}`);

describe('a pattern that an operator writes', () => {
  it('finds what the language’s own engine finds', () => {
    fc.assert(
      fc.property(
        fc.oneof(plain, grouped),
        fc.string({ unit: fc.constantFrom('a', 'b', ' ', '1', '\n'), maxLength: 10 }),
        (source, text) => {
          const match = new RegExp(source, 'u').exec(text);
          expect(search(source, text)).toEqual({ value: match?.[1] ?? match?.[0], onlyFirst: null });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('ends for every text, also where a backtracking engine would go on for years', () => {
    fc.assert(
      fc.property(pattern, fc.constantFrom('a', 'ab', 'b1'), (inner, unit) => {
        for (const source of [`(${inner})+$`, `(?:${inner}|${inner})*!$`, `^(${inner})*(${inner})*$`])
          if (patternProblem(source) === null) search(source, `${unit.repeat(500)}?`);
      }),
      { numRuns: 50 },
    );
    expect(search('(a+)+$', `${'a'.repeat(40)}!`).value).toBeUndefined();
  });

  it('searches less of a long text the larger it is, and says how much', () => {
    const text = ' '.repeat(1024 * 1024);
    for (const size of [1, 10, 50, 100]) {
      const { onlyFirst } = search(`(?:a?){${size}}b`, text);
      expect(onlyFirst).toBeLessThanOrEqual(32 * 1024);
      expect((onlyFirst ?? 0) * size).toBeLessThanOrEqual(250_000);
      expect(onlyFirst).toBeGreaterThanOrEqual(1000);
    }
    expect(search('b', `${' '.repeat(32 * 1024)}b`).value).toBeUndefined();
    expect(search('b', `${' '.repeat(32 * 1024 - 1)}b`).value).toBe('b');
  });

  it.each([
    ...['(?=a)', '(?!a)', '(?<=a)b', '(?<!a)b'].map((source) => [
      source,
      /uses lookaround, which is not supported/,
    ]),
    ...['(a)\\1', '(a)(b)\\2', '(?<x>a)\\k<x>', '\\\\\\k<x>'].map((source) => [
      source,
      /uses a backreference, which is not/,
    ]),
    ...['(', 'a)', '[a', '+', 'a**', '\\'].map((source) => [source, /is not a regular expression \(/]),
    ...['a{251}', '(?:ab?){100}', '((a{9}){9}){9}', '\\pL{999}'.repeat(50), `(${'x'.repeat(240)}){1000}`].map(
      (source) => [source, /is too large: its repetitions make more than 250 steps/],
    ),
    ['a'.repeat(MAX_PATTERN_CHARS + 1), /is too long \(at most 500 characters\)/],
  ] as [string, RegExp][])('%j is refused in words', (source, words) => {
    expect(patternProblem(source)).toMatch(words);
  });

  it.each([
    '\\u0041\\u{1F600}',
    '(?<version>\\d+)',
    'a\\/b',
    '"etag":\\s*"([^"]{1,64})"',
    '(?i)rev',
    '\\\\k<x>',
  ])('%j is taken', (source) => expect(patternProblem(source)).toBeNull());
});

it('no other engine is given a pattern that is not in our source', () => {
  const sources = ['server', 'components', 'app', 'cli', 'db'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
  );
  const made = sources
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && !file.includes('testing'))
    .filter((file) =>
      /\bRegExp\(|\.(?:match|matchAll|search)\((?!\/|[A-Z_]+\))/.test(readFileSync(file, 'utf8')),
    );
  expect(made).toEqual([]);
});
