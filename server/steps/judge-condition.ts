import { isDeepStrictEqual } from 'node:util';
import {
  type Comparison,
  type Condition,
  compareVersions,
  comparisonsIn,
  conditionWords,
  leftWords,
  numberIn,
  ORDER_WORDS,
  ORDERED,
  type Ordered,
  type Plain,
  stands,
} from '@/domain/condition';
import { JsonText, keepsNotation } from '@/domain/json-text';
import { isTemplate, render, renderDeep, type TemplateScope } from '@/domain/template';
import { parseBounded } from '@/server/security/bounded-json';
import { extractOne, type Found, filled, restAfter } from './extract';
import { patternProblem, search } from './pattern';
import type { RawAnswer } from './raw-answer';

/** As much of a body as is worth showing and storing. */
export const SHOWN_BODY_CHARS = 2000;
/** As much as is quoted in a sentence. */
const SHOWN_REASON_CHARS = 300;

/**
 * What is wrong with an answer, in words that follow "but"; null when the condition holds. Every comparison is looked at
 * until the answer is known, and others get their turn between two of them. Throws where a template names what does not exist.
 */
export async function unmet(
  condition: Condition,
  answer: RawAnswer,
  scope: TemplateScope,
): Promise<string | null> {
  if ('all' in condition) {
    for (const one of condition.all) {
      const wrong = await unmet(one, answer, scope);
      if (wrong !== null) return wrong;
    }
    return null;
  }
  if ('any' in condition) {
    const wrong: string[] = [];
    for (const one of condition.any) {
      const why = await unmet(one, answer, scope);
      if (why === null) return null;
      wrong.push(why);
    }
    return wrong.join(', and ');
  }
  if ('not' in condition) {
    const wrong = await unmet(condition.not, answer, scope);
    return wrong === null ? `${conditionWords(condition.not)}, which must not be` : null;
  }
  const wrong = mismatch(condition, extractOne(condition, answer, scope), scope);
  await restAfter(condition, answer);
  return wrong;
}

/** A condition that holds, with what the target says itself at the places that are not told by it. */
export function whatShows(condition: Condition, answer: RawAnswer, scope: TemplateScope): string {
  const words = conditionWords(condition);
  const values = comparisonsIn(condition).flatMap((one) => {
    const value = one.status || one.equals !== undefined ? undefined : extractOne(one, answer, scope).value;
    const text = typeof value === 'string' ? shown(value).slice(0, SHOWN_REASON_CHARS) : '';
    return text === '' || words.includes(text) ? [] : [text];
  });
  const [last] = values.slice(-1);
  return last === undefined ? words : `${words} ("${last}")`;
}

/** What is wrong with one value. */
function mismatch(wanted: Comparison, found: Found, scope: TemplateScope): string | null {
  const where = leftWords(wanted);
  const value = found.value ?? undefined;
  const { exists, equals, oneOf, matches, contains, sameJson, includesJson } = wanted;
  // A null is there, as JSON has it.
  if (exists !== undefined && (found.value !== undefined) !== exists)
    return exists
      ? `${where} is missing in it${whyMissing(found)}`
      : `${where} is there in it (${shown(sourceOf(found.value))})`;
  if (equals !== undefined && !isSame(found.value, equals, scope))
    return differs(where, found, equals, scope);
  if (oneOf !== undefined && !oneOf.some((one) => isSame(found.value, one, scope))) {
    const list = oneOf.map((one) => shown(filledIn(one, scope))).join(', ');
    return value === undefined
      ? `${where} is missing in it${whyMissing(found)}, expected one of ${list}`
      : `${where} is ${shown(value)}, expected one of ${list}`;
  }
  if (contains !== undefined) {
    const part = render(contains, scope);
    if (value === undefined && whyMissing(found) !== '')
      return `${where} is missing in it${whyMissing(found)}, expected ${part}`;
    if (!textOf(value).includes(part)) return `${where} does not contain "${part}"`;
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
  if (matches !== undefined) {
    const sought = search(filled(matches, scope, patternProblem), textOf(value));
    const searched = sought.onlyFirst === null ? '' : ` in its first ${sought.onlyFirst} characters`;
    if (value === undefined) return `${where} is missing in it${whyMissing(found)}, expected ${matches}`;
    if (sought.value === undefined)
      return `${where} is ${shown(value)}, which does not match ${matches}${searched}`;
  }
  return outOfOrder(wanted, where, found, scope);
}

function outOfOrder(wanted: Comparison, where: string, found: Found, scope: TemplateScope): string | null {
  const order = wanted.order === 'version' ? compareVersions : compareNumbers;
  for (const asked of ORDERED) {
    const bound = wanted[asked];
    if (bound === undefined) continue;
    const limit = typeof bound === 'string' ? render(bound, scope) : String(bound);
    if (found.value === undefined || found.value === null)
      return `${where} is missing in it${whyMissing(found)}, expected ${ORDER_WORDS[asked]} ${limit}`;
    const compared = order(textOf(found.value), limit);
    const wrong = wrongOrder(compared, asked, wanted.order ?? 'number', limit);
    if (wrong !== null) return `${where} is ${shown(found.value)}, ${wrong}`;
  }
  return null;
}

function wrongOrder(compared: number | null, asked: Ordered, kind: 'number' | 'version', limit: string) {
  if (compared === null) return `which cannot be compared with ${limit} as a ${kind}`;
  return stands(compared, asked) ? null : `expected ${ORDER_WORDS[asked]} ${limit}`;
}

function compareNumbers(one: string, other: string): number | null {
  const [left, right] = [numberIn(one), numberIn(other)];
  return left === null || right === null ? null : left - right;
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

function differs(where: string, found: Found, equals: Plain, scope: TemplateScope): string {
  const wanted = filledIn(equals, scope);
  const { value } = found;
  if (value === undefined) return `${where} is missing in it${whyMissing(found)}, expected ${wanted}`;
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
function told(value: unknown, typed: boolean): string {
  const text = shown(value);
  if (!typed) return text;
  if (typeof value === 'string') return `"${text}" (text)`;
  if (value === null) return 'null';
  if (value instanceof JsonText) return /^[[{]/.test(value.source) ? 'an object' : `${text} (number)`;
  if (typeof value !== 'object') return `${text} (${typeof value === 'number' ? 'number' : 'true or false'})`;
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** As much of a value as is worth showing and storing. */
function shown(value: unknown): string {
  const text = String(value).replace(/\s+/g, ' ').trim();
  return text.length > SHOWN_BODY_CHARS ? `${text.slice(0, SHOWN_BODY_CHARS)}…` : text;
}
