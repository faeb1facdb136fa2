import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Instances } from './instances';

let instances: Instances;
let server: Server;
beforeEach(async () => {
  instances = new Instances(1, 'v0');
  server = createServer((request, response) => void instances.answer(request, response)).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function ask(method: string, path: string, epoch: number | null, body?: object): Promise<Response> {
  const { port } = server.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}/${path}`, {
    method,
    headers: epoch === null ? {} : { 'switchyard-task': 'PLN-1.1', 'switchyard-epoch': String(epoch) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

it('takes a configuration and puts it into effect when told', async () => {
  await ask('PUT', 'a-1/config', 1, { version: 'v1' });
  expect(await (await ask('GET', 'a-1/health', 1)).json()).toMatchObject({ version: 'v0', stored: 'v1' });
  await ask('POST', 'a-1/reload', 1);
  expect(instances.versions()).toEqual({ 'a-1': 'v1' });
});

it('refuses a change with an epoch that is over, wherever the later one was seen', async () => {
  await ask('GET', 'a-2/health', 2);
  expect((await ask('PUT', 'a-1/config', 1, { version: 'v1' })).status).toBe(409);
  expect((await ask('GET', 'a-1/health', 1)).status).toBe(200);
  expect(instances.calls.map(({ epoch, stale, outcome }) => [epoch, stale, outcome])).toEqual([
    [2, false, 'read'],
    [1, true, 'refused'],
    [1, true, 'read'],
  ]);
});

it('fails without doing anything, or does it and gives no answer', async () => {
  instances.behaviour = { failing: 1, dropping: 0, latency: [0, 0] };
  expect((await ask('PUT', 'a-1/config', 1, { version: 'v1' })).status).toBe(503);
  instances.behaviour = { failing: 0, dropping: 1, latency: [0, 0] };
  await expect(ask('PUT', 'a-1/config', 1, { version: 'v2' })).rejects.toThrow();
  expect(instances.calls.map((call) => call.outcome)).toEqual(['failed', 'applied']);
  expect(instances.counts).toEqual({ failed: 1, dropped: 1, fenced: 0 });
});
