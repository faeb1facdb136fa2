import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_COURSE } from '@/domain/task';
import { measure } from './measure';
import { metricSettings } from './metric-gate-settings';
import { checkStep, runStep } from './registry';
import type { ProbedRound } from './task-runtime-context';
import { type StepContext, StepServer, stepContext } from './testing/step-context';

let server: StepServer;
beforeEach(async () => {
  server = await StepServer.start();
});
afterEach(() => server.close());

/** Numbers as Prometheus answers them, one after the other; null is an empty vector. */
function measuring(values: (number | null | 'down')[], baseline = 1) {
  let asked = 0;
  server.answer = ({ url }, response) => {
    const vector = (value: number | null) =>
      response.end(
        JSON.stringify({
          status: 'success',
          data: { result: value === null ? [] : [{ value: [0, String(value)] }] },
        }),
      );
    if (url.includes('old')) return vector(baseline);
    const value = values[Math.min(asked, values.length - 1)] ?? null;
    asked += 1;
    return value === 'down' ? response.writeHead(503).end() : vector(value);
  };
}

const gate = (settings: object) => ({
  name: 'errors',
  type: 'metric-gate',
  query: { url: `${server.url}/api/v1/query?query=errors%7Btenant%3D%22{{tenant.id | url}}%22%7D` },
  measurements: 3,
  ...settings,
});

function told(change: Parameters<typeof stepContext>[1] = {}): {
  context: StepContext;
  rounds: ProbedRound[];
} {
  const rounds: ProbedRound[] = [];
  const context = stepContext([], {
    ...change,
    probed: async (round) => {
      rounds.push(round);
    },
  });
  return { context, rounds };
}

