/** How to get a file that can be read. */
const SAVE_AS_UTF8 = 'Save the file as UTF-8 (in Excel: "CSV UTF-8") and take it again.';

/** A file as text, or why it cannot be read as what it must be: UTF-8. */
export type FileText = { ok: true; text: string } | { ok: false; problem: string };

/** Reads UTF-8, with or without a byte order mark; another encoding is refused rather than guessed. */
export function fileText(bytes: Uint8Array): FileText {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return { ok: false, problem: `The file is UTF-16. ${SAVE_AS_UTF8}` };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const line = undecodedLine(text);
    return line === null ? { ok: true, text } : { ok: false, problem: notUtf8(line) };
  } catch {
    return { ok: false, problem: notUtf8(undecodedLine(new TextDecoder().decode(bytes)) ?? 1) };
  }
}

/** The first line that was not decoded; null when the text is whole. */
export function undecodedLine(text: string): number | null {
  const at = text.search(/[\ufffd\0]/);
  return at < 0 ? null : lineBreaks(text, at) + 1;
}

/** What is said of such a line. */
export const notUtf8 = (line: number): string =>
  `Line ${line} has a character that is not UTF-8. ${SAVE_AS_UTF8}`;

/** Line ends of any system before `end`, counted without making a list of them: there may be millions. */
export function lineBreaks(text: string, end = text.length): number {
  let count = 0;
  for (let at = 0; at < end; at += 1) {
    const char = text[at];
    if (char === '\n' || (char === '\r' && text[at + 1] !== '\n')) count += 1;
  }
  return count;
}
