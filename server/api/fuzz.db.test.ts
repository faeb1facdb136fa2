import { connect } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { offeredBy } from './rest/call-input';
import { ROUTES, type Route } from './rest/routes';
import { appRouter } from './router';
import { testApiServer } from './testing/api-server';
import { openLiveSocket } from './testing/live-socket';

/** Others find other things: FUZZ_SEED=… FUZZ_REQUESTS=20000. A failure names its seed. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_129);
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 3000);
const AT_ONCE = 16;

const logged: string[] = [];
const server = testApiServer({ log: (line) => logged.push(line) });
let keys: string[];
beforeAll(async () => {
  // Each has a budget of its own, so that what is sent is also looked at.
  keys = await Promise.all(Array.from({ length: 60 }, () => server.newKey('admin')));
});

interface Procedure {
  _def: { type: 'query' | 'mutation'; inputs: z.ZodType[] };
}
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Procedure>);

const nasty = fc.constantFrom(
  '',
  ' ',
  '\0',
  '\ud800',
  "'; DROP TABLE plan; --",
  '$1',
  '%s%n',
  '{{secret.X}}',
  '{{',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  '1e999',
  'NaN',
  '\u202eabc',
  'a'.repeat(70_000),
  '['.repeat(5000),
  'PLN-1',
  'PLN-1.1',
  'PLN-99999999999999999999',
  'acme-eu',
  'edge-router',
  'blue-green',
  '2026-13-45T99:99:99Z',
  '00000000-0000-0000-0000-000000000000',
  'http://169.254.169.254/',
);
const anyText = fc.oneof(
  nasty,
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.uuid(),
  fc.date({ noInvalidDate: true }).map((at) => at.toISOString()),
);
const anyNumber = fc.oneof(
  fc.integer({ min: -5, max: 200 }),
  fc.constantFrom(0, -1, 2 ** 31, 2 ** 53, 1e308, -0.5, Number.MAX_SAFE_INTEGER),
);
const anything = fc.oneof(
  anyText,
  anyNumber,
  fc.boolean(),
  fc.constant(null),
  fc.array(anyText, { maxLength: 5 }),
  fc.dictionary(anyText, anyText, { maxKeys: 4 }),
);

type Schema = { [key: string]: unknown };

/** Inputs that look like what a schema asks for, mostly: what is wrong with them is one thing, or everything. */
function like(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const wrong = { arbitrary: anything, weight: 1 };
  const right = (arbitrary: fc.Arbitrary<unknown>) => fc.oneof({ arbitrary, weight: 12 }, wrong);
  const some = (schema.anyOf ?? schema.oneOf ?? schema.allOf) as Schema[] | undefined;
  if (depth > 6) return anything;
  if (some) return right(fc.oneof(...some.map((one) => like(one, depth + 1))));
  if ('const' in schema) return right(fc.constant(schema.const));
  if (Array.isArray(schema.enum)) return right(fc.constantFrom(...schema.enum));
  if (schema.type === 'object') {
    const required = new Set((schema.required as string[]) ?? []);
    const fields = Object.entries((schema.properties as Record<string, Schema>) ?? {});
    const given = fc.record(Object.fromEntries(fields.map(([name, one]) => [name, like(one, depth + 1)])), {
      requiredKeys: fields.map(([name]) => name).filter((name) => required.has(name)),
    });
    return right(
      fc.oneof(
        { arbitrary: given, weight: 9 },
        fc.tuple(given, anyText, anything).map(([one, name, value]) => ({ ...one, [name]: value })),
      ),
    );
  }
  if (schema.type === 'array')
    return right(fc.array(like((schema.items as Schema) ?? {}, depth + 1), { maxLength: 4 }));
  if (schema.type === 'integer' || schema.type === 'number') return right(anyNumber);
  if (schema.type === 'boolean') return right(fc.boolean());
  if (schema.type === 'string') return right(anyText);
  return anything;
}

