import { setImmediate as nextTurn } from 'node:timers/promises';
import { render, type TemplateScope } from '@/server/domain/template';
import { beyondBounds, parseBounded } from '@/server/security/bounded-json';
import type { BodyExpectation, Extraction, HttpCall } from './http-settings';
import { atPath } from './json-path';
import { search } from './pattern';

/** As much of a body as is worth showing and storing. */
export const SHOWN_BODY_CHARS = 2000;
const SHOWN_REASON_CHARS = 300;

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
export function judge(
  expect: HttpCall['expect'],
  answer: RawAnswer,
  scope: TemplateScope,
): { code: string; message: string } | null {
  const { status } = answer;
  if (!statusIn(status, expect.status)) {
    const said = reasonIn(answer.body());
    const message = `answered ${status}, expected ${expect.status.join(' or ')}`;
    return { code: `HTTP_${status}`, message: said ? `${message} ("${said}")` : message };
  }
  for (const expectation of expect.body) {
    const wrong = bodyMismatch(expectation, answer, scope);
    if (wrong) return { code: 'BODY', message: `answered ${status}, but ${wrong}` };
  }
  return null;
}

/** What the target itself gives as the reason, where most put it. */
function reasonIn(body: unknown): string | null {
  const said = atPath(body, 'error.message') ?? atPath(body, 'error') ?? atPath(body, 'message');
  return typeof said === 'string' && said !== '' ? said.slice(0, SHOWN_REASON_CHARS) : null;
}

/**
 * The values a call takes from an answer, or the name of the first that is not there. Others get their turn between two
 * patterns: each may take tens of milliseconds.
 */
export async function extractValues(
  wanted: Readonly<Record<string, Extraction>>,
  answer: RawAnswer,
): Promise<{ values: Record<string, unknown> } | { missing: string }> {
  const values: Record<string, unknown> = {};
  for (const [name, extraction] of Object.entries(wanted)) {
    const { regex } = extraction;
    const found =
      regex === undefined
        ? { value: extractOne(extraction, answer), onlyFirst: null }
        : search(regex, answer.text);
    if (regex !== undefined) await nextTurn();
    if (found.value === undefined || found.value === null)
      return { missing: `"${name}" (${placeOf(extraction, answer, found.onlyFirst)})` };
    values[name] = found.value;
  }
  return { values };
}

function extractOne({ json, header, trailer }: Extraction, answer: RawAnswer): unknown {
  if (json !== undefined) return atPath(answer.body(), json);
  const found =
    header !== undefined
      ? answer.headers[header.toLowerCase()]
      : answer.trailers[trailer?.toLowerCase() ?? ''];
  return Array.isArray(found) ? found[0] : found;
}

function placeOf(
  { json, regex, header, trailer }: Extraction,
  { text }: RawAnswer,
  onlyFirst: number | null,
): string {
  if (json !== undefined) return `${json} of the body${unreadable(text)}`;
  if (regex !== undefined)
    return `a match of ${regex}${onlyFirst === null ? '' : ` in the first ${onlyFirst} characters`}`;
  return header !== undefined ? `the header ${header}` : `the trailer ${trailer}`;
}

function bodyMismatch(
  { path, equals, contains, exists }: BodyExpectation,
  answer: RawAnswer,
  scope: TemplateScope,
): string | null {
  const { text } = answer;
  const value = path === undefined ? text : atPath(answer.body(), path);
  const where = path ?? 'the body';
  if (exists !== undefined && (value !== undefined) !== exists)
    return `${where} is ${exists ? `missing in it${unreadable(text)}` : 'there in it'}`;
  const wanted = typeof equals === 'string' ? render(equals, scope) : equals;
  if (wanted !== undefined && value !== wanted)
    return value === undefined
      ? `${where} is missing in it${unreadable(text)}, expected ${wanted}`
      : `${where} is ${shortened(String(value))}, expected ${wanted}`;
  if (contains === undefined) return null;
  const part = render(contains, scope);
  return String(value ?? '').includes(part) ? null : `${where} does not contain "${part}"`;
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
