import { isDeepStrictEqual } from 'node:util';
import {
  type Comparison,
  type Condition,
  compareAs,
  comparisonsIn,
  conditionWords,
  leftWords,
  ORDER_WORDS,
  ORDERED,
  type Order,
  type Ordered,
  type Plain,
  stands,
} from '@/domain/condition';
import { JsonText, keepsNotation } from '@/domain/json-text';
import { isTemplate, render, renderDeep, type TemplateScope } from '@/domain/template';
import { parseBounded } from '@/server/security/bounded-json';
import { extractOne, type Found, filled, restAfter } from './extract';
import { patternProblem, search } from './pattern';
import { type RawAnswer, rawAnswer } from './raw-answer';

/** As much of a body as is worth showing and storing. */
export const SHOWN_BODY_CHARS = 2000;
/** As much as is quoted in a sentence. */
const SHOWN_REASON_CHARS = 300;

/** Whether a condition holds, with the words for why not; `holds` is null where the answer could not be read for it. */
interface Judged {
  holds: boolean | null;
  why: string;
}

/**
 * What is wrong with an answer, in words that follow "but"; null when the condition holds. Every comparison is looked at
 * until the answer is known, and others get their turn between two of them. What could not be read fails, also under a
 * `not`. Throws where a template names what does not exist.
 */
export async function unmet(
  condition: Condition,
  answer: RawAnswer,
  scope: TemplateScope,
): Promise<string | null> {
  const { holds, why } = await judged(condition, answer, scope);
  return holds === true ? null : why;
}

const NO_ANSWER = rawAnswer({ status: 0, headers: {}, trailers: {}, text: '' });

/** A condition on nothing but what is filled in, as {@link judged}. */
export const judgedOfValues = (condition: Condition, scope: TemplateScope): Promise<Judged> =>
  judged(condition, NO_ANSWER, scope);

/** The same with three values (Kleene's logic): what could not be read may hold or not. */
export async function judged(condition: Condition, answer: RawAnswer, scope: TemplateScope): Promise<Judged> {
  if ('not' in condition) {
    const { holds, why } = await judged(condition.not, answer, scope);
    if (holds === null) return { holds, why };
    return holds
      ? { holds: false, why: `${conditionWords(condition.not)}, which must not be` }
      : { holds: true, why: '' };
  }
  if ('all' in condition) {
    let unread: Judged | null = null;
    for (const one of condition.all) {
      const part = await judged(one, answer, scope);
      if (part.holds === false) return part;
      if (part.holds === null) unread ??= part;
    }
    return unread ?? { holds: true, why: '' };
  }
  if ('any' in condition) {
    const parts: Judged[] = [];
    for (const one of condition.any) {
      const part = await judged(one, answer, scope);
      if (part.holds === true) return part;
      parts.push(part);
    }
    const why = parts.map((part) => part.why).join(', and ');
    return { holds: parts.some(({ holds }) => holds === null) ? null : false, why };
  }
  const found = extractOne(condition, answer, scope);
  const wrong = mismatch(condition, found, answer, scope);
  await restAfter(condition, answer);
  const unread = found.unread === true || wrong?.inPart === true;
  if (unread)
    return {
      holds: null,
      why: wrong?.words ?? `${leftWords(condition)} is missing in it${whyMissing(found)}`,
    };
  return { holds: wrong === null, why: wrong?.words ?? '' };
}

const oneLine = (text: string): string => text.slice(0, MOST_LOOKED).replace(/\s+/g, ' ').trim();

/** A condition that holds, with what the target says itself at the places that are not told by it. */
export function whatShows(condition: Condition, answer: RawAnswer, scope: TemplateScope): string {
  const words = conditionWords(condition);
  const values = comparisonsIn(condition).flatMap((one) => {
    const value = one.status || one.equals !== undefined ? undefined : extractOne(one, answer, scope).value;
    const text = typeof value === 'string' ? answer.shown(oneLine(value), SHOWN_REASON_CHARS) : '';
    return text === '' || words.includes(text) ? [] : [text];
  });
  const [last] = values.slice(-1);
  return last === undefined ? words : `${words} ("${last}")`;
}

