import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rabbit, startRabbit } from '@/server/steps/amqp/testing/rabbit';
import { Wire } from './testing/middleman';
import { recipe } from './testing/recipe';
import { needs } from './testing/software';
import { Switching } from './testing/switching';

const rabbit = needs('rabbitmq-server', 'services that listen to RabbitMQ');
const PASSWORD = 'rabbit-password-1';

/** A service as there are many: takes its configuration from a queue of its own, and says which version it runs. */
class Consumer {
  readonly #server: Server;
  readonly heard: string[] = [];
  #version = 'v1';

  private constructor(
    private readonly channel: Channel,
    readonly queue: string,
  ) {
    this.#server = createServer((_request, response) =>
      response.end(JSON.stringify({ version: this.#version })),
    );
  }

  static async start(channel: Channel, queue: string): Promise<Consumer> {
    const consumer = new Consumer(channel, queue);
    consumer.#server.listen(0, '127.0.0.1');
    await once(consumer.#server, 'listening');
    await consumer.listen();
    return consumer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    await this.channel.assertQueue(this.queue);
    await this.channel.bindQueue(this.queue, 'config', 'tenant.acme');
    const take: Parameters<Channel['consume']>[1] = (message) => {
      if (!message) return;
      const { properties, content } = message;
      this.heard.push(String(properties.messageId));
      const { backend } = JSON.parse(content.toString()) as { backend?: string };
      // What it cannot use it does not take.
      if (backend?.startsWith('http')) this.#version = String(properties.headers?.version);
    };
    await this.channel.consume(this.queue, take, { noAck: true });
  }

  async leave(): Promise<void> {
    await this.channel.deleteQueue(this.queue);
  }

  close(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

describe.skipIf(rabbit.missing)(rabbit.title, () => {
  let broker: Rabbit;
  let wire: Wire;
  let model: ChannelModel;
  let switching: Switching;
  const consumers: Consumer[] = [];

  beforeAll(async () => {
    broker = await startRabbit('services', PASSWORD);
    const user = `{<<"switchyard">>, <<"${PASSWORD}">>}`;
    await broker.evaluate(
      `{User, Password} = ${user}, rabbit_auth_backend_internal:add_user(User, Password, <<"test">>), ` +
        'rabbit_auth_backend_internal:set_permissions(User, <<"/">>, <<"">>, <<"^config$">>, <<"">>, <<"test">>).',
    );
    model = await connect(`amqp://services:${PASSWORD}@127.0.0.1:${broker.port}`);
    const channel = await model.createChannel();
    await channel.assertExchange('config', 'topic');
    for (const queue of ['service-1', 'service-2']) consumers.push(await Consumer.start(channel, queue));
    wire = await Wire.before(broker.port);
    const payload = (version: string) => ({ backend: `http://${version}.example` });
    switching = await Switching.start({
      playbook: recipe('rabbitmq-broadcast'),
      endpoints: consumers.map(({ queue, url }) => ({ key: queue, url })),
      variables: { broker: `amqp://127.0.0.1:${wire.port}` },
      secrets: { RABBIT_PASSWORD: PASSWORD },
      versions: { v1: payload('v1'), v2: payload('v2'), v3: { backend: 'nonsense' }, v4: payload('v4') },
    });
  });
  afterAll(async () => {
    await switching?.close();
    await Promise.all(consumers.map((consumer) => consumer.close()));
    await model?.close();
    await wire?.close();
    await broker?.stop();
  });

  const heard = () => consumers.map((consumer) => consumer.heard.splice(0));

  it('are switched by a user who may do no more than that', async () => {
    const run = await switching.to('v2');
    expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
    expect(run.details[0]).toBe('Published to config tenant.acme, and confirmed');
    expect(heard().map(({ length }) => length)).toEqual([1, 1]);
    expect(run.stored).not.toContain(PASSWORD);
  });

  it('that do not take the new configuration fail the switch, and it goes back', async () => {
    const run = await switching.to('v3');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: { message: expect.stringContaining('service-1 runs v2; service-2 runs v2') },
    });
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    heard();
  });

  it('hear it under the same name when the word of the broker was lost', async () => {
    wire.cutAfter = 'http://v4.example';
    const run = await switching.to('v4');
    expect(run).toMatchObject({ status: 'COMPLETED' });
    const [[first, second] = []] = heard();
    expect(first).toBeDefined();
    expect(second).toBe(first);
  });

  it('that are not bound fail it at once: the message is gone', async () => {
    for (const consumer of consumers) await consumer.leave();
    const run = await switching.to('v2');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: { code: 'UNROUTABLE', message: expect.stringContaining('No queue took it') },
    });
    // With one of them back it can be told to go back.
    for (const consumer of consumers) await consumer.listen();
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
  });
});
