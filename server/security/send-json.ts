import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers with a value as JSON, which nobody keeps; a HEAD request gets the headers of it alone. */
export function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: unknown,
  type = 'application/json; charset=utf-8',
): void {
  const json = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(json),
    'cache-control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : json);
}
