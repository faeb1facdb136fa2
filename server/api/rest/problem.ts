import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from '@/server/security/send-json';
import type { ToldError } from '../told-error';

/** Every kind of problem, by its `code`; docs/rest.md lists the same. */
export const PROBLEMS = {
  BAD_REQUEST: [
    400,
    'The input is wrong',
    '`field` says where, `problems` all of it if it is more than one thing',
  ],
  BAD_JSON: [400, 'The body is not JSON', 'it is read as one JSON object'],
  DUPLICATE_KEY: [
    400,
    'A key is there twice',
    'one object of the body has two values for it; `detail` says which and in what lines',
  ],
  BAD_URL: [400, 'The address cannot be read', 'its percent-encoding is broken'],
  BAD_HOST: [400, 'The host cannot be read', 'the `Host` header is missing or broken'],
  INTERRUPTED: [400, 'The request broke off', 'send it again'],
  UNAUTHORIZED: [401, 'No valid key', '`Authorization: Bearer <key>` is missing, or its key is not valid'],
  FORBIDDEN: [
    403,
    'The key may not do this',
    'its role, its scopes or the tenants that it is for are not enough',
  ],
  NOT_FOUND: [404, 'There is no such thing', 'what was named does not exist, or the address does not'],
  METHOD_NOT_ALLOWED: [405, 'Not with this method', '`Allow` says with which'],
  NOT_ACCEPTABLE: [406, 'Only JSON is answered', '`Accept` takes no JSON'],
  CONFLICT: [409, 'Not possible now', 'the command was refused; `reason` says why; nothing changed'],
  PRECONDITION_FAILED: [
    412,
    'Changed meanwhile',
    '`If-Match` names another state than there is now; nothing changed',
  ],
  TOO_LARGE: [413, 'The body is too large', 'it has too many bytes, levels or parts'],
  NOT_JSON: [415, 'The body is of another kind', 'send `Content-Type: application/json`'],
  TOO_MANY_REQUESTS: [429, 'Too many requests', '`Retry-After` says for how many seconds'],
  INTERNAL_SERVER_ERROR: [500, 'A fault of the server', 'its log has the details'],
  SERVICE_UNAVAILABLE: [
    503,
    'Not possible just now',
    'the database is busy or away; nothing changed; try again',
  ],
} as const satisfies Record<string, readonly [number, string, string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** What is told of a problem besides what its code says. */
export interface Problem extends Partial<Omit<ToldError, 'message'>> {
  code: string;
  detail: string;
}

/** What a code is known as here; nothing else is ever told. */
export const problemCode = (code: string): ProblemCode =>
  Object.hasOwn(PROBLEMS, code) ? (code as ProblemCode) : 'INTERNAL_SERVER_ERROR';

/** The URI that stands for a kind of problem: a name, with nothing behind it. */
export const problemType = (code: ProblemCode): string =>
  `urn:problem-type:switchyard:${code.toLowerCase().replaceAll('_', '-')}`;

/** Answers with a problem document (RFC 9457). */
export function sendProblem(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
  const code = problemCode(problem.code);
  const [status, title] = PROBLEMS[code];
  const document = {
    type: problemType(code),
    title,
    status,
    detail: problem.detail,
    instance: instanceOf(request),
    code,
    field: problem.field ?? null,
    ...(problem.problems && { problems: problem.problems }),
    reason: problem.reason ?? null,
  };
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  // Whatever is still being sent is read and dropped, so that the sender gets to see the answer.
  request.resume();
  sendJson(request, response, status, document, 'application/problem+json; charset=utf-8');
}

/** Without the query, where there may be what its sender would not want in a log. */
function instanceOf(request: IncomingMessage): string {
  const [path = ''] = (request.url ?? '').split('?');
  return path.slice(0, 500);
}
