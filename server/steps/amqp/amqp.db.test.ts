import { type Channel, type ChannelModel, connect, type GetMessage } from 'amqplib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseTargetAllow } from '@/server/security/target-allow';
import { createTargetDispatcher } from '@/server/security/target-guard';
import { checkStep, runStep } from '@/server/steps/registry';
import { Wire } from '@/server/steps/targets/testing/middleman';
import { needs } from '@/server/steps/targets/testing/software';
import { stepContext } from '@/server/steps/testing/step-context';
import { TEST_CERTIFICATE } from '@/server/steps/testing/test-certificate';
import { Timeouts } from '@/server/steps/testing/timeouts';
import { type Rabbit, startRabbit } from './testing/rabbit';

const rabbit = needs('rabbitmq-server', 'an amqp step with RabbitMQ');
const PASSWORD = 'rabbit-password-1';

describe.skipIf(rabbit.missing)(rabbit.title, () => {
  let broker: Rabbit;
  let wire: Wire;
  let model: ChannelModel;
  let channel: Channel;
  beforeAll(async () => {
    broker = await startRabbit('switchyard', PASSWORD);
    wire = await Wire.before(broker.port);
    model = await connect(`amqp://switchyard:${PASSWORD}@127.0.0.1:${broker.port}`);
    channel = await model.createChannel();
    await channel.assertExchange('config', 'topic');
  });
  afterAll(async () => {
    await model?.close();
    await wire?.close();
    await broker?.stop();
  });
  beforeEach(async () => {
    await channel.assertQueue('service');
    await channel.bindQueue('service', 'config', 'tenant.acme');
  });
  let timeouts: Timeouts | undefined;
  afterEach(async () => {
    timeouts?.restore();
    timeouts = undefined;
    for (const name of ['service', 'full']) await channel.deleteQueue(name);
  });

  const step = (settings: object) => ({
    ...{ name: 'tell', type: 'amqp', username: 'switchyard', password: '{{secret.password}}' },
    ...{ url: `amqp://127.0.0.1:${broker.port}`, exchange: 'config', routingKey: 'tenant.{{tenant.id}}' },
    ...settings,
  });
  const run = (settings: object = {}, change: Parameters<typeof stepContext>[1] = {}) =>
    runStep(step(settings), stepContext([], { secrets: { password: PASSWORD }, ...change }));
  const viaWire = () => ({ url: `amqp://127.0.0.1:${wire.port}/%2F` });
  const messages = async (queue = 'service') => {
    const got: GetMessage[] = [];
    for (;;) {
      const next = await channel.get(queue, { noAck: true });
      if (!next) break;
      got.push(next);
    }
    return got.map(({ content, properties }) => ({ body: content.toString(), properties }));
  };

  it('publishes, with headers and properties, and has it confirmed', async () => {
    const result = await run({
      body: '{"version":"{{config.version}}"}',
      headers: { 'x-tenant': '{{tenant.id}}' },
      properties: { type: 'config.{{config.unit}}', expiration: '60000', priority: 3 },
    });
    expect(result).toMatchObject({
      ok: true,
      detail: 'Published to config tenant.acme, and confirmed',
      calls: [{ ok: true, response: 'confirmed' }],
    });
    expect(await messages()).toMatchObject([
      {
        body: '{"version":"v2"}',
        properties: {
          ...{ contentType: 'application/json', type: 'config.router', priority: 3, deliveryMode: 2 },
          ...{ headers: { 'x-tenant': 'acme' }, messageId: 'key-0-*', expiration: '60000' },
        },
      },
    ]);
  });

  it('shows neither password nor secret', async () => {
    const result = await run({ body: 'pw={{secret.password}}' });
    expect(await messages()).toMatchObject([
      { body: `pw=${PASSWORD}`, properties: { contentType: 'text/plain' } },
    ]);
    expect(JSON.stringify(result)).not.toContain(PASSWORD);
  });

  it('that no queue takes fails, or warns where that is no harm', async () => {
    const nowhere = { routingKey: 'tenant.nobody' };
    expect(await run(nowhere)).toMatchObject({
      ok: false,
      calls: [{ ok: false, response: 'returned: NO_ROUTE' }],
      failure: {
        code: 'UNROUTABLE',
        message: expect.stringContaining('the broker returned it. No queue took it, so the message is gone'),
      },
    });
    const warned = await run({ ...nowhere, unroutable: 'warn' });
    expect(warned).toMatchObject({
      ok: true,
      detail: expect.stringContaining('Published to config tenant.nobody. No queue took it'),
      warnings: [expect.stringContaining('No queue took it')],
    });
  });

  it('that a queue refuses says so', async () => {
    await channel.assertQueue('full', { arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' } });
    const toFull = { exchange: '', routingKey: 'full' };
    expect(await run(toFull)).toMatchObject({ ok: true, detail: 'Published to full, and confirmed' });
    expect(await run(toFull)).toMatchObject({
      failure: { errorType: 'SERVICE_UNAVAILABLE', code: 'NACK', retryable: true },
    });
  });

  it.each<[string, { path?: string; [setting: string]: string | undefined }, string, RegExp]>([
    [
      'to no exchange there is',
      { exchange: 'none' },
      'AMQP_404',
      /refused it: .*NOT_FOUND - no exchange 'none'/,
    ],
    ['with a wrong password', { password: 'wrong' }, 'AMQP_403', /refused it: .*ACCESS.REFUSED/],
    [
      'to no virtual host there is',
      { path: '/none' },
      'AMQP_530',
      /refused it: there is no such virtual host/,
    ],
  ])('%s is refused in the words of the broker', async (_how, { path = '', ...change }, code, words) => {
    const url = `amqp://127.0.0.1:${broker.port}${path}`;
    expect(await run({ ...change, url })).toMatchObject({
      ok: false,
      failure: { errorType: 'BUSINESS', code, message: expect.stringMatching(words), retryable: false },
    });
  });

  it('that cannot be written down is not sent', async () => {
    expect(await run({ routingKey: 'x'.repeat(300) })).toMatchObject({
      failure: { code: 'UNSENDABLE', message: expect.stringContaining('the broker was not told: ') },
    });
  });

  it('whose answer is lost may be in doubt, and is told again under the same name', async () => {
    wire.cutAfter = 'the body';
    const asked = await run({ ...viaWire(), body: 'the body', inDoubt: 'ask' });
    expect(asked).toMatchObject({
      failure: {
        errorType: 'IN_DOUBT',
        message: expect.stringContaining('may have been carried out all the same'),
      },
    });
    expect(await messages()).toHaveLength(1);
    wire.cutAfter = 'the body';
    expect(await run({ ...viaWire(), body: 'the body' })).toMatchObject({
      ok: true,
      calls: [{ ok: false }, { ok: true }],
    });
    expect((await messages()).map(({ properties }) => properties.messageId)).toEqual(['key-0-*', 'key-0-*']);
  });

  it('to a broker that takes no messages now ends in time, and says why', async () => {
    const alarm = '{{resource_limit, memory, node()}, []}';
    await broker.evaluate(`rabbit_alarm:set_alarm(${alarm}).`);
    try {
      timeouts = new Timeouts();
      const came = run({ inDoubt: 'ask', timeoutMillis: 60_000 });
      const states =
        '[S || C <- rabbit_networking:connections(), {state, S} <- rabbit_reader:info(C, [state])].';
      await expect.poll(() => broker.evaluate(states)).toContain('blocked');
      timeouts.runOut();
      expect(await came).toMatchObject({
        failure: {
          errorType: 'IN_DOUBT',
          message: expect.stringContaining(
            'no answer within 60000 ms (it takes no messages: low on memory), and it',
          ),
        },
      });
    } finally {
      await broker.evaluate('rabbit_alarm:clear_alarm({resource_limit, memory, node()}).');
    }
    // It lay there all the while.
    await expect.poll(messages).toHaveLength(1);
  });

  it('is encrypted, and trusts only who is known', async () => {
    const url = `amqps://127.0.0.1:${broker.tlsPort}`;
    expect(await run({ url, caPem: TEST_CERTIFICATE })).toMatchObject({ ok: true });
    expect(await messages()).toHaveLength(1);
    expect(await run({ url })).toMatchObject({
      failure: { message: expect.stringContaining('shows a certificate that is not trusted') },
    });
  });

  it('reaches only what is on the list, by name and by address', async () => {
    const http = createTargetDispatcher({ allow: parseTargetAllow('10.0.0.1') });
    expect(await run({}, { http })).toMatchObject({ failure: { code: 'TARGET_REFUSED' } });
    for (const protocol of ['amqp', 'amqps']) {
      const renamed = createTargetDispatcher({
        allow: parseTargetAllow('mq.example'),
        resolve: ((_name: string, _options: unknown, found: (error: null, addresses: object[]) => void) =>
          found(null, [{ address: '127.0.0.1', family: 4 }])) as never,
      });
      const url = `${protocol}://mq.example:${broker.port}`;
      expect(await run({ url }, { http: renamed })).toMatchObject({
        failure: { code: 'TARGET_REFUSED', message: expect.stringContaining('resolves to 127.0.0.1') },
      });
    }
    expect(await messages()).toEqual([]);
  });

  it('where nothing listens says so', async () => {
    expect(await run({ url: 'amqp://127.0.0.1:1' })).toMatchObject({
      failure: {
        errorType: 'NETWORK',
        message: expect.stringContaining('refused the connection: nothing listens there'),
      },
    });
  });

  it('leaves no connection open', async () => {
    await run();
    // Ours, which watches, and no other.
    await expect.poll(() => broker.evaluate('length(rabbit_networking:connections()).')).toBe('1');
  });
});

describe('what an amqp step can be told', () => {
  const valid = { name: 's', type: 'amqp', url: 'amqp://mq', username: 'u', password: 'p', exchange: '' };
  it.each([
    [{}, null],
    [{ url: '{{tenant.mq}}' }, null],
    [{ url: 'amqp://u:p@mq' }, /^url: has a user name or a password in it/],
    [{ url: 'http://mq' }, /^url: must look like amqp:\/\/host:5672\/vhost/],
    [{ url: 'amqp://mq?heartbeat=1' }, /^url: takes no options after the virtual host/],
    [{ properties: { prority: 1 } }, /did you mean "priority"/],
  ])('%j', (change, words) => {
    const told = checkStep({ ...valid, ...change }).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
    expect(told).toEqual(words === null ? [] : [expect.stringMatching(words)]);
  });
});
