import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_COURSE } from '@/domain/task';
import { runStep } from './registry';
import { StepServer, stepContext } from './testing/step-context';

let server: StepServer;
beforeEach(async () => {
  server = await StepServer.start();
});
afterEach(() => server.close());

const endpoint = (key = 'a') => ({ key, url: `${server.url}/${key}` });
const step = (settings: object, type = 'http-request') => ({ name: 'call', type, ...settings });
const sent = () => server.received.map(({ method, url }) => `${method} ${url}`);

describe('a login', () => {
  let tokens = 0;
  let valid = '';
  beforeEach(() => {
    valid = '';
    server.answer = ({ url, headers, body }, response) => {
      if (url.endsWith('/login')) {
        if (!body.includes('hunter2')) return response.writeHead(403).end('{"error":"wrong password"}');
        tokens += 1;
        valid = `t-o-k-e-n-${tokens}`;
        return response.end(JSON.stringify({ access: valid, lives: 3600 }));
      }
      const known = headers.authorization === `Bearer ${valid}`;
      response
        .writeHead(known ? 200 : 401)
        .end(JSON.stringify({ version: 'v2', seen: headers.authorization }));
    };
  });
  const auth = (password = '{{secret.password}}') => ({
    type: 'login',
    request: { url: '/login', body: { password } },
    token: { json: 'access' },
    expiresIn: { json: 'lives' },
  });

  it('is made before the first call, kept for the next steps and looks, and never shown', async () => {
    const context = stepContext([endpoint()]);
    const put = await runStep(step({ request: { method: 'PUT', auth: auth() } }), context);
    const health = await runStep(step({ path: '/health', auth: auth() }, 'health-check'), context);
    expect([put.ok, health.ok]).toEqual([true, true]);
    expect(sent()).toEqual(['POST /a/login', 'PUT /a', 'GET /a/health']);
    expect(JSON.stringify([put, health, context.rounds])).not.toContain(valid);
    expect(server.received[0]?.headers['idempotency-key']).toBeUndefined();
  });

  it('is made anew when its token is refused', async () => {
    const context = stepContext([endpoint()]);
    const call = step({ request: { method: 'PUT', auth: auth() } });
    await runStep(call, context);
    valid = 'restarted';
    expect(await runStep(call, context)).toMatchObject({ ok: true });
    expect(sent()).toEqual(['POST /a/login', 'PUT /a', 'PUT /a', 'POST /a/login', 'PUT /a']);
  });

  it('that was refused is not tried again with the same words for a while, so that no account is locked', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    // The cache takes a time of 0 for none.
    vi.advanceTimersByTime(1);
    try {
      const context = stepContext([endpoint()], { secrets: { password: 'wrong-secret' } });
      const look = step({ path: '/health', auth: auth(), attempts: 5 }, 'health-check');
      expect(await runStep(look, context)).toMatchObject({ ok: false });
      expect(context.rounds).toHaveLength(5);
      expect(sent()).toEqual(['POST /a/login']);
      // Another secret is another word.
      const right = stepContext([endpoint()], { http: context.http });
      expect(await runStep(look, right)).toMatchObject({ ok: true });
      vi.advanceTimersByTime(15_001);
      await runStep({ ...look, attempts: 1 }, { ...context, course: NO_COURSE });
      expect(sent().filter((one) => one === 'POST /a/login')).toHaveLength(3);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    [403, undefined],
    [409, [409]],
  ])('is made anew where %i says that the token is none, with %j', async (status, renewOn) => {
    const { answer } = server;
    server.answer = (request, response) => {
      const known = request.headers['x-session'] === valid;
      if (request.url.endsWith('/login')) answer(request, response);
      else response.writeHead(known ? 200 : status).end('{}');
    };
    // In a header of its own nothing stands before it.
    const own = { ...auth(), header: 'X-Session', ...(renewOn ? { renewOn } : {}) };
    const call = step({ request: { method: 'PUT', auth: own } });
    const context = stepContext([endpoint()]);
    await runStep(call, context);
    valid = 'restarted';
    expect(await runStep(call, context)).toMatchObject({ ok: true });
  });

  it('of another tenant, host or secret gives another token', async () => {
    const http = stepContext([]).http;
    const call = step({ request: { method: 'PUT', auth: auth() } });
    const contexts = [
      stepContext([endpoint()], { http }),
      stepContext([endpoint()], { http, tenantId: 'other' }),
      stepContext([endpoint('b')], { http }),
      stepContext([endpoint()], { http, secrets: { password: 'hunter2', other: 'rotated!' } }),
    ];
    for (const context of contexts) expect(await runStep(call, context)).toMatchObject({ ok: true });
    expect(sent().filter((one) => one.endsWith('/login'))).toHaveLength(4);
  });

  it('that is refused says so, and nothing is sent', async () => {
    expect(
      await runStep(step({ request: { method: 'PUT', auth: auth('wrong') } }), stepContext([endpoint()])),
    ).toMatchObject({
      failure: {
        message: 'acme could not be logged in to: it answered 403, expected 2xx ("wrong password").',
      },
    });
    expect(sent()).toEqual(['POST /a/login']);
  });
});
