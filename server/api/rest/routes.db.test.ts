import { describe, expect, it } from 'vitest';
import { declared, type ProcedureName } from '../declared';
import { testApiServer } from '../testing/api-server';
import { mutate, query } from '../testing/call';
import { rest } from '../testing/rest-call';
import { expectNothingWritten } from '../testing/row-counts';
import { fieldsInPath, schemaOf } from './call-input';
import { CONSOLE_ONLY, ROUTES, type Route } from './routes';

const server = testApiServer();

const closed = ROUTES.filter(({ procedure }) => declared[procedure]._def.meta.role !== 'public');
/** Nothing is called so: what is let in finds nothing, or finds the input wrong. */
const NOBODY: Record<string, string> = {
  planId: 'PLN-999999',
  taskId: 'PLN-999999.1',
  version: '7',
};
const addressOf = ({ path }: Route) =>
  path.replaceAll(/\{(\w+)\}/g, (_, field: string) => NOBODY[field] ?? 'nobody-at-all');
const inputOf = (route: Route) =>
  Object.fromEntries(fieldsInPath(route).map((field) => [field, NOBODY[field] ?? 'nobody-at-all']));

describe('the table of addresses', () => {
  it('has every procedure, or says why not', () => {
    const there = new Set<string>([
      ...ROUTES.map(({ procedure }) => procedure),
      ...Object.keys(CONSOLE_ONLY),
    ]);
    expect([...there].sort()).toEqual(Object.keys(declared).sort());
    for (const name of Object.keys(CONSOLE_ONLY))
      expect(ROUTES.some(({ procedure }) => procedure === name)).toBe(false);
  });

  it('has no address twice, and no field in it that the procedure does not take', () => {
    const shapes = ROUTES.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(shapes.length).toBe(new Set(shapes).size);
    for (const route of ROUTES) {
      const known = Object.keys((schemaOf(route.procedure).properties ?? {}) as object);
      for (const field of [...fieldsInPath(route), ...(route.without ?? [])])
        expect(known, `${route.path} ${field}`).toContain(field);
    }
  });

  it('reads with GET, and with nothing else', () => {
    for (const { method, procedure, path } of ROUTES)
      expect(method === 'GET', path).toBe(declared[procedure]._def.type === 'query');
  });
});

describe('who may ask', () => {
  expectNothingWritten(server);

  it('is nobody who shows no key', async () => {
    expect(await rest(server.url, null, 'GET /plans')).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHORIZED' },
    });
  });

  it.each(closed)('is the same at $method $path as of its procedure', async (route) => {
    const { procedure, method } = route;
    const asked = `${method} ${addressOf(route)}`;
    // Once: all calls of nobody are from one address, and have one budget.
    const answer = await rest(server.url, 'not-a-key', asked);
    expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    // What would be let in is asked by nobody who may: the wrong input stops it.
    const wrong = { ...inputOf(route), nobodyKnowsThis: true };
    const ask = declared[procedure]._def.type === 'query' ? query : mutate;
    for (const role of ['viewer', 'operator', 'admin'] as const) {
      const key = await server.newKey(role);
      const by = await ask(server.url, key, procedure, wrong);
      const answer =
        method === 'GET'
          ? await rest(server.url, key, `${asked}?nobodyKnowsThis=true`)
          : await rest(server.url, key, asked, { body: { nobodyKnowsThis: true } });
      expect([answer.status, answer.body.code, answer.body.field, answer.body.detail]).toEqual([
        by.status,
        by.error?.code,
        by.error?.field,
        by.error?.message,
      ]);
      expect(answer.body).toMatchObject({ reason: by.error?.reason });
    }
  });

  it('is nobody who comes with a cookie alone', async () => {
    const answer = await rest(server.url, null, 'GET /plans', {
      headers: { cookie: 'better-auth.session=x' },
    });
    expect(answer.status).toBe(401);
  });
});

it('names only procedures that there are', () => {
  const names: ProcedureName[] = ROUTES.map(({ procedure }) => procedure);
  expect(names.filter((name) => !Object.hasOwn(declared, name))).toEqual([]);
});
