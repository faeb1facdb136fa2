import { sql } from 'drizzle-orm';
import { afterEach, expect, it } from 'vitest';
import { settlePlan } from '@/server/executor/settle';
import { Harness } from '@/server/executor/testing/harness';
import type { Committer } from './commit-transition';
import { commandTask } from './task-commands';

let harness: Harness;
afterEach(() => harness.close());

it('a retry opens a plan again that settles just before it is stored', async () => {
  harness = await Harness.start({ fleet: { version: 'v1', tenants: [{ tenantId: 'a', instances: 1 }] } });
  const planId = await harness.createPlan();
  const taskId = `${planId}.1`;
  await harness.startPlan(planId);
  // A task that failed, of a plan that nobody settled yet.
  for (const status of ['RUNNING', 'FAILED'])
    await harness.db.execute(
      sql`update task set status = ${status}, started_at = now() where task_id = ${taskId}`,
    );
  const deps = { ...harness.deps, again: () => {} };
  let settled = false;
  const committer: Committer = {
    ...deps.committer,
    commitTransition: async (...args) => {
      if (!settled) await settlePlan(deps, planId);
      settled = true;
      return deps.committer.commitTransition(...args);
    },
  };
  const retry = { type: 'retry', actor: 'op', reason: null, fromCheckpoint: false } as const;
  expect(await commandTask({ ...deps, committer }, taskId, retry, null)).toMatchObject({ request: 'retry' });
  expect(await harness.statusOf(planId)).toBe('RUNNING');
  const kinds = (await harness.events(planId))
    .filter((event) => event.taskId === null)
    .map((event) => event.kind);
  expect(kinds.slice(-2)).toEqual(['PlanPartiallyFailed', 'PlanResumed']);
});
