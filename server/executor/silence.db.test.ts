import { Agent, type Dispatcher } from 'undici';
import { afterEach, expect, it } from 'vitest';
import { TcpProxy } from '@/chaos/faults/tcp-proxy';
import { connect } from '@/db/client';
import { Hold } from '@/demo/fleet/testing/hold';
import { createCommitter } from '@/server/commands/commit-transition';
import { Harness } from './testing/harness';

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

it('stops sending when the database gives no answer and closes nothing either', async () => {
  const harness = await Harness.start({
    fleet: { version: 'v1', tenants: [{ tenantId: 'acme', instances: 1 }] },
  });
  const url = new URL(harness.url);
  const port = Number(url.port);
  const proxy = await TcpProxy.start(() => port);
  url.port = String(proxy.port);
  const connection = connect(url.href);
  opened.push(harness, proxy, connection);
  const sent = new Sending();
  const executor = await harness.startExecutor({
    url: url.href,
    db: connection.db,
    liveness: connection.db,
    committer: createCommitter(connection.db),
    http: sent.dispatcher,
  });
  opened.push({ close: () => executor.stop(0) }, { close: async () => proxy.heal('resume') });
  Hold.on(harness.fleet, ({ path }) => path === '/config');
  const planId = await harness.createPlan();
  await harness.startPlan(planId);
  await sent.began;
  proxy.suffer({ kind: 'halfOpen' });
  expect(await sent.failed).toMatchObject({ message: 'The database gave no answer for 8 s.' });
});

/** Notices the first request that goes out, and how it ends. */
class Sending {
  readonly began: Promise<void>;
  readonly failed: Promise<Error>;
  readonly dispatcher: Dispatcher;

  constructor() {
    const agent = new Agent();
    let begin = () => {};
    let fail = (_: Error) => {};
    this.began = new Promise((resolve) => {
      begin = resolve;
    });
    this.failed = new Promise((resolve) => {
      fail = resolve;
    });
    this.dispatcher = agent.compose(
      (dispatch) => (options, handler) =>
        dispatch(options, {
          onRequestStart: (...told) => {
            if (options.method === 'PUT') begin();
            handler.onRequestStart?.(...told);
          },
          onResponseStart: (...told) => handler.onResponseStart?.(...told),
          onResponseData: (...told) => handler.onResponseData?.(...told),
          onResponseEnd: (...told) => handler.onResponseEnd?.(...told),
          onResponseError: (controller, error) => {
            if (options.method === 'PUT') fail(error);
            handler.onResponseError?.(controller, error);
          },
        }),
    );
  }
}
