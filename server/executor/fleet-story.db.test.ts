import { afterEach, describe, expect, it } from 'vitest';
import { deployUnit, tenant, tenantUnit, unitVersion } from '@/db/schema/catalogue';
import type { PlaybookDefinition, StepDefinition } from '@/domain/playbook';
import type { PolicyChoice } from '@/domain/policies/choice';
import { type AppSettings, DEFAULT_SETTINGS } from '@/domain/settings';
import { parseTargetAllow } from '@/server/security/target-allow';
import { createTargetDispatcher } from '@/server/security/target-guard';
import { recipe } from '@/server/steps/targets/testing/recipe';
import { BlueGreen } from './testing/blue-green';
import { Harness } from './testing/harness';

const TENANTS = Array.from({ length: 50 }, (_, index) => `tenant-${String(index + 1).padStart(2, '0')}`);
const BROKEN = 'tenant-07';
const OTHERS = TENANTS.filter((one) => one !== BROKEN);
/** So many visits before the switch begins and after it ended. */
const AROUND = 1000;

/** For a reader of the test's output: how much was seen. */
const report = (line: string) => process.stdout.write(`${line}\n`);

describe('fifty tenants behind two proxies', () => {
  let edges: BlueGreen;
  let harness: Harness;
  afterEach(async () => {
    await harness?.close();
    await edges?.close();
  });

  async function begin(settings: AppSettings): Promise<void> {
    edges = await BlueGreen.start(TENANTS);
    edges.kill(BROKEN, 'green');
    harness = await Harness.start({
      // The fleet of the demo is not needed here; one tenant stands by.
      fleet: { version: 'v1', tenants: [{ tenantId: 'other', instances: 1 }] },
      playbook: recipe('configurable-http-proxy'),
      settings,
    });
    const { db } = harness;
    await db.insert(deployUnit).values({ unitId: 'edge', name: 'Edge' });
    await db.insert(unitVersion).values(
      [
        ['v1', 'blue'],
        ['v2', 'green'],
      ].map(([version = '', colour]) => ({
        unitId: 'edge',
        version,
        payload: `{"backend":"{{tenant.variables.${colour}}}"}`,
        format: 'json' as const,
        createdBy: 'seed',
      })),
    );
    await db.insert(tenant).values(
      TENANTS.map((tenantId) => ({
        tenantId,
        name: tenantId,
        endpoints: edges.endpoints(tenantId),
        variables: { blue: edges.address(tenantId, 'blue'), green: edges.address(tenantId, 'green') },
      })),
    );
    await db
      .insert(tenantUnit)
      .values(
        TENANTS.map((tenantId) => ({ tenantId, unitId: 'edge', unitName: 'Edge', currentVersion: 'v1' })),
      );
    await harness.recordSecrets(TENANTS, Object.keys(edges.secrets));
    await harness.startExecutor({
      http: createTargetDispatcher({ allow: parseTargetAllow('127.0.0.1') }),
      secretsOf: async () => ({ named: edges.secrets }),
    });
  }

  /** Switches all routes to green while visitors come, and tells what became of it. */
  async function switchAll(policies: PolicyChoice) {
    const visitors = edges.visit(OTHERS);
    await visitors.more(AROUND);
    const planId = await harness.createPlan({
      tenantIds: TENANTS,
      unitId: 'edge',
      version: 'v2',
      settings: { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null, policies },
    });
    const before = visitors.sofar;
    // The switch is not over before some came.
    edges.patience = visitors.more(OTHERS.length + 1);
    await harness.startPlan(planId);
    const status = await harness.until(planId, 'COMPLETED', 'PARTIAL_FAILED', 'FAILED');
    const meanwhile = visitors.sofar - before;
    await visitors.more(AROUND);
    const visits = await visitors.end();
    const broken = `${planId}.${TENANTS.indexOf(BROKEN) + 1}`;
    const events = await harness.events(planId);
    return {
      status,
      visits,
      meanwhile,
      completed: events.filter(({ kind }) => kind === 'TaskCompleted').map(({ tenantId }) => tenantId),
      broken: await harness.statusOf(broken),
      rounds: events.filter(({ taskId, kind }) => taskId === broken && kind === 'ProbeResult'),
    };
  }

  function expectUndisturbed({ visits, meanwhile, completed }: Awaited<ReturnType<typeof switchAll>>): void {
    expect([...completed].sort()).toEqual(OTHERS);
    const { requests, failures, byVersion, turnedBack } = visits;
    report(
      `${requests} visits of ${OTHERS.length} tenants, ${meanwhile} during the switch: ${failures.length} failed`,
    );
    expect([failures, turnedBack]).toEqual([[], []]);
    expect(meanwhile).toBeGreaterThan(OTHERS.length);
    // Nobody was served by anything but the one or the other.
    expect((byVersion.v1 ?? 0) + (byVersion.v2 ?? 0)).toBe(requests);
    expect(requests).toBeGreaterThan(2 * AROUND);
  }

  it('are switched without one failed request; the one whose green side is dead fails after ten rounds, 3 s apart', async () => {
    await begin(DEFAULT_SETTINGS);
    const run = await switchAll({});
    expect([run.status, run.broken]).toEqual(['PARTIAL_FAILED', 'FAILED']);
    expectUndisturbed(run);
    expect(run.rounds.map(({ payload }) => payload.round)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    // Both edges asked the dead backend in every round, and nobody did otherwise.
    const asked = edges.asked.get(`${BROKEN}/green`) ?? [];
    expect(asked).toHaveLength(20);
    // Rounds begin every 3 s whatever they take; what is asked first in each may come late on a busy machine, the first
    // one by less than an interval.
    const firsts = asked.filter((_at, index) => index % 2 === 0);
    const gaps = firsts.slice(1).map((at, index) => at - (firsts[index] ?? 0));
    report(`from round to round: ${gaps.map(Math.round).join(', ')} ms`);
    expect((firsts.at(-1) ?? 0) - (firsts[0] ?? 0)).toBeGreaterThan(8 * 3000);
    expect(await edges.served(BROKEN)).toEqual([503, 503]);
  });

  it('are switched without one failed request; by policy the one whose green side is dead is served by blue again', async () => {
    await begin({ ...DEFAULT_SETTINGS, healthIntervalSeconds: 0 });
    const run = await switchAll({ rollback: { kind: 'automatic' } });
    expect([run.status, run.broken]).toEqual(['PARTIAL_FAILED', 'ROLLED_BACK']);
    expectUndisturbed(run);
    // Ten on the way there, and one that confirmed the way back.
    expect(run.rounds.map(({ payload }) => payload.round)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1]);
    expect(await edges.served(BROKEN)).toEqual(['v1', 'v1']);
    expect(await edges.served('tenant-01')).toEqual(['v2', 'v2']);
  });
});

