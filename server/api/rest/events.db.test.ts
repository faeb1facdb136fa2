import { afterAll, describe, expect, it } from 'vitest';
import { testApiServer } from '../testing/api-server';
import { type RestAnswer, rest } from '../testing/rest-call';
import { MOST_WAITS } from './plan-waits';

const server = testApiServer();
afterAll(() => {
  expect(server.errors).toEqual([]);
});

const operator = (asked: string, more: Parameters<typeof rest>[3] = {}) =>
  rest(server.url, server.key, asked, more);
/** Budgets are counted anew every ten seconds: one of two tries is within one count. */
const POLLED = { timeout: 12_000 };
const nextOf = ({ headers }: RestAnswer) =>
  /^<\/api\/v1(.+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];

describe('a list', () => {
  it.each([
    ['/tenants?limit=5', 'tenantId'],
    ['/tenants?limit=7&sort[by]=name&sort[descending]=true&labels[region]=eu&labels[region]=us', 'tenantId'],
    ['/plans/PLN-1/tasks?limit=11', 'taskId'],
    ['/plans?limit=1', 'planId'],
    ['/audit?limit=3', 'id'],
  ])('%s is walked to its end by its links, and by `next` as `cursor`', async (first, id) => {
    const walked: unknown[] = [];
    let total = -1;
    for (let at: string | undefined = first; at !== undefined; ) {
      const page: RestAnswer = await operator(`GET ${at}`);
      expect(page.status).toBe(200);
      walked.push(...page.body.items.map((item: Record<string, unknown>) => item[id]));
      total = page.body.total;
      at = nextOf(page);
      expect(at === undefined).toBe(page.body.next === null);
      if (at) expect(new URLSearchParams(at.split('?')[1]).get('cursor')).toBe(page.body.next);
    }
    expect(total).toBeGreaterThan(0);
    expect(new Set(walked).size).toBe(walked.length);
    expect(walked.length).toBe(total);
  });

  it('of events is walked by its links, without gaps', async () => {
    const walked: number[] = [];
    let at: string | undefined = '/plans/PLN-1/events?limit=10';
    for (let more = true; more; ) {
      const page: RestAnswer = await operator(`GET ${at}`);
      walked.push(...page.body.events.map(({ planSeq }: { planSeq: number }) => planSeq));
      at = nextOf(page);
      ({ more } = page.body);
    }
    const last = (await operator('GET /plans/PLN-1')).body.planSeq;
    expect(walked).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    expect(at).toBe(`/plans/PLN-1/events?limit=10&after=${last}`);
  });
});

describe('waiting for events', () => {
  const lastSeq = async () => (await operator('GET /plans/PLN-1')).body.planSeq as number;
  const waitFor = (key: string, after: number, seconds: number, signal?: AbortSignal) =>
    rest(server.url, key, `GET /plans/PLN-1/events?after=${after}&wait=${seconds}`, {
      ...(signal && { signal }),
    });
  let concurrency = 10;
  const commit = () => {
    concurrency += 1;
    return operator('PUT /plans/PLN-1/concurrency', { body: { maxConcurrency: concurrency } });
  };

  /** As many waits of one key as there may be. All of them are open, for the one that is too much is refused at once. */
  async function fill(key: string, after: number) {
    const all = Array.from({ length: MOST_WAITS + 1 }, () => {
      const controller = new AbortController();
      return { controller, answer: waitFor(key, after, 30, controller.signal) };
    });
    const [refused, left] = await Promise.race(
      all.map(async (one) => [await one.answer, all.filter((other) => other !== one)] as const),
    );
    expect(refused.status).toBe(429);
    return {
      open: left.map(({ answer }) => answer),
      controllers: left.map(({ controller }) => controller),
      refused,
    };
  }

  it('ends with what is committed next, for all who wait', async () => {
    const key = await server.newKey('viewer');
    const after = await lastSeq();
    const { open, refused } = await fill(key, after);
    expect(refused.body).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    expect(refused.headers.get('retry-after')).toBe('1');
    // Those of another key are counted for themselves.
    expect((await waitFor(await server.newKey('viewer'), after - 1, 30)).body.events).toHaveLength(1);
    await commit();
    for (const { status, body } of await Promise.all(open)) {
      expect(status).toBe(200);
      expect(body.events[0]).toMatchObject({ planSeq: after + 1, kind: 'ConcurrencyChanged' });
    }
  });

  it('ends when its client goes, and makes room', async () => {
    const key = await server.newKey('viewer');
    const after = await lastSeq();
    const { open, controllers } = await fill(key, after);
    controllers[0]?.abort();
    await expect(open[0]).rejects.toThrow(/abort/i);
    await expect.poll(async () => (await waitFor(key, after, 1)).status).toBe(200);
    for (const controller of controllers) controller.abort();
    await Promise.allSettled(open);
  });

  it('ends with its time, with nothing', async () => {
    const after = await lastSeq();
    const { status, body } = await waitFor(server.viewerKey, after, 1);
    expect([status, body]).toEqual([200, { events: [], more: false }]);
  });

  it('does not wait for a plan that is not there, nor for what is there already', async () => {
    const missing = await operator('GET /plans/PLN-99/events?wait=30');
    expect(missing).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect((await operator('GET /plans/PLN-1/events?wait=30&limit=1')).body).toMatchObject({ more: true });
  });

  it('costs each time it looks again: one that is for what never comes is woken by every commit', async () => {
    const key = await server.newKey('viewer');
    const left = async () => {
      const { headers } = await rest(server.url, key, 'GET /plans/PLN-1');
      const [, points, seconds] = /r=(\d+);t=(\d+)$/.exec(headers.get('ratelimit') ?? '') ?? [];
      return { points: Number(points), seconds: Number(seconds) };
    };
    await expect
      .poll(async () => {
        const before = await left();
        const waits = waitFor(key, 1_000_000, 1);
        for (let at = 0; at < 3; at += 1) await commit();
        expect((await waits).body.events).toEqual([]);
        const after = await left();
        // Else it is counted anew meanwhile.
        return after.seconds <= before.seconds && before.points - after.points;
      }, POLLED)
      .toBeGreaterThan(2);
  });

  it('is of no more use to a key that ends meanwhile', async () => {
    const key = await server.newKey('viewer');
    const after = await lastSeq();
    const { open } = await fill(key, after);
    const keys = await rest(server.url, server.adminKey, 'GET /api-keys?limit=1');
    const { id } = keys.body.items[0];
    expect((await rest(server.url, server.adminKey, `DELETE /api-keys/${id}`)).status).toBe(200);
    await commit();
    for (const { status } of await Promise.all(open)) expect(status).toBe(401);
  });

  it.each(['-1', '31', '1.5', 'long', ''])('takes no wait of %o', async (wait) => {
    const answer = await operator(`GET /plans/PLN-1/events?wait=${wait}`);
    expect(answer).toMatchObject({ status: 400, body: { field: 'wait' } });
  });

  it('is for a plan’s events alone', async () => {
    expect(await operator('GET /plans?wait=1')).toMatchObject({ status: 400, body: { field: 'wait' } });
  });
});
