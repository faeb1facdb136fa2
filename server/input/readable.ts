/** Controls, formats (also those that turn the direction of writing), halves of pairs, private use, line ends. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]/u;
/** They join the letters of some scripts and the parts of some emoji, and are nothing by themselves. */
const JOINERS = /[\u200c\u200d]/g;
const LINE_ENDS = /[\r\n\t]/g;
/** More marks on one letter than any language writes: they cover the lines above and below. */
const PILED = /\p{M}{6,}/u;
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;

/**
 * What keeps a text that somebody wrote from being read by others as it is: in a list, a log or a sentence it would stand
 * for another one, for none, or over its neighbours. Null when nothing does; an empty text is readable.
 */
export function whyNotReadable(text: string, { lines = false } = {}): string | null {
  const looked = text.replaceAll(JOINERS, '').replaceAll(lines ? LINE_ENDS : /$^/g, '');
  const unseen = UNSEEN.exec(looked)?.[0];
  if (unseen !== undefined) return `has a character that nobody sees (${codePoint(unseen)}): take it out`;
  if (PILED.test(text.normalize('NFC'))) return 'has too many marks on one letter';
  return text.trim() !== '' && !SEEN.test(looked) ? 'has nothing that can be seen' : null;
}

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
