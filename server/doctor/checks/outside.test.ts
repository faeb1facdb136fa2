import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { situationWith } from '../testing/situation';
import { checkpoints, metricsCollector, provider, telemetry } from './outside';

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

it('looks at a collector of metrics alone where it is another one', async () => {
  const look = (variables: Record<string, string>) => metricsCollector.look(situationWith(variables), signal);
  const nowhere = 'http://nowhere.test:4318';
  expect(await look({ OTEL_EXPORTER_OTLP_ENDPOINT: nowhere })).toEqual([]);
  const apart = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: nowhere };
  expect(await look(apart)).toMatchObject([
    { level: 'fail', meaning: expect.stringContaining('not pushed') },
  ]);
  expect(await look({ ...apart, OTEL_METRICS_EXPORTER: 'none' })).toEqual([]);
});

it('looks at nothing that is not set up', async () => {
  for (const check of [provider, telemetry, metricsCollector, checkpoints])
    expect(await check.look(situationWith({}), signal), check.name).toEqual([]);
});
