import { dictionary } from '@zxcvbn-ts/language-common';

/** The passwords that are tried first: those most often found in what was stolen elsewhere. */
const COMMON = new Set(dictionary['passwords-common'].map((word) => word.toLowerCase()));
const FEWEST_DIFFERENT = 5;
/** Shorter words of a person are part of too many good passwords. */
const SHORTEST_WORD = 4;

/**
 * Why a password is easily guessed, in words for whoever chose it; null when it is not. Refused are the common ones, also
 * with digits and signs around them, a few characters over and over, and what is made of the account's own words.
 */
export function whyGuessable(
  password: string,
  about: { email?: string | undefined; name?: string | undefined } = {},
): string | null {
  const lower = password.normalize('NFKC').toLowerCase();
  const core = lower.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  if (COMMON.has(lower) || COMMON.has(core) || COMMON.has(unitOf(lower)))
    return 'This password is one of those tried first. Choose another, such as a few words in a row.';
  if (new Set(lower).size < FEWEST_DIFFERENT)
    return `A password has at least ${FEWEST_DIFFERENT} different characters.`;
  const own = [
    'switchyard',
    ...(about.email ?? '').split('@'),
    ...(about.name ?? '').split(/\s+/),
    about.email ?? '',
  ]
    .map((word) => word.toLowerCase())
    .filter((word) => word.length >= SHORTEST_WORD);
  const left = own.reduce((rest, word) => rest.replaceAll(word, ''), lower).replaceAll(/[^\p{L}]/gu, '');
  if (left.length < SHORTEST_WORD && own.some((word) => lower.includes(word)))
    return 'This password is made of your name, address or the name of this site. Choose another.';
  return null;
}

/** What a text repeats, as in `passpasspass`; the text itself where it repeats nothing. */
function unitOf(text: string): string {
  const at = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, at);
}
