import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { BUDGETS } from '@/server/security/budgets';
import { testApiServer } from '../testing/api-server';
import { rest } from '../testing/rest-call';
import { expectNothingWritten } from '../testing/row-counts';
import { PROBLEMS, type ProblemCode, problemType } from './problem';

const server = testApiServer();
expectNothingWritten(server);

type Answer = Awaited<ReturnType<typeof rest>>;

/** A problem as it is documented, that tells nothing of the inside. */
function expectProblem(answer: Answer, code: ProblemCode, more: object = {}): void {
  const [status, title] = PROBLEMS[code];
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect([answer.status, answer.body]).toEqual([
    status,
    {
      ...{ type: problemType(code), title, status, code, detail: expect.any(String) },
      ...{ instance: expect.stringMatching(/^\/api\/v1/), field: null, reason: null },
      ...more,
    },
  ]);
  expect(answer.text).not.toMatch(/\bat \S+ \(|node_modules|\.ts:\d|stack|select |insert /i);
}

const viewer = (asked: string, more: Parameters<typeof rest>[3] = {}) =>
  rest(server.url, server.viewerKey, asked, more);
const operator = (asked: string, more: Parameters<typeof rest>[3] = {}) =>
  rest(server.url, server.key, asked, more);

describe('an answer', () => {
  it('is plain JSON with ISO times, and says what is left of the budget', async () => {
    const key = await server.newKey('viewer');
    const answer = await rest(server.url, key, 'GET /plans/PLN-1');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.body).toMatchObject({ planId: 'PLN-1', total: 24, byStatus: { PENDING: 24 } });
    expect(answer.body.createdAt).toBe(new Date(answer.body.createdAt).toISOString());
    expect(answer.headers.get('ratelimit-policy')).toBe(`"principal";q=${BUDGETS.principal};w=10`);
    const left = Number(/^"principal";r=(\d+);t=\d+$/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);
    expect(left).toBe(BUDGETS.principal - 1);
  });

  it('to HEAD is that to GET, without it', async () => {
    const head = await viewer('HEAD /plans/PLN-1');
    const get = await viewer('GET /plans/PLN-1');
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(get.text)));
  });

  it('is compressed as its reader can take it', async () => {
    const { headers, body } = await viewer('GET /tenants', { headers: { 'accept-encoding': 'br' } });
    expect(headers.get('content-encoding')).toBe('br');
    expect(body.total).toBe(24);
  });
});

describe('a problem', () => {
  it('names the field, the nearest name, and all that is wrong', async () => {
    expectProblem(await viewer('GET /plans?limt=5'), 'BAD_REQUEST', {
      ...{ field: 'limt', detail: 'limt: is not known here; did you mean "limit"?' },
    });
    const body = { reasn: 'because', now: 'yes' };
    expectProblem(await operator('POST /plans/PLN-1/cancel', { body }), 'BAD_REQUEST', {
      ...{ field: 'reasn', detail: 'reasn: is not known here; did you mean "reason"?' },
      problems: [
        { field: 'reasn', message: 'is not known here; did you mean "reason"?' },
        { field: 'now', message: 'must be true or false' },
      ],
    });
    expectProblem(await viewer('GET /plans/PLN-one'), 'BAD_REQUEST', {
      ...{ field: 'planId', instance: '/api/v1/plans/PLN-one' },
    });
    expectProblem(await viewer('GET /tenants?limit=many'), 'BAD_REQUEST', {
      ...{ field: 'limit', detail: 'limit: must be a number', instance: '/api/v1/tenants' },
    });
  });

  it('says who may not, what is not there, and why not now', async () => {
    expectProblem(await viewer('POST /plans/PLN-1/pause'), 'FORBIDDEN');
    expectProblem(await viewer('GET /plans/PLN-99'), 'NOT_FOUND', { detail: 'There is no plan PLN-99.' });
    const plan = await operator('POST /plans/PLN-1/resume', { body: {} });
    expectProblem(plan, 'CONFLICT', { reason: 'NOTHING_TO_DO' });
  });

  it('is that no such address, method or kind is there', async () => {
    for (const path of ['', '/', '/plan', '/plans/', '/plans/PLN-1/pause/now', '//plans', '/constructor'])
      expectProblem(await viewer(`GET ${path}`), 'NOT_FOUND');
    for (const method of ['OPTIONS', 'DELETE', 'PROPFIND']) {
      const answer = await viewer(`${method} /plans`);
      expectProblem(answer, 'METHOD_NOT_ALLOWED');
      expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
    }
    expect((await viewer('GET /plans/PLN-1/pause')).headers.get('allow')).toBe('POST');
    expectProblem(await viewer('GET /plans', { headers: { accept: 'text/html' } }), 'NOT_ACCEPTABLE');
    expectProblem(
      await viewer('GET /plans', { headers: { accept: 'application/json;q=0' } }),
      'NOT_ACCEPTABLE',
    );
    for (const accept of ['*/*', 'text/html, application/json;q=0.5', 'application/*'])
      expect((await viewer('GET /plans', { headers: { accept } })).status).toBe(200);
    const headers = { 'content-type': 'text/plain' };
    expectProblem(await operator('POST /plans/PLN-1/pause', { body: '{}', headers }), 'NOT_JSON');
  });

  it('is that a budget is used up, and for how long', async () => {
    const key = await server.newKey('operator');
    // What is wrong costs as much as what is right. A window may end in between; then the next one is used up.
    const costly = () => rest(server.url, key, 'POST /tenant-imports', { body: { tenant: [] } });
    for (;;) {
      await Promise.all(Array.from({ length: BUDGETS.principal / 20 }, costly));
      const answer = await rest(server.url, key, 'GET /plans?limit=1');
      if (answer.status === 200) continue;
      expectProblem(answer, 'TOO_MANY_REQUESTS');
      expect(answer.headers.get('retry-after')).toMatch(/^([1-9]|10)$/);
      expect(answer.headers.get('ratelimit')).toMatch(/^"principal";r=\d;t=\d+$/);
      break;
    }
  });
});

