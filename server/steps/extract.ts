import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Left } from '@/domain/condition';
import { isKept, JsonText, jsonPart, keepsNotation, sourceAt } from '@/domain/json-text';
import { isTemplate, render, type TemplateScope } from '@/domain/template';
import type { Extraction } from './http-settings';
import { findAt, type Place } from './json-path';
import { readingProblem, readOn, splitReading } from './json-reading';
import { patternProblem, search } from './pattern';
import { type RawAnswer, unreadable } from './raw-answer';
import { findXml, xmlPathProblem } from './xml-path';

/** Looking through as much takes milliseconds: others get their turn before the next look. */
const MUCH_TEXT = 16 * 1024;

/** What a part of an answer is, and the words for where it was looked for when it is not there. */
export interface Found {
  value?: unknown;
  missing: string;
  /** It may be there all the same: the answer could not be read for it, or only in part. */
  unread?: true;
}

/**
 * The values a call takes from an answer, and the name of the first that is not there: those that are come all the same,
 * since some of them must not be seen. Others get their turn between two
 * patterns: each may take tens of milliseconds.
 */
export async function extractValues(
  wanted: Readonly<Record<string, Extraction>>,
  answer: RawAnswer,
  scope: TemplateScope,
): Promise<{ values: Record<string, unknown>; missing?: string }> {
  const values: Record<string, unknown> = {};
  let lacking: string | undefined;
  for (const [name, extraction] of Object.entries(wanted)) {
    const { value, missing } = extractOne(extraction, answer, scope);
    await restAfter(extraction, answer);
    if (value !== undefined && value !== null) values[name] = value;
    else if (extraction.default !== undefined) values[name] = render(extraction.default, scope);
    else lacking ??= `"${name}" (${missing})`;
  }
  return lacking === undefined ? { values } : { values, missing: lacking };
}

/** Lets others have their turn after a look that may have taken long. */
export async function restAfter({ regex, xml }: Left, { text }: RawAnswer): Promise<void> {
  if (regex !== undefined || xml !== undefined || text.length > MUCH_TEXT) await nextTurn();
}

/** One value of an answer. Throws where a path or a pattern that was filled in is none. */
export function extractOne(left: Left, answer: RawAnswer, scope: TemplateScope): Found {
  const { regex } = left;
  const place = placeIn(left, answer, scope);
  if (regex === undefined) return place ?? { missing: 'nothing' };
  if (place && (place.value === undefined || place.value === null)) return place;
  const text = place ? String(place.value) : answer.text;
  const { value, onlyFirst } = search(filled(regex, scope, patternProblem), text);
  const where = onlyFirst === null ? '' : ` in the first ${onlyFirst} characters`;
  const inPart = value === undefined && onlyFirst !== null;
  return {
    value,
    missing: `a match of ${regex}${where}${place ? ` in ${place.missing}` : ''}`,
    ...(inPart ? { unread: true } : {}),
  };
}

/** What stands at a place; null where only a pattern says what is looked for. */
function placeIn(left: Left, answer: RawAnswer, scope: TemplateScope): Found | null {
  if (left.status) return { value: answer.status, missing: 'the status' };
  if (left.millis) return { value: answer.millis, missing: 'the time taken' };
  if (left.body) return { value: answer.text, missing: 'the body' };
  if (left.value !== undefined) return { value: render(left.value, scope), missing: left.value };
  if (left.json !== undefined) return inJson(filled(left.json, scope, readingProblem), answer);
  if (left.xml !== undefined) {
    const path = filled(left.xml, scope, xmlPathProblem);
    const { value, unread } = findXml(answer.xml(), path);
    return { value, missing: `${path} of the body${unread}`, ...(unread === '' ? {} : { unread: true }) };
  }
  if (left.header === undefined && left.trailer === undefined) return null;
  const [found, kind, name] =
    left.header !== undefined
      ? [ownOf(answer.headers, left.header), 'header', left.header]
      : [ownOf(answer.trailers, left.trailer ?? ''), 'trailer', left.trailer];
  return { value: Array.isArray(found) ? found[0] : found, missing: `the ${kind} ${name}` };
}

const ownOf = (headers: RawAnswer['headers'], name: string) =>
  Object.hasOwn(headers, name.toLowerCase()) ? headers[name.toLowerCase()] : undefined;

/** A path or a pattern with what it names filled in. Throws, in words, when it is none then. */
export function filled(
  text: string,
  scope: TemplateScope,
  problem: (filled: string) => string | null,
): string {
  if (!isTemplate(text)) return text;
  const made = render(text, scope);
  const why = problem(made);
  if (why !== null) throw new Error(`${text} was filled in and ${why}. Look at the values that it names.`);
  return made;
}

function inJson(reading: string, answer: RawAnswer): Found {
  const { path, rest } = splitReading(reading);
  const place = findAt(answer.body(), path);
  const missing = `${reading} of the body${unread(place, answer.text)}`;
  const value = exact(place, answer.text);
  const none = place.givenUp || answer.body() === undefined;
  return {
    value: rest.length === 0 ? value : readOn(value, rest),
    missing,
    ...(none ? { unread: true } : {}),
  };
}

/** A value as it is written in the answer, where JavaScript would write it otherwise. */
function exact({ value, keys }: Place, text: string): unknown {
  if (typeof value !== 'number' && (typeof value !== 'object' || value === null)) return value;
  const source = sourceAt(text, keys);
  if (source === undefined) return value;
  if (typeof value === 'number') return jsonPart(source);
  return keepsNotation(source) && !isKept(value) ? value : new JsonText(source);
}

/** Why nothing is found at a place. */
function unread({ givenUp }: Place, text: string): string {
  return givenUp ? ', which is too large for this path' : unreadable(text);
}
