import { afterEach, expect, it } from 'vitest';
import type { Database } from '@/db/client';
import { settlePlan } from './settle';
import { Harness } from './testing/harness';

let harness: Harness;
afterEach(() => harness.close());

/** A database that lets something happen once, right after its first answer to an ordinary statement. */
function interrupted(db: Database, happen: () => Promise<unknown>): Database {
  let due = true;
  const execute = async (query: Parameters<Database['execute']>[0]) => {
    const answer = await db.execute(query);
    if (due) {
      due = false;
      await happen();
    }
    return answer;
  };
  return new Proxy(db, { get: (target, key) => (key === 'execute' ? execute : Reflect.get(target, key)) });
}

it('does not end a plan whose rollback is asked while it is looked at', async () => {
  harness = await Harness.start({ fleet: { version: 'v1', tenants: [{ tenantId: 'a', instances: 1 }] } });
  const executor = await harness.startExecutor();
  const planId = await harness.createPlan();
  await harness.startPlan(planId);
  await harness.until(planId, 'COMPLETED');
  await executor.stop(0);
  const deps = { ...harness.deps, again: () => {} };
  const ask = () => harness.plan(planId, { type: 'rollback', actor: 'op', reason: 'bad' });
  await settlePlan({ ...deps, db: interrupted(deps.db, ask) }, planId);
  expect(await harness.statusOf(planId)).toBe('ROLLING_BACK');
  await settlePlan(deps, planId);
  expect(await harness.kindsOf(`${planId}.1`)).toContain('RollbackRequested');
  expect(await harness.statusOf(planId)).toBe('ROLLING_BACK');
});
