import { Writable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { CONFIG_BODY } from '@/demo/fleet/playbook';
import type { PlaybookDefinition } from '@/domain/playbook';
import { Harness } from '@/server/executor/testing/harness';
import { logEvents } from '@/server/telemetry/log-events';
import { observeCommits } from '@/server/telemetry/observe-commits';
import { createLogger } from './logging';

const SECRET = 'hunter2/+"&é';

type Line = Record<string, unknown> & { msg: string };

/** A log into memory. */
function recordingLog() {
  const lines: Line[] = [];
  let text = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      lines.push(JSON.parse(String(chunk)) as Line);
      done();
    },
  });
  return { log: createLogger('debug', destination), lines, text: () => text };
}

/** Requests of each of the two runs: the drift guard's look, configuration, reload and health of two instances. */
const REQUESTS = 8;

/** Every request waits for one of the other task, so that the two runs are always in the middle of each other. */
class Interleaving extends Agent {
  readonly #sent = new Map<string, number>();
  #waiting: (() => void) | null = null;

  constructor(private readonly onRequest: (task: string) => void) {
    super();
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const task = String((options.headers as Record<string, string>)['switchyard-task']);
    this.onRequest(task);
    this.#sent.set(task, (this.#sent.get(task) ?? 0) + 1);
    const go = () => void super.dispatch(options, handler);
    const otherIsDone = [...this.#sent].some(([one, sent]) => one !== task && sent === REQUESTS);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.();
    if (waiting || otherIsDone) go();
    else this.#waiting = go;
    return true;
  }
}

const telling: PlaybookDefinition = {
  stages: [
    {
      name: 'Config',
      steps: [
        {
          name: 'send',
          type: 'config-update',
          request: {
            headers: { 'x-token': '{{secret.token}}' },
            body: CONFIG_BODY,
          },
        },
      ],
    },
    {
      name: 'Leak',
      steps: [
        {
          name: 'echo',
          type: 'broadcast',
          // The answer repeats the address, and the failure repeats the answer.
          request: {
            url: '/{{secret.token | url}}',
            expect: { status: [404], body: [{ path: '$.error', equals: 'nothing' }] },
          },
        },
      ],
    },
  ],
};

let harness: Harness;
afterEach(() => harness.close());

describe('the log of a run', () => {
  it('carries its own context on every line, however runs are mixed, and none afterwards', async () => {
    const { log, lines } = recordingLog();
    harness = await Harness.start({
      fleet: { version: 'v1', tenants: ['a', 'b'].map((tenantId) => ({ tenantId, instances: 2 })) },
    });
    const http = new Interleaving((task) => log.info({ about: task }, 'request'));
    await harness.startExecutor({
      log,
      http,
      committer: observeCommits(harness.deps.committer, logEvents(log)),
      stepEnded: (type) => log.info({ step: type }, 'step'),
    });
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await harness.until(planId, 'COMPLETED');
    log.info('after');
    await http.close();

    // Runs in the middle of each other, told by the context alone.
    const requests = lines.filter(({ msg }) => msg === 'request');
    expect(requests).toHaveLength(2 * REQUESTS);
    const changes = requests.filter(
      (line, index) => index > 0 && line.taskId !== requests[index - 1]?.taskId,
    );
    expect(changes.length).toBeGreaterThan(2);
    for (const line of requests) {
      expect(line.taskId).toBe(line.about);
      expect(line).toMatchObject({ planId, attempt: 1, epoch: 1, stageName: expect.any(String) });
    }
    const stageOf: Record<string, string> = {
      'config-update': 'Config',
      broadcast: 'Reload',
      'health-check': 'Health',
    };
    for (const line of lines.filter(({ msg }) => msg === 'step'))
      expect(line.stageName).toBe(stageOf[String(line.step)]);
    const tenantOf: Record<string, string> = { [`${planId}.1`]: 'a', [`${planId}.2`]: 'b' };
    for (const line of lines.filter(({ tenantId }) => tenantId !== undefined))
      expect(line.tenantId).toBe(tenantOf[String(line.taskId)]);
    const kinds = lines.filter(({ taskId }) => taskId === `${planId}.1`).map(({ kind }) => kind);
    for (const kind of ['TaskStarted', 'StageStarted', 'StepSucceeded', 'TaskCompleted'])
      expect(kinds).toContain(kind);
    expect(lines.find(({ kind }) => kind === 'TaskCompleted')).toMatchObject({
      planId,
      attempt: 1,
      epoch: 1,
      level: 30,
      time: expect.any(String),
    });
    const after = lines.find(({ msg }) => msg === 'after');
    expect(Object.keys(after ?? {}).sort()).toEqual(['level', 'msg', 'pid', 'time']);
  });

  it('never shows a secret, in whatever form it was used', async () => {
    const { log, lines, text } = recordingLog();
    harness = await Harness.start({
      fleet: { version: 'v1', tenants: [{ tenantId: 'a', instances: 1 }] },
      playbook: telling,
    });
    await harness.startExecutor({
      log,
      committer: observeCommits(harness.deps.committer, logEvents(log)),
      secretsOf: async () => ({ named: { token: SECRET } }),
    });
    await harness.recordSecrets(['a'], ['token']);
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await harness.until(planId, 'PARTIAL_FAILED');
    const failure = lines.find(({ kind }) => kind === 'StepFailed');
    expect(failure?.msg).toContain('••••••');
    // The test is worth something only if the secret really went out.
    expect(harness.fleet.requests.some(({ path }) => path.includes(encodeURIComponent(SECRET)))).toBe(true);
    for (const form of [
      SECRET,
      'hunter2',
      JSON.stringify(SECRET).slice(1, -1),
      encodeURIComponent(SECRET),
      Buffer.from(SECRET).toString('base64'),
    ])
      expect(text()).not.toContain(form);
  });
});
