import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { addSpent } from '@/db/queries/budgets';
import * as events from '@/db/queries/events';
import * as planViews from '@/db/queries/plan-views';
import { BUDGETS } from '@/server/security/budgets';
import { testApiServer } from './testing/api-server';
import { mutate } from './testing/call';
import { type LiveSocket, openLiveSocket } from './testing/live-socket';

// Counted, and otherwise as they are.
vi.mock('@/db/queries/events', async (original) => {
  const real = await original<typeof events>();
  return { ...real, lastPlanSeqs: vi.fn(real.lastPlanSeqs), eventsAfter: vi.fn(real.eventsAfter) };
});
vi.mock('@/db/queries/plan-views', async (original) => {
  const real = await original<typeof planViews>();
  return { ...real, publicStatus: vi.fn(real.publicStatus) };
});

const server = testApiServer();
beforeAll(async () => {
  // Plans to watch, without the work of making them.
  await server.db.execute(sql`
    insert into plan select (jsonb_populate_record(p, jsonb_build_object('plan_id', 'PLN-' || n, 'number', n))).*
    from plan p, generate_series(1001, 1060) n where p.plan_id = 'PLN-1'`);
});
beforeEach(() => {
  vi.clearAllMocks();
});

const keyOfSomebodyNew = () => server.newKey('viewer');

