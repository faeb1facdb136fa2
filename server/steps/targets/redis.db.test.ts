import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Wire } from './testing/middleman';
import { recipe } from './testing/recipe';
import { freePort, needs, Software } from './testing/software';
import { Switching } from './testing/switching';

const redis = needs('redis-server', 'Redis, and a service that listens to it');
const PASSWORD = 'redis-password-1';
const CHANNEL = 'config:acme';

const clientOf = (url: string) => createClient({ url });
type Client = ReturnType<typeof clientOf>;

/** A service as there are many: reads its configuration when told, and says which version it runs. */
class Consumer {
  readonly #server: Server;
  #version = 'v1';

  private constructor(
    private readonly store: Client,
    private readonly news: Client,
  ) {
    this.#server = createServer((_request, response) =>
      response.end(JSON.stringify({ version: this.#version })),
    );
  }

  static async start(url: string): Promise<Consumer> {
    const [store, news] = [clientOf(url), clientOf(url)];
    const consumer = new Consumer(store, news);
    await Promise.all([store.connect(), news.connect()]);
    consumer.#server.listen(0, '127.0.0.1');
    await once(consumer.#server, 'listening');
    await consumer.listen();
    return consumer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    await this.news.subscribe(CHANNEL, async () => {
      const { version, config } = await this.store.hGetAll('tenant:acme');
      const { backend } = JSON.parse(config ?? '{}') as { backend?: string };
      // What it cannot use it does not take.
      if (version !== undefined && backend?.startsWith('http')) this.#version = version;
    });
  }

  async stopListening(): Promise<void> {
    await this.news.unsubscribe(CHANNEL);
  }

  async close(): Promise<void> {
    this.store.destroy();
    this.news.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe.skipIf(redis.missing)(redis.title, () => {
  let software: Software;
  let wire: Wire;
  let asked: Client;
  const consumers: Consumer[] = [];
  let switching: Switching;

  beforeAll(async () => {
    const port = await freePort();
    const user = ['switchyard', 'on', `>${PASSWORD}`, '~tenant:*', '&config:*', '+hset', '+hget', '+publish'];
    software = await Software.start({
      program: redis.path,
      args: () => [
        ...['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
        ...['--user', ...user],
      ],
      ready: /Ready to accept connections/,
    });
    const url = `redis://127.0.0.1:${port}`;
    asked = clientOf(url);
    await asked.connect();
    for (let count = 0; count < 2; count += 1) consumers.push(await Consumer.start(url));
    wire = await Wire.before(port);
    const payload = (version: string) => ({ backend: `http://${version}.example` });
    switching = await Switching.start({
      playbook: recipe('redis'),
      endpoints: consumers.map((consumer, index) => ({ key: `service-${index + 1}`, url: consumer.url })),
      variables: { redis: `redis://127.0.0.1:${wire.port}` },
      secrets: { REDIS_PASSWORD: PASSWORD },
      versions: { v1: payload('v1'), v2: payload('v2'), v3: { backend: 'nonsense' }, v4: payload('v4') },
    });
  });
  afterAll(async () => {
    await switching?.close();
    asked?.destroy();
    await Promise.all(consumers.map((consumer) => consumer.close()));
    await wire?.close();
    await software?.stop();
  });

  const stored = async () => (await asked.hGetAll('tenant:acme')).version;

  it('is switched by a user who may do no more than that', async () => {
    const run = await switching.to('v2');
    expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
    expect(run.details[1]).toBe(`Published on ${CHANNEL}: 2 told`);
    expect(await asked.hGetAll('tenant:acme')).toEqual({
      version: 'v2',
      config: '{"backend":"http://v2.example"}',
    });
    expect(run.stored).not.toContain(PASSWORD);
  });

  it('with a service that does not take the new configuration fails, and goes back', async () => {
    const run = await switching.to('v3');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: { message: expect.stringContaining('service-1 runs v2; service-2 runs v2') },
    });
    expect(await stored()).toBe('v3');
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    expect(await stored()).toBe('v2');
  });

  it('that stored it and cut the connection is not written twice', async () => {
    const writes = async () => (await asked.info('commandstats')).match(/cmdstat_hset:calls=(\d+)/)?.[1];
    const before = Number(await writes());
    wire.cutAfter = 'HSET';
    const run = await switching.to('v4');
    expect(run).toMatchObject({ status: 'COMPLETED' });
    expect(run.details[0]).toContain('was applied although its answer was lost');
    expect(Number(await writes()) - before).toBe(1);
    expect(await stored()).toBe('v4');
  });

  it('says when nobody listened, and the health-check that it mattered', async () => {
    for (const consumer of consumers) await consumer.stopListening();
    const run = await switching.to('v2');
    expect(run.details[1]).toContain(`Published on ${CHANNEL}: 0 told. Nobody listened`);
    expect(run).toMatchObject({ status: 'FAILED', failure: { code: 'HEALTH_CHECK' } });
    expect(await stored()).toBe('v2');
  });

  it('leaves no connection of ours open', async () => {
    const open = async () => (await asked.clientList()).filter(({ user }) => user === 'switchyard').length;
    await expect.poll(open).toBe(0);
  });
});
