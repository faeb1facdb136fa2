import type { IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { searchTwice, type TwiceThere, twiceWords } from '@/domain/unique-keys';
import { beyondBounds, type JsonBounds, USUAL_JSON } from './bounded-json';

const MEGABYTE = 1024 * 1024;
/** So long a body is looked at before others have their turn. */
const MOST_MILLIS = 10;

/** What a body may be at most: it is parsed before anything is known of what it asks for. */
export type BodyBounds = { bytes: number; json: JsonBounds };
export const USUAL_BODY: BodyBounds = { bytes: MEGABYTE, json: USUAL_JSON };
/** A CSV of 5 MB and what JSON adds around it, or ten thousand tenants with four endpoints each. */
const IMPORT_BODY: BodyBounds = { bytes: 6 * MEGABYTE, json: { ...USUAL_JSON, parts: 500_000 } };

/** Two thousand documents, among them configurations. */
const CONFIG_BODY: BodyBounds = { bytes: 2 * MEGABYTE, json: { ...USUAL_JSON, parts: 100_000 } };

const BOUNDS: ReadonlyMap<string, BodyBounds> = new Map([
  ['tenants.import', IMPORT_BODY],
  ['config.diff', CONFIG_BODY],
  ['config.save', CONFIG_BODY],
]);

/** The bounds of what calls these procedures: those of the one that may be sent most. */
export const bodyBoundsOf = (procedures: readonly string[]): BodyBounds =>
  procedures
    .flatMap((name) => BOUNDS.get(name) ?? [])
    .reduce((most, one) => (one.bytes > most.bytes ? one : most), USUAL_BODY);

/** A request that goes no further, and what its sender is told. */
export class RequestRefused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

/** Whether a request says that its body is JSON. Throws {@link RequestRefused} when it says something else, or nothing. */
export function mustBeJson({ headers }: IncomingMessage): void {
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? ''))
    throw new RequestRefused(415, 'NOT_JSON', 'Send the body as JSON, with Content-Type: application/json.');
}

/** The whole body, which is JSON within the bounds and has no key twice, or empty. Throws {@link RequestRefused}. */
export async function readJsonBody(
  request: IncomingMessage,
  bounds: BodyBounds,
): Promise<{ text: string; value: unknown }> {
  const text = await readBody(request, bounds.bytes);
  if (text === '') return { text, value: undefined };
  const beyond = beyondBounds(text, bounds.json);
  if (beyond) throw new RequestRefused(413, 'TOO_LARGE', `The body ${beyond}.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RequestRefused(400, 'BAD_JSON', 'The body is not valid JSON.');
  }
  // What is done with it takes as long again: others get their turn before.
  await nextTurn();
  const twice = await twiceIn(text);
  if (twice) throw new RequestRefused(400, 'DUPLICATE_KEY', `The body ${twiceWords(twice)}.`);
  return { text, value };
}

/** A key that the body has twice, of which JSON.parse keeps the last; others have their turn while it is looked for. */
async function twiceIn(text: string): Promise<TwiceThere | null> {
  const search = searchTwice(text);
  for (let since = performance.now(); ; ) {
    const { done, value } = search.next();
    if (done) return value;
    if (performance.now() - since < MOST_MILLIS) continue;
    await nextTurn();
    since = performance.now();
  }
}

async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const tooLarge = () =>
    new RequestRefused(413, 'TOO_LARGE', `The body is larger than ${limit / MEGABYTE} MiB.`, {
      connection: 'close',
    });
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else reject(tooLarge());
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', () => reject(new RequestRefused(400, 'INTERRUPTED', 'The request broke off.')));
  });
}
