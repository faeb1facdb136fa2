import postgres from 'postgres';
import { afterEach, expect, it } from 'vitest';
import { createCommitter } from '@/server/commands/commit-transition';
import { Harness } from './testing/harness';

let harness: Harness;
let other: postgres.Sql | undefined;
afterEach(async () => {
  await other?.end();
  other = undefined;
  await harness.close();
});

it('a plan that somebody holds is told of, and waits where it is; others are driven meanwhile', async () => {
  harness = await Harness.start({
    fleet: { version: 'v1', tenants: ['a', 'b'].map((tenantId) => ({ tenantId, instances: 1 })) },
  });
  const sql = postgres(`${harness.url}`, { max: 1 });
  other = sql;
  const held = await harness.createPlan({ tenantIds: ['a'] });
  const free = await harness.createPlan({ tenantIds: ['b'] });
  for (const planId of [held, free]) await harness.startPlan(planId);
  await sql`begin`;
  await sql`select 1 from plan where plan_id = ${held} for update`;
  await harness.db.execute(
    `alter database "${new URL(harness.url).pathname.slice(1)}" set lock_timeout = 200`,
  );
  const executor = await harness.startExecutor();
  await harness.until(free, 'COMPLETED');
  await expect.poll(() => executor.trouble[held]?.message).toContain('holds a lock');
  expect(Object.keys(executor.trouble)).toEqual([held]);
  await sql`rollback`;
  await harness.until(held, 'COMPLETED');
  expect(executor.trouble).toEqual({});
});

it('the first task of a plan begins while what plans store together waits', async () => {
  harness = await Harness.start({ fleet: { version: 'v1', tenants: [{ tenantId: 'a', instances: 1 }] } });
  let answer = () => {};
  const waits = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const { commitTransition } = createCommitter(harness.connect().db, harness.committed);
  await harness.startExecutor({
    together: { commitTransition: (...change) => waits.then(() => commitTransition(...change)) },
  });
  const planId = await harness.createPlan();
  await harness.startPlan(planId);
  await harness.until(`${planId}.1`, 'RUNNING');
  answer();
  await harness.until(planId, 'COMPLETED');
});
