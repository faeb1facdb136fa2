import { setImmediate as nextTurn } from 'node:timers/promises';
import { isKept, JsonText, jsonPart, keepsNotation, sourceAt } from '@/domain/json-text';
import { isTemplate, render, type TemplateScope } from '@/domain/template';
import { beyondBounds, parseBounded } from '@/server/security/bounded-json';
import type { BodyExpectation, Extraction, HttpCall } from './http-settings';
import { atPath, findAt, type Place } from './json-path';
import { search } from './pattern';

/** As much of a body as is worth showing and storing. */
export const SHOWN_BODY_CHARS = 2000;
const SHOWN_REASON_CHARS = 300;
/** Looking through as much takes milliseconds: others get their turn before the next look. */
const MUCH_TEXT = 16 * 1024;

/** An answer as it came; names of headers and trailers are in lower case. */
export interface RawAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  trailers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
  /** The text as JSON, parsed when first asked for; undefined when it is none, or beyond the bounds. */
  body(): unknown;
}

/** An answer with its text read as JSON once, however much is asked of it. */
export function rawAnswer(came: Omit<RawAnswer, 'body'>): RawAnswer {
  let read: { value: unknown } | undefined;
  return {
    ...came,
    body: () => {
      read ??= { value: parseBounded(came.text) };
      return read.value;
    },
  };
}

/** Whether a status is in a list of codes and classes like "5xx". */
export function statusIn(status: number, list: readonly (number | string)[]): boolean {
  return list.some((one) => one === status || one === `${Math.floor(status / 100)}xx`);
}

/** What is wrong with an answer, in words that follow the name of who gave it; null when nothing is. */
export async function judge(
  expect: HttpCall['expect'],
  answer: RawAnswer,
  scope: TemplateScope,
): Promise<{ code: string; message: string } | null> {
  const { status } = answer;
  if (!statusIn(status, expect.status)) {
    const said = reasonIn(answer.body());
    const elsewhere = redirection(answer);
    if (elsewhere !== null)
      return {
        code: `HTTP_${status}`,
        message: `answered ${status} and sends to ${elsewhere}, where nobody follows; expected ${expect.status.join(' or ')}`,
      };
    const message = `answered ${status}, expected ${expect.status.join(' or ')}`;
    return { code: `HTTP_${status}`, message: said ? `${message} ("${said}")` : message };
  }
  for (const expectation of expect.body) {
    const wrong = bodyMismatch(expectation, answer, scope);
    if (wrong) return { code: 'BODY', message: `answered ${status}, but ${wrong}` };
    if (answer.text.length > MUCH_TEXT) await nextTurn();
  }
  return null;
}

/** Where a redirect points: it is not followed, since it may lead anywhere. */
function redirection({ status, headers }: RawAnswer): string | null {
  const { location } = headers;
  const first = Array.isArray(location) ? location[0] : location;
  return first && statusIn(status, ['3xx']) ? first.slice(0, SHOWN_REASON_CHARS) : null;
}

/** What the target itself gives as the reason, where most put it. */
function reasonIn(body: unknown): string | null {
  const said = atPath(body, 'error.message') ?? atPath(body, 'error') ?? atPath(body, 'message');
  return typeof said === 'string' && said !== '' ? said.slice(0, SHOWN_REASON_CHARS) : null;
}

/**
 * The values a call takes from an answer, and the name of the first that is not there: those that are come all the same,
 * since some of them must not be seen. Others get their turn between two
 * patterns: each may take tens of milliseconds.
 */
export async function extractValues(
  wanted: Readonly<Record<string, Extraction>>,
  answer: RawAnswer,
): Promise<{ values: Record<string, unknown>; missing?: string }> {
  const values: Record<string, unknown> = {};
  let lacking: string | undefined;
  for (const [name, extraction] of Object.entries(wanted)) {
    const { value, missing } = extractOne(extraction, answer);
    if (extraction.regex !== undefined || answer.text.length > MUCH_TEXT) await nextTurn();
    if (value === undefined || value === null) lacking ??= `"${name}" (${missing})`;
    else values[name] = value;
  }
  return lacking === undefined ? { values } : { values, missing: lacking };
}

