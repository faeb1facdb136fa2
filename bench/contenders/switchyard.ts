import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import pino from 'pino';
import { Agent } from 'undici';
import { connect, type Database } from '@/db/client';
import { migrate } from '@/db/migrate';
import { createVersion, savePlaybook } from '@/db/queries/catalogue';
import { transitionTask } from '@/domain/task-transition';
import { type CommitListener, createCommitter } from '@/server/commands/commit-transition';
import { createPlan } from '@/server/commands/create-plan';
import { commandPlan } from '@/server/commands/plan-commands';
import { importTenants } from '@/server/commands/save-tenants';
import { postgresCheckpoints } from '@/server/executor/checkpoints/postgres';
import { Executor } from '@/server/executor/executor';
import { PgBossQueue } from '@/server/executor/queue/pg-boss-queue';
import { News } from '@/server/realtime/news';
import { createSecretBox } from '@/server/security/secrets';
import { spawnProgram } from '../system/spawn';
import { type Contender, Countdown, type Work } from './contender';

const LOOK_MS = 20;

/** All of the executor: admission under both limits, holds, epochs, checkpoints and the event log. */
export const switchyard: Contender = async (url, work) => {
  await migrate(url);
  const node = startNode(url, work);
  const planIds = await makePlans(node.deps, work);
  await node.start();
  const others = Array.from({ length: work.nodes - 1 }, () =>
    spawnProgram('contenders/switchyard-node.ts', [url, JSON.stringify(work)]),
  );
  await Promise.all(others.map(({ said }) => said(/^executing$/)));
  await acquainted(node.deps.db, work.nodes);
  return {
    run: async () => {
      const ended = work.nodes === 1 ? toldOf(node, planIds.length) : seen(node.deps.db, planIds.length);
      for (const planId of planIds)
        await commandPlan(node.deps, planId, { type: 'start', actor: 'bench' }, null);
      await ended;
    },
    close: async () => {
      for (const { process } of others) process.kill('SIGKILL');
      await node.stop();
    },
  };
};

/** One process that executes. */
export function startNode(url: string, work: Work) {
  const { db, close } = connect(url, work.connections - 1, { byKeys: true });
  const together = connect(url, 1, { byKeys: true, lockMillis: 250, statementMillis: 1000 });
  const liveness = connect(url, 1);
  const listening = connect(url, 1);
  const log = pino({ level: process.env.BENCH_LOG ?? 'silent' });
  const news = new News(listening.sql, log);
  const listeners = new Set<CommitListener>();
  const committed: CommitListener = (stored) => {
    for (const listener of listeners) listener(stored);
    void executor.offer(stored.woken);
    void executor.kick(stored.waiting);
  };
  const committer = createCommitter(db, committed);
  const deps = { db, committer, layers: () => ({ environment: {} }), transition: transitionTask };
  const executor: Executor = new Executor({
    ...deps,
    url,
    liveness: liveness.db,
    together: createCommitter(together.db, committed),
    queue: new PgBossQueue(url, liveness.db, log),
    // What runs at once is limited by the plans.
    slots: work.slots ?? work.concurrency,
    offered: () => news.offer(),
    checkpoints: postgresCheckpoints(db),
    http: new Agent(),
    log,
    secretsOf: async () => ({ named: {} }),
    secretBox: createSecretBox([Buffer.alloc(32, 7)]),
  });
  news.onOffer(() => void executor.heard());
  return {
    deps,
    executor,
    listeners,
    start: async () => {
      await news.start();
      await executor.start();
    },
    stop: async () => {
      await executor.stop(0);
      await news.stop();
      await Promise.all([close(), together.close(), liveness.close(), listening.close()]);
    },
  };
}

/** Resolves when each process knows of the others, and leaves them their part of the plans. */
async function acquainted(db: Database, nodes: number): Promise<void> {
  for (;;) {
    const rows = await db.execute(
      sql`select 1 from node where executing and beat_at > (select max(started_at) from node)`,
    );
    if (rows.length === nodes) return;
    await delay(LOOK_MS);
  }
}

/** Resolves when this process stored the end of so many plans. */
function toldOf({ listeners }: ReturnType<typeof startNode>, plans: number): Promise<void> {
  const countdown = new Countdown(plans);
  listeners.add(({ plans }) => {
    for (const { kind } of [...plans.values()].flat()) if (kind === 'PlanCompleted') countdown.one();
  });
  return countdown.done;
}

/** Resolves when so many plans are completed, whoever stored it. */
async function seen(db: Database, plans: number): Promise<void> {
  for (;;) {
    const rows = await db.execute(sql`select 1 from plan where status = 'COMPLETED'`);
    if (rows.length === plans) return;
    await delay(LOOK_MS);
  }
}

/** One plan, or several with their share of the tenants and of the concurrency. */
async function makePlans(deps: Parameters<typeof createPlan>[0], work: Work): Promise<string[]> {
  const ids = Array.from({ length: work.tasks }, (_, index) => `t${index}`);
  await seed(deps.db, ids, work);
  const share = Math.ceil(work.tasks / work.plans);
  const plans: string[] = [];
  for (let first = 0; first < ids.length; first += share) {
    const { planId } = await createPlan(
      deps,
      {
        name: 'Bench',
        tenantIds: ids.slice(first, first + share),
        unitId: 'bench',
        version: 'v1',
        playbookId: 'bench',
        maxConcurrency: work.slots ?? Math.ceil(work.concurrency / work.plans),
        settings: { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null },
        sources: {},
      },
      { actor: 'bench', requestId: null, leaveOutInvalid: false, previewHash: null },
    );
    plans.push(planId);
  }
  return plans;
}

/** Stages that store and, but for a wait that is asked for, do nothing else, like everybody's. */
async function seed(
  db: Database,
  tenantIds: readonly string[],
  { stages, stageSeconds = 0 }: Work,
): Promise<void> {
  for (const version of ['v0', 'v1']) {
    await createVersion(db, {
      unitId: 'bench',
      unitName: 'Bench',
      version,
      payload: '{}',
      format: 'json',
      note: '',
      createdBy: 'bench',
    });
  }
  const definition = {
    stages: Array.from({ length: stages }, (_, index) => ({
      name: `Stage ${index + 1}`,
      steps: [{ name: 'store', type: 'wait', seconds: stageSeconds }],
    })),
  };
  await savePlaybook(db, { playbookId: 'bench', name: 'Bench', definition, createdBy: 'bench' });
  const tenants = tenantIds.map((tenantId) => ({
    tenantId,
    name: tenantId,
    labels: {},
    endpoints: [{ key: tenantId, url: 'http://127.0.0.1:9', labels: {} }],
    variables: {},
    overrides: {},
    current: { bench: 'v0' },
  }));
  await importTenants(db, tenants, { actor: 'bench' });
}
