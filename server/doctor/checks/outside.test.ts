import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { situationWith } from '../testing/situation';
import { checkpoints, provider, telemetry } from './outside';

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const { signal } = new AbortController();

it('looks at a collector that is named, and sees whether one is there', async () => {
  const look = (address: string) =>
    telemetry.look(situationWith({ OTEL_EXPORTER_OTLP_ENDPOINT: address }), signal);
  expect(await look(url)).toMatchObject([{ level: 'ok' }]);
  expect(await look('http://nowhere.test:4318')).toMatchObject([
    { level: 'fail', meaning: 'Traces are lost' },
  ]);
  expect(await look('http://169.254.169.254')).toMatchObject([{ level: 'fail' }]);
});

it('looks at nothing that is not set up', async () => {
  for (const check of [provider, telemetry, checkpoints])
    expect(await check.look(situationWith({}), signal), check.name).toEqual([]);
});
