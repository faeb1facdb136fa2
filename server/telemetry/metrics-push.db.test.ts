import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { testApiServer } from '@/server/api/testing/api-server';
import { Collector } from './testing/collector';

let collector: Collector;
beforeAll(async () => {
  collector = await Collector.start();
  vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', `${collector.url}/v1/metrics`);
  vi.stubEnv('OTEL_METRIC_EXPORT_INTERVAL', '100');
});
const server = testApiServer();
afterAll(() => collector.close());

it('a program pushes its metrics, those that are read from the rows as well', {
  timeout: 60_000,
}, async () => {
  // What comes after this was read once the program had started.
  await collector.next();
  const { body } = await collector.next();
  const metrics: { name: string; gauge?: { dataPoints: { asDouble: number }[] } }[] =
    body.resourceMetrics[0].scopeMetrics.flatMap((one: { metrics: object[] }) => one.metrics);
  const scraped = await fetch(`${server.url}/metrics`, {
    headers: { authorization: `Bearer ${server.viewerKey}` },
  });
  const names = [...(await scraped.text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  expect(metrics.map(({ name }) => name)).toEqual(names);
  expect(metrics.find(({ name }) => name === 'nodes_alive')?.gauge?.dataPoints).toMatchObject([
    { asDouble: 1 },
  ]);
});
