import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { version } from '@/package.json';
import { situationWith } from '../testing/situation';
import { proxy } from './proxy';

let http: HttpServer;
let io: Server;
let url: string;
let upgrades = true;
beforeAll(async () => {
  http = createServer((_request, response) => response.end(JSON.stringify({ status: 'alive', version })));
  io = new Server(http, { allowRequest: (_request, answer) => answer(null, upgrades) });
  await once(http.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await io.close();
});

const look = () => proxy.look(situationWith({ SWITCHYARD_PUBLIC_URL: url }), new AbortController().signal);

it('sees whether WebSockets pass', async () => {
  expect(await look()).toMatchObject([{ level: 'ok' }, { level: 'ok', found: 'WebSockets pass' }]);
  upgrades = false;
  expect(await look()).toMatchObject([{ level: 'ok' }, { level: 'warn' }]);
});

it('looks at nothing where there is no public address', async () => {
  expect(await proxy.look(situationWith({}), new AbortController().signal)).toEqual([]);
});