describe('what is hostile', () => {
  it('in a path is text of its own', async () => {
    for (const path of [
      '/plans/PLN-1%2Fevents',
      '/plans/%00',
      '/plans/..%2f..',
      '/tenants/%ff',
      '/tenants/a%00b',
    ])
      expect([400, 404], path).toContain((await viewer(`GET ${path}`)).status);
    expectProblem(await viewer('GET /plans/PLN-1%2Fevents'), 'BAD_REQUEST', { field: 'planId' });
    expectProblem(await viewer('GET /plans/%00'), 'BAD_REQUEST', { field: 'planId' });
    expectProblem(await viewer('GET /plans/%zz'), 'BAD_URL');
  });

  it('in a query is refused', async () => {
    expectProblem(await viewer('GET /plans?limit=1&limit=2'), 'BAD_REQUEST', { field: 'limit' });
    expectProblem(await viewer('GET /plans?__proto__=1'), 'BAD_REQUEST', { field: '__proto__' });
    expectProblem(await viewer('GET /tenants?labels[__proto__]=1'), 'BAD_REQUEST', {
      field: 'labels.__proto__',
    });
    expectProblem(await viewer('GET /plans?q=%00'), 'BAD_REQUEST', { field: 'q' });
    expectProblem(await viewer(`GET /plans?${'a&'.repeat(6000)}`), 'BAD_REQUEST', { field: 'input' });
    expectProblem(await viewer('GET /tenants?cursor=AAAA'), 'BAD_REQUEST', { field: 'cursor' });
  });

  it('in a body is refused', async () => {
    const send = (body: string) => operator('POST /playbook-checks', { body });
    expectProblem(await send('['.repeat(100_000)), 'TOO_LARGE');
    expectProblem(await send(`{"definition":${'['.repeat(60)}${']'.repeat(60)}}`), 'BAD_REQUEST', {
      field: 'definition',
    });
    expectProblem(await send(`"${'x'.repeat(1_100_000)}"`), 'TOO_LARGE');
    expectProblem(await send(`[${'1,'.repeat(60_000)}1]`), 'TOO_LARGE');
    expectProblem(await send('{"__proto__":{"definition":{}}}'), 'BAD_REQUEST', { field: '__proto__' });
    expectProblem(await send('{"definition":'), 'BAD_JSON');
    expectProblem(await send('{"definition":{"stages":[],\n"stages":[]}}'), 'DUPLICATE_KEY', {
      detail: 'The body has the key "stages" twice, in lines 1 and 2.',
    });
    expectProblem(await send('[]'), 'BAD_REQUEST', { field: 'input' });
    expectProblem(await send('"\\ud800"'), 'BAD_REQUEST', { field: 'input' });
  });

  it('is answered word by word to whoever speaks no HTTP that others speak', async () => {
    const { hostname, port } = new URL(server.url);
    const raw = async (head: string) => {
      const socket = connect(Number(port), hostname);
      // Who hangs up gets no answer.
      socket.write(`${head}\r\nconnection: close\r\n\r\n`);
      return text(socket);
    };
    const key = `host: localhost\r\nauthorization: Bearer ${server.viewerKey}`;
    const told = async (line: string) =>
      /^HTTP\/1\.1 (\d+)/.exec(await raw(`${line} HTTP/1.1\r\n${key}`))?.[1];
    expect(await told('TRACE /api/v1/plans')).toBe('405');
    expect(await told('GET /api/v1/../trpc/plans.list')).toBe('404');
    expect(await told('GET /api/v1/plans/../../trpc/plans.list')).toBe('404');
    expect(await told('GET /api/v1/plans/..')).toBe('400');
    expect(await told('GET /api/v1\\plans')).not.toBe('200');
    expect(await told(`GET /api/v1/plans?q=${'x'.repeat(40_000)}`)).toBe('431');
    const badHost = await raw(`GET /api/v1/plans HTTP/1.1\r\nhost: a b\r\nauthorization: Bearer x`);
    expect(badHost).toContain('application/problem+json');
    expect(badHost).toContain('"code":"BAD_HOST"');
  });
});
