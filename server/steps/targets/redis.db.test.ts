import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '@/server/testing/free-port';
import { Wire } from './testing/middleman';
import { recipe } from './testing/recipe';
import { needs, Software } from './testing/software';
import { Switching } from './testing/switching';

const redis = needs('redis-server', 'Redis, and a service that listens to it');
const PASSWORD = 'redis-password-1';
/** More than are switched at once; the changes of one in the middle go through the wire. */
const CROWD = ['t1', 't2', 't3', 't4', 't5'];
const TENANTS = ['acme', ...CROWD];
const OUTAGE_MS = 3000;
const channelOf = (tenantId: string) => `config:${tenantId}`;
const CHANNEL = channelOf('acme');

const clientOf = (url: string) => createClient({ url, socket: { reconnectStrategy: 50 } });
type Client = ReturnType<typeof clientOf>;

type Stored = Record<string, string>;

/** A service as there are many: reads its configuration when told and when it is connected, and says which version it runs. */
class Consumer {
  readonly #server: Server;
  readonly #versions = new Map<string, string>();

  private constructor(
    private readonly store: Client,
    private readonly news: Client,
  ) {
    this.#server = createServer(({ url = '' }, response) =>
      response.end(JSON.stringify({ version: this.#versions.get(url.split('/')[1] ?? '') ?? 'v1' })),
    );
    // Both connect again by themselves.
    for (const client of [store, news]) client.on('error', () => undefined);
  }

  static async start(url: string): Promise<Consumer> {
    const [store, news] = [clientOf(url), clientOf(url)];
    const consumer = new Consumer(store, news);
    await Promise.all([store.connect(), news.connect()]);
    consumer.#server.listen(0, '127.0.0.1');
    await once(consumer.#server, 'listening');
    await consumer.listen();
    // What was published meanwhile is lost.
    news.on('ready', () => Promise.all(TENANTS.map((tenantId) => consumer.#read(tenantId))));
    return consumer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    await this.news.subscribe(TENANTS.map(channelOf), (_version, channel) =>
      this.#read(channel.slice(channelOf('').length)),
    );
  }

  async stopListening(): Promise<void> {
    await this.news.unsubscribe(TENANTS.map(channelOf));
  }

  async close(): Promise<void> {
    this.store.destroy();
    this.news.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #read(tenantId: string): Promise<void> {
    // What is cut short is read again once it is connected.
    const { version, config } = await this.store.hGetAll(`tenant:${tenantId}`).catch(() => ({}) as Stored);
    const { backend } = JSON.parse(config ?? '{}') as { backend?: string };
    // What it cannot use it does not take.
    if (version !== undefined && backend?.startsWith('http')) this.#versions.set(tenantId, version);
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
        ...['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes'],
        ...['--user', ...user],
      ],
      ready: /Ready to accept connections/,
    });
    const url = `redis://127.0.0.1:${port}`;
    asked = clientOf(url);
    asked.on('error', () => undefined);
    await asked.connect();
    for (let count = 0; count < 2; count += 1) consumers.push(await Consumer.start(url));
    wire = await Wire.before(port);
    const payload = (version: string) => ({ backend: `http://${version}.example` });
    switching = await Switching.start({
      playbook: recipe('redis'),
      crowd: CROWD,
      endpoints: (tenantId) =>
        consumers.map((consumer, index) => ({
          key: `service-${index + 1}`,
          url: `${consumer.url}/${tenantId}`,
        })),
      variables: (tenantId) => ({
        redis: ['acme', 't3'].includes(tenantId) ? `redis://127.0.0.1:${wire.port}` : url,
      }),
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

  it('that is killed in mid-plan and back after three seconds leaves every tenant on one version', async () => {
    wire.cutAfter = 'HSET';
    wire.beforeCut = () => software.outage(OUTAGE_MS);
    const run = await switching.crowdTo('v2');
    await software.back;
    expect(run).toMatchObject({ status: 'COMPLETED', failures: [] });
    expect(run.details.join()).toContain('was applied although its answer was lost');
    for (const tenantId of CROWD)
      expect(await asked.hGetAll(`tenant:${tenantId}`)).toMatchObject({ version: 'v2' });
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
