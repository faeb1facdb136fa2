import { beforeAll, describe, expect, it } from 'vitest';
import { appRouter } from './router';
import { testApiServer } from './testing/api-server';

type Json = { [key: string]: unknown };

const procedures = appRouter._def.procedures as unknown as Record<
  string,
  { _def: { type: string; inputs: unknown[]; meta?: { role: string } } }
>;

const server = testApiServer();
let document: Json & { paths: Record<string, Record<string, Json>>; components: Json };
beforeAll(async () => {
  const answer = await fetch(`${server.url}/api/openapi.json`, {
    headers: { authorization: `Bearer ${server.viewerKey}` },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  document = await answer.json();
});

/** Every object in the document with where it is. */
function* objects(value: unknown, path = '#'): Generator<[string, Json]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Json];
  for (const [key, one] of Object.entries(value)) yield* objects(one, `${path}/${key}`);
}

function at(pointer: string): unknown {
  return pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((value, key) => (value as Json | undefined)?.[key], document);
}

describe('/api/openapi.json', () => {
  it('is closed to people nobody knows', async () => {
    expect((await fetch(`${server.url}/api/openapi.json`)).status).toBe(401);
  });

  it('describes every procedure with its method and role', () => {
    const described = Object.entries(document.paths).map(([path, methods]) => {
      const [[method, operation] = ['', {}]] = Object.entries(methods);
      expect(Object.keys(methods)).toHaveLength(1);
      return [path, method, (operation as Json)['x-role']];
    });
    expect(described.sort()).toEqual(
      Object.entries(procedures)
        .map(([name, { _def }]) => [
          `/api/trpc/${name}`,
          _def.type === 'query' ? 'get' : 'post',
          _def.meta?.role,
        ])
        .sort(),
    );
  });

  it('is what OpenAPI 3.1 asks for', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: expect.any(String), version: expect.any(String) },
      servers: [{ url: server.url }],
    });
    const ids = new Set<unknown>();
    for (const methods of Object.values(document.paths)) {
      for (const operation of Object.values(methods)) {
        expect(ids.has(operation.operationId)).toBe(false);
        ids.add(operation.operationId);
        for (const [status, response] of Object.entries(operation.responses as Json)) {
          expect(status).toMatch(/^[2-5]\d\d$/);
          expect(response).toMatchObject({ description: expect.any(String) });
        }
        for (const parameter of (operation.parameters ?? []) as Json[])
          expect(parameter).toMatchObject({ name: 'input', in: 'query', required: expect.any(Boolean) });
        for (const need of operation.security as Json[]) {
          for (const scheme of Object.keys(need))
            expect(at(`#/components/securitySchemes/${scheme}`)).toBeDefined();
        }
      }
    }
    for (const [path, one] of objects(document)) {
      // A property may be called so as well; then it holds a schema.
      if (typeof one.$ref === 'string') expect([path, at(one.$ref) === undefined]).toEqual([path, false]);
      if (Array.isArray(one.required))
        expect(Object.keys(one.properties ?? {})).toEqual(expect.arrayContaining(one.required));
    }
  });

  it('has the inputs as a caller sends them', () => {
    const bodyOf = (name: string) => {
      const requestBody = document.paths[`/api/trpc/${name}`]?.post?.requestBody as Json | undefined;
      return requestBody?.content as { 'application/json': { schema: { properties: { json: Json } } } };
    };
    const create = bodyOf('plans.create')['application/json'].schema.properties.json;
    expect(create.required).toEqual(['name', 'unitId', 'version', 'playbookId']);
    expect(Object.keys(create.properties as Json)).toContain('leaveOutInvalid');
    const list = document.paths['/api/trpc/plans.list']?.get as { parameters: Json[] };
    expect(list.parameters[0]?.required).toBe(false);
    const get = document.paths['/api/trpc/plans.get']?.get as { parameters: Json[] };
    expect(get.parameters[0]?.required).toBe(true);
    expect(document.paths['/api/trpc/status.get']?.get?.security).toEqual([]);
  });
});
