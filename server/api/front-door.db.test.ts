import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { testApiServer } from './testing/api-server';
import { type Answer, mutate, query, send } from './testing/call';
import { expectRefusal } from './testing/expect-refusal';
import { expectNothingWritten } from './testing/row-counts';

const server = testApiServer();
expectNothingWritten(server);

/** A body as it is, with the operator's key unless the headers say otherwise. */
function raw(procedure: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const usual = { 'content-type': 'application/json', authorization: `Bearer ${server.key}` };
  return send(server.url, procedure, { method: 'POST', headers: { ...usual, ...headers }, body });
}

describe('the front door', () => {
  const start = `{"json":{"planId":"PLN-1","requestId":"${randomUUID()}"}}`;

  it.each<[string, string, Record<string, string>, number, string]>([
    ['a body beyond 1 MiB', `{"json":"${'x'.repeat(1024 * 1024)}"}`, {}, 413, 'TOO_LARGE'],
    ['broken JSON', '{"json":', {}, 400, 'BAD_JSON'],
    ['text/plain', start, { 'content-type': 'text/plain' }, 415, 'NOT_JSON'],
    ['a form', start, { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'NOT_JSON'],
    ['a foreign page', start, { origin: 'https://evil.example' }, 403, 'FOREIGN_ORIGIN'],
    ['an opaque page', start, { origin: 'null' }, 403, 'FOREIGN_ORIGIN'],
    ['a foreign page without Origin', start, { 'sec-fetch-site': 'cross-site' }, 403, 'FOREIGN_ORIGIN'],
    ['a bad key', start, { authorization: 'Bearer wrong' }, 401, 'UNAUTHORIZED'],
  ])('refuses %s', async (_name, body, headers, status, code) => {
    const answer = await raw('plans.start', body, headers);
    expect(answer).toMatchObject({ status, error: { code } });
    expect(answer.error?.message).not.toBe('');
    expect(answer.text).not.toMatch(/node_modules|\.ts:\d|stack/);
  });

  it('refuses an import beyond 6 MiB', async () => {
    const answer = await raw('tenants.import', `{"json":"${'x'.repeat(6 * 1024 * 1024)}"}`);
    expect(answer).toMatchObject({ status: 413, error: { code: 'TOO_LARGE' } });
  });

  it('refuses to change anything by GET or PUT', async () => {
    const input = { planId: 'PLN-1' };
    expect(await query(server.url, server.key, 'plans.start', input)).toMatchObject({
      status: 405,
      error: { code: 'METHOD_NOT_SUPPORTED' },
    });
    const put = await send(server.url, 'plans.start', { method: 'PUT', body: start });
    expect(put).toMatchObject({ status: 405, error: { code: 'METHOD_NOT_ALLOWED' } });
  });

  it('refuses input in the address that is no JSON', async () => {
    const headers = { authorization: `Bearer ${server.key}` };
    const answer = await send(server.url, 'plans.get?input=nope', { headers });
    expectRefusal(answer, 400, null, /not valid JSON/);
  });

  it('knows no other procedure', async () => {
    const answer = await mutate(server.url, server.key, 'plans.explode', {});
    expectRefusal(answer, 404, null, /plans\.explode/);
  });

  it('refuses what is nested without end', async () => {
    const nested = (levels: number) =>
      `{"json":{"tenantId":"a","overrides":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}}`;
    expectRefusal(await raw('tenants.upsert', nested(60)), 400, 'overrides', /nested too deeply/);
    for (const levels of [100, 5000, 100_000])
      expect(await raw('tenants.upsert', nested(levels))).toMatchObject({
        status: 413,
        error: { code: 'TOO_LARGE', message: 'The body is nested too deeply (more than 100 levels).' },
      });
  });

  it('refuses what has too many parts, before it knows who sent it', async () => {
    const body = `{"json":{"tenantIds":[${'"a",'.repeat(60_000)}"a"]}}`;
    const answer = await raw('plans.preview', body, { authorization: 'Bearer nobody' });
    expect(answer).toMatchObject({
      status: 413,
      error: { message: expect.stringMatching(/too many parts/) },
    });
  });

  it.each(['set', 'map', 'bigint', 'regexp', 'URL'])(
    'makes no %s out of what is sent, for nobody',
    async (kind) => {
      const input = JSON.stringify({ json: { token: 'a' }, meta: { values: { token: [kind] }, v: 1 } });
      const answer = await send(server.url, `status.get?input=${encodeURIComponent(input)}`, {});
      expectRefusal(answer, 400, null, /meta: token is not understood/);
    },
  );
});
