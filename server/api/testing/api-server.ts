import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';
import { eq, type SQL, sql } from 'drizzle-orm';
import pino from 'pino';
import { beforeAll } from 'vitest';
import { connect, type Database } from '@/db/client';
import { listTenants } from '@/db/queries/catalogue';
import { playbook } from '@/db/schema/catalogue';
import { createTestDatabase } from '@/db/testing/test-database';
import { Fleet } from '@/demo/fleet/fleet';
import { seedFleet } from '@/demo/seed';
import { DEMO_TENANTS } from '@/demo/tenants';
import { createApiKey } from '@/server/auth/api-keys';
import type { Role } from '@/server/auth/principal';
import { createCommitter } from '@/server/commands/commit-transition';
import { createPlan } from '@/server/commands/create-plan';
import { importTenants } from '@/server/commands/save-tenants';
import { readEnv } from '@/server/env';
import { patient } from '@/server/executor/testing/patient';
import { createLogger } from '@/server/logging';
import { createProgram } from '@/server/program';

/** The demo's tenants that have real instances here; the others are on record only. */
const LIVE_TENANTS = DEMO_TENANTS.slice(0, 9);

export interface ApiServer {
  url: string;
  /** The bootstrap key of the environment: an operator. */
  key: string;
  viewerKey: string;
  adminKey: string;
  /** A key nobody used yet: what is asked with it has a budget of its own. */
  newKey(role: Role): Promise<string>;
  db: Database;
  fleet: Fleet;
  /** What went wrong without anybody expecting it. */
  errors: unknown[];
  /** Resolves once the task has one of these statuses; looks again after every commit. */
  untilTask(taskId: string, ...statuses: string[]): Promise<string>;
  untilPlan(planId: string, ...statuses: string[]): Promise<string>;
  /** Every bulk action is worked off. */
  untilBulksEnded(): Promise<string>;
}

interface Options {
  log?: (line: string) => void;
  /** More of the environment, of a server that people reach at `base`. */
  env?: (base: URL) => Promise<Record<string, string>>;
}

/**
 * A server of the calling file, whose `log` hears every line instead of `errors`, from before its first test until after its last. Call it once, first of all in the
 * file; its members are there when the tests run.
 */
export function testApiServer(options: Options = {}): Readonly<ApiServer> {
  const server = {} as ApiServer;
  beforeAll(async () => {
    const { close, ...started } = await startApiServer(options);
    Object.assign(server, started);
    return close;
  });
  return server;
}

/** The program as people reach it, over a database of its own that is filled like the demo; only the pages are missing. */
async function startApiServer(options: Options): Promise<ApiServer & { close(): Promise<void> }> {
  const database = await createTestDatabase();
  const connection = connect(database.url, 20);
  const { db } = connection;
  const fleet = await Fleet.start({
    version: 'v1',
    tenants: LIVE_TENANTS.map(({ tenantId }) => ({ tenantId, instances: 2 })),
  });
  await seedFleet(db);
  await createPlan(
    { db, committer: createCommitter(db) },
    {
      name: 'Switch the edge routers to green',
      tenantIds: DEMO_TENANTS.map(({ tenantId }) => tenantId),
      unitId: 'edge-router',
      version: 'v2',
      playbookId: 'blue-green',
      maxConcurrency: 4,
      settings: { maxRetry: null, healthIntervalSeconds: 1, healthAttempts: null },
      sources: {},
    },
    { actor: 'demo', requestId: null, leaveOutInvalid: false, previewHash: null },
  );
  for (const { playbookId, definition } of await db.select().from(playbook))
    await db
      .update(playbook)
      .set({ definition: patient(definition) })
      .where(eq(playbook.playbookId, playbookId));
  const seeded = await listTenants(db, { limit: 100 });
  const live = seeded.items.filter(({ tenantId }) => fleet.tenants.has(tenantId));
  await importTenants(
    db,
    live.map((one) => ({ ...one, endpoints: fleet.endpoints(one.tenantId) })),
    { actor: 'demo', replace: true },
  );

  const key = randomBytes(24).toString('base64url');
  const newKey = async (role: Role, name: string = role) =>
    (await createApiKey(db, { name, role, createdBy: 'test', expiresAt: null })).key;
  const viewerKey = await newKey('viewer', 'reader');
  const adminKey = await newKey('admin', 'keeper');

  const errors: unknown[] = [];
  const log = options.log
    ? createLogger('debug', { write: options.log } as Writable)
    : pino({ level: process.env.TEST_LOG ?? 'silent' });
  if (!options.log) log.error = (what: unknown) => void errors.push(what);
  const waiting = new Set<() => void>();
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const baseUrl = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const program = await createProgram({
    env: readEnv({
      NODE_ENV: 'production',
      SWITCHYARD_API_KEY: key,
      SWITCHYARD_SECRET_KEY: randomBytes(32).toString('base64'),
      SWITCHYARD_TARGET_ALLOW: '127.0.0.1',
      EXECUTOR_SLOTS: '20',
      ...(await options.env?.(baseUrl)),
    }),
    log,
    databaseUrl: database.url,
    baseUrl,
    http,
    pages: async (_request, response) => void response.writeHead(404).end(),
    committed: () => {
      for (const look of waiting) look();
    },
  });
  await program.start();

  const untilTask = (taskId: string, ...statuses: string[]) =>
    until(sql`select status from task where task_id = ${taskId}`, statuses);
  const untilPlan = (planId: string, ...statuses: string[]) =>
    until(sql`select status from plan where plan_id = ${planId}`, statuses);

  const untilBulksEnded = () =>
    until(
      sql`select case when exists (select 1 from bulk where ended_at is null) then 'open' else 'ended' end as status`,
      ['ended'],
    );

  async function until(looked: SQL, statuses: string[]): Promise<string> {
    for (;;) {
      let news = () => {};
      const changed = new Promise<void>((resolve) => {
        news = resolve;
      });
      waiting.add(news);
      const [row] = await db.execute<{ status: string }>(looked);
      if (row && statuses.includes(row.status)) {
        waiting.delete(news);
        return row.status;
      }
      await changed;
      waiting.delete(news);
    }
  }

  return {
    url: baseUrl.origin,
    key,
    viewerKey,
    adminKey,
    newKey,
    db,
    fleet,
    errors,
    untilTask,
    untilPlan,
    untilBulksEnded,
    close: async () => {
      await program.stop(0);
      await fleet.close();
      await connection.close();
      await database.drop();
    },
  };
}
