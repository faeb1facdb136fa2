import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import pino from 'pino';
import { migrate } from '@/db/migrate';
import { createVersion, savePlaybook } from '@/db/queries/catalogue';
import { threeStages } from '@/demo/fleet/playbook';
import { createPlan } from '@/server/commands/create-plan';
import { commandPlan } from '@/server/commands/plan-commands';
import { importTenants } from '@/server/commands/save-tenants';
import { postgresCheckpoints } from '@/server/executor/checkpoints/postgres';
import { retentionJob } from '@/server/jobs/retention';
import { createAuditSigner } from '@/server/security/audit-signer';
import { Countdown } from './contenders/contender';
import { startNode } from './contenders/switchyard';
import { startBenchServer } from './database';
import { spawnProgram } from './system/spawn';

/**
 * How large the tables are, in MB: after plans of three stages that switch so many tenants between two versions in turn,
 * and again after the retention. `npx tsx bench/sizes.ts <tenants> <plans>`; what it says is in docs/operations.md.
 */
const [tenants = 1000, plans = 10] = process.argv.slice(2).map(Number);
const PAYLOAD_BYTES = 2048;
const CONCURRENCY = 50;
const DAYS = 90;

type Node = ReturnType<typeof startNode>;

const server = await startBenchServer();
try {
  await server.withDatabase(async (url) => {
    await migrate(url);
    const work = { tasks: tenants, stages: 3, concurrency: CONCURRENCY, connections: 10, plans: 1, nodes: 1 };
    const node = startNode(url, work);
    const target = spawnProgram('system/target-process.ts', []);
    const port = Number((await target.said(/listening (\d+)/))[1]);
    const tenantIds = await seed(node, port);
    await node.start();
    for (let place = 1; place <= plans; place += 1) {
      await runPlan(node, tenantIds, `v${1 + (place % 2)}`);
      if (place === 1 || place === plans) await tell(node, `${place} run`);
    }
    await retain(node);
    await tell(node, `${plans} run, after the retention`);
    await node.stop();
    target.process.kill();
  });
} finally {
  await server.stop();
}
process.exit(0);

async function seed({ deps: { db } }: Node, port: number): Promise<string[]> {
  for (const version of ['v0', 'v1', 'v2']) {
    const filling = `${version} `.repeat(PAYLOAD_BYTES / 3).slice(0, PAYLOAD_BYTES - 50);
    const payload = JSON.stringify({ tenant: '{{tenant.id}}', version, filling });
    const unit = { unitId: 'bench', unitName: 'Bench', note: '', createdBy: 'bench' };
    await createVersion(db, { ...unit, version, payload, format: 'json' });
  }
  await savePlaybook(db, {
    playbookId: 'bench',
    name: 'Bench',
    definition: threeStages({}, { intervalSeconds: 0.1 }),
    createdBy: 'bench',
  });
  const tenantIds = Array.from({ length: tenants }, (_, index) => `tenant-${index}`);
  const given = tenantIds.map((tenantId) => ({
    tenantId,
    name: `Tenant ${tenantId}`,
    labels: { region: 'eu', tier: 'gold' },
    endpoints: ['a', 'b'].map((key) => ({ key, url: `http://127.0.0.1:${port}/${tenantId}`, labels: {} })),
    variables: { database: `db-${tenantId}` },
    overrides: {},
    current: { bench: 'v0' },
  }));
  await importTenants(db, given, { actor: 'bench' });
  return tenantIds;
}

async function runPlan(node: Node, tenantIds: string[], version: string): Promise<void> {
  const request = {
    ...{
      name: 'Bench',
      tenantIds,
      unitId: 'bench',
      version,
      playbookId: 'bench',
      maxConcurrency: CONCURRENCY,
    },
    settings: { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null, driftGuard: false },
    sources: {},
  };
  const options = { actor: 'bench', requestId: null, leaveOutInvalid: false, previewHash: null };
  const { planId } = await createPlan(node.deps, request, options);
  const countdown = new Countdown(1);
  // One plan at a time.
  node.listeners.add(({ plans }) => {
    if ([...plans.values()].flat().some(({ kind }) => kind === 'PlanCompleted')) countdown.one();
  });
  await commandPlan(node.deps, planId, { type: 'start', actor: 'bench' }, null);
  await countdown.done;
}

/** As if all of it had been long ago. */
async function retain({ deps: { db } }: Node): Promise<void> {
  await db.execute(sql`update plan set ended_at = ended_at - make_interval(days => ${DAYS + 1})`);
  await db.execute(sql`update tenant_snapshot set used_at = used_at - interval '1 day'`);
  // That took room which time does not take.
  await db.execute(sql`vacuum full tenant_snapshot`);
  const auditSigner = createAuditSigner([randomBytes(32)]);
  const job = {
    db,
    log: pino({ level: 'info' }),
    stageData: postgresCheckpoints(db),
    days: DAYS,
    auditSigner,
  };
  const began = performance.now();
  await retentionJob(job).run({}, new AbortController().signal);
  console.log(`The retention took ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/** Room that was given back counts as such. */
async function tell({ deps: { db } }: Node, what: string): Promise<void> {
  await db.execute(sql`vacuum analyze`);
  const rows = await db.execute<{ name: string; rows: number; bytes: number }>(sql`
    select relname as name, reltuples::int as rows, pg_total_relation_size(oid) as bytes from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and reltuples > 0 order by 3 desc`);
  const megabytes = (bytes: number) => Number((bytes / 1024 ** 2).toFixed(1));
  console.log(`${tenants} tenants, ${what}:`);
  console.table(rows.slice(0, 9).map(({ bytes, ...row }) => ({ ...row, megabytes: megabytes(bytes) })));
  console.log('all', megabytes(rows.reduce((sum, { bytes }) => sum + bytes, 0)));
  const ends = await db.execute(sql`select status, count(*)::int from task group by 1`);
  console.log(JSON.stringify([...ends]));
}
