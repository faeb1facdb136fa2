import { ROOT_CONTEXT, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { request } from 'undici';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Receiver } from '@/server/notifications/testing/receiver';
import { traceRequests } from './request-spans';

let receiver: Receiver;
let end: () => void;
const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
beforeEach(async () => {
  exporter.reset();
  receiver = await Receiver.start();
  end = traceRequests(provider.getTracer('test'), (taskId) => (taskId === 'PLN-1.1' ? ROOT_CONTEXT : null));
});
afterEach(async () => {
  end();
  await receiver.close();
});

const send = async (path: string, task: string | null, headers: Record<string, string> = {}) => {
  const answer = await request(receiver.url + path, {
    method: 'POST',
    headers: { ...(task ? { 'Switchyard-Task': task } : {}), ...headers },
    body: 'password=hunter2',
  });
  await answer.body.dump();
};

it('traces what a step sends and tells the target, without path, headers or body', async () => {
  await send('/config?token=hunter2', 'PLN-1.1', { authorization: 'Bearer hunter2' });
  const [span] = exporter.getFinishedSpans();
  expect(span?.name).toBe('POST');
  expect(span?.attributes).toEqual({
    'http.request.method': 'POST',
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(receiver.url).port),
    'http.response.status_code': 204,
  });
  const { traceId, spanId } = span?.spanContext() ?? {};
  expect(receiver.received[0]?.headers.traceparent).toBe(`00-${traceId}-${spanId}-01`);
});

it('leaves every other request alone', async () => {
  await send('/hook', null);
  await send('/hook', 'PLN-2.1');
  expect(exporter.getFinishedSpans()).toEqual([]);
  expect(receiver.received.map(({ headers }) => headers.traceparent)).toEqual([undefined, undefined]);
});

it('keeps a trace that the playbook passes on itself', async () => {
  const own = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  await send('/config', 'PLN-1.1', { traceparent: own });
  expect(receiver.received[0]?.headers.traceparent).toBe(own);
});

it('says that a target refused or could not be reached', async () => {
  receiver.answer = () => 500;
  await send('/config', 'PLN-1.1');
  const { url } = receiver;
  await receiver.close();
  await expect(request(url, { headers: { 'switchyard-task': 'PLN-1.1' } })).rejects.toThrow();
  const spans = exporter.getFinishedSpans();
  expect(spans.map(({ status }) => status.code)).toEqual([SpanStatusCode.ERROR, SpanStatusCode.ERROR]);
  expect(spans[1]?.attributes['error.type']).toMatch(/^(ECONNREFUSED|UND_ERR_SOCKET|ECONNRESET)$/);
  receiver = await Receiver.start();
});
