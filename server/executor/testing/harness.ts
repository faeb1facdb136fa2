import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import pino from 'pino';
import { Agent } from 'undici';
import { type Connection, connect, type Database, type PoolOptions } from '@/db/client';
import { secret } from '@/db/schema/auth';
import { deployUnit, playbook, tenant, tenantUnit, unitVersion } from '@/db/schema/catalogue';
import type { Row } from '@/db/selection';
import { FakeClock } from '@/db/testing/fake-clock';
import { createTestDatabase } from '@/db/testing/test-database';
import { Fleet, type FleetOptions } from '@/demo/fleet/fleet';
import { ANY_APPROVER } from '@/domain/approval';
import type { EventKind } from '@/domain/events';
import type { PlaybookDefinition } from '@/domain/playbook';
import { type AppSettings, DEFAULT_SETTINGS } from '@/domain/settings';
import { transitionTask } from '@/domain/task-transition';
import { type CommitListener, createCommitter } from '@/server/commands/commit-transition';
import { createPlan } from '@/server/commands/create-plan';
import { commandPlan, type PlanCommandInput } from '@/server/commands/plan-commands';
import type { PlanRequest } from '@/server/commands/prepare-plan';
import { commandTask, type TaskCommandInput } from '@/server/commands/task-commands';
import { createSecretBox } from '@/server/security/secrets';
import { postgresCheckpoints } from '../checkpoints/postgres';
import { Executor, type ExecutorOptions } from '../executor';
import { MemoryQueue } from './memory-queue';
import { patient } from './patient';

const THREE_STAGES: PlaybookDefinition = {
  stages: [
    {
      name: 'Config',
      steps: [
        {
          name: 'send',
          type: 'config-update',
          request: { body: '{"version":"{{config.version}}","config":{{config.payload | json}}}' },
        },
      ],
    },
    { name: 'Reload', steps: [{ name: 'tell', type: 'broadcast' }] },
    { name: 'Health', steps: [{ name: 'confirm', type: 'health-check' }] },
  ],
};

const QUICK: AppSettings = { ...DEFAULT_SETTINGS, healthIntervalSeconds: 0, healthAttempts: 3 };

interface StoredRow {
  planSeq: number;
  sequenceId: number;
  taskId: string | null;
  tenantId: string | null;
  kind: EventKind;
  status: string;
  actor: string;
  at: Date;
  payload: Record<string, unknown>;
}

/** A database, a fleet of real HTTP servers and as many executors as a test wants, in one process. */
export class Harness {
  readonly #executors: Executor[] = [];
  readonly #connections: { close(): Promise<void> }[] = [];
  readonly #waiting = new Set<() => void>();
  /** Hands plans to the executors of this process. */
  readonly queue = new MemoryQueue();

  private constructor(
    readonly url: string,
    readonly db: Database,
    readonly fleet: Fleet,
    private readonly dropDatabase: () => Promise<void>,
    private readonly settings: AppSettings,
    readonly clock: FakeClock | null,
  ) {}

  static async start(options: {
    fleet: FleetOptions;
    settings?: AppSettings;
    playbook?: PlaybookDefinition;
    /** Database time is the test's. */
    fakeClock?: boolean;
  }): Promise<Harness> {
    const database = await createTestDatabase();
    const clock = options.fakeClock ? await FakeClock.install(database.url) : null;
    const connection = connect(database.url);
    const fleet = await Fleet.start(options.fleet);
    const harness = new Harness(
      database.url,
      connection.db,
      fleet,
      database.drop,
      options.settings ?? QUICK,
      clock,
    );
    harness.#connections.push(connection);
    harness.#listenTo(fleet);
    await seed(connection.db, fleet, options.fleet.version, options.playbook ?? THREE_STAGES);
    return harness;
  }

