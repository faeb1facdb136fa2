import { randomBytes } from 'node:crypto';
import { connect } from '@/db/client';
import { migrate } from '@/db/migrate';
import { createVersion, savePlaybook } from '@/db/queries/catalogue';
import { CONFIG_BODY } from '@/demo/fleet/playbook';
import { importTenants } from '@/server/commands/save-tenants';
import { call, type Running, startSwitchyard } from '@/server/testing/switchyard';
import { spawnProgram } from './spawn';

/** Bytes of the configuration that each tenant gets. */
const PAYLOAD_BYTES = 4096;

/** The whole program as an operator has it: the built server, its console and sockets, and a service to switch. */
export interface World {
  server: Running;
  tenantIds: string[];
  /** Creates a plan and says how long the request took, in milliseconds. */
  createPlan(
    tenantIds: readonly string[],
    maxConcurrency: number,
    playbookId?: string,
  ): Promise<{ planId: string; millis: number }>;
  /** The next configuration that is sent is refused, so that its task fails. */
  failNext(): void;
  close(): Promise<void>;
}

/** `answerMillis`: what the service takes for an answer. `env`: what the server is told besides. */
export async function startWorld(
  databaseUrl: string,
  tenants: number,
  {
    answerMillis = 0,
    env = {},
    home = '.',
  }: { answerMillis?: number; env?: Record<string, string>; home?: string } = {},
): Promise<World> {
  await migrate(databaseUrl);
  const target = spawnProgram('system/target-process.ts', [`${answerMillis}`]);
  const port = Number((await target.said(/listening (\d+)/))[1]);
  const tenantIds = Array.from({ length: tenants }, (_, index) => `t${index}`);
  await seed(databaseUrl, tenantIds, port);
  const settings = {
    DATABASE_URL: databaseUrl,
    SWITCHYARD_SECRET_KEY: randomBytes(32).toString('base64'),
    SWITCHYARD_TARGET_ALLOW: '127.0.0.1',
    EXECUTOR_SLOTS: '200',
    LOG_LEVEL: process.env.BENCH_LOG ?? 'warn',
    ...env,
  };
  const server = await startSwitchyard('server/main', settings, () => {}, { home });
  let version = 0;
  return {
    server,
    tenantIds,
    createPlan: async (ids, maxConcurrency, playbookId = 'bench') => {
      version += 1;
      await makeVersion(databaseUrl, `v${version}`);
      const began = performance.now();
      const { planId } = await call<{ planId: string }>(server.url, 'plans.create', 'mutation', {
        name: `Bench ${version}`,
        tenantIds: ids,
        unitId: 'bench',
        version: `v${version}`,
        playbookId,
        maxConcurrency,
        settings: { maxRetry: null, healthIntervalSeconds: 0.1, healthAttempts: null, driftGuard: false },
      });
      return { planId, millis: performance.now() - began };
    },
    failNext: () => void target.process.stdin?.write('\n'),
    close: async () => {
      await server.stop();
      target.process.kill();
    },
  };
}

async function seed(databaseUrl: string, tenantIds: readonly string[], port: number): Promise<void> {
  await makeVersion(databaseUrl, 'v0');
  const { db, close } = connect(databaseUrl, 1);
  const body = CONFIG_BODY;
  const definition = {
    stages: [
      { name: 'Config', steps: [{ name: 'send', type: 'config-update', request: { body } }] },
      { name: 'Reload', steps: [{ name: 'tell', type: 'broadcast' }] },
      { name: 'Health', steps: [{ name: 'confirm', type: 'health-check' }] },
    ],
  };
  await savePlaybook(db, { playbookId: 'bench', name: 'Bench', definition, createdBy: 'bench' });
  const tenants = tenantIds.map((tenantId) => ({
    tenantId,
    name: tenantId,
    labels: {},
    endpoints: [{ key: tenantId, url: `http://127.0.0.1:${port}/${tenantId}`, labels: {} }],
    variables: {},
    overrides: {},
    current: { bench: 'v0' },
  }));
  await importTenants(db, tenants, { actor: 'bench' });
  await close();
}

async function makeVersion(databaseUrl: string, version: string): Promise<void> {
  const { db, close } = connect(databaseUrl, 1);
  const filling = randomBytes(PAYLOAD_BYTES / 2 - 40).toString('hex');
  const payload = JSON.stringify({ tenant: '{{tenant.id}}', filling });
  await createVersion(db, {
    unitId: 'bench',
    unitName: 'Bench',
    version,
    payload,
    format: 'json',
    note: '',
    createdBy: 'bench',
  });
  await close();
}
