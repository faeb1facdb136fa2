import { expect, test } from '@playwright/test';
import postgres from 'postgres';
import { keepBeats } from '@/db/testing/beats';
import { Hold } from '@/demo/fleet/testing/hold';
import { call } from '@/server/testing/switchyard';
import { planOf, seedFleet } from './support/fleet-plan';
import { type FleetWorld, startFleetWorld } from './support/fleet-world';

const TENANTS = 60;
const LIMIT = 12;
/** SPEC 7's 20 seconds, as the node that takes over lives them: a node beats once a second while it gets to run. */
const TAKEOVER_BEATS = 20;

let world: FleetWorld;
let sql: postgres.Sql;

test.beforeAll(async () => {
  world = await startFleetWorld({ tenants: TENANTS, slots: 10 });
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
  // More than one node has slots for: both get to work. Nothing ends before the kill, so that all of it is taken over.
  const hold = Hold.on(world.fleet);
  await call(first.url, 'plans.start', 'mutation', { planId });
  await hold.until(({ tasks }) => tasks.size === LIMIT);

  const nodes = await sql<{ node_id: string; pid: number; tasks: string[] }[]>`
    select n.node_id, n.pid, array_agg(t.task_id) as tasks from task t join node n on n.node_id = t.node_id
    where t.status = 'RUNNING' group by n.node_id order by count(*) desc`;
  const [victim, successor] = nodes;
  if (!victim || !successor) throw new Error('One node runs everything.');
  const [killed, heir] = victim.pid === first.process.pid ? [first, second] : [second, first];
  await keepBeats(sql);
  const [moment] = await sql`select clock_timestamp() as at`;
  await world.end(killed, 'kill');
  hold.release();

  await expect.poll(() => statusOf(planId)).toBe('COMPLETED');
  // A machine that stands still lets the successor neither beat nor take over, so beats are what tells whether it was
  // slow; seconds would tell of the machine.
  const recovered = await sql<{ task_id: string; seconds: number; beats: number }[]>`
    select e.task_id, extract(epoch from e.at - ${moment?.at})::float8 as seconds,
      (select count(*)::int from beat b where b.node_id = ${successor.node_id} and b.at between ${moment?.at} and e.at) as beats
    from event e where e.plan_id = ${planId} and e.kind = 'TaskRecovered' order by e.at`;
  const told = recovered.map(({ seconds, beats }) => `${seconds.toFixed(1)} s (${beats} beats)`);
  console.log(`Taken over after kill -9: ${told.join(', ')}`);
  expect(recovered.map((row) => row.task_id).sort()).toEqual([...victim.tasks].sort());
  expect(Math.max(...recovered.map(({ beats }) => beats))).toBeLessThanOrEqual(TAKEOVER_BEATS);

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
  await world.end(heir, 'stop');
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
  // Some have their first stage behind them when the process goes, and none is done.
  const hold = Hold.on(world.fleet, ({ path }) => path === '/reload');
  await call(second.url, 'plans.start', 'mutation', { planId });
  await hold.until();
  await world.end(first, 'kill');
  hold.release();
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
