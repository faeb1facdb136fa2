import { expect, it } from 'vitest';
import { csvLines } from './csv';

it('writes one line after the other under their names', () => {
  expect(csvLines(['id', 'actor'], [['7', 'Li Wei']])).toBe('id,actor\r\n7,Li Wei\r\n');
});

it('quotes what would break a line, and keeps formulas from running', () => {
  expect(csvLines(['a'], [['=HYPERLINK("x")']])).toContain(`"'=HYPERLINK(""x"")"`);
  expect(csvLines(['a'], [['a, b'], ['{"a":1}']])).toBe('a\r\n"a, b"\r\n"{""a"":1}"\r\n');
});
