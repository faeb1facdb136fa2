/** What must be true of an answer, as a playbook writes it. Texts on the right, paths and patterns are templates. */
export type Condition = { all: Condition[] } | { any: Condition[] } | { not: Condition } | Comparison;

/** One thing of an answer and what it is compared with; several comparisons must all hold. */
export type Comparison = Left & Comparators;

/** What is looked at; exactly one of them. */
export interface Left {
  status?: true | undefined;
  header?: string | undefined;
  trailer?: string | undefined;
  /** The text as a whole. */
  body?: true | undefined;
  /** A JSON path, also into JSON that stands in a text: `value | base64 | json | server.version`. */
  json?: string | undefined;
  /** A path in XML: `/config/server[@id='a']/version`. */
  xml?: string | undefined;
  /** The first group of a pattern, else its whole match. */
  regex?: string | undefined;
  /** How long the answer took. */
  millis?: true | undefined;
  /** No part of the answer, but a text that is filled in. */
  value?: string | undefined;
}

export type Plain = string | number | boolean | null;

/** Between what a value stands, as numbers unless said; a text on the right is one once it is filled in. */
export interface Bounds {
  less?: number | string | undefined;
  atMost?: number | string | undefined;
  greater?: number | string | undefined;
  atLeast?: number | string | undefined;
  order?: Order | undefined;
}

export type Order = 'number' | 'version';

export interface Comparators extends Bounds {
  /** Minds the type (`2` is not `"2"`), but a template is compared by what it says. */
  equals?: Plain | undefined;
  oneOf?: Plain[] | undefined;
  /** A pattern somewhere in it. */
  matches?: string | undefined;
  contains?: string | undefined;
  /** The same as JSON, whatever the order of keys: a value, or a text that is JSON once it is filled in. */
  sameJson?: unknown;
  /** The same for everything this says; what else is there does not count. */
  includesJson?: unknown;
  exists?: boolean | undefined;
}

export const LEFT_SIDES = [
  'status',
  'header',
  'trailer',
  'body',
  'json',
  'xml',
  'regex',
  'millis',
  'value',
] as const satisfies readonly (keyof Left)[];

export const ORDERED = ['less', 'atMost', 'greater', 'atLeast'] as const satisfies readonly (keyof Bounds)[];
export type Ordered = (typeof ORDERED)[number];

export const COMPARATORS = [
  'equals',
  'oneOf',
  'matches',
  'contains',
  'sameJson',
  'includesJson',
  'exists',
  ...ORDERED,
] as const satisfies readonly (keyof Comparators)[];

/** In the words of a sentence: "42 is not less than 10". */
export const ORDER_WORDS: Readonly<Record<Ordered, string>> = {
  less: 'less than',
  atMost: 'at most',
  greater: 'greater than',
  atLeast: 'at least',
};

/** Whether two that were compared (negative, 0, positive: as a comparator of sort gives it) stand as asked. */
export function stands(order: number, asked: Ordered): boolean {
  if (asked === 'less') return order < 0;
  if (asked === 'atMost') return order <= 0;
  return asked === 'greater' ? order > 0 : order >= 0;
}

/** The order of two texts, as a comparator of sort gives it; null when one of them is no number, or no version. */
export function compareAs(order: Order | undefined, one: string, other: string): number | null {
  if (order === 'version') return compareVersions(one, other);
  const [left, right] = [numberIn(one), numberIn(other)];
  return left === null || right === null ? null : left - right;
}

/** Why nothing can ever be compared with what is given, in words; texts that `isOpen` are filled in later. */
export function boundProblem(given: Bounds, isOpen: (text: string) => boolean = () => false): string | null {
  const bounds = ORDERED.filter((name) => given[name] !== undefined);
  if (given.order !== undefined && bounds.length === 0) return `"order" goes with ${ORDERED.join(', ')}.`;
  for (const name of bounds) {
    const bound = String(given[name]);
    if (isOpen(bound) || compareAs(given.order, bound, bound) !== null) continue;
    return given.order === 'version'
      ? `"${name}" is compared as a version, and ${bound} is none.`
      : `"${name}" is compared as a number, and ${bound} is none. For versions add "order": "version".`;
  }
  return null;
}

/** A number that is written out; null for everything else, also for an empty text. */
export function numberIn(text: string): number | null {
  if (text.length > LONGEST_COMPARED) return null;
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text.trim())) return null;
  const number = Number(text);
  // 1e999 is beyond what can be counted with, and kept.
  return Number.isFinite(number) ? number : null;
}

/** What is longer is neither a number nor a version. */
const LONGEST_COMPARED = 400;

const VERSION = /^v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/**
 * The order of two versions: numbers by their value, missing ones as 0, a pre-release before its release, as Semantic
 * Versioning 2.0.0 section 11 has it, but with any count of numbers and an optional `v`. Null when one is no version.
 */
export function compareVersions(one: string, other: string): number | null {
  if (one.length > LONGEST_COMPARED || other.length > LONGEST_COMPARED) return null;
  const [left, right] = [VERSION.exec(one.trim()), VERSION.exec(other.trim())];
  if (!left || !right) return null;
  const numbers = inOrder(left[1] ?? '', right[1] ?? '', (a = '0', b = '0') => byValue(a, b));
  if (numbers !== 0) return numbers;
  const [pre, otherPre] = [left[2], right[2]];
  if (pre === undefined || otherPre === undefined)
    return Number(pre === undefined) - Number(otherPre === undefined);
  return inOrder(pre, otherPre, byIdentifier);
}

