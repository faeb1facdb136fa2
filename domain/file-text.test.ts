import { describe, expect, it } from 'vitest';
import { fileText } from './file-text';

const bytes = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string, littleEndian: boolean) => {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (const [index, char] of [...text].entries())
    view.setUint16(2 * index, char.charCodeAt(0), littleEndian);
  return new Uint8Array(view.buffer);
};

describe('a file', () => {
  it('is read as UTF-8, with and without a mark', () => {
    expect(fileText(bytes('Zürich 東京 😀\n'))).toEqual({ ok: true, text: 'Zürich 東京 😀\n' });
    expect(fileText(bytes('\ufeffa,b'))).toEqual({ ok: true, text: 'a,b' });
    expect(fileText(new Uint8Array())).toEqual({ ok: true, text: '' });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['UTF-16 as Windows writes it', utf16('\ufeffa,b', true), /^The file is UTF-16\. Save the file as UTF-8/],
    ['UTF-16 the other way round', utf16('\ufeffa,b', false), /^The file is UTF-16\./],
    [
      'UTF-16 without a mark',
      utf16('a,b', true),
      /^Line 1 has a character that is not UTF-8\. Save the file/,
    ],
    [
      'Latin-1',
      new Uint8Array([...bytes('a,b\r\nc,d\r\nZ'), 0xfc, ...bytes('rich\n')]),
      /^Line 3 has a character that is not UTF-8\. Save the file as UTF-8/,
    ],
    ['a character cut off', bytes('a\nü').slice(0, 3), /^Line 2 has/],
    ['what another program could not decode', bytes('a\n\ufffd'), /^Line 2 has/],
  ])('of %s is refused in words', (_what, given, words) => {
    expect(fileText(given)).toEqual({ ok: false, problem: expect.stringMatching(words) });
  });
});
