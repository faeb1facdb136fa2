import type { IncomingMessage, ServerResponse } from 'node:http';
import { callTRPCProcedure, TRPCError } from '@trpc/server';
import { addressOf, type BufferedRequest } from '@/server/auth/handler';
import type { Authenticate, Principal } from '@/server/auth/principal';
import { CommandRefused, InvalidInput } from '@/server/input/refused';
import type { News } from '@/server/realtime/news';
import { BudgetSpent, type Budgets } from '@/server/security/budgets';
import { bodyBoundsOf, mustBeJson, RequestRefused, readJsonBody } from '@/server/security/request-body';
import { sendJson } from '@/server/security/send-json';
import { costOf } from '../call-costs';
import { declared, type ProcedureName } from '../declared';
import { appRouter } from '../router';
import { toldError } from '../told-error';
import type { ApiDeps } from '../trpc';
import { type Address, addressIn, REST } from './address';
import { callInput, etagOf, MOST_WAIT_SECONDS, type Said, WAIT } from './call-input';
import { nextPage } from './next-page';
import { PlanWaits } from './plan-waits';
import { type Problem, problemCode, sendProblem } from './problem';
import { setLimitHeaders } from './rate-limit';
import { notAllowed, type Route, routeFor } from './routes';

export interface RestDeps {
  api: ApiDeps;
  authenticate: Authenticate;
  budgets: Pick<Budgets, 'spendOf' | 'leftOf'>;
  news: Pick<News, 'subscribe'>;
  /** Describes the API for tools, as JSON. */
  document: () => Promise<unknown>;
}

/** What the description of the API costs: it is long. */
const DOCUMENT_COST = 10;
const DOCUMENT = 'openapi.json';

/**
 * Answers `/api/v1/*`: finds out which procedure is meant and who asks, takes the call from their budget, and runs it as
 * `/api/trpc` does. Throws what nobody expected; the rest is answered as a problem.
 */
export function createRestHandler(deps: RestDeps) {
  const waits = new PlanWaits(deps.news);

  return async (request: BufferedRequest, response: ServerResponse): Promise<void> => {
    try {
      await answer(request, response);
    } catch (error) {
      const problem = problemOf(error, request);
      if (!problem) throw error;
      const { headers, ...told } = problem;
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      sendProblem(request, response, told);
    }
  };

  async function answer(request: BufferedRequest, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    const address = addressIn(request);
    if (address.segments.join('/') === DOCUMENT) return answerDocument(request, response);
    const { route, given } = routeFor(method, address);
    mustTakeJson(headers.accept);
    const principal = await admit(request, response, costOf(route.procedure));
    const { meta } = declared[route.procedure]._def;
    if (!principal && meta.role !== 'public') throw unknownCaller();
    const body = await bodyOf(request, route);
    const said = { given, query: address.query, body, headers, principal };
    const data = await called(request, response, route, said);
    // Who is gone is answered no more.
    if (response.destroyed) return;
    describe(response, route, address, data);
    sendJson(request, response, route.creates ? 201 : 200, data ?? null);
  }

  async function answerDocument(request: BufferedRequest, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw notAllowed(['GET']);
    mustTakeJson(request.headers.accept);
    if (!(await admit(request, response, DOCUMENT_COST))) throw unknownCaller();
    sendJson(request, response, 200, await deps.document());
  }

  /** Who calls, by their key alone: a browser sends cookies by itself, and keys never. */
  async function authenticated(request: BufferedRequest, how: { looking?: boolean } = {}) {
    const { authorization } = request.headers;
    if (authorization === undefined) return null;
    return deps.authenticate(new Headers({ authorization }), { address: addressOf(request), ...how });
  }

  async function admit(request: BufferedRequest, response: ServerResponse, cost: number) {
    const principal = await authenticated(request);
    const address = addressOf(request);
    try {
      deps.budgets.spendOf(principal, address, cost);
    } finally {
      setLimitHeaders(response, deps.budgets.leftOf(principal, address));
    }
    return principal;
  }

  /** The answer of the procedure; where it has nothing to tell and may wait, that of when it has. */
  async function called(request: BufferedRequest, response: ServerResponse, route: Route, said: Said) {
    const input = callInput(route, said);
    const millis = route.waits ? waitMillis(input) : 0;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const call = () => run(route.procedure, input, said.principal, gone.signal);
    if (millis === 0 || !said.principal) return call();
    const { kind, id } = said.principal;
    const waiting = waits.open(`${kind} ${id}`, String(input.planId), { millis, gone: gone.signal });
    try {
      for (;;) {
        const heard = waiting.next();
        const data = (await call()) as { events: unknown[] };
        if (data.events.length > 0 || !(await heard)) return data;
        if (!(await authenticated(request, { looking: true }))) throw unknownCaller();
        deps.budgets.spendOf(said.principal, addressOf(request), costOf(route.procedure));
      }
    } finally {
      waiting.close();
    }
  }

  function run(path: ProcedureName, input: object, principal: Principal | null, signal: AbortSignal) {
    return callTRPCProcedure({
      ...{ router: appRouter, path, type: declared[path]._def.type, signal, batchIndex: 0 },
      ctx: { deps: deps.api, principal },
      getRawInput: async () => input,
    }) as Promise<unknown>;
  }
}

