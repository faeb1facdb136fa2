/** What stands for something that names, counts or times one case. */
const ELSE = '…';

/**
 * What tells one case from another though the cause is the same, in the order in which it is taken out: what contains the
 * others comes first. None backtracks beyond what it may match, which is short.
 */
const PARTICULARS: readonly RegExp[] = [
  // Addresses: URLs, IPv6 in brackets, IPv4.
  /\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s"'<>),;]+/gi,
  /\[[0-9a-f:.]{3,45}(?:%\w{1,16})?\](?::\d{1,5})?/gi,
  /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g,
  // Moments, in ISO 8601 and as a clock shows them.
  /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?/g,
  /\b\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?\b/g,
  // Hosts with a port; not before moments, which look like them.
  /\b[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?:\d{1,5}\b/gi,
  // Ids: UUIDs, and long words in hexadecimal or with digits in them.
  /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi,
  /\b(?=[0-9a-f]{0,63}\d)[0-9a-f]{8,64}\b/gi,
];

/** The status of an answer says what went wrong, as no other number does. */
const STATUS = /\b(answered|status|code|HTTP|expected|or)([ :]{1,2})(\d{3})\b/gi;
/** A word with a number in it: "edge-2", "17", "12.5", "2000ms", "#4711". */
const NUMBERED = /[\p{L}\p{N}_#.-]*\p{N}[\p{L}\p{N}_.-]*/gu;
/** Kept whole while the rest is looked at; such a character is in no stored text. */
const KEPT = '\u0000';

/**
 * A failure's message without what is of one case alone (names given, addresses, ids, moments, numbers), so that equal
 * causes have equal texts: "a-1 gave no answer within 2031 ms" and "b-7 gave no answer within 1999 ms" are both
 * "… gave no answer within … ms". The status of an answer stays. Told of several instances alike, it is said once.
 */
export function causeOf(message: string, names: readonly string[]): string {
  let text = message;
  // The longest first: one may be part of another.
  for (const name of [...new Set(names)].filter((one) => one !== '').sort((a, b) => b.length - a.length))
    text = withoutName(text, name);
  for (const particular of PARTICULARS) text = text.replace(particular, ELSE);
  const statuses: string[] = [];
  text = text.replace(STATUS, (_, word: string, space: string, status: string) => {
    statuses.push(status);
    return `${word}${space}${KEPT}`;
  });
  text = text.replace(NUMBERED, ELSE);
  text = text.replaceAll(KEPT, () => statuses.shift() ?? '');
  const ends = text.endsWith('.');
  const told = (ends ? text.slice(0, -1) : text).split('; ');
  return [...new Set(told)].join('; ') + (ends ? '.' : '');
}

/**
 * What two messages of the same cause have in common, word by word: where they differ stands "…". Null where they cannot be
 * compared, because one has more words.
 */
export function inCommon(one: string, other: string): string | null {
  const [words, others] = [one.split(' '), other.split(' ')];
  if (words.length !== others.length) return null;
  return words.map((word, index) => (word === others[index] ? word : withEnd(word))).join(' ');
}

/** The sentence keeps its marks. */
const withEnd = (word: string): string => ELSE + (/[.,;:]$/.exec(word)?.[0] ?? '');

/** A name only where it stands for itself: the tenant "a" is not in every word. */
function withoutName(text: string, name: string): string {
  let result = '';
  let from = 0;
  for (;;) {
    const at = text.indexOf(name, from);
    if (at === -1) return result + text.slice(from);
    const end = at + name.length;
    const whole = !isOfWord(text[at - 1]) && !isOfWord(text[end]);
    result += text.slice(from, at) + (whole ? ELSE : name);
    from = end;
  }
}

const isOfWord = (character: string | undefined) =>
  character !== undefined && /[\p{L}\p{N}_]/u.test(character);
