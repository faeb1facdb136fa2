import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { Agent } from 'undici';
import { type Connection, connect } from '@/db/client';
import { startEmbeddedPostgres } from '@/db/embedded/launcher';
import { migrate } from '@/db/migrate';
import { createVersion, savePlaybook, upsertTenants } from '@/db/queries/catalogue';
import { Fleet } from '@/demo/fleet/fleet';
import { type CommitListener, createCommitter } from '@/server/commands/commit-transition';
import { createPlan } from '@/server/commands/create-plan';
import { commandPlan } from '@/server/commands/plan-commands';
import { transitionTask } from '@/server/domain/task-transition';
import { postgresCheckpoints } from '@/server/executor/checkpoints/postgres';
import { Executor } from '@/server/executor/executor';

const CONNECTIONS = 8;
const INSERTS = 4000;
const TENANTS = 300;
const PLANS = 10;
const CLICKS = 60;
const ROUNDS = 3;

/**
 * Measures on this machine, in one run, with fsync on: stage commits per second through the whole executor (real HTTP
 * to real servers included) as a ratio to bare single-row durable inserts, and how long a click takes to a running task.
 */
async function main(): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'switchyard-bench-'));
  const database = await startEmbeddedPostgres({
    dataDir: path.join(dir, 'postgres'),
    log: (line) => console.error(line),
  });
  try {
    await migrate(database.url);
    const connection = connect(database.url, CONNECTIONS);
    try {
      await run(connection, database.url);
    } finally {
      await connection.close();
    }
  } finally {
    await database.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function run(connection: Connection, url: string): Promise<void> {
  const tenants = Array.from({ length: TENANTS }, (_, index) => ({ tenantId: `t${index}`, instances: 1 }));
  const fleet = await Fleet.start({ version: 'v0', tenants });
  const listeners = new Set<CommitListener>();
  const { db } = connection;
  const committer = createCommitter(db, (stored) => {
    for (const listener of listeners) listener(stored);
  });
  const layers = () => ({ environment: { healthIntervalSeconds: 0 } });
  const executor = new Executor({
    url,
    db,
    committer,
    mode: 'local',
    slots: 200,
    layers,
    transition: transitionTask,
    checkpoints: postgresCheckpoints(db),
    http: new Agent(),
    log: pino({ level: 'silent' }),
    secretsOf: async () => ({}),
  });
  const deps = { db, committer, layers, transition: transitionTask };
  await seed(connection, fleet);
  await executor.start();

  let version = 0;
  const plan = async (tenantIds: string[], name: string) =>
    createPlan(
      deps,
      {
        name,
        tenantIds,
        unitId: 'bench',
        version: name,
        playbookId: 'bench',
        maxConcurrency: 20,
        settings: { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null },
        sources: {},
      },
      { actor: 'bench', requestId: null, leaveOutInvalid: false, previewHash: null },
    );
  const start = (planId: string) =>
    commandPlan(deps, planId, { type: 'start', actor: 'bench' }, null).then(() => executor.kick());

  const ratios: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const bare = await bareInserts(connection);
    version += 1;
    await createVersion(db, {
      unitId: 'bench',
      unitName: 'Bench',
      version: `v${version}`,
      payload: '{}',
      format: 'json',
      note: '',
      createdBy: 'bench',
    });
    const share = TENANTS / PLANS;
    const ids = [...fleet.tenants.keys()];
    const plans = await Promise.all(
      Array.from({ length: PLANS }, (_, index) =>
        plan(ids.slice(index * share, (index + 1) * share), `v${version}`),
      ),
    );
    let stages = 0;
    const began = performance.now();
    const done = until(listeners, ({ events }) => {
      stages += events.filter((event) => event.kind === 'StageSucceeded').length;
      return stages >= TENANTS * 3;
    });
    for (const { planId } of plans) await start(planId);
    await done;
    const rate = stages / ((performance.now() - began) / 1000);
    ratios.push(rate / bare);
    console.log(
      `round ${round}: ${bare.toFixed(0)} bare inserts/s, ${rate.toFixed(0)} stage commits/s over ${PLANS} plans, ratio ${(rate / bare).toFixed(3)}`,
    );
  }

  version += 1;
  await createVersion(db, {
    unitId: 'bench',
    unitName: 'Bench',
    version: `v${version}`,
    payload: '{}',
    format: 'json',
    note: '',
    createdBy: 'bench',
  });
  const clicks: number[] = [];
  for (const tenantId of [...fleet.tenants.keys()].slice(0, CLICKS)) {
    const { planId } = await plan([tenantId], `v${version}`);
    const settled = until(
      listeners,
      ({ planIds, events }) =>
        planIds.includes(planId) && events.some((event) => event.kind === 'PlanCompleted'),
    );
    const clicked = performance.now();
    const running = until(listeners, ({ events }) => events.some((event) => event.kind === 'TaskStarted'));
    await start(planId);
    await running;
    clicks.push(performance.now() - clicked);
    await settled;
  }
  clicks.sort((a, b) => a - b);
  const percentile = (share: number) =>
    (clicks[Math.min(clicks.length - 1, Math.floor(clicks.length * share))] ?? 0).toFixed(1);
  console.log(
    `\nmedian ratio of stage commits to bare durable inserts: ${(ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? 0).toFixed(3)}`,
  );
  console.log(
    `click to running: p50 ${percentile(0.5)} ms, p95 ${percentile(0.95)} ms (${CLICKS} clicks, idle system)`,
  );
  console.log(
    `${CONNECTIONS} connections, fsync on, ${availableParallelism()} cores, Node ${process.version}; every stage is one HTTP call to a real server.`,
  );
  await executor.stop(0);
  await fleet.close();
}

/** Single-row durable inserts per second over the same number of connections. */
async function bareInserts({ sql }: Connection): Promise<number> {
  await sql`create table if not exists bench_insert (id bigserial primary key, at timestamptz not null default now(), note text not null)`;
  const began = performance.now();
  let left = INSERTS;
  const work = async () => {
    while (left-- > 0) await sql`insert into bench_insert (note) values ('one durable row')`;
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  return INSERTS / ((performance.now() - began) / 1000);
}

async function seed({ db }: Connection, fleet: Fleet): Promise<void> {
  await createVersion(db, {
    unitId: 'bench',
    unitName: 'Bench',
    version: 'v0',
    payload: '{}',
    format: 'json',
    note: '',
    createdBy: 'bench',
  });
  const body = '{"version":"{{config.version}}"}';
  const definition = {
    stages: [
      { name: 'Config', steps: [{ name: 'send', type: 'config-update', request: { body } }] },
      { name: 'Reload', steps: [{ name: 'tell', type: 'broadcast' }] },
      { name: 'Health', steps: [{ name: 'confirm', type: 'health-check' }] },
    ],
  };
  await savePlaybook(db, { playbookId: 'bench', name: 'Bench', definition, createdBy: 'bench' });
  const tenants = [...fleet.tenants.keys()].map((tenantId) => ({
    tenantId,
    name: tenantId,
    labels: {},
    endpoints: fleet.endpoints(tenantId),
    variables: {},
    overrides: {},
    current: { bench: 'v0' },
  }));
  await upsertTenants(db, tenants, { actor: 'bench', action: 'tenant.import' });
}

function until(
  listeners: Set<CommitListener>,
  reached: (stored: Parameters<CommitListener>[0]) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const listener: CommitListener = (stored) => {
      if (!reached(stored)) return;
      listeners.delete(listener);
      resolve();
    };
    listeners.add(listener);
  });
}

await main();
