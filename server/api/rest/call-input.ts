import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '@/server/auth/principal';
import { shownName, unknownName } from '@/server/input/nearest';
import { InvalidInput } from '@/server/input/refused';
import { declared, type ProcedureName } from '../declared';
import { inputSchema, type Schema } from '../input-schema';
import { partOf, queryValues, textAs } from './query-values';
import { fieldIn, type Route } from './routes';

/** Fields of inputs that are headers here. */
const BY_HEADER: Readonly<Record<string, string>> = {
  requestId: 'Idempotency-Key',
  basedOn: 'If-Match',
};
/** Read by the door itself. */
export const WAIT = 'wait';
export const MOST_WAIT_SECONDS = 30;
const WAIT_SCHEMA: Schema = {
  type: 'integer',
  minimum: 0,
  maximum: MOST_WAIT_SECONDS,
  description: 'So many seconds it waits for an answer that is not empty.',
};

const schemas = new Map<ProcedureName, Schema>();

/** What a procedure takes, as JSON Schema; made once, when it is first asked for. */
export function schemaOf(procedure: ProcedureName): Schema {
  const known = schemas.get(procedure);
  if (known) return known;
  const made = inputSchema(declared[procedure]._def.inputs)?.schema ?? {};
  schemas.set(procedure, made);
  return made;
}

const offers = new Map<Route, Schema>();

/** What an address takes in its query or body: what its procedure takes, without what stands in path and headers. */
export function offeredBy(route: Route): Schema {
  const known = offers.get(route);
  if (known) return known;
  const made = offerOf(route);
  offers.set(route, made);
  return made;
}

function offerOf(route: Route): Schema {
  const schema = schemaOf(route.procedure);
  const elsewhere = new Set([...fieldsInPath(route), ...(route.without ?? []), ...Object.keys(BY_HEADER)]);
  const kept = ([name]: [string, unknown]) => !elsewhere.has(name);
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>).filter(kept);
  if (route.waits) properties.push([WAIT, WAIT_SCHEMA]);
  const required = ((schema.required ?? []) as string[]).filter((name) => !elsewhere.has(name));
  const { required: _all, ...rest } = schema;
  return {
    ...{ type: 'object', additionalProperties: false, ...rest },
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
  };
}

/** Fields of the input that the path of an address says. */
export const fieldsInPath = ({ path }: Pick<Route, 'path'>): string[] =>
  path.split('/').flatMap((part) => fieldIn(part) ?? []);

/** Whether a command can be repeated with an `Idempotency-Key`, and whether a change is compared with an `If-Match`. */
export const takes = (route: Route, field: 'requestId' | 'basedOn'): boolean =>
  declared[route.procedure]._def.type === 'mutation' &&
  field in ((schemaOf(route.procedure).properties ?? {}) as object);

/** What a request says. */
export interface Said {
  /** By its path. */
  given: Readonly<Record<string, string>>;
  query: string;
  /** Undefined when there is none. */
  body: unknown;
  headers: IncomingHttpHeaders;
  principal: Principal | null;
}

/** The input of the procedure of a route. Throws {@link InvalidInput}. */
export function callInput(route: Route, said: Said): Record<string, unknown> {
  const reads = route.method === 'GET';
  if (!reads) refuseQuery(said.query);
  const offered = offeredBy(route);
  const fields = reads ? queryValues(said.query, offered) : asObject(said.body);
  refuseElsewhere(route, offered, fields);
  const schema = schemaOf(route.procedure);
  const path = Object.entries(said.given).map(([name, text]) => [name, textAs(partOf(schema, name), text)]);
  // Nobody else has it: a copy of what has twenty thousand names takes long.
  return Object.assign(fields, Object.fromEntries(path), byHeader(route, said));
}

function refuseQuery(query: string): void {
  const [first] = new URLSearchParams(query).keys();
  if (first === undefined) return;
  const name = shownName(first);
  throw new InvalidInput(name, `${name}: belongs into the body; this address has no query.`);
}

function asObject(body: unknown): Record<string, unknown> {
  if (body === undefined) return {};
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw new InvalidInput('input', 'input: the body must be a JSON object.');
}

/** What the procedure knows and this address does not take; what nobody knows is refused by the schema. */
function refuseElsewhere(route: Route, offered: Schema, fields: Record<string, unknown>): void {
  const taken = Object.keys(offered.properties as object);
  const known = Object.keys((schemaOf(route.procedure).properties ?? {}) as object);
  for (const name of known) {
    if (taken.includes(name) || !Object.hasOwn(fields, name)) continue;
    const header = BY_HEADER[name];
    const why = header ? `is the header ${header} here.` : unknownName(name, taken);
    throw new InvalidInput(name, `${name}: ${why}`);
  }
}

function byHeader(route: Route, { headers, principal }: Said): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const key = headers['idempotency-key'];
  // Reading is repeated without any.
  if (key !== undefined && route.method !== 'GET') {
    if (!takes(route, 'requestId'))
      throw new InvalidInput('Idempotency-Key', 'Idempotency-Key: is not kept for this address.');
    fields.requestId = requestIdOf(String(key), principal);
  }
  const match = headers['if-match'];
  if (match !== undefined) {
    if (!takes(route, 'basedOn'))
      throw new InvalidInput('If-Match', 'If-Match: nothing is compared at this address.');
    fields.basedOn = textAs(partOf(schemaOf(route.procedure), 'basedOn'), stateOf(match));
  }
  return fields;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** A key as the requestId of the command: a UUID is one; any other text becomes one, of its own for whoever sends it. */
function requestIdOf(sent: string, principal: Said['principal']): string {
  const key = /^"([^"\\]*)"$/.exec(sent)?.[1] ?? sent;
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw new InvalidInput('Idempotency-Key', 'Idempotency-Key: must be 1 to 255 visible characters.');
  if (UUID.test(key)) return key.toLowerCase();
  const hash = createHash('sha256').update(JSON.stringify([principal?.kind, principal?.id, key]));
  // Version 8: of one's own making.
  const hex = hash.digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** The ETag of a state. */
export const etagOf = (state: unknown): string => `"${encodeURIComponent(String(state))}"`;

/** The state that an ETag was made of. Throws {@link InvalidInput} for a weak one, a list or `*`. */
function stateOf(match: string): string {
  const tag = /^"([\x21\x23-\x7e]{1,200})"$/.exec(match)?.[1];
  try {
    if (tag !== undefined) return decodeURIComponent(tag);
  } catch {
    // Not one of ours.
  }
  throw new InvalidInput('If-Match', 'If-Match: must be one ETag as an answer had it, with its quotes.');
}