async function bodyOf(request: IncomingMessage, { method, procedure }: Route): Promise<unknown> {
  if (method === 'GET') return undefined;
  const { 'content-length': length, 'transfer-encoding': chunked } = request.headers;
  if (chunked === undefined && Number(length ?? 0) === 0) return undefined;
  mustBeJson(request);
  return (await readJsonBody(request, bodyBoundsOf([procedure]))).value;
}

/** How long an answer may be waited for; what says so is of no interest to the procedure. */
function waitMillis(input: Record<string, unknown>): number {
  const { [WAIT]: wait } = input;
  delete input[WAIT];
  if (wait === undefined) return 0;
  if (typeof wait === 'number' && Number.isInteger(wait) && wait >= 0 && wait <= MOST_WAIT_SECONDS)
    return wait * 1000;
  throw new InvalidInput(WAIT, `${WAIT}: must be a whole number of seconds from 0 to ${MOST_WAIT_SECONDS}.`);
}

/** What the headers say of an answer: its address, its state, where it goes on. */
function describe(response: ServerResponse, route: Route, address: Address, data: unknown): void {
  if (typeof data !== 'object' || data === null) return;
  const told = data as Record<string, unknown>;
  if (typeof route.creates === 'string') {
    const at = route.creates.replaceAll(/\{(\w+)\}/g, (_, field) => encodeURIComponent(String(told[field])));
    response.setHeader('location', `${REST}${at}`);
  }
  if (route.etag) response.setHeader('etag', etagOf(told[route.etag]));
  const next = route.method === 'GET' ? nextPage(address, told) : null;
  if (next) response.setHeader('link', `<${next}>; rel="next"`);
}

/** Throws unless the client takes JSON, or does not say what it takes. */
function mustTakeJson(accept: string | undefined): void {
  if (accept === undefined) return;
  const taken = accept.split(',').map((range) => range.split(';').map((part) => part.trim().toLowerCase()));
  const ours = ['*/*', 'application/*', 'application/json', 'application/problem+json'];
  const takes = taken.some(
    ([type = '', ...more]) => ours.includes(type) && !more.some((part) => /^q=0(\.0*)?$/.test(part)),
  );
  if (!takes) throw new RequestRefused(406, 'NOT_ACCEPTABLE', 'Only application/json is answered here.');
}

const unknownCaller = () =>
  new RequestRefused(401, 'UNAUTHORIZED', 'Send an API key: Authorization: Bearer <key>.');

/** What is told of an error; null where nobody expected it. */
function problemOf(
  error: unknown,
  request: IncomingMessage,
): (Problem & { headers: Record<string, string> }) | null {
  if (error instanceof RequestRefused)
    return { code: error.code, detail: error.message, headers: error.headers };
  if (error instanceof BudgetSpent) return spent(error);
  if (error instanceof InvalidInput)
    return { code: 'BAD_REQUEST', detail: error.message, field: error.field, headers: {} };
  if (!(error instanceof TRPCError)) return null;
  const { cause } = error;
  if (cause instanceof BudgetSpent) return spent(cause);
  const { message, ...told } = toldError(error);
  const compared = request.headers['if-match'] !== undefined && cause instanceof CommandRefused;
  const code = compared && cause.rejection.code === 'CHANGED_MEANWHILE' ? 'PRECONDITION_FAILED' : error.code;
  return { code: problemCode(code), detail: message, ...told, headers: {} };
}

const spent = ({ message, seconds }: BudgetSpent) => ({
  ...{ code: 'TOO_MANY_REQUESTS', detail: message },
  headers: { 'retry-after': String(seconds) },
});
