import { TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import type { Principal } from '@/server/auth/principal';
import { declared } from '../declared';
import { toldError } from '../told-error';
import { callInput, etagOf, type Said } from './call-input';
import { nextPage } from './next-page';
import { ROUTES, type Route, routeFor } from './routes';

const KEY: Principal = { kind: 'apiKey', id: 'k1', name: 'pipeline', role: 'operator' };

function route(method: string, path: string): Route {
  const found = ROUTES.find((one) => one.method === method && one.path === path);
  if (!found) throw new Error(`no ${method} ${path}`);
  return found;
}

const said = (more: Partial<Said>): Said => ({
  ...{ given: {}, query: '', body: undefined, headers: {}, principal: KEY },
  ...more,
});
const read = (path: string, query: string, given = {}) =>
  callInput(route('GET', path), said({ query, given }));

describe('a query', () => {
  it.each<[string, string, unknown]>([
    ['/plans', 'limit=5&q=5', { limit: 5, q: '5' }],
    ['/plans', 'status=READY', { status: ['READY'] }],
    ['/plans', 'status=READY&status=FAILED', { status: ['READY', 'FAILED'] }],
    ['/plans', 'limit=five', { limit: 'five' }],
    ['/plans', 'limit=', { limit: '' }],
    ['/plans', 'limit=1e3', { limit: '1e3' }],
    ['/plans', 'q=a%20b%26c', { q: 'a b&c' }],
    ['/tenants', 'drifted=true', { drifted: true }],
    ['/tenants', 'drifted=yes', { drifted: 'yes' }],
    [
      '/tenants',
      'labels[region]=eu&labels[tier]=a&labels[tier]=b',
      { labels: { region: 'eu', tier: ['a', 'b'] } },
    ],
    ['/tenants', 'on[unitId]=x&on[version]=1', { on: { unitId: 'x', version: '1' } }],
    ['/tenants', 'sort[by]=name&sort[descending]=true', { sort: { by: 'name', descending: true } }],
    ['/tenants', 'labels=x', { labels: 'x' }],
    ['/tenants', 'labels[a][b]=x', { 'labels[a][b]': 'x' }],
    ['/plans', 'status[0]=READY', { 'status[0]': 'READY' }],
    ['/audit', 'from=2026-01-01T00:00:00Z', { from: '2026-01-01T00:00:00Z' }],
  ])('of %s, %s, is what its schema says', (path, query, input) => {
    expect(read(path, query)).toEqual(input);
  });

  it.each([
    ['/plans', 'limit=1&limit=2', 'limit'],
    ['/tenants', 'labels=x&labels[region]=eu', 'labels'],
    ['/tenants', 'labels[region]=eu&labels=x', 'labels'],
    ['/tenants', 'on[unitId]=a&on[unitId]=b&on[version]=1', 'on.unitId'],
  ])('of %s, %s, says one thing once', (path, query, field) => {
    expect(() => read(path, query)).toThrow(
      expect.objectContaining({ field, message: `${field}: is given more than once.` }),
    );
  });

  it('does not say what the path says, nor what is the console’s', () => {
    expect(() => read('/plans/{planId}', 'planId=PLN-2', { planId: 'PLN-1' })).toThrow(
      /nothing can be given/,
    );
    expect(() => read('/plans/{planId}/snapshot', 'columns=true', { planId: 'PLN-1' })).toThrow(
      /columns: is not known here/,
    );
  });

  it('makes an own field of every name, and reaches no prototype', () => {
    const input = read('/plans', '__proto__=x&constructor=y');
    expect(Object.keys(input)).toEqual(['__proto__', 'constructor']);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('belongs to reading', () => {
    const pause = route('POST', '/plans/{planId}/pause');
    expect(() => callInput(pause, said({ query: 'reason=because' }))).toThrow(
      'reason: belongs into the body; this address has no query.',
    );
  });
});

describe('a body', () => {
  const pause = route('POST', '/plans/{planId}/pause');
  const given = { planId: 'PLN-1' };

  it('goes together with the path', () => {
    const input = callInput(pause, said({ given, body: { reason: 'because' } }));
    expect(input).toEqual({ planId: 'PLN-1', reason: 'because' });
    expect(callInput(pause, said({ given }))).toEqual(given);
  });

  it.each([[[]], ['text'], [null], [1]])('that is %o is refused', (body) => {
    expect(() => callInput(pause, said({ given, body }))).toThrow('must be a JSON object');
  });

  it('does not say what stands in path and headers', () => {
    expect(() => callInput(pause, said({ given, body: { planId: 'PLN-2' } }))).toThrow(
      /planId: is not known/,
    );
    expect(() => callInput(pause, said({ given, body: { requestId: 'x' } }))).toThrow(
      'requestId: is the header Idempotency-Key here.',
    );
  });
});

describe('Idempotency-Key', () => {
  const pause = route('POST', '/plans/{planId}/pause');
  const requestId = (key: string, id = 'k1') =>
    callInput(pause, said({ headers: { 'idempotency-key': key }, principal: { ...KEY, id } })).requestId;

  it('is a requestId: a UUID as it is, whatever else one of its own for whoever sends it', () => {
    const uuid = '5f1d7c1e-9c0b-4c1d-8f3a-2b6f0c9d1e01';
    expect(requestId(uuid)).toBe(uuid);
    expect(requestId(`"${uuid.toUpperCase()}"`)).toBe(uuid);
    expect(requestId('deploy-7')).toBe(requestId('"deploy-7"'));
    expect(requestId('deploy-7')).not.toBe(requestId('deploy-8'));
    expect(requestId('deploy-7')).not.toBe(requestId('deploy-7', 'k2'));
    const [input] = declared['plans.pause']._def.inputs;
    expect(input?.safeParse({ planId: 'PLN-1', requestId: requestId('deploy-7') }).success).toBe(true);
  });

  it.each(['', ' ', 'a b', 'é', 'x'.repeat(256)])('cannot be %o', (key) => {
    expect(() => requestId(key)).toThrow('Idempotency-Key: must be 1 to 255 visible characters.');
  });

  it('is refused where nothing would be kept, and of no interest to a read', () => {
    const headers = { 'idempotency-key': 'x' };
    expect(() => callInput(route('POST', '/freezes'), said({ headers }))).toThrow('is not kept');
    expect(callInput(route('GET', '/plans'), said({ headers }))).toEqual({});
  });
});

describe('If-Match', () => {
  const save = route('PUT', '/playbooks/{playbookId}');
  const basedOn = (match: string) => callInput(save, said({ headers: { 'if-match': match } })).basedOn;

  it('is what the ETag was made of', () => {
    expect(basedOn(etagOf(7))).toBe(7);
    const tenant = route('PATCH', '/tenants/{tenantId}');
    const stamp = '2026-11-30T09:45:25.123456Z';
    expect(callInput(tenant, said({ headers: { 'if-match': etagOf(stamp) } })).basedOn).toBe(stamp);
  });

  it.each(['*', 'W/"7"', '7', '"7", "8"', '""', '"%zz"'])('cannot be %s', (match) => {
    expect(() => basedOn(match)).toThrow('If-Match: must be one ETag');
  });

  it('is refused where nothing is compared', () => {
    const headers = { 'if-match': '"1"' };
    expect(() => callInput(route('PUT', '/plans/{planId}/schedule'), said({ headers }))).toThrow(
      'nothing is compared',
    );
  });
});

describe('a path', () => {
  it('is parted by the slashes that were sent, and not by encoded ones', () => {
    expect(routeFor('GET', { segments: ['tenants', 'a/b'] })).toMatchObject({ given: { tenantId: 'a/b' } });
    expect(() => routeFor('GET', { segments: ['tenants', ''] })).toThrow('no such address');
    expect(() => routeFor('GET', { segments: ['tenants', 'a', 'b', 'c'] })).toThrow('no such address');
  });

  it('takes its methods, and HEAD where it is read', () => {
    expect(routeFor('HEAD', { segments: ['plans'] }).route.procedure).toBe('plans.list');
    expect(() => routeFor('DELETE', { segments: ['plans'] })).toThrow(
      expect.objectContaining({ status: 405, headers: { allow: 'GET, HEAD, POST' } }),
    );
  });
});

it('says where a list goes on', () => {
  const address = { path: '/api/v1/plans', segments: ['plans'], query: 'q=a+b&limit=2' };
  expect(nextPage(address, { items: [], next: 'abc' })).toBe('/api/v1/plans?q=a+b&limit=2&cursor=abc');
  expect(nextPage(address, { items: [], next: null })).toBeNull();
  expect(nextPage(address, { events: [{ planSeq: 7 }], more: false })).toBe(
    '/api/v1/plans?q=a+b&limit=2&after=7',
  );
  // To wait there for what comes next.
  expect(nextPage(address, { events: [], more: false })).toBe('/api/v1/plans?q=a+b&limit=2');
  expect(nextPage(address, { planId: 'PLN-1' })).toBeNull();
});

/** As much as fits into the head of a request. */
const HEAD = 16_000;
const filled = (one: (index: number) => string) => {
  let query = '';
  for (let index = 0; query.length < HEAD; index += 1) query += `${one(index)}&`;
  return query;
};

/** Processor time, which other programs of the machine take none of: the least of some, between which memory is cleared up. */
function costOf(prepare: () => () => void): number {
  const once = () => {
    const work = prepare();
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  return Math.min(...Array.from({ length: 5 }, once));
}

/** What anybody may make the server do: to read the largest body, before anything is known of it. */
const LARGEST = JSON.stringify(
  Object.fromEntries(Array.from({ length: 24_000 }, (_, index) => [`name${index}`, 'x'.repeat(28)])),
);
/** Refusing an input costs no more than a few such readings. */
const FEW = 2;

/** What is done with an input that is wrong. */
function refuse(input: () => Record<string, unknown>, { procedure }: Route): void {
  try {
    const cause = declared[procedure]._def.inputs[0]?.safeParse(input()).error;
    expect(cause).toBeDefined();
    toldError(new TRPCError({ code: 'BAD_REQUEST', cause }));
  } catch (error) {
    expect(error).toMatchObject({ name: 'InvalidInput' });
  }
}

const expectCheap = (prepare: () => () => void) =>
  expect(costOf(prepare) / costOf(() => () => JSON.parse(LARGEST))).toBeLessThan(FEW);

it('a body full of names nobody knows holds nobody up', () => {
  const pause = route('POST', '/plans/{planId}/pause');
  expectCheap(() => {
    const body = Object.fromEntries(Array.from({ length: 24_000 }, (_, index) => [`reasn${index}`, 1]));
    return () => refuse(() => callInput(pause, said({ body, given: { planId: 'PLN-1' } })), pause);
  });
});

it.each<[string, string, string]>([
  ['names of two letters', '/tenants', filled((index) => index.toString(36))],
  ['near names', '/tenants', filled((index) => `limt${index}=1`)],
  ['labels', '/tenants', filled((index) => `labels[${index}]=`)],
  ['values of a list', '/plans', filled(() => 'status=')],
  ['one name', '/plans', 'q'.repeat(HEAD)],
  ['brackets', '/tenants', '['.repeat(HEAD)],
  ['a number', '/plans', `limit=${'9'.repeat(HEAD)}`],
])('a query full of %s holds nobody up', (_, path, query) => {
  const one = route('GET', path);
  expectCheap(() => () => refuse(() => callInput(one, said({ query })), one));
});
