import type { IncomingMessage, ServerResponse } from 'node:http';
import compression from 'compression';

/** Less than this comes in one packet either way. */
const THRESHOLD_BYTES = 1400;

const byLength = compression({
  threshold: THRESHOLD_BYTES,
  filter: (request, response) =>
    !request.url?.startsWith('/api/auth/') && compression.filter(request, response),
});

/**
 * Makes whatever is answered smaller on its way, beside the event loop; what is short goes as it is. No answer has a secret
 * beside what a stranger can put there (BREACH): sessions are SameSite cookies and never in a body, so that requests of other
 * sites carry none. What signing in answers is left alone all the same.
 */
export function compress(request: IncomingMessage, response: ServerResponse): void {
  byLength(request, response, () => {});
  if (request.url?.startsWith('/api/trpc/')) holdShort(response);
}

/** The API writes an answer and ends it then. Only when both come at once its length is known before the headers are. */
function holdShort(response: ServerResponse): void {
  const { write, end } = response;
  let held: Uint8Array | null = null;
  type Write = (...rest: unknown[]) => boolean;
  type End = (...rest: unknown[]) => ServerResponse;
  response.write = ((chunk: unknown, ...rest: unknown[]) => {
    if (response.headersSent) return (write as Write).call(response, chunk, ...rest);
    if (!held && chunk instanceof Uint8Array && chunk.length < THRESHOLD_BYTES) {
      held = chunk;
      return true;
    }
    const before = held;
    held = null;
    if (before) write.call(response, before, 'utf8');
    return (write as Write).call(response, chunk, ...rest);
  }) as typeof write;
  response.end = ((...rest: unknown[]) => {
    const before = held;
    held = null;
    if (!before) return (end as End).call(response, ...rest);
    if (rest.length === 0) return end.call(response, before, 'utf8');
    write.call(response, before, 'utf8');
    return (end as End).call(response, ...rest);
  }) as typeof end;
}
