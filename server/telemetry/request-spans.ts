import diagnostics from 'node:diagnostics_channel';
import { type Context, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';

/** The header that every request of a step carries; nothing else is traced. */
const TASK_HEADER = 'switchyard-task';

/** What undici publishes of a request; the same object in all its messages. */
interface Request {
  origin?: string | URL;
  method?: string;
  /** Name and value by turns. */
  headers: unknown;
  addHeader(name: string, value: string): void;
}

/**
 * Makes a span of every request that a step sends, below the step's, and passes the trace on to the target
 * (`traceparent`). Address, method and status only: path, headers and bodies may hold what a template filled in.
 * Returns a function that ends it.
 */
export function traceRequests(tracer: Tracer, contextOf: (taskId: string) => Context | null): () => void {
  const spans = new WeakMap<Request, Span>();
  const created = (message: unknown) => {
    const { request } = message as { request: Request };
    const taskId = headerOf(request, TASK_HEADER);
    const parent = taskId === null ? null : contextOf(taskId);
    if (!parent) return;
    const { hostname, port, protocol } = new URL(request.origin ?? 'http://unknown');
    const span = tracer.startSpan(
      `${request.method}`,
      {
        kind: SpanKind.CLIENT,
        attributes: {
          'http.request.method': request.method ?? 'GET',
          'server.address': hostname,
          'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
        },
      },
      parent,
    );
    spans.set(request, span);
    const { traceId, spanId, traceFlags } = span.spanContext();
    if (headerOf(request, 'traceparent') === null)
      request.addHeader('traceparent', `00-${traceId}-${spanId}-0${traceFlags}`);
  };
  const answered = (message: unknown) => {
    const { request, response } = message as { request: Request; response: { statusCode: number } };
    spans.get(request)?.setAttribute('http.response.status_code', response.statusCode);
    if (response.statusCode >= 400) spans.get(request)?.setStatus({ code: SpanStatusCode.ERROR });
  };
  const complete = (message: unknown) => {
    const { request } = message as { request: Request };
    spans.get(request)?.end();
    spans.delete(request);
  };
  const broken = (message: unknown) => {
    const { request, error } = message as { request: Request; error: { code?: string; name?: string } };
    const span = spans.get(request);
    span?.setAttribute('error.type', error.code ?? error.name ?? 'unknown');
    span?.setStatus({ code: SpanStatusCode.ERROR });
    complete(message);
  };
  const listeners = {
    'undici:request:create': created,
    'undici:request:headers': answered,
    'undici:request:trailers': complete,
    'undici:request:error': broken,
  };
  for (const [channel, listen] of Object.entries(listeners)) diagnostics.subscribe(channel, listen);
  return () => {
    for (const [channel, listen] of Object.entries(listeners)) diagnostics.unsubscribe(channel, listen);
  };
}

function headerOf({ headers }: Request, name: string): string | null {
  if (!Array.isArray(headers)) return null;
  const index = headers.findIndex((one, at) => at % 2 === 0 && String(one).toLowerCase() === name);
  return index === -1 ? null : String(headers[index + 1]);
}
