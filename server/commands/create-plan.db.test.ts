import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tenant } from '@/db/schema/catalogue';
import { Harness } from '@/server/executor/testing/harness';
import { CommandRefused, InvalidInput } from '@/server/input/refused';
import { createPlan } from './create-plan';

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.start({
    fleet: { version: 'v1', tenants: [{ tenantId: 'acme', instances: 1 }] },
  });
});
afterEach(() => harness.close());

const request = {
  name: 'Switch',
  tenantIds: ['acme'],
  unitId: 'router',
  version: 'v2',
  playbookId: 'standard',
  maxConcurrency: 10,
  settings: { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null },
  sources: {},
};
const plans = async () => [...(await harness.db.execute(sql`select plan_id, plan_seq::int from plan`))];

it('makes one plan when the same creation comes again before the first is stored', async () => {
  const options = {
    actor: 'op',
    requestId: randomUUID(),
    leaveOutInvalid: false,
    previewHash: null,
  };
  const { deps } = harness;
  let first = '';
  const overtaken = {
    ...deps.committer,
    commitTransition: async (...args: Parameters<typeof deps.committer.commitTransition>) => {
      first = (await createPlan(deps, request, options)).planId;
      return deps.committer.commitTransition(...args);
    },
  };
  const { planId } = await createPlan({ ...deps, committer: overtaken }, request, options);
  expect(planId).toBe(first);
  expect(await plans()).toEqual([{ planId: first, planSeq: 4 }]);
});

it('makes one plan of two creations at the same instant', async () => {
  const options = { actor: 'op', requestId: randomUUID(), leaveOutInvalid: false, previewHash: null };
  const [one, other] = await Promise.all([
    createPlan(harness.deps, request, options),
    createPlan(harness.deps, request, options),
  ]);
  expect(one).toEqual(other);
  expect(await plans()).toHaveLength(1);
});

it('keeps no configuration that no task came to name', async () => {
  const { deps } = harness;
  await deps.db.insert(tenant).values({ tenantId: 'bare', name: 'Bare', endpoints: [] });
  const snapshots = async () =>
    (await deps.db.execute(sql`select tenant_id from snapshot where version = 'v2'`)).length;
  const both = { ...request, tenantIds: ['acme', 'bare'] };
  const options = { actor: 'op', requestId: null, leaveOutInvalid: false, previewHash: null };
  await expect(createPlan(deps, both, options)).rejects.toThrow(InvalidInput);
  await expect(createPlan(deps, request, { ...options, previewHash: 'of before' })).rejects.toThrow(
    CommandRefused,
  );
  expect(await snapshots()).toBe(0);
  await createPlan(deps, both, { ...options, leaveOutInvalid: true });
  expect(await snapshots()).toBe(1);
});
