import { atPath } from './json-path';

/** Of a reason; whoever shows it cuts it, once nothing is in it that must stay hidden. */
const SHOWN_CHARS = 2000;
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

/** Of what lies further inside, or is called otherwise; `status` is often said in words beside a number. */
const NAMES = ['error', 'message', 'reason', 'detail', 'text', 'msg'];
/** Only where the answer itself says that it is an error: of others they tell of something else. */
const OF_ERRORS = ['description', 'status'];
const MOST_LEVELS = 4;
const MOST_OBJECTS = 50;

/** A word that programs go by and that may say more than the text: Node-RED's is "Error", with version_mismatch beside it. */
const CODES = ['code', 'error.code', 'errors[0].code'];

/** What a target itself gives as its reason in an answer: `body` is its text as JSON, if it is any. Null: it gives none. */
export function ownReason(text: string, body: unknown, isError = true): string | null {
  if (body === undefined) return plainWords(text).slice(0, SHOWN_CHARS) || null;
  const said =
    PLACES.map((place) => atPath(body, place)).find(isSaid) ??
    elsewhere(body, isError ? [...NAMES, ...OF_ERRORS] : NAMES);
  const code = CODES.map((place) => atPath(body, place)).find(isSaid);
  return [code, said].filter(isSaid).join(': ').slice(0, SHOWN_CHARS) || null;
}

/** What is called like a reason further inside, the outermost first, in a list or an object of results. */
function elsewhere(body: unknown, names: readonly string[]): string | undefined {
  let level: unknown[] = [body];
  for (let depth = 0; depth < MOST_LEVELS && level.length > 0; depth += 1) {
    for (const name of names)
      for (const one of level) {
        const value = isObject(one) ? one[name] : undefined;
        if (isSaid(value)) return value;
      }
    level = level
      .flatMap((one) => (isObject(one) ? Object.values(one) : []))
      .filter(isObject)
      .slice(0, MOST_OBJECTS);
  }
  return undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

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
