import { expect, test } from '@playwright/test';
import postgres from 'postgres';
import { call } from '@/server/testing/switchyard';
import { planOf, seedFleet } from './support/fleet-plan';
import { type FleetWorld, startFleetWorld } from './support/fleet-world';

const TENANTS = 60;
const LIMIT = 12;
const TAKEOVER_SECONDS = 20;

let world: FleetWorld;
let sql: postgres.Sql;

test.beforeAll(async () => {
  world = await startFleetWorld({ tenants: TENANTS, latencyMillis: 300, slots: 10 });
  sql = postgres(world.databaseUrl, { max: 2, onnotice: () => {} });
});

test.afterAll(async () => {
  await sql.end();
  await world.close();
});

test('two pg-boss nodes share a plan, and one goes on with the tasks of the other after kill -9', async () => {
  const first = await world.start({ DISPATCHER: 'pg-boss' });
  const second = await world.start({ DISPATCHER: 'pg-boss' });
  await seedFleet(first.url, world.fleet);

  const { planId } = await call<{ planId: string }>(
    first.url,
    'plans.create',
    'mutation',
    planOf(world.fleet, 'v2', LIMIT),
  );
  await call(first.url, 'plans.start', 'mutation', { planId });
  // Both must be at work, the one to be killed with several tasks.
  await expect
    .poll(
      async () => {
        const rows =
          await sql`select n.pid, count(*)::int as tasks from task t join node n on n.node_id = t.node_id
          where t.status = 'RUNNING' group by n.pid`;
        return rows.length === 2 && (rows.find((row) => row.pid === first.process.pid)?.tasks as number) >= 3;
      },
      { intervals: [50] },
    )
    .toBe(true);

  const [victim] =
    await sql`select n.node_id, n.pid, clock_timestamp() as at from node n where n.pid = ${first.process.pid ?? 0}`;
  const orphans = (
    await sql`select task_id from task where node_id = ${victim?.node_id} and status = 'RUNNING'`
  ).map((row) => row.task_id as string);
  expect(orphans.length).toBeGreaterThan(0);
  const [moment] = await sql`select clock_timestamp() as at`;
  await world.end(first, 'kill');

  await expect.poll(() => statusOf(planId)).toBe('COMPLETED');
  const recovered =
    await sql`select task_id, extract(epoch from at - ${moment?.at})::float8 as seconds from event
    where plan_id = ${planId} and kind = 'TaskRecovered' order by at`;
  const seconds = recovered.map((row) => row.seconds as number);
  console.log(`Taken over after kill -9, seconds: ${seconds.map((one) => one.toFixed(1)).join(', ')}`);
  for (const taskId of orphans) expect(recovered.map((row) => row.task_id)).toContain(taskId);
  expect(Math.max(...seconds)).toBeLessThanOrEqual(TAKEOVER_SECONDS);

  const repeated = await sql`select task_id, payload->>'stage' as stage, count(*) from event
    where plan_id = ${planId} and kind = 'StageSucceeded' group by 1, 2 having count(*) > 1`;
  expect([...repeated]).toEqual([]);
  expect(await mostAtOnce(planId)).toBeLessThanOrEqual(LIMIT);
  for (const tenantId of world.fleet.tenants.keys())
    expect(await world.fleet.versions(tenantId)).toEqual(['v2', 'v2']);

  await test.step('a process in local mode says that it only serves the console, and what to set', async () => {
    const console_ = await world.start({ DISPATCHER: 'local' });
    const ready = (await (await fetch(`${console_.url}/readyz`)).json()) as { checks: { executor: string } };
    expect(ready.checks.executor).toContain('DISPATCHER=pg-boss');
    await world.end(console_, 'kill');
  });
  await world.end(second, 'stop');
});

test('a second local process serves the console only, and takes over when the first is gone', async () => {
  const first = await world.start({ DISPATCHER: 'local' });
  const second = await world.start({ DISPATCHER: 'local' });
  const ready = (await (await fetch(`${second.url}/readyz`)).json()) as {
    ready: boolean;
    checks: { executor: string };
  };
  expect(ready.ready).toBe(true);
  expect(ready.checks.executor).toContain('only serves the console');

  const { planId } = await call<{ planId: string }>(
    second.url,
    'plans.create',
    'mutation',
    planOf(world.fleet, 'v3', LIMIT),
  );
  await call(second.url, 'plans.start', 'mutation', { planId });
  await expect
    .poll(async () => (await sql`select 1 from task where plan_id = ${planId} and stage_index > 0`).length)
    .toBeGreaterThan(0);
  await world.end(first, 'kill');
  await second.said(/This process executes/);
  await expect.poll(() => statusOf(planId)).toBe('COMPLETED');
  const repeated = await sql`select task_id from event where plan_id = ${planId} and kind = 'StageSucceeded'
    group by task_id, payload->>'stage' having count(*) > 1`;
  expect([...repeated]).toEqual([]);
});

async function statusOf(planId: string): Promise<string> {
  const [row] = await sql`select status from plan where plan_id = ${planId}`;
  return row?.status as string;
}

/** Tasks that ran at the same time, replayed from the event log. */
async function mostAtOnce(planId: string): Promise<number> {
  const rows =
    await sql`select kind from event where plan_id = ${planId} and kind in ('TaskStarted', 'TaskCompleted', 'TaskFailed') order by plan_seq`;
  let now = 0;
  return Math.max(...rows.map((row) => (now += row.kind === 'TaskStarted' ? 1 : -1)));
}