async function batch(key: string | null, procedures: string[], input?: unknown) {
  const inputs = Object.fromEntries(procedures.map((_, at) => [at, { json: input ?? null }]));
  const asked = input === undefined ? '' : `&input=${encodeURIComponent(JSON.stringify(inputs))}`;
  const response = await fetch(`${server.url}/api/trpc/${procedures.join(',')}?batch=1${asked}`, {
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const many = (count: number, procedure: string) => Array<string>(count).fill(procedure);

describe('a request of many calls', () => {
  it('has at most twenty, and two of those that may answer with thousands of rows', async () => {
    const key = await keyOfSomebodyNew();
    expect((await batch(key, many(20, 'executor.nodes'))).status).toBe(200);
    for (const count of [21, 400]) {
      const { status, body } = await batch(key, many(count, 'executor.nodes'));
      expect(status).toBe(400);
      expect(body.error).toMatchObject({
        code: 'BATCH_TOO_LONG',
        message: `A request holds at most 20 calls, this one ${count}. Send them in several requests.`,
      });
    }
    expect((await batch(key, many(2, 'tenants.list'))).status).toBe(200);
    for (const name of ['tenants.list', 'plans.snapshot', 'tasks.list'])
      expect((await batch(key, many(3, name))).body.error.message).toMatch(/at most 2 calls of/);
  });

  it('works out a status page once', async () => {
    const made = await mutate(server.url, server.key, 'shares.create', { planId: 'PLN-1' });
    const token = (made.data as { path: string }).path.replace('/s/', '');
    const { status, body } = await batch(null, many(20, 'status.get'), { token });
    expect(status).toBe(200);
    expect(body).toHaveLength(20);
    expect(planViews.publicStatus).toHaveBeenCalledTimes(1);
  });
});

describe('a budget', () => {
  it.each([
    ['of a key', () => keyOfSomebodyNew()],
    ['of an address that shows none', async () => null],
  ])('%s ends with 429, a time to wait and words', async (_whose, keyOf) => {
    const key = await keyOf();
    // A window may end in between, but not twice in so few requests.
    for (let round = 0; round < 500; round += 1) {
      const { status, headers, body } = await batch(key, [
        ...many(2, 'plans.snapshot'),
        ...many(18, 'plans.get'),
      ]);
      if (status !== 429) continue;
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(JSON.stringify(body)).toMatch(/Too many requests at once. Try again in \d+ s\./);
      expect((await batch(await keyOfSomebodyNew(), ['executor.nodes'])).status).toBe(200);
      return;
    }
    expect.unreachable('nothing was refused');
  });

  it('of a share link ends so as well', async () => {
    const made = await mutate(server.url, server.key, 'shares.create', { planId: 'PLN-1' });
    const { path, id } = made.data as { path: string; id: string };
    const token = path.replace('/s/', '');
    const key = await keyOfSomebodyNew();
    for (let round = 0; round < 200; round += 1) {
      // What another node has spent of it.
      await addSpent(server.db, `link:${id}`, BUDGETS.link, 10_000);
      const { headers, body } = await batch(key, many(20, 'status.get'), { token });
      if (!JSON.stringify(body).includes('Too many requests at once')) continue;
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      return;
    }
    expect.unreachable('nothing was refused');
  });
});

const connected = async () => openLiveSocket(server.url, await keyOfSomebodyNew());
const join = (socket: LiveSocket, planId: string) =>
  new Promise<string | null>((resolve) => socket.emit('join', { planId, planSeq: 0 }, resolve));
const joinAll = (socket: LiveSocket, from: number, count: number) =>
  Promise.all(Array.from({ length: count }, (_, at) => join(socket, `PLN-${from + at}`)));

describe('a connection', () => {
  it('cannot watch what is not there', async () => {
    const socket = await connected();
    expect(await joinAll(socket, 900_001, 20)).toEqual(
      Array.from({ length: 20 }, (_, at) => `There is no plan PLN-${900_001 + at}.`),
    );
    expect(events.eventsAfter).not.toHaveBeenCalled();
  });

  it('watches at most fifty plans, and asks for a hundred things in ten seconds', async () => {
    const socket = await connected();
    const answers = [];
    for (let at = 0; at < 51; at += 1) answers.push(await join(socket, `PLN-${1001 + at}`));
    expect(answers.slice(0, 50)).toEqual(Array(50).fill(null));
    expect(answers[50]).toBe('One connection watches at most 50 plans. Leave one first.');
    expect(await join(socket, 'PLN-1001')).toBeNull();
    socket.emit('leave', { planId: 'PLN-1001' });
    expect(await join(socket, 'PLN-1051')).toBeNull();

    const flood = await joinAll(socket, 900_001, 200);
    expect(
      flood.filter((answer) => /^Too many requests at once/.test(answer ?? '')).length,
    ).toBeGreaterThanOrEqual(150);
  });

  it('is left in the order it was asked', async () => {
    const socket = await connected();
    // In one burst, as a page sends what it kept while it was away.
    for (let at = 0; at < 20; at += 1) {
      socket.emit('join', { planId: `PLN-${1001 + at}`, planSeq: 0 }, () => {});
      socket.emit('leave', { planId: `PLN-${1001 + at}` });
    }
    expect(await joinAll(socket, 1011, 50)).toEqual(Array(50).fill(null));
  });

  it('that asks for its gaps again and again is served once', async () => {
    const socket = await connected();
    expect(await join(socket, 'PLN-1001')).toBeNull();
    const { eventsAfter } = await vi.importActual<typeof events>('@/db/queries/events');
    const reads = vi.mocked(events.eventsAfter).mockClear().mockRejectedValue(new Error('no answer'));
    for (let at = 0; at < 500; at += 1) socket.emit('gap', { planId: 'PLN-1001', planSeq: 0 });
    // Those within its messages at once, then one for all.
    await vi.waitUntil(() => reads.mock.calls.length > 99, { timeout: 20_000 });
    expect(reads.mock.calls.length).toBeLessThan(200);
    reads.mockImplementation(eventsAfter);
  });

  it('costs one question a look, however many plans are watched', async () => {
    const socket = await connected();
    expect(await joinAll(socket, 1001, 50)).toEqual(Array(50).fill(null));
    const looks = vi.mocked(events.lastPlanSeqs).mock;
    const wide = () => looks.calls.filter(([, planIds]) => planIds.length >= 50).length;
    vi.mocked(events.eventsAfter).mockClear();
    await vi.waitUntil(() => wide() >= 2, { timeout: 20_000 });
    // Nothing happened in any of them, so that none was read.
    expect(events.eventsAfter).not.toHaveBeenCalled();
  });
});