describe('a metric gate', () => {
  it('measures as often as asked, and lets a number within its limit pass', async () => {
    measuring([0.01, 0.02, 0]);
    const { context, rounds } = told();
    expect(await runStep(gate({ less: 0.05, everySeconds: 10 }), context)).toMatchObject({
      ok: true,
      detail: '3 measurements within the limit',
    });
    expect(server.received.map(({ url }) => url)).toEqual(
      Array.from({ length: 3 }, () => '/api/v1/query?query=errors%7Btenant%3D%22acme%22%7D'),
    );
    expect(rounds.map(({ message, instances: [one] }) => [message, one])).toEqual(
      [0.01, 0.02, 0].map((value, index) => [
        `Measurement ${index + 1} of 3: the value is ${value}`,
        { instance: 'value', ok: true, version: String(value), detail: String(value) },
      ]),
    );
    expect(context.waits).toEqual([10_000, 10_000]);
  });

  it.each([
    [
      { less: 0.05 },
      [0.01, 0.9],
      'METRIC',
      '1 measurement of 2 beyond the limit: the value is 0.9, expected less than 0.05.',
    ],
    [
      { atLeast: 99.5 },
      [99],
      'METRIC',
      '1 measurement of 1 beyond the limit: the value is 99, expected at least 99.5.',
    ],
    [
      { less: 0.05, failureLimit: 1 },
      [1, 0, 1],
      'METRIC',
      '2 measurements of 3 beyond the limit: the value is 1, expected less than 0.05.',
    ],
    [
      { less: 1, inconclusiveLimit: 0 },
      [null],
      'METRIC_INCONCLUSIVE',
      '1 measurement of 1 without a result: it answered 200 without the value "value" (data.result[0].value[1] of the body).',
    ],
    [
      { less: 1, inconclusiveLimit: 1 },
      ['down'],
      'METRIC_INCONCLUSIVE',
      '2 measurements of 2 without a result: it answered 503, expected 2xx.',
    ],
  ] as const)('%j fails with %j', async (settings, values, code, message) => {
    measuring([...values]);
    expect(await runStep(gate(settings), told().context)).toMatchObject({
      ok: false,
      failure: { code, message },
    });
  });

  it.each([
    [{ less: 0.05, failureLimit: 1 }, [1, 0, 0], '3 measurements, 1 beyond the limit'],
    [{ less: 0.05, inconclusiveLimit: 1 }, [0, null, 0], '3 measurements, 1 without a result'],
  ] as const)('%j bears %j', async (settings, values, detail) => {
    measuring([...values]);
    expect(await runStep(gate(settings), told().context)).toMatchObject({ ok: true, detail });
  });

  it('holds the new version against the old one', async () => {
    const baseline = { url: `${server.url}/old` };
    const settings = { baseline, atMost: '{{data.baseline}}', tolerancePercent: 10, measurements: 1 };
    measuring([2.15], 2);
    const { context, rounds } = told();
    expect(await runStep(gate(settings), context)).toMatchObject({ ok: true });
    expect(rounds[0]?.instances.map(({ instance, version }) => [instance, version])).toEqual([
      ['value', '2.15'],
      ['baseline', '2'],
    ]);
    measuring([2.3], 2);
    expect(await runStep(gate(settings), told().context)).toMatchObject({
      failure: {
        message:
          '1 measurement of 1 beyond the limit: the value is 2.3, the baseline 2, expected at most 2.2.',
      },
    });
  });

  it('goes on where the process before it stopped, and counts what that had seen', async () => {
    measuring([9]);
    const { context, rounds } = told({ course: { ...NO_COURSE, rounds: 2, tries: { failed: 1 } } });
    expect(await runStep(gate({ less: 1, failureLimit: 1 }), context)).toMatchObject({ ok: false });
    expect(rounds).toMatchObject([{ round: 3, tries: { failed: 2 } }]);
  });

  it('lets nothing pass that the process before it had seen fail, nor what was never measured', async () => {
    measuring([0]);
    const after = {
      ...NO_COURSE,
      rounds: 3,
      tries: { failed: 1 },
      told: 'the value is 9, expected less than 1',
    };
    expect(await runStep(gate({ less: 1 }), told({ course: after }).context)).toMatchObject({
      failure: {
        code: 'METRIC',
        message: '1 measurement of 3 beyond the limit: the value is 9, expected less than 1.',
      },
    });
    measuring([null]);
    expect(await runStep(gate({ less: 1, measurements: 2 }), told().context)).toMatchObject({
      failure: { code: 'METRIC_INCONCLUSIVE' },
    });
  });

  it('takes what is too large to count with for no number', async () => {
    server.answer = (_request, response) => response.end(`{"data":{"result":[{"value":[0,"1e999"]}]}}`);
    const { context, rounds } = told();
    await runStep(gate({ less: 1, inconclusiveLimit: 0 }), context);
    expect(rounds).toMatchObject([{ told: '"1e999" is not a number' }]);
  });

  it('shows no number that is a secret, nor a limit made of one or a part of it', async () => {
    const secrets = { pin: '0070007000', long: `${'s3cr3t'.repeat(30)}` };
    measuring([80_007_000]);
    const limits = [
      [{ atMost: '{{secret.pin}}' }, 'the value is 80007000, expected at most ••••••'],
      [{ atMost: '{{secret.long}}' }, 'The limit atMost is "••••••", which is not a number.'],
    ] as const;
    for (const [limit, words] of limits) {
      const { context, rounds } = told({ secrets });
      const result = await runStep(gate({ ...limit, measurements: 1 }), context).catch(
        (error: unknown) => error,
      );
      expect(JSON.stringify([rounds, result, String(result)])).toContain(JSON.stringify(words).slice(1, -1));
    }
    server.answer = (_request, response) => response.end('{"data":{"result":[{"value":[0,"0070007000"]}]}}');
    const { context, rounds } = told({ secrets });
    await runStep(gate({ less: 1, inconclusiveLimit: 0 }), context);
    expect(rounds).toMatchObject([{ told: 'the number is a secret, and is not shown' }]);
    expect(JSON.stringify(rounds)).not.toContain('70007000');
  });

  it.each(['1', 'a b'])('holds up nobody with a long answer or a long address: %j', async (part) => {
    const tenants = Array.from({ length: 10_000 }, (_, index) => `${'t'.repeat(55)}${index}`).join('|');
    server.answer = (_request, response) =>
      response.end(JSON.stringify({ data: { result: [{ value: [0, part.repeat(400_000)] }] } }));
    const { context } = told({ data: { tenants } });
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const query = { url: `${server.url}/{{data.tenants | url}}`, headers: { 'x-all': '{{data.tenants}}' } };
    await measure(metricSettings.parse({ query, less: 1 }), context, null);
    await measure(metricSettings.parse({ query: { url: server.url }, less: 1 }), context, null);
    delay.disable();
    expect(delay.max / 1e6).toBeLessThan(500);
  });

  it('ends when somebody wants the task back', async () => {
    measuring([0]);
    const requested = async () => ({ pause: false, cancel: false, rollback: true });
    expect(await runStep(gate({ less: 1 }), told({ requested }).context)).toMatchObject({
      ok: false,
      failure: { code: 'STOPPED', message: 'Ended after 1 of 3 measurements: a rollback was requested.' },
    });
    expect(server.received).toHaveLength(1);
  });

  it('is refused when it cannot be meant', () => {
    expect(checkStep(gate({}))).toMatchObject([{ message: expect.stringContaining('Give a limit') }]);
    expect(checkStep(gate({ less: 1, query: {} }))).toMatchObject([{ path: ['query', 'url'] }]);
  });
});
