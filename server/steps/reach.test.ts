import { afterEach, beforeEach, expect, it } from 'vitest';
import { Reached } from './reach';
import { runStep } from './registry';
import { StepServer, stepContext } from './testing/step-context';

let server: StepServer;
beforeEach(async () => {
  server = await StepServer.start();
});
afterEach(() => server.close());

/** What a step of this kind is known to have reached when the instances answer so; null cuts the connection. */
async function reached(type: string, settings: object, answers: Record<string, number | null>) {
  server.answer = ({ url }, response) => {
    const status = answers[url.split('/')[1] ?? ''];
    if (status === null) response.socket?.destroy();
    else response.writeHead(status ?? 200).end('{}');
  };
  const endpoints = Object.keys(answers).map((key) => ({ key, url: `${server.url}/${key}` }));
  const context = stepContext(endpoints);
  await runStep({ name: 'send', type, inDoubt: 'resend', ...settings }, context);
  return context.reached.instances;
}

const put = { request: { method: 'PUT', url: '/config', body: 'x' } };

it.each([
  ['taken by who takes it', { a: 200, b: 204 }, { a: 'taken', b: 'taken' }],
  [
    'refused by who says no, and never sent to those behind',
    { a: 200, b: 503, c: 200 },
    { a: 'taken', b: 'refused' },
  ],
  ['taken where nobody can tell: no answer, or that of a gateway', { a: null }, { a: 'taken' }],
  ['taken behind a gateway that got no answer', { a: 502 }, { a: 'taken' }],
] as [string, Record<string, number | null>, object][])(
  'a configuration is %s',
  async (_name, answers, expected) => {
    expect(await reached('config-update', put, answers)).toEqual(expected);
  },
);

it('a retry on its way after a refusal may be taken, until it is refused as well', () => {
  const reached = new Reached();
  const first = () => {
    const before = reached.isFirst('a');
    reached.leaves('a');
    return before;
  };
  reached.refused('a', first());
  expect(reached.instances).toEqual({ a: 'refused' });
  const again = first();
  expect(reached.instances).toEqual({ a: 'taken' });
  reached.refused('a', again);
  expect(reached.instances).toEqual({ a: 'refused' });
  first();
  reached.taken('a');
  reached.refused('a', first());
  expect(reached.instances).toEqual({ a: 'taken' });
});

it('nothing is reached where nobody listens', async () => {
  const context = stepContext([{ key: 'a', url: 'http://127.0.0.1:9' }]);
  await runStep({ name: 'send', type: 'config-update', ...put }, context);
  expect(context.reached.instances).toEqual({});
});

it('what was taken by one call stays taken when the next is refused', async () => {
  const calls = [
    { method: 'PUT', url: '/config' },
    { method: 'POST', url: '/activate', expect: { status: [299] } },
  ];
  expect(await reached('config-update', { calls }, { a: 200 })).toEqual({ a: 'taken' });
});

it('reading tells nobody anything, unless the step has nothing else to send with', async () => {
  const get = { request: { method: 'GET', url: '/reload' } };
  expect(await reached('http-request', get, { a: 200 })).toEqual({});
  expect(await reached('broadcast', get, { a: 200 })).toEqual({ a: 'taken' });
  const both = {
    calls: [
      { method: 'GET', url: '/etag' },
      { method: 'PUT', url: '/config', expect: { status: [299] } },
    ],
  };
  expect(await reached('config-update', both, { a: 200 })).toEqual({ a: 'taken' });
});

it('once for the tenant is everywhere', async () => {
  expect(await reached('config-update', { ...put, target: 'tenant' }, { a: 200, b: 200 })).toEqual({
    '*': 'taken',
  });
});
