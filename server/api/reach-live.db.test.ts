import { sql } from 'drizzle-orm';
import { io, type Socket } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LiveEvent } from '@/domain/view/plan-view';
import { listen } from '@/server/realtime/listen';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';
import { EU, FOREIGN, foreign, limitedPeople, MIXED, OWN, WHOLE } from './testing/limited-people';

const server = testApiServer();
const { keys, newKey } = limitedPeople(server);

const QUERIES = new Set(['plans.events', 'tenants.get', 'tenants.list', 'tenants.counts']);
const ask = (name: string, input?: unknown, key = keys.operator) =>
  (QUERIES.has(name) ? query : mutate)(server.url, key, name, input);
const REASON = { reason: 'As the test says' };

describe('rights', () => {
  it('hear of a plan that is over, and not of who left it', async () => {
    const left = JSON.stringify({
      completed: 1,
      left: [{ taskId: 'PLN-1.2', tenantId: 'acme-us', detail: 'runs v1' }],
    });
    await server.db.execute(sql`
      with next as (update plan set plan_seq = plan_seq + 1 where plan_id = ${WHOLE} returning plan_id, plan_seq)
      insert into event (plan_id, plan_seq, sequence_id, kind, status, actor, at, message, payload, commit_id)
      select plan_id, plan_seq, 1000, 'PlanCompleted', 'COMPLETED', 'executor', now(), '1 left the version v2: acme-us (runs v1).',
        ${left}::text::jsonb, gen_random_uuid() from next`);
    const { text, data } = await ask('plans.events', { planId: WHOLE, limit: 1000 });
    expect((data as { events: LiveEvent[] }).events.at(-1)).toMatchObject({ kind: 'PlanCompleted' });
    expect(foreign(text)).toEqual([]);
  });

  it('follow the labels that tenants have at the moment', async () => {
    const move = (region: string) =>
      mutate(server.url, server.key, 'tenants.update', { tenantId: 'indigo-air', labels: { region } });
    await move('us');
    expect(await ask('tenants.get', { tenantId: 'indigo-air' })).toMatchObject({ status: 404 });
    await move('eu');
    expect(await ask('tenants.get', { tenantId: 'indigo-air' })).toMatchObject({ status: 200 });
  });

  it('are for every one of several sets of labels, each as a whole', async () => {
    const key = await newKey('viewer', [{ region: 'eu', tier: 'gold' }, { region: 'us' }]);
    const { data } = await ask('tenants.list', {}, key);
    const { items } = data as { items: { labels: Record<string, string> }[] };
    expect(items.length).toBeGreaterThan(8);
    for (const { labels } of items)
      expect(labels.region === 'us' || (labels.region === 'eu' && labels.tier === 'gold')).toBe(true);
  });

  it('without any set of labels are for nobody, should that ever be stored', async () => {
    for (const limits of [[], [{}]])
      expect((await ask('tenants.counts', undefined, await newKey('viewer', limits))).data).toEqual({
        total: 0,
        drifted: 0,
      });
  });

  it.each([
    ['of an administrator', { role: 'admin', limitedTo: EU }, 'Administrators are for all tenants'],
    ['to nothing', { role: 'viewer', limitedTo: [] }, 'at least one set of labels'],
    ['by an empty set of labels', { role: 'viewer', limitedTo: [{}] }, 'has 1 to 10 labels'],
    [
      'by more than a connection can say',
      { role: 'viewer', limitedTo: Array.from({ length: 20 }, (_, n) => ({ [`k${n}`]: 'x'.repeat(250) })) },
      'is too long',
    ],
    [
      'by more bytes than that, in few characters',
      { role: 'viewer', limitedTo: Array.from({ length: 6 }, (_, n) => ({ [`k${n}`]: '东'.repeat(250) })) },
      'is too long',
    ],
  ])('are not limited %s', async (_, input, message) => {
    const answer = await ask('apiKeys.create', { name: 'odd', ...input }, server.adminKey);
    expect(answer).toMatchObject({ status: 400, error: { message: expect.stringContaining(message) } });
  });

  it('do not open what is measured of the whole fleet', async () => {
    const ask = (key: string) =>
      fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
    expect((await ask(keys.viewer)).status).toBe(403);
    expect((await ask(server.viewerKey)).status).toBe(200);
  });
});

