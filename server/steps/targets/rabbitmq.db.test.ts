import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rabbit, startRabbit } from '@/server/steps/amqp/testing/rabbit';
import { Middleman } from './testing/middleman';
import { recipe } from './testing/recipe';
import { needs } from './testing/software';
import { Switching } from './testing/switching';

const rabbit = needs('rabbitmq-server', 'RabbitMQ');
const PASSWORD = 'rabbit-password-1';
/** More than are switched at once. */
const CROWD = ['t1', 't2', 't3', 't4', 't5'];
const OUTAGE_MS = 3000;

describe.skipIf(rabbit.missing)(rabbit.title, () => {
  let broker: Rabbit;
  let api: string;
  let middleman: Middleman;
  let switching: Switching;

  beforeAll(async () => {
    broker = await startRabbit('switchyard', PASSWORD, { management: true });
    const { apiPort } = broker;
    api = `http://127.0.0.1:${apiPort}/api`;
    await ask('PUT', '/queues/%2F/acme.orders', { durable: true });
    for (const tenantId of ['acme', ...CROWD])
      await ask('PUT', `/policies/%2F/${tenantId}`, {
        ...{ pattern: `^${tenantId}\\.`, definition: { 'max-length': 1 } },
        ...{ priority: 1, 'apply-to': 'queues' },
      });
    middleman = await Middleman.before(`http://127.0.0.1:${apiPort}`, (method) => method === 'PUT');
    switching = await Switching.start({
      playbook: recipe('rabbitmq'),
      crowd: CROWD,
      endpoints: [{ key: 'broker', url: middleman.url }],
      secrets: { RABBIT_PASSWORD: PASSWORD },
      running: '1',
      versions: {
        1: { 'max-length': 1 },
        2: { 'max-length': 2, overflow: 'reject-publish' },
        3: { 'max-length': 'many' },
        4: { 'max-length': 4 },
      },
    });
  });
  afterAll(async () => {
    await switching?.close();
    await middleman?.close();
    await broker?.stop();
  });

  const send = (method: string, path: string, body?: object) =>
    fetch(api + path, {
      method,
      headers: { authorization: `Basic ${Buffer.from(`switchyard:${PASSWORD}`).toString('base64')}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  async function ask(...request: Parameters<typeof send>) {
    const answer = await send(...request);
    if (!answer.ok) throw new Error(await answer.text());
    return answer;
  }
  const policy = async (tenantId = 'acme') => (await ask('GET', `/policies/%2F/${tenantId}`)).json();
  /** How many of five messages the tenant's queue keeps; what is beyond its limit it may refuse. */
  async function kept(): Promise<number> {
    const message = { properties: {}, routing_key: 'acme.orders', payload: '-', payload_encoding: 'string' };
    for (let count = 0; count < 5; count += 1)
      await send('POST', '/exchanges/%2F/amq.default/publish', message);
    const all = { count: 10, ackmode: 'ack_requeue_false', encoding: 'auto' };
    return ((await (await ask('POST', '/queues/%2F/acme.orders/get', all)).json()) as unknown[]).length;
  }

  it('is switched by a policy whose version is a number, and its queues obey', async () => {
    expect(await kept()).toBe(1);
    const run = await switching.to('2');
    expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
    await expect.poll(kept).toBe(2);
    expect(await policy()).toMatchObject({
      pattern: '^acme\\.',
      definition: { 'max-length': 2, overflow: 'reject-publish' },
      priority: 2,
    });
    expect(run.stored).not.toContain(PASSWORD);
  });

  it('refuses a limit that is none and says why; the policy stays', async () => {
    const run = await switching.to('3');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: { code: 'HTTP_400', message: expect.stringContaining('is not a valid maximum length') },
    });
    expect(await policy()).toMatchObject({ definition: { 'max-length': 2 }, priority: 2 });
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    expect(await policy()).toMatchObject({ definition: { 'max-length': 2 }, priority: 2 });
  });

  it('that took the policy and cut the connection is not told twice, and goes back', async () => {
    middleman.changes.length = 0;
    middleman.mischief = { cut: true };
    const run = await switching.to('4');
    expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
    expect(run.details[0]).toContain('broker was applied although its answer was lost (it runs 4)');
    expect(middleman.changes).toEqual(['PUT /api/policies/%2F/acme']);
    await expect.poll(kept).toBe(4);
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    await expect.poll(kept).toBe(2);
  });

  it('that is killed in mid-plan and back after three seconds leaves every tenant on one version', async () => {
    middleman.mischief = { cut: true, beforeCut: () => broker.outage(OUTAGE_MS) };
    const run = await switching.crowdTo('2');
    await broker.back();
    expect(run).toMatchObject({ status: 'COMPLETED', failures: [] });
    for (const tenantId of CROWD)
      expect(await policy(tenantId)).toMatchObject({ definition: { 'max-length': 2 }, priority: 2 });
  });
});
