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

/** A word that programs go by and that may say more than the text: Node-RED's is "Error", with version_mismatch beside it. */
const CODES = ['code', 'error.code', 'errors[0].code'];

/** What a target itself gives as its reason in an answer: `body` is its text as JSON, if it is any. Null: it gives none. */
export function ownReason(text: string, body: unknown): string | null {
  if (body === undefined) return plainWords(text).slice(0, SHOWN_CHARS) || null;
  const said = PLACES.map((place) => atPath(body, place)).find(isSaid);
  const code = CODES.map((place) => atPath(body, place)).find(isSaid);
  return [code, said].filter(isSaid).join(': ').slice(0, SHOWN_CHARS) || null;
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
