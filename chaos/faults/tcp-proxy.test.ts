import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TcpProxy } from './tcp-proxy';

let echo: Server;
let proxy: TcpProxy;
let client: Socket;
/** What reached the server. */
let arrived = '';
beforeEach(async () => {
  arrived = '';
  echo = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      arrived += data;
      socket.write(data);
    });
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await TcpProxy.start(() => (echo.address() as AddressInfo).port);
  client = connect({ port: proxy.port, host: '127.0.0.1' });
  client.on('error', () => {});
});
afterEach(async () => {
  client.destroy();
  await proxy.close();
  echo.close();
});

async function heard(length: number): Promise<string> {
  let text = '';
  while (text.length < length) text += String((await once(client, 'data'))[0]);
  return text;
}

/** Resolves when a connection is closed, in whatever way. */
const gone = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

it('passes everything on, both ways', async () => {
  client.write('hello');
  expect(await heard(5)).toBe('hello');
});

/** One word arrived, and then one was sent into a connection that is half-open. */
async function sentIntoHalfOpen(): Promise<void> {
  client.write('one');
  await heard(3);
  proxy.suffer({ kind: 'halfOpen' });
  client.write('two');
}

it('half-open: nothing passes and nothing is closed, until it is well again', async () => {
  await sentIntoHalfOpen();
  // Another connection, which is made after the write above, is accepted like any other.
  const second = connect({ port: proxy.port, host: '127.0.0.1' });
  await once(second, 'connect');
  second.destroy();
  expect([arrived, client.destroyed]).toEqual(['one', false]);
  proxy.heal('resume');
  expect(await heard(3)).toBe('two');
});

it('half-open and then reset: what was held back never arrives', async () => {
  await sentIntoHalfOpen();
  const closed = gone(client);
  proxy.heal('reset');
  await closed;
  expect(arrived).toBe('one');
});

it('trickles: a few bytes at a time, and all of them', async () => {
  proxy.suffer({ kind: 'trickle', bytes: 2, everyMillis: 1 });
  client.write('a whole sentence');
  expect(await heard(16)).toBe('a whole sentence');
});

it('ends the one side when the other is gone', async () => {
  const [[served]] = await Promise.all([once(echo, 'connection'), once(client, 'connect')]);
  const closed = gone(served as Socket);
  client.resetAndDestroy();
  await closed;
});
