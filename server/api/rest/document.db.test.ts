import Ajv from 'ajv/dist/2020';
import { beforeAll, describe, expect, it } from 'vitest';
import { kindsOfSteps } from '@/server/steps/registry';
import { declared } from '../declared';
import { testApiServer } from '../testing/api-server';
import { rest } from '../testing/rest-call';
import { PROBLEMS } from './problem';
import { ROUTES } from './routes';

type Json = { [key: string]: unknown };
interface Operation extends Json {
  operationId: string;
  parameters: { name: string; in: string; required?: boolean; schema: Json; style?: string }[];
  requestBody?: { required: boolean; content: { 'application/json': { schema: Json } } };
  responses: Record<string, Json>;
}

const server = testApiServer();
let document: Json & {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json> };
};
const ajv = new Ajv({ strict: false, validateFormats: false });
beforeAll(async () => {
  const answer = await rest(server.url, server.viewerKey, 'GET /openapi.json');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  document = answer.body;
  ajv.addSchema(document, 'v1');
});

const operation = (method: string, path: string): Operation => {
  const found = document.paths[path]?.[method];
  if (!found) throw new Error(`no ${method} ${path}`);
  return found;
};
/** Whether something fits a part of the document. */
function fits(pointer: string, value: unknown): unknown {
  const check = ajv.getSchema(`v1#${pointer}`);
  if (!check) throw new Error(`no ${pointer}`);
  return check(value) ? null : check.errors;
}
const escaped = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
const bodyOf = (method: string, path: string) =>
  `/paths/${escaped(path)}/${method}/requestBody/content/${escaped('application/json')}/schema`;

