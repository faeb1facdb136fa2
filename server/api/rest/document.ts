import { setImmediate as nextTurn } from 'node:timers/promises';
import { declared } from '../declared';
import { playbookSchemas, type Schema } from '../input-schema';
import { REST } from './address';
import type { DescribedAnswers } from './answers';
import answers from './answers.json' with { type: 'json' };
import { fieldsInPath, offeredBy, schemaOf, takes } from './call-input';
import { PROBLEMS, type ProblemCode, problemType } from './problem';
import { partOf } from './query-values';
import { ROUTES, type Route } from './routes';

/** Describes the API for programs as OpenAPI 3.1, made once, when it is first asked for. */
export function restDocument(publicUrl: URL): () => Promise<Schema> {
  let made: Promise<Schema> | null = null;
  return () => {
    made ??= documentOf(publicUrl);
    return made;
  };
}

async function documentOf(publicUrl: URL): Promise<Schema> {
  const paths: Record<string, Record<string, Schema>> = {};
  const named = new Set<string>();
  for (const route of ROUTES) {
    const methods = paths[route.path] ?? {};
    methods[route.method.toLowerCase()] = operationOf(route, named);
    paths[route.path] = methods;
    // A schema takes a while to describe: others get their turn.
    await nextTurn();
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Switchyard',
      version: '1',
      description:
        'Plain JSON, times as ISO 8601. Inputs are the schemas that check them; answers the types that the compiler finds in what answers. docs/api.md has an example of each, under the procedure that `x-procedure` names.',
    },
    servers: [{ url: `${publicUrl.origin}${REST}` }],
    tags: [...new Set(ROUTES.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
      headers: HEADERS,
      responses: PROBLEM_RESPONSES,
      schemas: { Problem: problemSchema(), ...described.schemas, ...playbookSchemas() },
    },
  };
}

/** A procedure that has a second address is called after what that one names. */
function operationOf(route: Route, named: Set<string>): Schema {
  const { role, scope } = declared[route.procedure]._def.meta;
  const plain = !named.has(route.procedure);
  const operationId = plain
    ? route.procedure
    : `${route.procedure}.by${capital(fieldsInPath(route).at(-1) ?? 'path')}`;
  named.add(operationId);
  const offered = offeredBy(route);
  const body = route.method !== 'GET' && Object.keys(offered.properties as object).length > 0;
  return {
    operationId,
    tags: [tagOf(route)],
    summary: route.summary,
    'x-procedure': route.procedure,
    'x-role': role,
    ...(scope && { 'x-scope': scope }),
    security: role === 'public' ? [] : [{ apiKey: [] }],
    parameters: [
      ...pathParameters(route),
      ...headerParameters(route),
      ...(body ? [] : queryParameters(route, offered)),
    ],
    ...(body && { requestBody: { required: 'required' in offered, content: json(offered) } }),
    responses: responsesOf(route),
  };
}

const pathParameters = (route: Route): Schema[] =>
  fieldsInPath(route).map((name) => ({
    ...{ name, in: 'path', required: true },
    schema: partOf(schemaOf(route.procedure), name),
  }));

function queryParameters(route: Route, offered: Schema): Schema[] {
  if (route.method !== 'GET') return [];
  const required = (offered.required ?? []) as string[];
  return Object.entries(offered.properties as Record<string, Schema>).map(([name, schema]) => ({
    ...{ name, in: 'query', required: required.includes(name), schema },
    ...(schema.type === 'object' && { style: 'deepObject', explode: true }),
  }));
}

function headerParameters(route: Route): Schema[] {
  const text = { type: 'string' };
  const key = 'Makes it safe to repeat: the first answer comes back, and nothing happens twice.';
  const match = 'The ETag of what the change was made on: when it is another one by now, it is a 412.';
  return [
    ...(takes(route, 'requestId')
      ? [{ name: 'Idempotency-Key', in: 'header', description: key, schema: { ...text, maxLength: 255 } }]
      : []),
    ...(takes(route, 'basedOn')
      ? [{ name: 'If-Match', in: 'header', description: match, schema: text }]
      : []),
  ];
}

const LIMITS = ['RateLimit', 'RateLimit-Policy'];
const HEADERS: Record<string, Schema> = {
  RateLimit: {
    description: 'What is left of the budget, and for how many seconds.',
    schema: { type: 'string' },
  },
  'RateLimit-Policy': { description: 'The budget and its window in seconds.', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } },
  ETag: { description: 'Stands for the state, for `If-Match`.', schema: { type: 'string' } },
  Link: { description: 'With rel="next": where it goes on.', schema: { type: 'string' } },
  Location: { description: 'The address of what was created.', schema: { type: 'string' } },
  Allow: { description: 'The methods of the address.', schema: { type: 'string' } },
};

const headersOf = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

function responsesOf(route: Route): Schema {
  const properties = Object.keys((schemaOf(route.procedure).properties ?? {}) as object);
  const goesOn =
    route.method === 'GET' &&
    (properties.includes('cursor') || (properties.includes('after') && properties.includes('limit')));
  const headers = headersOf([
    ...LIMITS,
    ...(route.etag ? ['ETag'] : []),
    ...(goesOn ? ['Link'] : []),
    ...(typeof route.creates === 'string' ? ['Location'] : []),
  ]);
  const success = {
    description: `The answer of ${route.procedure}.`,
    headers,
    content: json(answerOf(route)),
  };
  const problems = (Object.keys(PROBLEM_RESPONSES) as string[]).map((status) => [
    status,
    { $ref: `#/components/responses/${status}` },
  ]);
  return { [route.creates ? '201' : '200']: success, ...Object.fromEntries(problems) };
}

/** By status: what their problems mean. */
const PROBLEM_RESPONSES: Record<string, Schema> = {};
for (const [code, [status, , means]] of Object.entries(PROBLEMS)) {
  const others = PROBLEM_RESPONSES[status]?.description;
  const more = status === 429 ? ['Retry-After'] : status === 405 ? ['Allow'] : [];
  PROBLEM_RESPONSES[status] = {
    description: `${others ? `${others} ` : ''}${code}: ${means}.`,
    headers: headersOf([...LIMITS, ...more]),
    content: { 'application/problem+json': { schema: named('Problem') } },
  };
}

function problemSchema(): Schema {
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  const text = { type: 'string' };
  const textOrNull = { type: ['string', 'null'] };
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'field', 'reason'],
    properties: {
      type: { enum: codes.map(problemType) },
      title: text,
      status: { type: 'integer' },
      detail: { ...text, description: 'For people.' },
      instance: { ...text, description: 'The address that was asked.' },
      code: { enum: codes },
      field: { ...textOrNull, description: 'Where in the input, or which header.' },
      problems: {
        type: 'array',
        description: 'All that is wrong with the input, if it is more than one thing.',
        items: { type: 'object', required: ['field', 'message'], properties: { field: text, message: text } },
      },
      reason: { ...textOrNull, description: 'The code of a refused command.' },
    },
  };
}

const described: DescribedAnswers = answers;
const answerOf = ({ procedure }: Route): Schema => described.answers[procedure] ?? {};

const tagOf = ({ path }: Route) => path.split('/')[1] ?? '';
const capital = (word: string) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
const json = (schema: Schema) => ({ 'application/json': { schema } });

function named(schema: string): Schema {
  return { $ref: `#/components/schemas/${schema}` };
}
