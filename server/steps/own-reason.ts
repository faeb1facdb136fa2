import { atPath } from './json-path';

const SHOWN_CHARS = 300;
/** Of a text or a page, which may be long. */
const LOOKED_THROUGH_CHARS = 4000;

/** Where targets put their reason, the plainest words first: many say "bad_request" as `error` and beside it why. */
const PLACES = [
  'error.message',
  'error.reason',
  'errors[0].message',
  'errors[0].detail',
  'reason',
  'detail',
  'message',
  'error_description',
  'error',
];

/** What a target itself gives as its reason in an answer: `body` is its text as JSON, if it is any. Null: it gives none. */
export function ownReason(text: string, body: unknown): string | null {
  const said =
    body === undefined ? plainWords(text) : PLACES.map((place) => atPath(body, place)).find(isSaid);
  return isSaid(said) ? said.slice(0, SHOWN_CHARS) : null;
}

const isSaid = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** A text in one line, of a page only what people see. */
function plainWords(text: string): string {
  return text
    .slice(0, LOOKED_THROUGH_CHARS)
    .replace(/<(head|style|script)\b.*?<\/\1>/gis, ' ')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