/** What is wrong with one value; `inPart` where only a part of it was looked at. */
function mismatch(
  wanted: Comparison,
  found: Found,
  answer: RawAnswer,
  scope: TemplateScope,
): { words: string; inPart: boolean } | null {
  const sought =
    wanted.matches === undefined
      ? null
      : search(filled(wanted.matches, scope, patternProblem), textOf(found.value));
  const words = wrongIn(wanted, found, { shown: (value) => shown(value, answer), sought, scope });
  return words === null
    ? null
    : { words, inPart: sought?.value === undefined && (sought?.onlyFirst ?? null) !== null };
}

interface Looking {
  /** As much of a value as is worth showing and storing. */
  shown(value: unknown): string;
  sought: ReturnType<typeof search> | null;
  scope: TemplateScope;
}

function wrongIn(wanted: Comparison, found: Found, { shown, sought, scope }: Looking): string | null {
  const where = leftWords(wanted);
  const value = found.value ?? undefined;
  const { exists, equals, oneOf, matches, contains, sameJson, includesJson } = wanted;
  // A null is there, as JSON has it.
  if (exists !== undefined && (found.value !== undefined) !== exists)
    return exists
      ? `${where} is missing in it${whyMissing(found)}`
      : `${where} is there in it (${shown(sourceOf(found.value))})`;
  if (equals !== undefined && !isSame(found.value, equals, scope))
    return differs(where, found, equals, { shown, scope });
  if (oneOf !== undefined && !oneOf.some((one) => isSame(found.value, one, scope))) {
    const list = listed(oneOf.map((one) => shown(filledIn(one, scope))));
    return value === undefined
      ? `${where} is missing in it${whyMissing(found)}, expected one of ${list}`
      : `${where} is ${shown(value)}, expected one of ${list}`;
  }
  if (contains !== undefined) {
    const part = render(contains, scope);
    if (value === undefined && whyMissing(found) !== '')
      return `${where} is missing in it${whyMissing(found)}, expected ${shown(part)}`;
    if (!textOf(value).includes(part)) return `${where} does not contain "${shown(part)}"`;
  }
  for (const [whole, compare] of [
    [sameJson, isDeepStrictEqual],
    [includesJson, includes],
  ] as const) {
    if (whole === undefined) continue;
    const source = jsonOf(whole, scope);
    if (value === undefined)
      return `${where} is missing in it${whyMissing(found)}, expected ${shown(source)}`;
    if (!comparesAs(sourceOf(value), source, compare))
      return `${where} is ${shown(sourceOf(value))}, expected ${shown(source)}`;
  }
  if (sought) {
    const searched = sought.onlyFirst === null ? '' : ` in its first ${sought.onlyFirst} characters`;
    if (value === undefined) return `${where} is missing in it${whyMissing(found)}, expected ${matches}`;
    if (sought.value === undefined)
      return `${where} is ${shown(value)}, which does not match ${matches}${searched}`;
  }
  return outOfOrder(wanted, where, found, { shown, scope });
}

function outOfOrder(
  wanted: Comparison,
  where: string,
  found: Found,
  { shown, scope }: Pick<Looking, 'shown' | 'scope'>,
): string | null {
  for (const asked of ORDERED) {
    const bound = wanted[asked];
    if (bound === undefined) continue;
    const limit = typeof bound === 'string' ? render(bound, scope) : String(bound);
    if (found.value === undefined || found.value === null)
      return `${where} is missing in it${whyMissing(found)}, expected ${ORDER_WORDS[asked]} ${shown(limit)}`;
    const compared = compareAs(wanted.order, textOf(found.value), limit);
    const wrong = wrongOrder(compared, asked, wanted.order ?? 'number', shown(limit));
    if (wrong !== null) return `${where} is ${shown(found.value)}, ${wrong}`;
  }
  return null;
}

function wrongOrder(compared: number | null, asked: Ordered, kind: Order, limit: string) {
  if (compared === null) return `which cannot be compared with ${limit} as a ${kind}`;
  return stands(compared, asked) ? null : `expected ${ORDER_WORDS[asked]} ${limit}`;
}

/** What is compared with, as JSON text; throws when a text that was filled in is none. */
function jsonOf(wanted: unknown, scope: TemplateScope): string {
  const text = typeof wanted === 'string' ? render(wanted, scope) : JSON.stringify(renderDeep(wanted, scope));
  if (parseBounded(text) === undefined)
    throw new Error(`${String(wanted)} was filled in and is not JSON. Look at the values that it names.`);
  return text;
}