describe('live events', () => {
  async function enter(key: string): Promise<Socket> {
    const socket = io(`${server.url}/live`, {
      ...{ extraHeaders: { authorization: `Bearer ${key}` }, transports: ['websocket'] },
      ...{ reconnection: false, forceNew: true },
    });
    onTestFinished(() => void socket.close());
    await new Promise<void>((resolve, reject) => {
      socket.on('connect', resolve);
      socket.on('connect_error', reject);
    });
    return socket;
  }
  const join = (socket: Socket, planId: string): Promise<string | null> =>
    socket.timeout(10_000).emitWithAck('join', { planId, planSeq: 0 });

  it('tell of their tenants and the plan, and of others by their number alone', async () => {
    const [theirs, all] = [await enter(keys.viewer), await enter(server.viewerKey)];
    const heard = new Map([theirs, all].map((socket) => [socket, [] as LiveEvent[]]));
    const last = Promise.all(
      [theirs, all].map(
        (socket) =>
          new Promise<void>((resolve) =>
            listen(socket, {
              snapshot: () => {},
              events: (_planId, events) => {
                heard.get(socket)?.push(...events);
                if (events.some(({ kind, taskId }) => kind === 'TaskPaused' && taskId === 'PLN-1.4'))
                  resolve();
              },
            }),
          ),
      ),
    );
    expect([await join(theirs, MIXED), await join(all, MIXED)]).toEqual([null, null]);
    expect(await ask('tasks.pause', { taskId: 'PLN-1.5', ...REASON }, server.key)).toMatchObject({
      status: 200,
    });
    expect(await ask('tasks.pause', { taskId: 'PLN-1.4', ...REASON }, server.key)).toMatchObject({
      status: 200,
    });
    await last;
    const [mine = [], everything = []] = [heard.get(theirs), heard.get(all)];
    expect(mine.map(({ planSeq }) => planSeq)).toEqual(
      everything.slice(0, mine.length).map(({ planSeq }) => planSeq),
    );
    expect(foreign(JSON.stringify(mine))).toEqual([]);
    expect(foreign(JSON.stringify(everything))).not.toEqual([]);
    const known = mine.filter(({ taskId }) => taskId !== '');
    const ofPlan = everything.filter(
      ({ taskId, tenantId }) => taskId === null || OWN.includes(tenantId ?? ''),
    );
    expect(known).toEqual(ofPlan.slice(0, known.length));
  });

  it('of plans without a tenant of theirs are not told', async () => {
    expect(await join(await enter(keys.viewer), FOREIGN)).toBe(`There is no plan ${FOREIGN}.`);
  });

  it('of other plans are no news in their lists', async () => {
    const socket = await enter(keys.viewer);
    const heard: string[] = [];
    const own = new Promise<void>((resolve) => {
      socket.on('plans', ({ planIds }: { planIds: string[] }) => {
        heard.push(...planIds);
        if (planIds.includes(MIXED)) resolve();
      });
    });
    socket.emit('watchPlans');
    await join(socket, MIXED);
    await mutate(server.url, server.key, 'plans.setConcurrency', { planId: FOREIGN, maxConcurrency: 7 });
    await mutate(server.url, server.key, 'plans.setConcurrency', { planId: MIXED, maxConcurrency: 7 });
    await own;
    expect(heard).not.toContain(FOREIGN);
  });

  it('end with the limits under which somebody came in', async () => {
    const socket = await enter(await newKey('viewer', [{ region: 'apac' }]));
    const cut = new Promise((resolve) => socket.on('disconnect', resolve));
    await server.db.execute(
      sql`update api_key set limited_to = null where limited_to @> '[{"region": "apac"}]'`,
    );
    expect(await cut).toBe('io server disconnect');
  });
});