function inOrder(one: string, other: string, compare: (a?: string, b?: string) => number): number {
  const [a, b] = [one.split('.'), other.split('.')];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const order = compare(a[at], b[at]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Digits of any length: a date with a time in it is larger than what JavaScript counts. */
function byValue(a: string, b: string): number {
  const [x, y] = [a.replace(/^0+(?=\d)/, ''), b.replace(/^0+(?=\d)/, '')];
  if (x.length !== y.length) return x.length - y.length;
  return x < y ? -1 : Number(x > y);
}

/** Fewer come first; numbers come before names. */
function byIdentifier(a?: string, b?: string): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
  const [isNumber, isOther] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && isOther) return byValue(a, b);
  if (isNumber !== isOther) return isNumber ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

/** Every comparison within a condition, from left to right. */
export function comparisonsIn(condition: Condition): Comparison[] {
  if ('all' in condition) return condition.all.flatMap(comparisonsIn);
  if ('any' in condition) return condition.any.flatMap(comparisonsIn);
  return 'not' in condition ? comparisonsIn(condition.not) : [condition];
}

/** How conditions are said in a language; those of the server's messages are {@link ENGLISH}. */
export interface ConditionWords {
  and: string;
  or: string;
  not(inner: string): string;
  /** A comparison after what it is about, all of which hold together. */
  said(left: string, comparisons: readonly string[]): string;
  left: Readonly<Record<'status' | 'body' | 'millis', string>> &
    Readonly<Record<'header' | 'trailer' | 'regex', (name: string) => string>>;
  equals(value: string): string;
  oneOf(values: string): string;
  matches(pattern: string): string;
  contains(text: string): string;
  sameJson(value: string): string;
  includesJson(value: string): string;
  exists(there: boolean): string;
  bound(name: Ordered, bound: string): string;
}

const ENGLISH: ConditionWords = {
  and: ' and ',
  or: ' or ',
  not: (inner) => `not (${inner})`,
  said: (left, comparisons) => `${left} ${comparisons.join(' and ')}`,
  left: {
    status: 'the status',
    body: 'the body',
    millis: 'the time taken in milliseconds',
    header: (name) => `the header ${name}`,
    trailer: (name) => `the trailer ${name}`,
    regex: (pattern) => `what ${pattern} finds`,
  },
  equals: (value) => `is ${value}`,
  oneOf: (values) => `is one of ${values}`,
  matches: (pattern) => `matches ${pattern}`,
  contains: (text) => `contains "${text}"`,
  sameJson: (value) => `is the same as ${value}`,
  includesJson: (value) => `has all of ${value}`,
  exists: (there) => (there ? 'is there' : 'is not there'),
  bound: (name, bound) => `is ${ORDER_WORDS[name]} ${bound}`,
};

/** A condition as people say it: `data.version is {{config.version}} and the status is one of 200, 204`. */
export function conditionWords(condition: Condition, words: ConditionWords = ENGLISH): string {
  if ('all' in condition) return condition.all.map((one) => grouped(one, words)).join(words.and);
  if ('any' in condition) return condition.any.map((one) => grouped(one, words)).join(words.or);
  if ('not' in condition) return words.not(conditionWords(condition.not, words));
  return comparisonWords(condition, words);
}

/** What is joined otherwise than what stands around it is put in brackets. */
function grouped(condition: Condition, words: ConditionWords): string {
  const several =
    ('all' in condition && condition.all.length > 1) || ('any' in condition && condition.any.length > 1);
  return several ? `(${conditionWords(condition, words)})` : conditionWords(condition, words);
}

function comparisonWords(comparison: Comparison, words: ConditionWords): string {
  const { equals, oneOf, matches, contains, sameJson, includesJson, exists } = comparison;
  const said = [
    equals === undefined ? null : words.equals(String(equals)),
    oneOf === undefined ? null : words.oneOf(oneOf.map(String).join(', ')),
    matches === undefined ? null : words.matches(matches),
    contains === undefined ? null : words.contains(contains),
    sameJson === undefined ? null : words.sameJson(jsonWords(sameJson)),
    includesJson === undefined ? null : words.includesJson(jsonWords(includesJson)),
    exists === undefined ? null : words.exists(exists),
    ...ORDERED.map((name) => {
      const bound = comparison[name];
      return bound === undefined ? null : words.bound(name, String(bound));
    }),
  ].filter((part) => part !== null);
  return words.said(leftWords(comparison, words), said);
}

const jsonWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What is looked at, in words that begin a sentence: "the header ETag", "$.version of the body". */
export function leftWords(left: Left, { left: words }: Pick<ConditionWords, 'left'> = ENGLISH): string {
  if (left.status) return words.status;
  if (left.header !== undefined) return words.header(left.header);
  if (left.trailer !== undefined) return words.trailer(left.trailer);
  if (left.body) return words.body;
  if (left.json !== undefined) return left.json;
  if (left.xml !== undefined) return left.xml;
  if (left.regex !== undefined) return words.regex(left.regex);
  return left.millis ? words.millis : (left.value ?? '');
}
