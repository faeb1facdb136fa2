import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { readTask } from '@/db/queries/runs';
import { Hold } from '@/demo/fleet/testing/hold';
import { MOST_TAKEOVERS } from '@/domain/takeover';
import { stopExecutor } from '@/server/commands/stop-executor';
import { Harness } from './testing/harness';

let harness: Harness;
const servers: Server[] = [];
afterEach(async () => {
  await harness.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const begin = (tenants = ['a']) =>
  Harness.start({
    fleet: { version: 'v1', tenants: tenants.map((tenantId) => ({ tenantId, instances: 1 })) },
  });
const count = (kinds: readonly string[], kind: string) => kinds.filter((one) => one === kind).length;
const puts = () => harness.fleet.requests.filter(({ method }) => method === 'PUT').length;

/** Everything a target may say of itself that no table can keep, or that is no use as what it stands for. */
const ODD_BODIES: Record<string, string | Buffer> = {
  'a NUL byte': '{"version":"v2\u0000"}',
  'half of a pair': '{"version":"\\ud83d"}',
  'bytes that are no UTF-8': Buffer.from([0x22, 0xff, 0xfe, 0xc0, 0x22]),
  'a key that is NUL': '{"\\u0000":1,"version":"v0"}',
  'nothing at all': '',
  'a version that is an object': '{"version":{"constructor":{"name":"v2"}}}',
  'a version nested deep': `{"version":${'['.repeat(5000)}${']'.repeat(5000)}}`,
  'a megabyte of brackets': '['.repeat(1024 * 1024),
  'a very long version': JSON.stringify({ version: 'v'.repeat(500_000) }),
  'an error inside': '{"error":{"message":"\\u0000\\ud800 broken"}}',
};

describe('an odd answer', () => {
  it.each(Object.keys(ODD_BODIES))('%s ends the task in words and is asked no more', async (name) => {
    harness = await begin();
    const body = ODD_BODIES[name] ?? '';
    let asked = 0;
    const server = createServer((request, response) => {
      request.resume();
      if (request.method !== 'GET') asked += 1;
      // Taken with that in the body where it tells what it did, refused with it where it is asked to change something.
      response.writeHead(request.method === 'GET' ? 200 : 500, { 'x-odd': 'caf\u00e9' });
      response.end(body);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await harness.db.execute(
      sql`update tenant set endpoints = ${JSON.stringify([{ key: 'a-1', url }])}::text::jsonb where tenant_id = 'a'`,
    );
    await harness.startExecutor();
    const settings = { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null, driftGuard: false };
    const planId = await harness.createPlan({ settings });
    await harness.startPlan(planId);
    await harness.until(planId, 'PARTIAL_FAILED');
    const kinds = await harness.kindsOf(`${planId}.1`);
    expect([asked, count(kinds, 'TaskRecovered')]).toEqual([1, 0]);
    const [row] = await harness.db.execute<{ message: string; code: string }>(
      sql`select failure->>'message' as message, failure->>'code' as code from task`,
    );
    expect(row?.code).toBe('HTTP_500');
    expect(row?.message).toMatch(/^a-1 answered 500/);
    expect(row?.message).not.toContain('\0');
  });
});

/** As another process would: the claim raises the epoch, and this one is refused from then on. */
async function takeAway(taskId: string): Promise<void> {
  const read = await readTask(harness.db, taskId);
  if (!read) throw new Error(`no ${taskId}`);
  const { planId, tenantId } = read.task;
  const claim = { taskId, planId, tenantId, epoch: read.epoch, events: [], claim: true };
  await harness.deps.committer.commitTransition({ atomic: false, plans: [], tasks: [claim] });
}

describe('a takeover is a boundary', () => {
  it.each(['cancel', 'rollback'] as const)(
    'a %s that waits is granted before anything is sent again',
    async (kind) => {
      harness = await begin();
      const first = await harness.startExecutor();
      const hold = Hold.on(harness.fleet, ({ method }) => method === 'PUT');
      const planId = await harness.createPlan();
      const taskId = `${planId}.1`;
      await harness.startPlan(planId);
      await hold.until();
      await harness.task(taskId, kind, { reason: 'because' });
      await first.stop(0);
      hold.release();
      await harness.startExecutor();
      await harness.until(taskId, kind === 'cancel' ? 'CANCELLED' : 'ROLLED_BACK');
      expect(harness.fleet.requests.filter(({ version }) => version === 'v2')).toHaveLength(1);
    },
  );

  it('under the stop of everything nothing is sent again, and a cancel still works', async () => {
    harness = await begin(['a', 'b']);
    const first = await harness.startExecutor();
    const hold = Hold.on(harness.fleet, ({ method }) => method === 'PUT');
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await hold.until(({ tasks }) => tasks.size === 2);
    const brake = { actor: 'op', reason: 'incident', requestId: null };
    await stopExecutor(harness.db, { ...brake, stop: true });
    await first.stop(0);
    hold.release();
    await harness.startExecutor();
    await harness.eventually(async () =>
      count(
        (await harness.events(planId)).map(({ kind }) => kind),
        'TaskRecovered',
      ) === 2
        ? true
        : null,
    );
    await harness.task(`${planId}.1`, 'cancel', { reason: 'because' });
    await harness.until(`${planId}.1`, 'CANCELLED');
    expect(puts()).toBe(2);
    await stopExecutor(harness.db, { ...brake, stop: false });
    await harness.until(`${planId}.2`, 'COMPLETED');
  });
});

describe('a step that is taken over', () => {
  it('goes on with its health rounds instead of beginning them anew', async () => {
    harness = await begin();
    await harness.startExecutor();
    const found = harness.fleet.tenants.get('a')?.instances[0];
    if (!found) throw new Error('no instance');
    found.fault = { kind: 'stuck' };
    const settings = { maxRetry: null, healthIntervalSeconds: 0, healthAttempts: 6 };
    const planId = await harness.createPlan({ settings });
    const taskId = `${planId}.1`;
    const rounds = async () =>
      (await harness.events(planId)).flatMap(({ kind, payload }) =>
        kind === 'ProbeResult' ? [payload.round] : [],
      );
    await harness.startPlan(planId);
    await harness.eventually(async () => ((await rounds()).length >= 2 ? true : null));
    await takeAway(taskId);
    await harness.until(planId, 'PARTIAL_FAILED');
    expect(await rounds()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('again and again without getting on is given up, with the reason, and says so meanwhile', async () => {
    harness = await begin();
    const planId = await harness.createPlan();
    // Something in the process that is no failure of the step, whenever it is run.
    const broken = {
      stepEnded: () => {
        throw new Error('the meter is broken');
      },
    };
    const first = await harness.startExecutor(broken);
    await harness.startPlan(planId);
    await harness.eventually(async () => {
      const [row] = await harness.db.execute<{ count: number; reason: string }>(
        sql`select (takeover->>'count')::int as count, takeover->>'reason' as reason from task`,
      );
      return (row?.count ?? 0) >= 2 && row?.reason === 'the meter is broken' ? true : null;
    });
    await first.stop(0);
    // The rest of the way is a minute of pauses: it is gone in the row.
    await harness.db.execute(
      sql`update task set revision = revision + 1,
        takeover = takeover || jsonb_build_object('count', ${MOST_TAKEOVERS}::int, 'notBefore', takeover->>'at')`,
    );
    await harness.startExecutor(broken);
    await harness.until(planId, 'PARTIAL_FAILED');
    const failed = (await harness.events(planId)).find(({ kind }) => kind === 'TaskFailed');
    expect(failed?.payload.failure).toMatchObject({ errorType: 'IN_DOUBT', code: 'NO_PROGRESS' });
    expect(JSON.stringify(failed?.payload)).toContain('the meter is broken');
  });

  it('whose secret cannot be opened fails, and nothing of the others', async () => {
    harness = await begin(['a', 'b']);
    await harness.startExecutor({
      secretsOf: async (tenantId) => {
        if (tenantId === 'a')
          throw new Error('password was sealed with key k1, which this server does not hold');
        return { named: {} };
      },
    });
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await harness.until(planId, 'PARTIAL_FAILED');
    expect([await harness.statusOf(`${planId}.1`), await harness.statusOf(`${planId}.2`)]).toEqual([
      'FAILED',
      'COMPLETED',
    ]);
    const failed = (await harness.events(planId)).find(({ kind }) => kind === 'TaskFailed');
    expect(failed?.payload.failure).toMatchObject({ code: 'SECRET_UNREADABLE' });
  });
});
