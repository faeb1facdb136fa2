import { sql } from 'drizzle-orm';
import { afterEach, expect, it } from 'vitest';
import { Harness } from './testing/harness';

let harness: Harness;
afterEach(() => harness.close());

it('an approval is passed over for tenants that it is not for, which is told with why', async () => {
  harness = await Harness.start({
    fleet: { version: 'v1', tenants: ['a', 'b'].map((tenantId) => ({ tenantId, instances: 1 })) },
    playbook: {
      stages: [
        {
          name: 'Sign off',
          when: { label: 'tier', equals: 'gold' },
          steps: [{ name: 'ask', type: 'approval', instructions: 'Call them first.' }],
        },
        { name: 'Reload', steps: [{ name: 'tell', type: 'broadcast' }] },
      ],
    },
  });
  await harness.db.execute(sql`update tenant set labels = '{"tier":"gold"}' where tenant_id = 'a'`);
  await harness.startExecutor();
  const planId = await harness.createPlan();
  await harness.startPlan(planId);
  await harness.until(`${planId}.1`, 'PAUSED');
  await harness.until(`${planId}.2`, 'COMPLETED');
  const told = await harness.db.execute<{ taskId: string; message: string }>(sql`
    select task_id, message from event where plan_id = ${planId} and kind = 'StageSkipped'`);
  expect([...told]).toEqual([
    { taskId: `${planId}.2`, message: 'Stage Sign off skipped: label tier is not gold' },
  ]);
  await harness.task(`${planId}.1`, 'approve');
  await harness.until(planId, 'COMPLETED');
});
