import path from 'node:path';
import { expect, test } from '@playwright/test';
import { checkHistory } from '@/chaos/check/check-history';
import { readHistory } from '@/chaos/read-history';
import { type Connection, connect } from '@/db/client';
import type { Asked } from '@/demo/fleet/instance';
import { Hold } from '@/demo/fleet/testing/hold';
import { call, type Running } from '@/server/testing/switchyard';
import { planOf, seedFleet } from './support/fleet-plan';
import { type FleetWorld, startFleetWorld } from './support/fleet-world';
import { buildServerOf, previousCommit } from './support/previous-build';
import { witnessed } from './support/witnessed';

const previous = previousCommit();

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

test('this build serves and executes beside the one before, and when that has ended; nothing is lost on the way', async () => {
  test.skip(previous === null, 'there is no history in this checkout that reaches back to the build before');
  const old = path.join(world.folder, 'old');
  await buildServerOf(previous as string, old);
  const first = await world.start({}, old);
  const second = await world.start({}, old);
  await seedFleet(first.url, world.fleet);
  const create = async (
    url: string,
    version: string,
    maxConcurrency: number,
    tenants: (place: number) => boolean,
  ) => {
    const plan = {
      ...planOf(world.fleet, version, maxConcurrency),
      tenantIds: [...world.fleet.tenants.keys()].filter((_, place) => tenants(place)),
    };
    return (await call<{ planId: string }>(url, 'plans.create', 'mutation', plan)).planId;
  };
  const planId = await create(first.url, 'v2', 20, (place) => place < 100);
  // What the plan still has to do when the new one comes and the old ones go is held back until they did.
  const beyond =
    (count: number) =>
    ({ tenantId }: Asked) =>
      Number(tenantId.slice(1)) >= count;
  const untilNewerServes = Hold.on(world.fleet, beyond(30));
  const untilFirstGone = Hold.on(world.fleet, beyond(50));
  const untilSecondGoes = Hold.on(world.fleet, beyond(70));
  await call(first.url, 'plans.start', 'mutation', { planId });
  await until(async () => (await done(planId)) >= 3);

  // Migrates while the old ones are in the middle of their stages.
  const newer = await world.start({}, '.');
  await until(async () => (await executorOf(newer)) === 'executing');
  for (const [action, task] of [
    ['pause', `${planId}.90`],
    ['cancel', `${planId}.91`],
  ])
    await call(newer.url, `tasks.${action}`, 'mutation', { taskId: task, reason: 'during the upgrade' });
  // Made at the new one of what an old one may have to send, and the other way round.
  const another = await create(newer.url, 'v2', 2, (place) => place >= 100);
  await call(newer.url, 'plans.start', 'mutation', { planId: another });
  const made = await create(second.url, 'v3', 2, (place) => place < 4);
  untilNewerServes.release();
  await until(async () => (await statusOf(`${another}.1`)) === 'RUNNING');
  await until(async () => (await done(planId)) >= 36);
  const firstGone = world.end(first, 'stop');
  untilFirstGone.release();
  await firstGone;
  await until(async () => (await done(planId)) >= 45);
  const secondGone = world.end(second, 'stop');
  await secondGone;
  untilSecondGoes.release();
  const last = await world.start({}, '.');
  await call(last.url, 'tasks.resume', 'mutation', { taskId: `${planId}.90` });
  for (const id of [planId, another]) await until(async () => (await statusOf(id)) === 'COMPLETED');

  // What the old build switched, the new one takes back.
  for (const id of [planId, another]) {
    await call(last.url, 'plans.rollback', 'mutation', { planId: id, reason: 'the way back works as well' });
    await until(async () => (await statusOf(id)) === 'ROLLED_BACK');
  }
  for (const tenantId of world.fleet.tenants.keys())
    if (tenantId !== 't90') expect(await world.fleet.versions(tenantId)).toEqual(['v1', 'v1']);

  await test.step('what the build before has made is carried out by this one', async () => {
    await call(last.url, 'plans.start', 'mutation', { planId: made });
    await until(async () => (await statusOf(made)) === 'COMPLETED');
  });

  await test.step('where the build before is started again, it makes plans, and gives them on', async () => {
    const again = await world.start({}, old);
    const held = Hold.on(world.fleet);
    const third = await create(again.url, 'v2', 5, (place) => place < 20);
    await call(again.url, 'plans.start', 'mutation', { planId: third });
    await held.until();
    await world.end(again, 'kill');
    held.release();
    await until(async () => (await statusOf(third)) === 'COMPLETED');
  });

  const history = await readHistory(connection.db, witnessed(world.fleet.requests), true);
  expect(checkHistory(history)).toEqual([]);
});

/** What a process says of its executor to whoever asks whether it is ready. */
async function executorOf({ url }: Running): Promise<string> {
  const answer = (await (await fetch(`${url}/readyz`)).json()) as {
    ready: boolean;
    checks: { executor: string };
  };
  expect(answer.ready).toBe(true);
  return answer.checks.executor;
}

const until = (reached: () => Promise<boolean>) => expect.poll(reached, { intervals: [50] }).toBe(true);

async function statusOf(id: string): Promise<string> {
  const [row] = await connection.sql`
    select status from plan where plan_id = ${id} union all select status from task where task_id = ${id}`;
  return row?.status as string;
}

async function done(planId: string): Promise<number> {
  return (await connection.sql`select 1 from task where plan_id = ${planId} and status = 'COMPLETED'`).length;
}
