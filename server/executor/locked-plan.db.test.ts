import postgres from 'postgres';
import { afterEach, expect, it } from 'vitest';
import { Harness } from './testing/harness';

let harness: Harness;
let other: postgres.Sql;
afterEach(async () => {
  await other.end();
  await harness.close();
});

it('a plan that somebody holds is told of, and waits where it is; others are driven meanwhile', async () => {
  harness = await Harness.start({
    fleet: { version: 'v1', tenants: ['a', 'b'].map((tenantId) => ({ tenantId, instances: 1 })) },
  });
  other = postgres(`${harness.url}`, { max: 1 });
  const held = await harness.createPlan({ tenantIds: ['a'] });
  const free = await harness.createPlan({ tenantIds: ['b'] });
  for (const planId of [held, free]) await harness.startPlan(planId);
  await other`begin`;
  await other`select 1 from plan where plan_id = ${held} for update`;
  await harness.db.execute(
    `alter database "${new URL(harness.url).pathname.slice(1)}" set lock_timeout = 200`,
  );
  const executor = await harness.startExecutor();
  await harness.until(free, 'COMPLETED');
  await expect.poll(() => executor.trouble[held]?.message).toContain('holds a lock');
  expect(Object.keys(executor.trouble)).toEqual([held]);
  await other`rollback`;
  await harness.until(held, 'COMPLETED');
  expect(executor.trouble).toEqual({});
});
