import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Reached } from '@/server/steps/reach';
import { runStep } from '@/server/steps/registry';
import { stepContext } from '@/server/steps/testing/step-context';
import { Timeouts } from '@/server/steps/testing/timeouts';
import { closing, confirmed, frame, method, OddBroker, returned, type Said } from './testing/odd-broker';

const HELLO = 'hello';
const PUBLISH = '60.40';
const CLOSE = '10.50';
const NOTHING = Buffer.alloc(0);

describe('an amqp step whose broker', () => {
  let broker: OddBroker | undefined;
  afterEach(async () => {
    vi.restoreAllMocks();
    await broker?.close();
  });

  async function run(answer: (said: Said, socket: Socket) => Buffer | undefined, settings = {}) {
    // What is not to run out runs out by itself never.
    const timeouts = new Timeouts();
    broker = await OddBroker.start(answer);
    const reached = new Reached();
    const step = {
      ...{ name: 'tell', type: 'amqp', url: broker.url, username: 'u', password: '{{secret.password}}' },
      ...{ exchange: 'config', routingKey: 'k', body: 'b', inDoubt: 'ask', ...settings },
    };
    const result = await runStep(step, stepContext([], { reached }));
    return { result, reached, timeouts };
  }
  const to = (wanted: Said, reply: Buffer) => (said: Said) => (said === wanted ? reply : undefined);

  it.each<[string, Said, Buffer]>([
    ['is none', HELLO, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['begins with what is too short', HELLO, frame(1, 0, Buffer.from([0, 10]))],
    ['begins with a length beyond all', HELLO, method(0, 10, 10, '\0\x09\xff\xff\xff\xff')],
    ['announces a frame of 60 MiB', HELLO, Buffer.from([1, 0, 0, 3, 0xc0, 0, 0])],
    ['begins with a message', HELLO, frame(3, 0, Buffer.from('x'))],
    ['asks for more to prove who one is', '10.11', method(0, 10, 20, '\0\0\0\x01a')],
    ['opens something else', '20.10', method(1, 85, 11)],
  ])('%s fails, and was told nothing', async (_what, said, reply) => {
    const { result, reached } = await run(to(said, reply));
    expect(result).toMatchObject({
      failure: { code: 'NOT_UNDERSTOOD', message: expect.stringContaining('that cannot be made out: ') },
    });
    expect(reached.instances).toEqual({});
  });

  it('takes no passwords says so', async () => {
    const { result } = await run(
      to(HELLO, method(0, 10, 10, '\0\x09\0\0\0\0\0\0\0\x08EXTERNAL\0\0\0\x05en_US')),
    );
    expect(result).toMatchObject({
      failure: { message: expect.stringContaining('the broker takes no user name and password') },
    });
  });

  it.each<[string, Buffer]>([
    ['confirms in half', method(1, 60, 80, '\0')],
    ['confirms what was not sent', method(1, 60, 80, '\0\0\0\0\0\0\0\x63\0')],
    ['refuses what was not sent', method(1, 60, 120, '\0\0\0\0\0\0\0\x63\0')],
    ['confirms to somebody else', method(7, 60, 80, '\0\0\0\0\0\0\0\x01\0')],
  ])('%s leaves it in doubt', async (_what, reply) => {
    const { result, reached } = await run(to(PUBLISH, reply));
    expect(result).toMatchObject({
      failure: { errorType: 'IN_DOUBT', message: expect.stringContaining('cannot be made out') },
    });
    expect(reached.instances).toEqual({ '*': 'taken' });
  });

  it('confirms billions of messages holds nothing up', async () => {
    const all = method(1, 60, 80, '\0\0\0\0\xff\xff\xff\xf0\0');
    const { result } = await run((said) =>
      said === '85.10' ? Buffer.concat([method(1, 85, 11), all]) : undefined,
    );
    expect(result).toMatchObject({ ok: true });
  });

  it('refuses with a code that nobody knows says it without a word for it', async () => {
    const { result } = await run(to('10.11', closing(10, 510, 'full')));
    expect(result).toMatchObject({
      failure: {
        code: 'AMQP_510',
        message: expect.stringMatching(/refused it: .*: 510 with message "full"/),
      },
    });
  });

  it('sends without end is cut off, and leaves it in doubt', async () => {
    const { result, reached } = await run((said, socket) => {
      if (said !== PUBLISH) return undefined;
      const more = frame(3, 1, Buffer.alloc(100_000));
      const send = () => {
        while (!socket.destroyed && socket.write(more));
      };
      socket.on('drain', send).write(returned('NO_ROUTE', 1n << 40n));
      send();
      return NOTHING;
    });
    expect(result).toMatchObject({
      failure: { errorType: 'IN_DOUBT', message: expect.stringContaining('answered with more than 1 MiB') },
    });
    expect(reached.instances).toEqual({ '*': 'taken' });
    await expect.poll(() => broker?.sockets.size).toBe(0);
  });

  it('returns a large message whole is understood', async () => {
    const body = 'x'.repeat(3 * 1024 * 1024);
    const content = frame(3, 1, Buffer.alloc(100_000, 'x'));
    const { result } = await run(
      (said) =>
        said === PUBLISH
          ? Buffer.concat([returned('NO_ROUTE', 3_000_000n), ...Array(30).fill(content), confirmed])
          : undefined,
      { body },
    );
    expect(result).toMatchObject({ failure: { code: 'UNROUTABLE' } });
  });

  it('never lets go is not waited for, and is left when the time is up', async () => {
    const { result, timeouts } = await run(to(CLOSE, NOTHING));
    expect(result).toMatchObject({ ok: true, detail: expect.stringContaining('and confirmed') });
    await expect.poll(() => broker?.said.at(-1)).toBe(CLOSE);
    timeouts.runOut();
    await expect.poll(() => broker?.sockets.size).toBe(0);
  });

  it('refuses it and never lets go is told by its refusal, without what must stay hidden', async () => {
    const refusal = closing(20, 404, "NOT_FOUND - no exchange for 'hunter2'");
    const { result, reached } = await run((said) =>
      said === PUBLISH ? refusal : said === CLOSE ? NOTHING : undefined,
    );
    expect(result).toMatchObject({
      failure: {
        ...{ errorType: 'BUSINESS', code: 'AMQP_404', retryable: false },
        message: expect.stringMatching(/refused it: .*NOT_FOUND/),
      },
    });
    expect(JSON.stringify(result)).not.toContain('hunter2');
    expect(reached.instances).toEqual({ '*': 'refused' });
  });
});
