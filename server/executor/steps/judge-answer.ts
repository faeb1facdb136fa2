import { render, type TemplateScope } from '@/server/domain/template';
import type { BodyExpectation, Extraction, HttpCall } from './http-settings';
import { atPath } from './json-path';

const SHOWN_BODY_CHARS = 2000;
const SHOWN_REASON_CHARS = 300;

/** An answer as it came; names of headers and trailers are in lower case. */
export interface RawAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  trailers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
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
  const { status, text } = answer;
  if (!statusIn(status, expect.status)) {
    const said = reasonIn(text);
    const message = `answered ${status}, expected ${expect.status.join(' or ')}`;
    return { code: `HTTP_${status}`, message: said ? `${message} ("${said}")` : message };
  }
  for (const expectation of expect.body) {
    const wrong = bodyMismatch(expectation, text, scope);
    if (wrong) return { code: 'BODY', message: `answered ${status}, but ${wrong}` };
  }
  return null;
}

/** What the target itself gives as the reason, where most put it. */
function reasonIn(text: string): string | null {
  const body = parsed(text);
  const said = atPath(body, 'error.message') ?? atPath(body, 'error') ?? atPath(body, 'message');
  return typeof said === 'string' && said !== '' ? said.slice(0, SHOWN_REASON_CHARS) : null;
}

/** The values a call takes from an answer, or the name of the first that is not there. */
export function extractValues(
  wanted: Readonly<Record<string, Extraction>>,
  answer: RawAnswer,
): { values: Record<string, unknown> } | { missing: string } {
  const values: Record<string, unknown> = {};
  for (const [name, extraction] of Object.entries(wanted)) {
    const value = extractOne(extraction, answer);
    if (value === undefined || value === null) return { missing: `"${name}" (${placeOf(extraction)})` };
    values[name] = value;
  }
  return { values };
}

function extractOne({ json, regex, header, trailer }: Extraction, answer: RawAnswer): unknown {
  if (json !== undefined) return atPath(parsed(answer.text), json);
  if (regex !== undefined) {
    const match = new RegExp(regex, 'u').exec(answer.text);
    return match?.[1] ?? match?.[0];
  }
  const found =
    header !== undefined
      ? answer.headers[header.toLowerCase()]
      : answer.trailers[trailer?.toLowerCase() ?? ''];
  return Array.isArray(found) ? found[0] : found;
}

function placeOf({ json, regex, header, trailer }: Extraction): string {
  if (json !== undefined) return `${json} of the body`;
  if (regex !== undefined) return `a match of ${regex}`;
  return header !== undefined ? `the header ${header}` : `the trailer ${trailer}`;
}

function bodyMismatch(
  { path, equals, contains, exists }: BodyExpectation,
  text: string,
  scope: TemplateScope,
): string | null {
  const value = path === undefined ? text : atPath(parsed(text), path);
  const where = path ?? 'the body';
  if (exists !== undefined && (value !== undefined) !== exists)
    return `${where} is ${exists ? 'missing' : 'there'} in it`;
  const wanted = typeof equals === 'string' ? render(equals, scope) : equals;
  if (wanted !== undefined && value !== wanted)
    return value === undefined
      ? `${where} is missing in it, expected ${wanted}`
      : `${where} is ${shortened(String(value))}, expected ${wanted}`;
  if (contains === undefined) return null;
  const part = render(contains, scope);
  return String(value ?? '').includes(part) ? null : `${where} does not contain "${part}"`;
}

/** JSON as a value; undefined when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As much of a text as is worth showing and storing. */
export function shortened(text: string): string {
  return text.length > SHOWN_BODY_CHARS ? `${text.slice(0, SHOWN_BODY_CHARS)}…` : text;
}
