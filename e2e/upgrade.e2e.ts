import path from 'node:path';
import { expect, test } from '@playwright/test';
import { checkHistory } from '@/chaos/check/check-history';
import type { TargetCall } from '@/chaos/check/history';
import { readHistory } from '@/chaos/read-history';
import { type Connection, connect } from '@/db/client';
import type { Asked, RequestRecord } from '@/demo/fleet/instance';
import { Hold } from '@/demo/fleet/testing/hold';
import { call } from '@/server/testing/switchyard';
import { planOf, seedFleet } from './support/fleet-plan';
import { type FleetWorld, startFleetWorld } from './support/fleet-world';
import { buildServerOf, previousCommit } from './support/previous-build';

const previous = previousCommit();
const NODE = { DISPATCHER: 'pg-boss' };

let world: FleetWorld;
let connection: Connection;

test.beforeAll(async () => {
  world = await startFleetWorld({ tenants: 120, slots: 8 });
  connection = connect(world.databaseUrl, 2);
});

test.afterAll(async () => {
  await connection.close();
  await world.close();
});

test('the build before this one and this one run tasks side by side, and nothing is lost on the way', async () => {
  test.skip(previous === null, 'there is no history in this checkout that reaches back to the build before');
  const old = path.join(world.folder, 'old');
  await buildServerOf(previous as string, old);
  const first = await world.start(NODE, old);
  const second = await world.start(NODE, old);
  await seedFleet(first.url, world.fleet);
  const { planId } = await call<{ planId: string }>(
    first.url,
    'plans.create',
    'mutation',
    planOf(world.fleet, 'v2', 20),
  );
  // What the plan still has to do when the new ones come and the old ones go is held back until they did.
  const beyond =
    (count: number) =>
    ({ tenantId }: Asked) =>
      Number(tenantId.slice(1)) >= count;
  const untilAllWork = Hold.on(world.fleet, beyond(30));
  const untilFirstGone = Hold.on(world.fleet, beyond(60));
  const untilSecondGoes = Hold.on(world.fleet, beyond(90));
  await call(first.url, 'plans.start', 'mutation', { planId });
  await until(async () => (await done(planId)) >= 3);

  // Migrates while the old ones are in the middle of their stages, and takes part.
  const newer = await world.start(NODE, '.');
  const nodes = async () =>
    (
      await connection.sql`select distinct node_id from task where plan_id = ${planId} and node_id is not null`
    ).length;
  await until(async () => (await nodes()) === 3);
  for (const [action, task] of [
    ['pause', `${planId}.110`],
    ['cancel', `${planId}.111`],
  ])
    await call(newer.url, `tasks.${action}`, 'mutation', { taskId: task, reason: 'during the upgrade' });
  const firstGone = world.end(first, 'stop');
  untilAllWork.release();
  await firstGone;
  const sofar = await done(planId);
  untilFirstGone.release();
  await until(async () => (await done(planId)) > sofar + 5);
  const secondGone = world.end(second, 'stop');
  untilSecondGoes.release();
  await secondGone;
  const last = await world.start(NODE, '.');
  await call(last.url, 'tasks.resume', 'mutation', { taskId: `${planId}.110` });
  await until(async () => (await statusOf(planId)) === 'COMPLETED');

  // What the old build switched, the new one takes back.
  await call(last.url, 'plans.rollback', 'mutation', { planId, reason: 'the way back works as well' });
  await until(async () => (await statusOf(planId)) === 'ROLLED_BACK');
  for (const tenantId of world.fleet.tenants.keys())
    if (tenantId !== 't110') expect(await world.fleet.versions(tenantId)).toEqual(['v1', 'v1']);

  const history = await readHistory(connection.db, witnessed(world.fleet.requests), true);
  // The first events were stored before this build came, and carry no change: its pages begin with a snapshot.
  expect(checkHistory(history).filter(({ invariant }) => invariant !== 'page')).toEqual([]);
});

/** The calls as the instances saw them. They do not fence: one of an older epoch counts as applied. */
function witnessed(requests: readonly RequestRecord[]): TargetCall[] {
  const newest = new Map<string, number>();
  return requests.map(({ tenantId, instance, method, path: url, task, epoch, idempotencyKey, outcome }) => {
    const stale = task !== null && epoch !== null && epoch < (newest.get(task) ?? 0);
    if (task !== null && epoch !== null && !stale) newest.set(task, epoch);
    const failed = outcome === 'dropped' || outcome >= 300;
    return {
      ...{ tenantId, instance, method, path: url, task, epoch, idempotencyKey, stale },
      outcome: failed ? 'failed' : method === 'GET' ? 'read' : 'applied',
    };
  });
}

const until = (reached: () => Promise<boolean>) => expect.poll(reached, { intervals: [50] }).toBe(true);

async function statusOf(planId: string): Promise<string> {
  const [row] = await connection.sql`select status from plan where plan_id = ${planId}`;
  return row?.status as string;
}

async function done(planId: string): Promise<number> {
  return (await connection.sql`select 1 from task where plan_id = ${planId} and status = 'COMPLETED'`).length;
}