const sourceOf = (value: unknown): string =>
  value instanceof JsonText
    ? value.source
    : typeof value === 'string' && parseBounded(value) !== undefined
      ? value
      : JSON.stringify(value);

/** Numbers that JavaScript would take for one another are compared as they are written. */
function comparesAs(one: string, other: string, compare: (a: unknown, b: unknown) => boolean): boolean {
  if (one.length > MOST_COMPARED || other.length > MOST_COMPARED)
    throw new Error(
      `What is compared as JSON has more than ${MOST_COMPARED / 1024} KiB. Compare parts of it.`,
    );
  const exactly = !keepsNotation(one) || !keepsNotation(other);
  const read = (text: string) => parseBounded(exactly ? text.replace(TOKEN, asWritten) : text);
  return compare(read(one), read(other));
}

/** Whether a value has everything that is wanted: of objects the members, of lists each in its place. */
function includes(value: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(value) &&
      value.length === wanted.length &&
      wanted.every((one, at) => includes(value[at], one))
    );
  if (wanted === null || typeof wanted !== 'object') return value === wanted;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  return Object.entries(wanted).every(
    ([key, one]) => Object.hasOwn(value, key) && includes((value as Record<string, unknown>)[key], one),
  );
}

/** Comparing as much takes some 20 ms. */
const MOST_COMPARED = 256 * 1024;

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const asWritten = (token: string): string => (token[0] === '"' ? token : `"number ${token}"`);

/** A text that was filled in is compared by what it says, everything else with its type. */
function isSame(value: unknown, wanted: Plain, scope: TemplateScope): boolean {
  if (typeof wanted === 'string' && isTemplate(wanted)) return writtenAs(value) === render(wanted, scope);
  return value instanceof JsonText ? Number(value.source) === wanted : value === wanted;
}

/** A plain value as text; a template makes texts alone, so it is compared by what it says. */
function writtenAs(value: unknown): string | undefined {
  if (value instanceof JsonText) return value.source;
  return value === undefined || (typeof value === 'object' && value !== null) ? undefined : String(value);
}

function differs(
  where: string,
  found: Found,
  equals: Plain,
  { shown, scope }: Pick<Looking, 'shown' | 'scope'>,
): string {
  const told = (value: unknown, typed: boolean) => toldAs(value, typed, shown(value));
  const wanted = filledIn(equals, scope);
  const { value } = found;
  if (value === undefined) return `${where} is missing in it${whyMissing(found)}, expected ${shown(wanted)}`;
  const typed = wanted === equals && typeof value !== typeof wanted;
  return `${where} is ${told(value, typed)}, expected ${told(wanted, typed)}`;
}

const filledIn = (wanted: Plain, scope: TemplateScope): Plain =>
  typeof wanted === 'string' ? render(wanted, scope) : wanted;

/** Why it is not there, where the answer could not be read; nothing where it could. */
function whyMissing({ value, missing }: Found): string {
  const at = missing.indexOf(', which');
  return value === undefined && at !== -1 ? missing.slice(at) : '';
}

const textOf = (value: unknown): string =>
  value === undefined || value === null ? '' : (writtenAs(value) ?? JSON.stringify(value));

/** A value in words, with its type where that is what differs. */
function toldAs(value: unknown, typed: boolean, text: string): string {
  if (!typed) return text;
  if (typeof value === 'string') return `"${text}" (text)`;
  if (value === null) return 'null';
  if (value instanceof JsonText) return /^[[{]/.test(value.source) ? 'an object' : `${text} (number)`;
  if (typeof value !== 'object') return `${text} (${typeof value === 'number' ? 'number' : 'true or false'})`;
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** As much of a value as is worth showing and storing, in one line. */
function shown(value: unknown, answer: RawAnswer): string {
  const text = String(value);
  // More than is looked at for what must stay hidden is not shown either.
  return answer.shown(oneLine(text), SHOWN_BODY_CHARS);
}

/** As much as is looked through for one that is shown. */
const MOST_LOOKED = 64 * 1024;

/** Of a long list its beginning. */
function listed(texts: readonly string[]): string {
  const some = texts
    .slice(0, MOST_LISTED)
    .map((text) => (text.length > 100 ? `${text.slice(0, 100)}…` : text));
  return texts.length > MOST_LISTED ? `${some.join(', ')} and others` : some.join(', ');
}
const MOST_LISTED = 20;
