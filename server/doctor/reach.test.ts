import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseTargetAllow } from '@/server/security/target-allow';
import { createTargetDispatcher } from '@/server/security/target-guard';
import { reach } from './reach';
import { resolving } from './testing/situation';

let server: Server;
let port: number;
beforeAll(async () => {
  // It says nothing, so that no TLS is ever spoken.
  server = createServer((socket) => socket.on('error', () => {}).resume());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function reached(host: string, { tls = false, at = port, millis = 60_000 } = {}) {
  const allow = parseTargetAllow('127.0.0.1, here.test, gone.test, mute.test');
  const guard = createTargetDispatcher({
    allow,
    resolve: resolving({ 'here.test': '127.0.0.1', 'other.test': '10.0.0.1', 'mute.test': null }),
  });
  try {
    return await reach({ host, port: at, tls }, guard, new AbortController().signal, millis);
  } finally {
    await guard.destroy();
  }
}

it('connects to what may be called', async () => {
  expect(await reached('here.test')).toBeNull();
  expect(await reached('127.0.0.1')).toBeNull();
});

it('does not connect to what may not be called', async () => {
  expect(await reached('127.0.0.2')).toMatchObject({ why: 'refused' });
  expect(await reached('other.test')).toMatchObject({ why: 'refused' });
});

it('tells a name without an address from a host that says nothing', async () => {
  expect(await reached('gone.test')).toEqual({ why: 'unresolved', detail: 'ENOTFOUND' });
  expect(await reached('mute.test', { millis: 50 })).toEqual({
    why: 'unresolved',
    detail: 'no address within 0.05 s',
  });
  expect(await reached('127.0.0.1', { tls: true, millis: 50 })).toEqual({
    why: 'silent',
    detail: 'no connection within 0.05 s',
  });
});

it('says that nobody listens', async () => {
  const spare = createServer();
  await once(spare.listen(0, '127.0.0.1'), 'listening');
  const { port: at } = spare.address() as AddressInfo;
  await new Promise((resolve) => spare.close(resolve));
  expect(await reached('127.0.0.1', { at })).toEqual({ why: 'closed', detail: 'ECONNREFUSED' });
});
