import { type Declared, declared } from './declared';
import { inputSchema, playbookSchemas, type Schema } from './input-schema';

const WRAPPED = 'Superjson: the value is under `json`; `meta` says which parts are dates and the like.';
const ERRORS: Record<string, string> = {
  '400': 'The input is wrong; `field` says where.',
  '401': 'No key, or not a valid one.',
  '403': 'The role is not enough, or the page that asks is another site’s.',
  '404': 'What was named does not exist.',
  '409': 'The command is not possible now; `reason` says why, and nothing changed.',
};

/** Describes every procedure of the router as OpenAPI 3.1; inputs are the schemas that check them. */
export function openApiDocument(publicUrl: URL): Schema {
  const procedures = Object.entries(declared);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Switchyard',
      version: '1',
      description:
        'tRPC over HTTP, encoded with superjson: a query is a GET with `input`, a mutation a POST, and both carry `{"json": …}`. docs/api.md has an example of each.',
    },
    servers: [{ url: publicUrl.origin }],
    tags: [...new Set(procedures.map(([name]) => routerOf(name)))].map((name) => ({ name })),
    paths: Object.fromEntries(
      procedures.map(([name, procedure]) => [`/api/trpc/${name}`, operationOf(name, procedure)]),
    ),
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
      schemas: { Answer: answerSchema(), Error: errorSchema(), ...playbookSchemas() },
    },
  };
}

function operationOf(name: string, { _def }: Declared): Schema {
  const role = _def.meta?.role;
  const query = _def.type === 'query';
  const input = inputSchema(_def.inputs);
  const operation = {
    operationId: name,
    tags: [routerOf(name)],
    summary: `${name} (${role})`,
    'x-role': role,
    security: role === 'public' ? [] : [{ apiKey: [] }],
    ...(input && query ? { parameters: [inputParameter(input)] } : {}),
    ...(query
      ? {}
      : { requestBody: { required: true, content: jsonOf(wrapped(input?.schema ?? { type: 'null' })) } }),
    responses: {
      '200': { description: 'The answer.', content: jsonOf({ $ref: '#/components/schemas/Answer' }) },
      ...Object.fromEntries(
        Object.entries(ERRORS).map(([status, description]) => [
          status,
          { description, content: jsonOf({ $ref: '#/components/schemas/Error' }) },
        ]),
      ),
    },
  };
  return { [query ? 'get' : 'post']: operation };
}

function inputParameter(input: { schema: Schema; required: boolean }): Schema {
  return {
    name: 'input',
    in: 'query',
    required: input.required,
    description: WRAPPED,
    content: jsonOf(wrapped(input.schema)),
  };
}

const routerOf = (name: string) => name.slice(0, name.indexOf('.'));
const jsonOf = (schema: Schema) => ({ 'application/json': { schema } });

function wrapped(json: Schema): Schema {
  return { type: 'object', required: ['json'], properties: { json, meta: { type: 'object' } } };
}

function answerSchema(): Schema {
  return {
    type: 'object',
    description: WRAPPED,
    required: ['result'],
    properties: {
      result: {
        type: 'object',
        required: ['data'],
        properties: { data: { type: 'object', required: ['json'], properties: { json: {}, meta: {} } } },
      },
    },
  };
}

function errorSchema(): Schema {
  const text = { type: 'string' };
  const textOrNull = { type: ['string', 'null'] };
  const data = {
    type: 'object',
    required: ['code', 'httpStatus'],
    properties: {
      code: text,
      httpStatus: { type: 'integer' },
      path: text,
      field: textOrNull,
      reason: textOrNull,
    },
  };
  const json = {
    type: 'object',
    required: ['message', 'code', 'data'],
    properties: { message: text, code: { type: 'integer' }, data },
  };
  return {
    type: 'object',
    required: ['error'],
    properties: { error: { type: 'object', required: ['json'], properties: { json } } },
  };
}