describe('/api/v1/openapi.json', () => {
  it('is closed to people nobody knows, and is read only', async () => {
    expect((await rest(server.url, null, 'GET /openapi.json')).status).toBe(401);
    expect((await rest(server.url, server.viewerKey, 'POST /openapi.json')).headers.get('allow')).toBe(
      'GET, HEAD',
    );
  });

  it('describes every address with its method, procedure and role', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]) => [
        method.toUpperCase(),
        path,
        one['x-procedure'],
        one['x-role'],
      ]),
    );
    expect(described.sort()).toEqual(
      ROUTES.map(({ method, path, procedure }) => [
        ...[method, path, procedure],
        declared[procedure]._def.meta.role,
      ]).sort(),
    );
  });

  it('is what OpenAPI 3.1 asks for', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: `${server.url}/api/v1` }] });
    const ids = new Set<string>();
    for (const [path, methods] of Object.entries(document.paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const one of Object.values(methods)) {
        expect(ids.has(one.operationId), one.operationId).toBe(false);
        ids.add(one.operationId);
        const inPath = one.parameters.filter((parameter) => parameter.in === 'path');
        expect(inPath.map(({ name }) => name)).toEqual(named);
        expect(inPath.every(({ required }) => required)).toBe(true);
        for (const { name, schema } of one.parameters)
          expect(Object.keys(schema), `${path} ${name}`).not.toEqual([]);
      }
    }
    // Every schema in it is one, and every reference leads somewhere.
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref);
    expect(refs.length).toBeGreaterThan(100);
    for (const ref of new Set(refs)) {
      const found = ref
        .slice(2)
        .split('/')
        .reduce<unknown>((value, key) => (value as Json | undefined)?.[key], document);
      expect(found, ref).toBeDefined();
    }
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, { requestBody }] of Object.entries(methods))
        if (requestBody) expect(() => fits(bodyOf(method, path), {}), path).not.toThrow();
  });

  it('has what a query and the headers are', () => {
    const { parameters } = operation('get', '/tenants');
    expect(parameters.find(({ name }) => name === 'labels')).toMatchObject({
      in: 'query',
      style: 'deepObject',
    });
    expect(parameters.find(({ name }) => name === 'limit')?.schema).toMatchObject({
      type: 'integer',
      maximum: 10_000,
    });
    const from = operation('get', '/audit').parameters.find(({ name }) => name === 'from');
    expect(from?.schema).toEqual({ type: 'string', format: 'date-time' });
    const headersOf = (method: string, path: string) =>
      operation(method, path).parameters.flatMap((one) => (one.in === 'header' ? one.name : []));
    expect(headersOf('post', '/plans/{planId}/pause')).toEqual(['Idempotency-Key']);
    expect(headersOf('patch', '/tenants/{tenantId}')).toEqual(['Idempotency-Key', 'If-Match']);
    expect(headersOf('post', '/freezes')).toEqual([]);
    expect(operation('post', '/plans/{planId}/pause').requestBody?.required).toBe(false);
    expect(operation('post', '/plans').requestBody?.required).toBe(true);
  });

  it('types every kind of step', () => {
    const kinds = kindsOfSteps().map(({ type }) => type);
    const playbook = JSON.stringify(document.components.schemas.Playbook);
    for (const kind of kinds) expect(playbook).toContain(`{"const":"${kind}"}`);
    const at = bodyOf('put', '/playbooks/{playbookId}');
    const saving = (step: object) => ({
      name: 'X',
      definition: { stages: [{ name: 'One', steps: [step] }] },
    });
    const step = { name: 'Confirm', type: 'health-check', path: '/health' };
    expect(fits(at, saving(step))).toBeNull();
    expect(fits(at, saving({ ...step, pth: '/health' }))).not.toBeNull();
    expect(fits(at, saving({ ...step, type: 'helth-check' }))).not.toBeNull();
  });

  it('names nothing as being itself and no object, which no client can be made of', () => {
    for (const [name, { anyOf }] of Object.entries(document.components.schemas))
      for (const one of (anyOf ?? []) as Json[])
        expect(JSON.stringify(one.additionalProperties ?? {}), name).not.toContain(`/${name}"`);
  });

  it('types every answer', () => {
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, { responses }] of Object.entries(methods)) {
        const { content } = (responses['200'] ?? responses['201']) as { content: Json };
        const { schema } = content['application/json'] as { schema: Json };
        expect(Object.keys(schema), `${method} ${path}`).not.toEqual([]);
      }
    const { responses } = operation('get', '/plans/{planId}/tasks');
    expect(JSON.stringify(responses['200'])).toContain('/schemas/PageOfTaskView"');
  });

  it('types every policy', () => {
    const at = bodyOf('post', '/plans');
    const plan = { name: 'X', unitId: 'edge-router', version: 'v2', playbookId: 'blue-green' };
    const withPolicies = (policies: object) => fits(at, { ...plan, settings: { policies } });
    const policies = {
      retry: { kind: 'exponential', attempts: 3, baseSeconds: 1, maxSeconds: 60 },
      pause: { kind: 'beforeStage', stage: 'Health' },
      completion: { kind: 'percent', percent: 90 },
      rollback: { kind: 'automatic' },
      healthCheck: { kind: 'consecutiveRounds', rounds: 3 },
      checkpoint: { kind: 'none' },
    };
    expect(withPolicies(policies)).toBeNull();
    for (const name of Object.keys(policies))
      expect(withPolicies({ ...policies, [name]: { kind: 'nothing like it' } }), name).not.toBeNull();
    expect(withPolicies({ ...policies, retries: {} })).not.toBeNull();
    expect(
      fits(at, { ...plan, settings: { waves: [{ size: { percent: 10 }, bakeSeconds: 60 }] } }),
    ).toBeNull();
    expect(fits(at, { ...plan, requestId: 'x' })).not.toBeNull();
  });

  it('is true of what is answered', async () => {
    const viewer = (asked: string) => rest(server.url, server.viewerKey, asked);
    const schemaAt = (method: string, path: string, status: string, type = 'application/json') =>
      `/paths/${escaped(path)}/${method}/responses/${status}/content/${escaped(type)}/schema`;
    const events = await viewer('GET /plans/PLN-1/events?limit=1000');
    expect(fits(schemaAt('get', '/plans/{planId}/events', '200'), events.body)).toBeNull();
    expect(
      fits(schemaAt('get', '/plans/{planId}/events', '200'), { events: [{}], more: false }),
    ).not.toBeNull();
    const plans = await viewer('GET /plans');
    expect(fits(schemaAt('get', '/plans', '200'), plans.body)).toBeNull();
    expect(fits(schemaAt('get', '/plans', '200'), { ...plans.body, total: '3' })).not.toBeNull();
    const problem = await viewer('GET /plans?a=1&b=2');
    expect(fits('/components/schemas/Problem', problem.body)).toBeNull();
    expect(problem.body.problems).toHaveLength(2);
    const statuses = Object.keys(operation('get', '/plans').responses);
    expect(statuses.map(Number).sort()).toEqual(
      [...new Set([200, ...Object.values(PROBLEMS).map(([status]) => status)])].sort(),
    );
    expect(server.errors).toEqual([]);
  });
});
