import { sql } from 'drizzle-orm';
import pino from 'pino';
import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listTenants } from '@/db/queries/catalogue';
import { insertFreeze } from '@/db/queries/settings';
import type { PlanRequest } from '@/server/commands/prepare-plan';
import { Harness } from '@/server/executor/testing/harness';
import { checkDriftNow, driftJob } from './check-drift';
import { rehearsePlan } from './rehearse';

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.start({
    fleet: { version: 'v1', tenants: ['a', 'b', 'c'].map((tenantId) => ({ tenantId, instances: 2 })) },
    fakeClock: true,
  });
});
afterEach(() => harness.close());

const deps = () => ({
  ...harness.deps,
  http: new Agent(),
  log: pino({ level: 'silent' }),
  secretsOf: async () => ({ named: {} }),
});
const request = (change: Partial<PlanRequest> = {}): PlanRequest => ({
  name: 'Switch',
  tenantIds: ['a', 'b', 'c'],
  unitId: 'router',
  version: 'v2',
  playbookId: 'standard',
  maxConcurrency: 1,
  settings: { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null },
  sources: {},
  ...change,
});
const change = async (tenant: string, version: string) => {
  const [instance] = harness.fleet.tenants.get(tenant)?.instances ?? [];
  await fetch(`${instance?.url}/config`, { method: 'PUT', body: JSON.stringify({ version, config: {} }) });
  await fetch(`${instance?.url}/reload`, { method: 'POST' });
};
const changing = () => harness.fleet.requests.filter(({ method }) => method !== 'GET').length;

describe('a rehearsal', () => {
  it('tells what every instance runs, who cannot be reached, who drifted and who is frozen, and changes nothing', async () => {
    await change('a', 'v9');
    harness.fleet.setFault('b', { kind: 'dead' });
    const window = { kind: 'once', from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' } as const;
    await insertFreeze(harness.db, 'op', { name: 'Peak', tenantId: 'c', labels: null, window });
    const before = changing();
    const told = await rehearsePlan(deps(), request());
    expect(told.summary).toEqual({ tenants: 3, instances: 6, silent: 2, drifted: 1, busy: 0, frozen: 1 });
    expect(told.tenants[0]?.instances.map(({ version }) => version)).toEqual(['v9', 'v1']);
    expect(told.frozen).toMatchObject([{ tenantId: 'c', name: 'Peak' }]);
    expect(told.report.valid).toBe(3);
    expect(told.report.results[1]?.warnings.map(({ code, field }) => [code, field])).toEqual([
      ['UNREACHABLE', 'endpoints[0].url'],
      ['UNREACHABLE', 'endpoints[1].url'],
    ]);
    expect(changing()).toBe(before);
    const [count] = await harness.db.execute(sql`select count(*)::int as plans from plan`);
    expect(count?.plans).toBe(0);
  });

  it('projects the waves from what past stages took, and says what never ran', async () => {
    const waves = [{ size: { count: 1 }, bakeSeconds: 600 }];
    const settings = { ...request().settings, waves };
    const unknown = await rehearsePlan(deps(), request({ settings }));
    expect(unknown.schedule).toMatchObject({ basis: 0, unknownStages: ['Config', 'Reload', 'Health'] });
    await harness.startExecutor();
    const planId = await harness.createPlan({ tenantIds: ['a'] });
    await harness.startPlan(planId);
    await harness.until(planId, 'COMPLETED');
    const { schedule } = await rehearsePlan(deps(), request({ tenantIds: ['b', 'c'], settings }));
    expect(schedule).toMatchObject({ basis: 3, unknownStages: [] });
    expect(schedule.task.from).toBeGreaterThan(0);
    const [canary, rest] = schedule.waves;
    expect([canary?.tenants, rest?.tenants]).toEqual([1, 1]);
    expect(rest?.starts.from).toBeCloseTo((canary?.ends.from ?? 0) + 600);
  });
});

describe('the background look', () => {
  const drift = async (tenantId: string) =>
    (await listTenants(harness.db, { q: tenantId, limit: 1 })).items[0]?.units[0]?.drift ?? null;
  const look = () => driftJob(deps()).run({}, new AbortController().signal);

  it('finds what was changed from outside, leaves alone what a task holds, and forgets it once a task moved the tenant', async () => {
    await harness.startExecutor();
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await harness.until(planId, 'COMPLETED');
    expect(await drift('a')).toBeNull();
    await look();
    expect(await drift('a')).toMatchObject({ drifted: false });
    await change('a', 'v9');
    // Looked at a moment ago: the job leaves it, a person need not.
    await look();
    expect(await drift('a')).toMatchObject({ drifted: false });
    const [found] = await checkDriftNow(deps(), ['a']);
    expect(found).toMatchObject({ tenantId: 'a', expected: 'v2', drifted: true });
    await change('b', 'v9');
    await harness.time({ seconds: 600 });
    await look();
    expect([await drift('a'), await drift('b'), await drift('c')]).toMatchObject([
      { drifted: true, instances: [{ observed: 'v9' }, { observed: 'v2' }] },
      { drifted: true },
      { drifted: false },
    ]);
    await harness.plan(planId, { type: 'rollback', actor: 'op', reason: null });
    await harness.until(planId, 'FAILED', 'ROLLED_BACK');
    expect(await checkDriftNow(deps(), ['c'])).toMatchObject([{ expected: 'v1', drifted: false }]);
  });

  it('takes an instance that gives no answer for silent, not for drifted', async () => {
    await harness.startExecutor();
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await harness.until(planId, 'COMPLETED');
    harness.fleet.setFault('a', { kind: 'dead' });
    expect(await checkDriftNow(deps(), ['a'])).toMatchObject([
      { drifted: false, instances: [{ observed: null }, { observed: null }] },
    ]);
  });
});
