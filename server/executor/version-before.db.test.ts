import postgres from 'postgres';
import { afterEach, expect, it } from 'vitest';
import { Hold } from '@/demo/fleet/testing/hold';
import { Harness } from './testing/harness';

/** What the build before this one executes under. */
const FORMER_LOCK = 7_306_002;

let harness: Harness;
let former: postgres.Sql;
afterEach(async () => {
  await former.end();
  await harness.close();
});

it.each(['pg_advisory_lock', 'pg_advisory_lock_shared'])(
  'waits while the version before executes (%s), also when that comes back, and goes on with everything',
  async (lock) => {
    harness = await Harness.start({
      fleet: { version: 'v1', tenants: [{ tenantId: 'a', instances: 1 }] },
    });
    former = postgres(harness.url, { max: 1 });
    await former.unsafe(`select ${lock}(${FORMER_LOCK})`);
    const executor = await harness.startExecutor();
    expect(executor.role).toMatchObject({ because: expect.stringContaining('version before') });
    const hold = Hold.on(harness.fleet);
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await expect.poll(() => executor.role.executing).toBe(false);

    await former`select pg_advisory_unlock_all()`;
    await hold.until();
    expect(executor.role.executing).toBe(true);
    await former.unsafe(`select ${lock}(${FORMER_LOCK})`);
    await expect.poll(() => executor.role.executing).toBe(false);
    await former`select pg_advisory_unlock_all()`;
    hold.release();
    await harness.until(planId, 'COMPLETED');
    expect(await harness.kindsOf(`${planId}.1`)).toContain('TaskRecovered');
  },
);
