import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { effectiveSetting } from '@/domain/settings';
import { NO_COURSE } from '@/domain/task';
import { checkStep, runStep } from './registry';
import { StepServer, stepContext } from './testing/step-context';
import { Timeouts } from './testing/timeouts';

let servers: StepServer[];
beforeEach(async () => {
  servers = await Promise.all([StepServer.start(), StepServer.start()]);
});
afterEach(() => Promise.all(servers.map((server) => server.close())));

const endpoints = () => servers.map(({ url }, index) => ({ key: `i${index + 1}`, url }));
const health = (settings = {}) => ({
  name: 'confirm',
  type: 'health-check',
  // No machine is so busy that it fails a probe by that.
  timeoutMillis: 60_000,
  ...settings,
});

/** Each instance answers its next version in every round, and the last one from then on. */
function reporting(...versions: (string | number)[][]) {
  for (const [index, server] of servers.entries()) {
    const own = versions[index] ?? [];
    server.answer = (_request, response) => {
      const version = own[Math.min(server.received.length, own.length) - 1];
      response.end(JSON.stringify({ version }));
    };
  }
}

describe('a health-check', () => {
  it('asks until all instances report the version in the same round', async () => {
    reporting(['v2', 'v1', 'v2'], ['v1', 'v2', 'v2']);
    const context = stepContext(endpoints());
    expect(await runStep(health(), context)).toMatchObject({
      ok: true,
      detail: 'All 2 instances run v2 (round 3)',
    });
    expect(context.rounds.map((round) => round.map(({ ok }) => ok))).toEqual([
      [true, false],
      [false, true],
      [true, true],
    ]);
    expect(context.waits).toEqual([3000, 3000]);
  });

  it.each([
    ['slow probes', 2000, [3000, 1000, 1000, 1000]],
    ['probes as long as that', 3000, [3000]],
    ['slower ones', 4000, [3000]],
  ])('begins a round every interval whatever %s take', async (_name, probeMillis, waited) => {
    let time = Date.parse('2026-01-01T00:00:00Z');
    const starts: number[] = [];
    reporting(['v1'], ['v1']);
    const [first] = servers;
    const answer = first?.answer;
    if (first)
      first.answer = (request, response) => {
        starts.push(time);
        time += probeMillis;
        answer?.(request, response);
      };
    const waits: number[] = [];
    const context = stepContext(endpoints(), {
      now: () => new Date(time),
      until: async (at) => {
        const left = at === null ? 0 : Date.parse(at) - time;
        if (left <= 0) return;
        waits.push(left);
        time += left;
      },
      // It was taken over: the next round is due in three seconds.
      course: { ...NO_COURSE, rounds: 1, notBefore: new Date(time + 3000).toISOString() },
    });
    await runStep(health({ attempts: 5 }), context);
    expect(waits).toEqual(waited);
    expect(starts.map((at) => at - (starts[0] ?? 0))).toEqual(
      [0, 1, 2, 3].map((n) => n * Math.max(3000, probeMillis)),
    );
  });

  it('shows of a version what can be read', async () => {
    reporting(['v2'.repeat(300)], ['v2']);
    expect(await runStep(health(), stepContext(endpoints()))).toMatchObject({
      failure: {
        message: `After 10 rounds 1 of 2 instances do not confirm v2: i1 runs ${'v2'.repeat(50)}….`,
      },
    });
  });

  it('gives up after its rounds and says who did not confirm', async () => {
    reporting(['v2'], ['v1']);
    const context = stepContext(endpoints());
    expect(await runStep(health(), context)).toMatchObject({
      ok: false,
      failure: {
        errorType: 'SERVICE_UNAVAILABLE',
        instance: 'i2',
        message: 'After 10 rounds 1 of 2 instances do not confirm v2: i2 runs v1.',
      },
    });
    expect(context.rounds).toHaveLength(10);
    expect(servers.map((server) => server.received.length)).toEqual([10, 10]);
  });

  it('counts a probe without an answer as failed and goes on with the next round', async () => {
    reporting(['v2'], ['v2']);
    const timeouts = new Timeouts();
    const [, second] = servers;
    const answer = second?.answer ?? (() => {});
    if (second)
      second.answer = (request, response) => {
        // The second instance is asked second.
        if (second.received.length === 1) timeouts.runOut(1);
        else answer(request, response);
      };
    const context = stepContext(endpoints());
    const result = await runStep(health({ timeoutMillis: 500 }), context).finally(() => timeouts.restore());
    expect(result).toMatchObject({ ok: true });
    expect(context.rounds[0]).toMatchObject([
      { ok: true },
      { ok: false, detail: 'gave no answer within 500 ms' },
    ]);
    expect(context.rounds).toHaveLength(2);
  });

  it.each([
    ['an error', 500, '{"version":"v2"}'],
    ['no JSON', 200, 'v2'],
    ['no version', 200, '{"status":"UP"}'],
    ['another version', 200, '{"version":"v20"}'],
  ])('takes %s for a failed probe', async (_name, status, body) => {
    reporting(['v2'], []);
    const [, second] = servers;
    if (second) second.answer = (_request, response) => response.writeHead(status).end(body);
    const context = stepContext(endpoints());
    expect(await runStep(health({ attempts: 1 }), context)).toMatchObject({ ok: false });
    expect(context.rounds[0]?.map(({ ok }) => ok)).toEqual([true, false]);
  });

  it('compares versions as text and finds them where it is told', async () => {
    for (const server of servers) server.answer = (_request, response) => response.end('{"build":{"id":2}}');
    const base = stepContext(endpoints());
    const context = stepContext(endpoints(), { config: { ...base.config, version: '2' } });
    expect(await runStep(health({ versionKey: 'build.id' }), context)).toMatchObject({ ok: true });
  });

  it.each([
    [['v2', 'v1', 'v2', 'v2'], 4, 'All 2 instances run v2 (rounds 3 to 4)'],
    [['v2', 'v2'], 4, 'All 2 instances run v2 (rounds 1 to 2)'],
    [
      ['v1', 'v2', 'v1', 'v2'],
      4,
      'All 2 instances confirm v2, but only in the last 1 round of 4; 2 in a row are asked for.',
    ],
    [
      ['v2'],
      1,
      "The policy asks for 2 good rounds in a row, but there are only 1. Raise the health-check's attempts to 2 or more, or ask for fewer.",
    ],
  ])('asked for two rounds in a row finds in %j, at most %s: %s', async (versions, attempts, told) => {
    reporting(versions, ['v2']);
    const context = stepContext(endpoints(), { healthCheckPolicy: { kind: 'consecutiveRounds', rounds: 2 } });
    const result = await runStep(health({ attempts }), context);
    expect(result.ok ? result.detail : result.failure.message).toBe(told);
  });

  it('asks by POST and reads base64 where a system answers so', async () => {
    reporting([], []);
    for (const server of servers)
      server.answer = ({ method, url, body }, response) =>
        response.end(
          JSON.stringify({ kvs: [{ value: btoa(`${method === 'POST' && url === '/range' && body}`) }] }),
        );
    const base = stepContext(endpoints());
    const context = stepContext(endpoints(), { config: { ...base.config, version: '{"key":"YWNtZQ=="}' } });
    const settings = {
      method: 'POST',
      path: '/range',
      body: { key: '{{tenant.id | base64}}' },
      versionKey: 'kvs[0].value',
      encoding: 'base64',
    };
    expect(await runStep(health(settings), context)).toMatchObject({ ok: true });
  });

  it('compares the digest as well where instances tell it', async () => {
    for (const server of servers)
      server.answer = (_request, response) => response.end('{"version":"v2","digest":"d1"}');
    expect(await runStep(health({ digestKey: 'digest' }), stepContext(endpoints()))).toMatchObject({
      ok: true,
    });
    expect(await runStep(health({ digestKey: 'sum', attempts: 1 }), stepContext(endpoints()))).toMatchObject({
      failure: { message: expect.stringContaining('i1 runs v2, but does not say its digest') },
    });
  });

  const one = async (settings: object, answer: StepServer['answer']) => {
    const [server] = servers;
    if (!server) throw new Error('a server');
    server.answer = answer;
    const context = stepContext([{ key: 'i1', url: server.url }]);
    await runStep(health({ attempts: 1, ...settings }), context);
    return context.rounds[0]?.[0];
  };

  it('fails where the version is right and the rest is not', async () => {
    const up = { expect: { body: [{ path: 'status', equals: 'UP' }] } };
    expect(await one(up, (_r, response) => response.end('{"version":"v2","status":"DOWN"}'))).toMatchObject({
      ok: false,
      detail: 'answered 200, but status is DOWN, expected UP',
    });
    expect(await one(up, (_r, response) => response.end('{"version":"v2","status":"UP"}'))).toMatchObject({
      ok: true,
    });
    const teapot = { expect: { status: [418] } };
    expect(
      await one(teapot, (_r, response) => response.writeHead(418).end('{"version":"v2"}')),
    ).toMatchObject({ ok: true });
  });

  it.each([
    [{ version: { header: 'X-Version' } }, 'OK', 'v2'],
    [{ version: { regex: '^app (v\\d+)' } }, 'app v2 is up', 'x'],
    [
      { version: { json: '$.apps[?@.name == "web"].v' } },
      '{"apps":[{"name":"db","v":"v1"},{"name":"web","v":"v2"}]}',
      'x',
    ],
    [{ version: { header: 'x-version' }, digest: { json: 'd' } }, '{"d":"d1"}', 'v2'],
    [
      { extract: { build: { json: 'build' }, key: { json: 'key', secret: true } } },
      '{"version":"v2","build":7,"key":"k"}',
      'x',
    ],
  ])('finds the version by %j', async (settings, body, header) => {
    const found = await one(settings, (_r, response) =>
      response.writeHead(200, { 'x-version': header }).end(body),
    );
    const aside = 'extract' in settings ? ' (build 7)' : '';
    expect(found).toMatchObject({ ok: true, version: 'v2', detail: `runs v2${aside}` });
  });

  it.each([
    [{ version: { header: 'x-version' } }, 'does not say its version (without the header x-version)'],
    [{ version: { regex: 'V(\\d+)' } }, 'does not say its version (without a match of V(\\d+))'],
    [{ extract: { build: { json: 'build' } } }, 'answered 200 without the value "build" (build of the body)'],
    [{ digest: { json: 'sum' }, versionKey: 'v' }, 'runs v2, but does not say its digest'],
  ])('says what is missing for %j', async (settings, detail) => {
    const found = await one(settings, (_r, response) => response.end('{"v":"v2"}'));
    expect(found).toMatchObject({ ok: false, detail });
  });

  it('takes the version in one way', () => {
    const given = health({
      versionKey: 'v',
      version: { header: 'v' },
      digestKey: 'd',
      digest: { header: 'd' },
    });
    expect(checkStep(given).map(({ path }) => path)).toEqual([['version'], ['digest']]);
    expect(checkStep(health({ versionKey: '$.[' }))).toMatchObject([{ path: ['versionKey'] }]);
  });

  it('asks the health URL of an endpoint, else the path', async () => {
    reporting(['v2'], ['v2']);
    const [first, second] = endpoints();
    if (!first || !second) throw new Error('two endpoints');
    await runStep(
      health({ path: '/ready' }),
      stepContext([{ ...first, healthUrl: `${first.url}/alive` }, second]),
    );
    await runStep(health(), stepContext([second]));
    expect(servers.map(({ received }) => received.map(({ url }) => url))).toEqual([
      ['/alive'],
      ['/ready', '/health'],
    ]);
  });

  it('takes rounds and interval from the plan, else the step, else the application', async () => {
    reporting(['v1'], ['v1']);
    const own = { attempts: 2, intervalSeconds: 1 };
    const fromStep = stepContext(endpoints());
    await runStep(health(own), fromStep);
    expect(fromStep.waits).toEqual([1000]);
    const plan = { healthAttempts: 3, healthIntervalSeconds: 0 };
    const fromPlan = stepContext(endpoints(), {
      setting: (key, playbook) => effectiveSetting({ plan, playbook: { [key]: playbook } }, key).value,
    });
    await runStep(health(own), fromPlan);
    expect(fromPlan.waits).toEqual([]);
  });
});
