import { sql } from 'drizzle-orm';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { jobIdOf } from '@/server/jobs/job-id';
import { Harness } from '../testing/harness';
import type { Dispatch } from './dispatcher';
import { PgBossDispatcher } from './pg-boss';

let harness: Harness;
let dispatcher: PgBossDispatcher;
let judges: boolean;
let run: Dispatch;
beforeEach(async () => {
  harness = await Harness.start({
    fleet: { version: 'v1', tenants: [{ tenantId: 'a', instances: 1 }] },
    fakeClock: true,
  });
  run = { taskId: `${await harness.createPlan()}.1`, run: 1 };
  judges = true;
  const silent = pino({ level: 'silent' });
  dispatcher = new PgBossDispatcher(harness.url, harness.db, 1, silent, () => judges);
  await dispatcher.start(async () => {});
  // No sign gets older while the test goes on.
  await harness.stopTime();
});
afterEach(async () => {
  await dispatcher.stop(0);
  await harness.close();
});

/** How many seconds ago the job was fetched and last had a beat, and the node that the task names. */
interface Signs {
  fetched: number;
  job: number | null;
  node: number | null;
}

const ago = (seconds: number | null) => sql`clock_timestamp() - make_interval(secs => ${seconds})`;

/** A job in the hands of a worker, and its task as its last run left it. */
async function given({ fetched, job, node }: Signs): Promise<void> {
  // Without an interval of its own, so that the engine does not give the job up in between.
  await harness.db.execute(sql`
    insert into pgboss.job (id, name, data, state, started_on, heartbeat_on)
    values (${jobIdOf(run.taskId, run.run)}, 'run', ${JSON.stringify(run)}::text::jsonb, 'active', ${ago(fetched)}, ${ago(job)})`);
  await harness.db.execute(sql`update task set node_id = 'gone' where task_id = ${run.taskId}`);
  if (node !== null)
    await harness.db.execute(sql`
      insert into node (node_id, host, pid, mode, executing, slots, beat_at)
      values ('gone', 'here', 1, 'pg-boss', true, 1, ${ago(node)})`);
}

it.each<[string, Signs, 'lost' | 'had']>([
  ['of a node that is silent', { fetched: 60, job: 8, node: 8 }, 'lost'],
  ['of a node that is forgotten', { fetched: 60, job: 8, node: null }, 'lost'],
  ['that never had a beat', { fetched: 8, job: null, node: 8 }, 'lost'],
  ['of a node that beats', { fetched: 60, job: 8, node: 1 }, 'had'],
  ['of a node that was heard of by its job', { fetched: 60, job: 5, node: 8 }, 'had'],
  ['that a successor fetched and has not claimed', { fetched: 1, job: 1, node: 60 }, 'had'],
])('a run %s', async (_name, signs, expected) => {
  await given(signs);
  expect(await dispatcher.lost([run])).toEqual(expected === 'lost' ? [run] : []);
});

it('nobody is taken for dead by a node that does not know whether the database was away', async () => {
  await given({ fetched: 60, job: 8, node: 8 });
  judges = false;
  expect(await dispatcher.lost([run])).toEqual([]);
  judges = true;
  expect(await dispatcher.lost([run])).toEqual([run]);
});
