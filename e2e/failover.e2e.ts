import { randomBytes } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { checkHistory } from '@/chaos/check/check-history';
import { readHistory } from '@/chaos/read-history';
import { type Connection, connect } from '@/db/client';
import { Fleet } from '@/demo/fleet/fleet';
import { Hold } from '@/demo/fleet/testing/hold';
import { call, type Running, startSwitchyard } from '@/server/testing/switchyard';
import { planOf, seedFleet } from './support/fleet-plan';
import { ReplicatedPostgres } from './support/replicated';
import { witnessed } from './support/witnessed';

/** Promised from the end of the primary, with a standby that is promoted at once. */
const GOES_ON_WITHIN_S = 30;
const TENANTS = 24;
/** The tenants after these are held back until the database has gone. */
const BEFORE = 8;

let database: ReplicatedPostgres;
let fleet: Fleet;
const nodes: Running[] = [];
let connection: Connection | undefined;

test.beforeAll(async () => {
  database = await ReplicatedPostgres.start();
  const tenants = Array.from({ length: TENANTS }, (_, index) => ({ tenantId: `t${index}`, instances: 2 }));
  fleet = await Fleet.start({ version: 'v1', tenants });
});

test.afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await connection?.close();
  await fleet.close();
  await database.stop();
});

async function start(key: string): Promise<Running> {
  const node = await startSwitchyard('server/main', {
    DATABASE_URL: database.url,
    SWITCHYARD_SECRET_KEY: key,
    SWITCHYARD_TARGET_ALLOW: '127.0.0.1',
    EXECUTOR_SLOTS: '20',
  });
  nodes.push(node);
  return node;
}

test('when a standby takes over in the middle of a plan, nothing that was confirmed is lost, and it goes on', async () => {
  const key = randomBytes(32).toString('base64');
  const [first, second] = [await start(key), await start(key)];
  await seedFleet(first.url, fleet);
  const { planId } = await call<{ planId: string }>(
    first.url,
    'plans.create',
    'mutation',
    planOf(fleet, 'v2', 4),
  );
  const held = Hold.on(fleet, ({ tenantId }) => Number(tenantId.slice(1)) >= BEFORE);
  await call(first.url, 'plans.start', 'mutation', { planId });
  await held.until();
  const before = connect(database.firstUrl, 1);
  const confirmed = await storedIn(before);
  await before.close();
  expect(confirmed.filter(({ kind }) => kind === 'TaskCompleted').length).toBeGreaterThan(0);

  const began = performance.now();
  await database.failOver();
  held.release();
  connection = connect(database.secondUrl, 2);
  const after = connection;
  const completed = async () => (await after.sql`select 1 from task where status = 'COMPLETED'`).length;
  const had = await completed();
  await expect.poll(completed, { intervals: [50] }).toBeGreaterThan(had);
  const seconds = (performance.now() - began) / 1000;
  console.log(`It went on ${seconds.toFixed(1)} s after the primary was gone`);
  expect(seconds).toBeLessThan(GOES_ON_WITHIN_S);

  await expect.poll(() => statusOf(planId), { intervals: [100] }).toBe('COMPLETED');
  await test.step('what was confirmed is there, word for word', async () => {
    const stored = new Set((await storedIn(after)).map((event) => JSON.stringify(event)));
    expect(confirmed.filter((event) => !stored.has(JSON.stringify(event)))).toEqual([]);
    for (const tenantId of fleet.tenants.keys()) expect(await fleet.versions(tenantId)).toEqual(['v2', 'v2']);
  });

  await test.step('every connection of both nodes follows: pools, locks, news, the job engine', async () => {
    const open = async () => {
      const rows = await after.sql<{ name: string; nodes: number }[]>`
        select case when query ilike 'listen%' then 'listen ' else '' end || application_name as name, count(*)::int as nodes
        from pg_stat_activity where datname = current_database() group by 1`;
      return Object.fromEntries(rows.map(({ name, nodes: count }) => [name, count]));
    };
    const each = expect.objectContaining({
      'switchyard node lock': 2,
      'switchyard drive': expect.any(Number),
      'switchyard jobs': expect.any(Number),
      'listen switchyard': 2,
    });
    await expect.poll(open, { intervals: [200] }).toEqual(each);
    for (const { url } of [first, second]) {
      const ready = async () => ((await (await fetch(`${url}/readyz`)).json()) as { checks: object }).checks;
      await expect.poll(ready, { intervals: [100] }).toMatchObject({ database: 'ok', executor: 'executing' });
    }
  });

  await test.step('the other node does more of it, and the checker finds nothing', async () => {
    await call(second.url, 'plans.rollback', 'mutation', { planId, reason: 'the way back works as well' });
    await expect.poll(() => statusOf(planId), { intervals: [100] }).toBe('ROLLED_BACK');
    const history = await readHistory(after.db, witnessed(fleet.requests), true);
    expect(checkHistory(history)).toEqual([]);
  });
});

const storedIn = ({ sql }: Connection) =>
  sql<
    { planSeq: number; kind: string; commitId: string }[]
  >`select plan_seq, kind, commit_id from event order by plan_seq`;

async function statusOf(planId: string): Promise<string> {
  const [row] = await (connection as Connection).sql`select status from plan where plan_id = ${planId}`;
  return row?.status as string;
}