/** What no answer may hold: a stack, a statement, the words of the database or of the runtime. */
const INSIDES =
  /\bat [\w.<>]+ \(|node_modules|\.ts:\d+|\bselect .* from\b|insert into|PostgresError|TypeError|Cannot read prop|is not a function|duplicate key|violates|syntax error at/i;

interface Sent {
  what: string;
  status: number;
  answer: string;
}

async function call(name: string, { _def: { type } }: Procedure, input: unknown, key: string): Promise<Sent> {
  const json = JSON.stringify({ json: input });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const url = `${server.url}/api/trpc/${name}`;
  // A header of the request line is limited: a read that long goes as nobody could send it.
  const response =
    type === 'mutation'
      ? await fetch(url, { method: 'POST', headers, body: json })
      : await fetch(`${url}?input=${encodeURIComponent(json.toWellFormed()).slice(0, 12_000)}`, { headers });
  return { what: `${name} ${json.slice(0, 300)}`, status: response.status, answer: await response.text() };
}

async function inTurns<T>(all: readonly T[], work: (one: T, at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < all.length; at = next++) await work(all[at] as T, at);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** What is wrong with an answer; null when it is one that its sender can act on. */
function wrongWith({ what, status, answer }: Sent): string | null {
  if (status < 500 && !INSIDES.test(answer)) return null;
  const why = logged.findLast((line) => line.includes('"level":50')) ?? '';
  return `${what}\n${status} ${answer.slice(0, 500)}\n${why.slice(0, 1500)}`;
}

it('whatever is sent to any procedure is answered in words, and holds nobody up', async () => {
  const each = Math.ceil(REQUESTS / procedures.length);
  const delays = monitorEventLoopDelay({ resolution: 10 });
  const wanted = procedures.flatMap(([name, procedure]) => {
    const [input = z.null()] = procedure._def.inputs;
    const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Schema;
    return fc
      .sample(like(schema), { numRuns: each, seed: SEED })
      .map((value) => ({ name, procedure, value }));
  });
  // In an order in which no two of a kind follow each other for long.
  const mixed =
    fc.sample(fc.shuffledSubarray([...wanted.keys()], { minLength: wanted.length }), {
      numRuns: 1,
      seed: SEED,
    })[0] ?? [];
  const before = process.memoryUsage().heapUsed;
  const statuses = new Map<number, number>();
  const failures: string[] = [];
  delays.enable();
  await inTurns(mixed, async (index, at) => {
    const one = wanted[index];
    if (!one) return;
    const sent = await call(one.name, one.procedure, one.value, keys[at % keys.length] ?? '');
    statuses.set(sent.status, (statuses.get(sent.status) ?? 0) + 1);
    const wrong = wrongWith(sent);
    if (wrong) failures.push(wrong);
  });
  delays.disable();
  globalThis.gc?.();
  console.log(
    `${mixed.length} calls of ${procedures.length} procedures: ${JSON.stringify([...statuses])}; longest stall ${Math.round(delays.max / 1e6)} ms, heap ${Math.round((process.memoryUsage().heapUsed - before) / 1e6)} MB more`,
  );
  expect(failures.slice(0, 8), `seed ${SEED}`).toEqual([]);
  expect(mixed.length).toBeGreaterThanOrEqual(REQUESTS);
  // Budgets must not have answered for what is behind them.
  expect(statuses.get(429) ?? 0).toBeLessThan(mixed.length / 10);
  expect(statuses.get(200) ?? 0).toBeGreaterThan(0);
  expect(logged.filter((line) => /"level":50/.test(line)).slice(0, 3)).toEqual([]);
});

/** What a caller might send to an address, as a query or as a body. */
async function ask(route: Route, input: unknown, named: readonly string[], key: string): Promise<Sent> {
  let at = 0;
  const path = route.path.replaceAll(/\{\w+\}/g, () =>
    encodeURIComponent((named[at++] ?? '').toWellFormed().slice(0, 2000)),
  );
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const url = `${server.url}/api/v1${path}`;
  const body = JSON.stringify(input);
  const response =
    route.method === 'GET'
      ? await fetch(`${url}?${new URLSearchParams(pairsOf(input)).toString().slice(0, 10_000)}`, { headers })
      : await fetch(url, { method: route.method, headers, body });
  return {
    what: `${route.method} ${path} ${body}`.slice(0, 300),
    status: response.status,
    answer: await response.text(),
  };
}

function pairsOf(input: unknown): [string, string][] {
  const of = (name: string, value: unknown): [string, string][] => {
    if (Array.isArray(value)) return value.flatMap((one) => of(name, one));
    if (typeof value === 'object' && value !== null)
      return Object.entries(value).flatMap(([key, one]) => of(`${name}[${key}]`, one));
    return [[name.toWellFormed(), String(value).toWellFormed()]];
  };
  if (typeof input !== 'object' || input === null) return of('x', input);
  return Object.entries(input).flatMap(([name, value]) => (name === 'wait' ? [] : of(name, value)));
}

it('whatever is sent to any address for programs is answered in words', async () => {
  const each = Math.ceil(REQUESTS / 2 / ROUTES.length);
  const wanted = ROUTES.flatMap((route) =>
    fc
      .sample(fc.tuple(like(offeredBy(route)), fc.array(anyText, { minLength: 3, maxLength: 3 })), {
        ...{ numRuns: each, seed: SEED },
      })
      .map(([input, named]) => ({ route, input, named })),
  );
  const failures: string[] = [];
  let told = 0;
  await inTurns(wanted, async ({ route, input, named }, at) => {
    const sent = await ask(route, input, named, keys[at % keys.length] ?? '');
    const wrong = wrongWith(sent);
    if (wrong) failures.push(wrong);
    if (sent.status >= 400 && typeof JSON.parse(sent.answer).detail === 'string') told += 1;
  });
  expect(failures.slice(0, 8), `seed ${SEED}`).toEqual([]);
  expect(told).toBeGreaterThan(wanted.length / 2);
  expect(logged.filter((line) => /"level":50/.test(line)).slice(0, 3)).toEqual([]);
});

it('whatever stands in a request line, a header or a body is answered with 4xx, or cut off', async () => {
  const { hostname, port } = new URL(server.url);
  const piece = fc.oneof(nasty, fc.string({ unit: 'binary-ascii', maxLength: 40 }));
  const request = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'TRACE', 'CONNECT', 'OPTIONS', 'HEAD', 'get', 'X'),
    path: fc.oneof(
      piece.map((one) => `/${one}`),
      piece,
      fc.constantFrom(
        '/api/auth/sign-in/email',
        '/api/auth/update-user',
        '/api/auth/setup',
        '/api/trpc/',
        '/api/trpc/plans.list,plans.list',
        '/api/v1/plans?limit=1',
        '/api/v1/plans/PLN-1/events?wait=x',
        '/api/v1/openapi.json',
        '/s/x',
        '/metrics',
        '/socket.io/?EIO=4&transport=polling',
        '/api/openapi.json',
        '/healthz',
        '/readyz',
      ),
    ),
    headers: fc.array(
      fc.tuple(
        fc.constantFrom(
          'host',
          'authorization',
          'cookie',
          'content-type',
          'content-length',
          'transfer-encoding',
          'origin',
          'x-forwarded-for',
          'x-forwarded-host',
          'upgrade',
          'connection',
          'expect',
          'accept-encoding',
          'range',
        ),
        fc.oneof(
          piece,
          fc.constantFrom(
            'application/json',
            'chunked',
            'Bearer x',
            'localhost',
            'websocket',
            'upgrade',
            '99999999',
            '100-continue',
            'gzip',
          ),
        ),
      ),
      { maxLength: 6 },
    ),
    body: fc.oneof(piece, fc.json().map(String)),
  });
  const failures: string[] = [];
  const sent = fc.sample(request, { numRuns: Math.ceil(REQUESTS / 10), seed: SEED });
  await inTurns(sent, async ({ method, path, headers, body }) => {
    const line = (one: string) => one.replaceAll(/[\r\n]/g, '').slice(0, 6000);
    const socket = connect(Number(port), hostname);
    // Some wait for more than is sent; the server has no reason to end them at once.
    socket.setTimeout(500, () => socket.destroy());
    socket.on('error', () => {});
    socket.end(
      [
        `${method} ${line(path).replaceAll(' ', '%20')} HTTP/1.1`,
        ...(headers.some(([name]) => name === 'host') ? [] : [`host: ${hostname}:${port}`]),
        ...headers.map(([name, value]) => `${name}: ${line(value)}`),
        ...(headers.some(([name]) => name === 'content-length' || name === 'transfer-encoding')
          ? []
          : [`content-length: ${Buffer.byteLength(body)}`]),
        '',
        body,
      ].join('\r\n'),
    );
    const answer = await text(socket).catch(() => '');
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 400);
    const wrong = wrongWith({ what: `${method} ${path}`.slice(0, 300), status, answer });
    if (wrong) failures.push(wrong);
  });
  expect(failures.slice(0, 8), `seed ${SEED}`).toEqual([]);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

it('whatever is sent over a socket ends neither the server nor the others', async () => {
  const bystander = await openLiveSocket(server.url, keys[0] ?? '');
  const events = fc.constantFrom(
    'join',
    'gap',
    'leave',
    'watchPlans',
    'disconnect',
    'connect_error',
    'x',
    '__proto__',
  );
  for (const [at, [event, ...values]] of fc
    .sample(fc.tuple(events, anything, anything), { numRuns: 400, seed: SEED })
    .entries()) {
    // One for a few each: a connection has its own limit.
    const socket = await openLiveSocket(server.url, keys[at % keys.length] ?? '').catch(() => null);
    if (!socket) continue;
    // Reserved by the client itself.
    if (!['disconnect', 'connect_error'].includes(event))
      (socket as unknown as { emit(name: string, ...given: unknown[]): void }).emit(event, ...values);
    socket.close();
  }
  expect(await bystander.timeout(10_000).emitWithAck('join', { planId: 'PLN-1', planSeq: 0 })).toBeNull();
  expect(bystander.connected).toBe(true);
});