describe('a target that misbehaves', () => {
  const send: StepDefinition = {
    name: 'send',
    type: 'config-update',
    request: {
      body: '{"version":"{{config.version}}","config":{{config.payload | json}}}',
      expect: { status: [200], body: [{ path: 'error', exists: false }] },
    },
    readBack: {
      url: '{{endpoint.url}}/config',
      expect: { status: [200], body: [{ path: 'stored', equals: '{{config.version}}' }] },
    },
  };
  const playbook: PlaybookDefinition = {
    stages: [
      { name: 'Config', steps: [send] },
      // A reload is harmless and repeated without looking, unless one says otherwise.
      { name: 'Reload', steps: [{ name: 'tell', type: 'broadcast', inDoubt: 'probe' }] },
      { name: 'Health', steps: [{ name: 'confirm', type: 'health-check' }] },
    ],
  };
  let harness: Harness;
  afterEach(() => harness.close());

  async function begin(): Promise<void> {
    harness = await Harness.start({
      fleet: { version: 'v1', tenants: [{ tenantId: 'acme', instances: 2 }] },
      playbook,
    });
    await harness.startExecutor();
  }

  async function switched(): Promise<string> {
    const planId = await harness.createPlan();
    await harness.startPlan(planId);
    await harness.until(planId, 'COMPLETED', 'PARTIAL_FAILED');
    return `${planId}.1`;
  }
  const changes = () =>
    harness.fleet.requests
      .filter(({ method }) => method !== 'GET')
      .map(({ instance, method, outcome }) => `${instance} ${method} ${outcome}`)
      .sort();

  it('accepts everything and never applies it: the health-check fails, and a rollback restores the rest', async () => {
    await begin();
    harness.fleet.setFault('acme', { kind: 'stuck' }, 'acme-2');
    const task = await switched();
    expect(await harness.statusOf(task)).toBe('FAILED');
    const failed = (await harness.events('PLN-1')).find(({ kind }) => kind === 'TaskFailed');
    expect(failed?.payload).toMatchObject({
      failedStage: 'Health',
      failure: { code: 'HEALTH_CHECK', instance: 'acme-2' },
    });
    expect(await harness.fleet.versions('acme')).toEqual(['v2', 'v1']);
    await harness.task(task, 'rollback');
    expect(await harness.until(task, 'ROLLED_BACK', 'ROLLBACK_FAILED')).toBe('ROLLED_BACK');
    expect(await harness.fleet.versions('acme')).toEqual(['v1', 'v1']);
  });

  it('applies and then cuts the connection: completed, and nothing was sent twice', async () => {
    await begin();
    harness.fleet.setFault('acme', { kind: 'drop' });
    const task = await switched();
    expect(await harness.statusOf(task)).toBe('COMPLETED');
    expect(changes()).toEqual([
      'acme-1 POST dropped',
      'acme-1 PUT dropped',
      'acme-2 POST dropped',
      'acme-2 PUT dropped',
    ]);
    expect(await harness.fleet.versions('acme')).toEqual(['v2', 'v2']);
  });

  it('answers 200 with an error inside: failed, with what it said', async () => {
    await begin();
    harness.fleet.setFault('acme', { kind: 'deny' }, 'acme-1');
    const task = await switched();
    expect(await harness.statusOf(task)).toBe('FAILED');
    const failed = (await harness.events('PLN-1')).find(({ kind }) => kind === 'TaskFailed');
    expect(failed?.payload).toMatchObject({
      failedStage: 'Config',
      failure: { errorType: 'BUSINESS', code: 'BODY', instance: 'acme-1' },
    });
    expect(await harness.fleet.versions('acme')).toEqual(['v1', 'v1']);
  });
});