/** One value of an answer, or the words for where it was not found. */
export function extractOne(
  { json, regex, header, trailer }: Extraction,
  answer: RawAnswer,
): { value?: unknown; missing: string } {
  const { text } = answer;
  if (json !== undefined) {
    const place = findAt(answer.body(), json);
    return { value: exact(place, text), missing: `${json} of the body${unread(place, text)}` };
  }
  if (regex !== undefined) {
    const { value, onlyFirst } = search(regex, text);
    const where = onlyFirst === null ? '' : ` in the first ${onlyFirst} characters`;
    return { value, missing: `a match of ${regex}${where}` };
  }
  const [found, kind, name] =
    header !== undefined
      ? [answer.headers[header.toLowerCase()], 'header', header]
      : [answer.trailers[trailer?.toLowerCase() ?? ''], 'trailer', trailer];
  return { value: Array.isArray(found) ? found[0] : found, missing: `the ${kind} ${name}` };
}

/** A value as it is written in the answer, where JavaScript would write it otherwise. */
function exact({ value, keys }: Place, text: string): unknown {
  if (typeof value !== 'number' && (typeof value !== 'object' || value === null)) return value;
  const source = sourceAt(text, keys);
  if (source === undefined) return value;
  if (typeof value === 'number') return jsonPart(source);
  return keepsNotation(source) && !isKept(value) ? value : new JsonText(source);
}

function bodyMismatch(
  { path, equals, contains, exists }: BodyExpectation,
  answer: RawAnswer,
  scope: TemplateScope,
): string | null {
  const { text } = answer;
  const place: Place =
    path === undefined ? { value: text, keys: [], givenUp: false } : findAt(answer.body(), path);
  const { value } = place;
  const where = path ?? 'the body';
  if (exists !== undefined && (value !== undefined) !== exists)
    return `${where} is ${exists ? `missing in it${unread(place, text)}` : 'there in it'}`;
  const byValue = typeof equals === 'string' && isTemplate(equals);
  const wanted = typeof equals === 'string' ? render(equals, scope) : equals;
  const seen = byValue ? (writtenAs(place, text) ?? value) : value;
  if (wanted !== undefined && seen !== wanted) {
    if (value === undefined) return `${where} is missing in it${unread(place, text)}, expected ${wanted}`;
    const typed = !byValue && typeof value !== typeof wanted;
    return `${where} is ${told(seen, typed)}, expected ${told(wanted, typed)}`;
  }
  if (contains === undefined) return null;
  const part = render(contains, scope);
  return String(value ?? '').includes(part) ? null : `${where} does not contain "${part}"`;
}

/** A plain value as text; a template makes texts alone, so it is compared by what it says. */
function writtenAs(place: Place, text: string): string | undefined {
  const { value } = place;
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return String(exact(place, text));
  return value === undefined || (typeof value === 'object' && value !== null) ? undefined : String(value);
}

/** A value in words, with its type where that is what differs. */
function told(value: unknown, typed: boolean): string {
  const text = shortened(String(value));
  if (!typed) return text;
  if (typeof value === 'string') return `"${text}" (text)`;
  if (value === null) return 'null';
  if (typeof value !== 'object') return `${text} (${typeof value === 'number' ? 'number' : 'true or false'})`;
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** Why nothing is found at a place. */
function unread({ givenUp }: Place, text: string): string {
  return givenUp ? ', which is too large for this path' : unreadable(text);
}

/** Why nothing is found in an answer although it may be there: it is beyond what is read as JSON. */
export function unreadable(text: string): string {
  const why = beyondBounds(text);
  return why === null ? '' : `, which ${why}`;
}

/** As much of a text as is worth showing and storing. */
function shortened(text: string): string {
  return text.length > SHOWN_BODY_CHARS ? `${text.slice(0, SHOWN_BODY_CHARS)}…` : text;
}
