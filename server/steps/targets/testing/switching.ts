import { sql } from 'drizzle-orm';
import { readTask } from '@/db/queries/runs';
import { deployUnit, tenant, tenantUnit, unitVersion } from '@/db/schema/catalogue';
import type { PlaybookDefinition } from '@/domain/playbook';
import { DEFAULT_SETTINGS } from '@/domain/settings';
import type { Endpoint } from '@/domain/tenant';
import { resolveTask } from '@/server/commands/resolve-task';
import { Harness } from '@/server/executor/testing/harness';
import { parseTargetAllow } from '@/server/security/target-allow';
import { createTargetDispatcher } from '@/server/security/target-guard';

interface Options {
  playbook: PlaybookDefinition;
  endpoints: Endpoint[] | ((tenantId: string) => Endpoint[]);
  variables?: Record<string, string> | ((tenantId: string) => Record<string, string>);
  secrets?: Record<string, string>;
  /** Payloads by version. */
  versions: Record<string, object>;
  /** What the tenants run at first. */
  running?: string;
  /** Tenants besides `acme`, for what happens to several at once. */
  crowd?: readonly string[];
}

/** Quicker than a recipe asks for: what fails here fails at once, and for good. */
const AT_ONCE = { maxRetry: null, healthIntervalSeconds: 0, healthAttempts: 3 };
const AS_WRITTEN = { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null };

/** Tenants that the real executor switches on real software: `acme`, and on demand a crowd. */
export class Switching {
  private constructor(
    private readonly harness: Harness,
    private readonly crowd: readonly string[],
  ) {}

  static async start({
    playbook,
    endpoints,
    variables = {},
    secrets = {},
    versions,
    running = 'v1',
    crowd = [],
  }: Options): Promise<Switching> {
    const harness = await Harness.start({
      // Another tenant stands by and is never touched.
      fleet: { version: 'v1', tenants: [{ tenantId: 'other', instances: 1 }] },
      playbook,
      settings: DEFAULT_SETTINGS,
    });
    const { db } = harness;
    await db.insert(deployUnit).values({ unitId: 'edge', name: 'Edge' });
    await db.insert(unitVersion).values(
      Object.entries(versions).map(([version, payload]) => ({
        unitId: 'edge',
        version,
        payload: JSON.stringify(payload),
        format: 'json' as const,
        createdBy: 'seed',
      })),
    );
    const tenants = ['acme', ...crowd];
    await db.insert(tenant).values(
      tenants.map((tenantId) => ({
        tenantId,
        name: tenantId,
        endpoints: typeof endpoints === 'function' ? endpoints(tenantId) : endpoints,
        variables: typeof variables === 'function' ? variables(tenantId) : variables,
      })),
    );
    await db
      .insert(tenantUnit)
      .values(
        tenants.map((tenantId) => ({ tenantId, unitId: 'edge', unitName: 'Edge', currentVersion: running })),
      );
    await harness.recordSecrets(tenants, Object.keys(secrets));
    await harness.startExecutor({
      http: createTargetDispatcher({ allow: parseTargetAllow('127.0.0.1') }),
      secretsOf: async () => ({ named: secrets }),
    });
    return new Switching(harness, crowd);
  }

  /** Switches the tenant and tells how its task ended, what its steps said, and what went wrong. */
  async to(version: string) {
    const planId = await this.harness.createPlan({
      tenantIds: ['acme'],
      unitId: 'edge',
      version,
      settings: AT_ONCE,
    });
    await this.harness.startPlan(planId);
    await this.harness.until(planId, 'COMPLETED', 'PARTIAL_FAILED', 'FAILED');
    const taskId = `${planId}.1`;
    const events = await this.harness.events(planId);
    const failed = events.find((event) => event.kind === 'TaskFailed');
    return {
      taskId,
      status: await this.harness.statusOf(taskId),
      details: events.flatMap(({ kind, payload }) =>
        kind === 'StepSucceeded' ? String(payload.detail) : [],
      ),
      failure: (failed?.payload.failure ?? null) as { code: string; message: string } | null,
      kinds: events.map(({ kind }) => kind),
      /** Everything that is stored of it, for what must not be there. */
      stored: JSON.stringify(events),
    };
  }

  /** Switches the crowd, two at a time and as patiently as the playbook says. */
  async crowdTo(version: string) {
    const { harness } = this;
    const planId = await harness.createPlan({
      tenantIds: [...this.crowd],
      unitId: 'edge',
      version,
      maxConcurrency: 2,
      settings: AS_WRITTEN,
    });
    await harness.startPlan(planId);
    const status = await harness.until(planId, 'COMPLETED', 'PARTIAL_FAILED', 'FAILED');
    const events = await harness.events(planId);
    return {
      status,
      failures: events.flatMap(({ kind, payload }) => (kind === 'TaskFailed' ? [payload.failure] : [])),
      details: events.flatMap(({ kind, payload }) =>
        kind === 'StepSucceeded' ? String(payload.detail) : [],
      ),
    };
  }

  /** Takes the running task over as another process would: the claim raises the epoch, whoever runs it is refused. */
  async takeOver(): Promise<void> {
    const [running] = await this.harness.db.execute<{ taskId: string }>(
      sql`select task_id as "taskId" from task where status = 'RUNNING'`,
    );
    const read = running && (await readTask(this.harness.db, running.taskId));
    if (!read) throw new Error('No task runs.');
    const { taskId, planId, tenantId } = read.task;
    const claim = { taskId, planId, tenantId, epoch: read.epoch, events: [], claim: true };
    await this.harness.deps.committer.commitTransition({ atomic: false, plans: [], tasks: [claim] });
  }

  /** Whether its instances were seen to run what was sent. */
  async isConfirmed(taskId: string): Promise<boolean> {
    const read = await readTask(this.harness.db, taskId);
    return read?.task.healthConfirmed ?? false;
  }

  /** Rolls a task back and resolves with its status. */
  async back(taskId: string): Promise<string> {
    await this.harness.task(taskId, 'rollback');
    return this.harness.until(taskId, 'ROLLED_BACK', 'ROLLBACK_FAILED');
  }

  /** Rolls back although somebody changed the target: the drift guard asks for this decision. */
  async backInSpite(taskId: string): Promise<string> {
    const decision = { actor: 'op', resolution: 'override', reason: 'Theirs was a mistake' } as const;
    await resolveTask(this.harness.deps, taskId, decision, null);
    return this.harness.until(taskId, 'ROLLED_BACK');
  }

  close(): Promise<void> {
    return this.harness.close();
  }
}