  /** To be told of what a driver stores. */
  readonly committed: CommitListener = ({ woken, waiting }) => {
    for (const look of this.#waiting) look();
    for (const executor of this.#executors) {
      void executor.offer(woken);
      void executor.kick(waiting);
    }
  };

  /** A commit of an operator; what a driver stores it knows. */
  readonly #commanded: CommitListener = (stored) => {
    this.committed(stored);
    for (const executor of this.#executors) void executor.kick([...stored.plans.keys()]);
  };

  /** What the fleet answered is news as well: it comes also from executors in other processes. */
  #listenTo({ requests }: Fleet): void {
    const log = requests.push.bind(requests);
    requests.push = (...records) => {
      const length = log(...records);
      for (const look of this.#waiting) look();
      return length;
    };
  }

  readonly layers = () => ({ environment: this.settings });

  get deps() {
    return {
      db: this.db,
      committer: createCommitter(this.db, this.#commanded),
      layers: this.layers,
      transition: transitionTask,
    };
  }

  /** A pool of its own, closed with the harness. */
  connect(options: PoolOptions = {}): Connection {
    const connection = connect(this.url, 6, options);
    this.#connections.push(connection);
    return connection;
  }

  async startExecutor(options: Partial<ExecutorOptions> = {}): Promise<Executor> {
    const connection = connect(this.url);
    this.#connections.push(connection);
    const checkpoints = options.checkpoints ?? postgresCheckpoints(connection.db);
    const executor = new Executor({
      url: this.url,
      db: connection.db,
      committer: createCommitter(connection.db, (stored) => {
        this.committed(stored);
        void checkpoints.drop(stored.dropped);
      }),
      liveness: connection.db,
      queue: this.queue,
      slots: 100,
      layers: this.layers,
      transition: transitionTask,
      checkpoints,
      http: new Agent(),
      log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
      secretsOf: async () => ({ named: {} }),
      secretBox: createSecretBox([Buffer.alloc(32, 7)]),
      ...options,
    });
    this.#executors.push(executor);
    await executor.start();
    return executor;
  }

  /** Tenants have these secrets on record; what is in them the executor is given by its `secretsOf`. */
  async recordSecrets(tenantIds: readonly string[], names: readonly string[]): Promise<void> {
    const rows = tenantIds.flatMap((tenantId) =>
      names.map((name) => ({ id: randomUUID(), tenantId, name, version: 1, ciphertext: 'not opened here' })),
    );
    if (rows.length > 0) await this.db.insert(secret).values(rows);
  }

  async createPlan(request: Partial<PlanRequest> = {}): Promise<string> {
    const { planId } = await createPlan(
      this.deps,
      {
        name: 'Switch',
        tenantIds: [...this.fleet.tenants.keys()],
        unitId: 'router',
        version: 'v2',
        playbookId: 'standard',
        maxConcurrency: 10,
        settings: { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null },
        sources: {},
        ...request,
      },
      { actor: 'op', requestId: randomUUID(), leaveOutInvalid: false, previewHash: null },
    );
    return planId;
  }

  /** Moves database time on, or to a moment, and lets every executor look; what it admits runs on by itself. */
  async time(to: Date | { seconds: number }): Promise<void> {
    if (!this.clock) throw new Error('This harness has no fake clock');
    await (to instanceof Date ? this.clock.set(to) : this.clock.advance(to.seconds));
    // Twice: what the first look stored may give the second one something to do.
    for (const _ of [1, 2]) await Promise.all(this.#executors.map((executor) => executor.kick()));
  }

  /** Database time stands still. */
  async stopTime(): Promise<void> {
    await this.clock?.stop();
  }

  plan(planId: string, input: PlanCommandInput) {
    return commandPlan(this.deps, planId, input, randomUUID());
  }

  startPlan(planId: string) {
    return this.plan(planId, { type: 'start', actor: 'op' });
  }

  task(
    taskId: string,
    type: TaskCommandInput['type'],
    extra: { reason?: string; fromCheckpoint?: boolean } = {},
  ) {
    const input = {
      type,
      actor: 'op',
      reason: extra.reason ?? null,
      fromCheckpoint: extra.fromCheckpoint ?? false,
      approver: ANY_APPROVER,
    };
    return commandTask(this.deps, taskId, input as TaskCommandInput, randomUUID());
  }

  async statusOf(id: string): Promise<string> {
    const [row] = await this.db.execute<{ status: string }>(
      sql`select status from plan where plan_id = ${id} union all select status from task where task_id = ${id}`,
    );
    return row?.status ?? 'missing';
  }

  /** Resolves once a plan or task has the status; looks again after every commit of this process and every answer of the fleet. */
  until(id: string, ...statuses: string[]): Promise<string> {
    return this.eventually(async () => {
      const status = await this.statusOf(id);
      return statuses.includes(status) ? status : null;
    });
  }

  /** Resolves with the first answer that is not null, asked again after every commit and every answer of the fleet. */
  async eventually<T>(ask: () => Promise<T | null>): Promise<T> {
    for (;;) {
      let news = () => {};
      const changed = new Promise<void>((resolve) => {
        news = resolve;
      });
      this.#waiting.add(news);
      try {
        const answer = await ask();
        if (answer !== null) return answer;
        await changed;
      } finally {
        this.#waiting.delete(news);
      }
    }
  }

  async events(planId: string): Promise<StoredRow[]> {
    return this.db.execute<Row<StoredRow>>(
      sql`select plan_seq, sequence_id, task_id, tenant_id, kind, status, actor, at, payload from event where plan_id = ${planId} order by plan_seq`,
    );
  }

  async kindsOf(taskId: string): Promise<string[]> {
    const planId = taskId.slice(0, taskId.lastIndexOf('.'));
    return (await this.events(planId)).filter((event) => event.taskId === taskId).map((event) => event.kind);
  }

  async close(): Promise<void> {
    await Promise.all(this.#executors.map((executor) => executor.stop(0)));
    await this.fleet.close();
    await Promise.all(this.#connections.map((connection) => connection.close()));
    await this.clock?.close();
    await this.dropDatabase();
  }
}

async function seed(
  db: Database,
  fleet: Fleet,
  version: string,
  definition: PlaybookDefinition,
): Promise<void> {
  // A second unit: its plans share tenants with those of the first, and are no newer ones of it.
  await db.insert(deployUnit).values([
    { unitId: 'router', name: 'Router' },
    { unitId: 'cache', name: 'Cache' },
  ]);
  await db.insert(unitVersion).values(
    ['v1', 'v2', 'v3'].flatMap((one) =>
      ['router', 'cache'].map((unitId) => ({
        unitId,
        version: one,
        payload: `{"backend":"${one}.{{tenant.id}}"}`,
        format: 'json' as const,
        createdBy: 'seed',
      })),
    ),
  );
  await db.insert(playbook).values({
    playbookId: 'standard',
    version: 1,
    name: 'Standard',
    definition: patient(definition),
    createdBy: 'seed',
  });
  const tenants = [...fleet.tenants.keys()];
  await db
    .insert(tenant)
    .values(tenants.map((tenantId) => ({ tenantId, name: tenantId, endpoints: fleet.endpoints(tenantId) })));
  await db.insert(tenantUnit).values(
    tenants.map((tenantId) => ({
      tenantId,
      unitId: 'router',
      unitName: 'Router',
      currentVersion: version,
    })),
  );
}
