import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eq, type SQL, sql } from 'drizzle-orm';
import pino from 'pino';
import { connect, type Database } from '@/db/client';
import { recordAudit } from '@/db/queries/audit';
import { listTenants } from '@/db/queries/catalogue';
import { playbook } from '@/db/schema/catalogue';
import { createTestDatabase } from '@/db/testing/test-database';
import { Fleet } from '@/demo/fleet/fleet';
import { seedDemo } from '@/demo/seed';
import { createTaskMachine } from '@/domain/task-transition';
import { createApiKey } from '@/server/auth/api-keys';
import { createAuth } from '@/server/auth/auth';
import { createAuthHandler } from '@/server/auth/handler';
import { createAuthenticate } from '@/server/auth/principal';
import { createCommitter } from '@/server/commands/commit-transition';
import { importTenants } from '@/server/commands/save-tenants';
import { postgresCheckpoints } from '@/server/executor/checkpoints/postgres';
import { Executor } from '@/server/executor/executor';
import { patient } from '@/server/executor/testing/patient';
import { createFrontDoor } from '@/server/http';
import { createMetrics } from '@/server/metrics/metrics';
import { sendNotification } from '@/server/notifications/sender';
import { News } from '@/server/realtime/news';
import { Snapshots } from '@/server/realtime/snapshots';
import { Sockets } from '@/server/realtime/sockets';
import { StatusPages } from '@/server/realtime/status-pages';
import { Budgets } from '@/server/security/budgets';
import { createSecretBox } from '@/server/security/secrets';
import { parseTargetAllow } from '@/server/security/target-allow';
import { checkTarget, createTargetDispatcher } from '@/server/security/target-guard';
import { LiveSettings } from '@/server/settings/live-settings';
import { createCallHandler } from '../handle-calls';
import { openApiDocument } from '../openapi';
import type { ApiDeps } from '../trpc';

/** The demo's tenants that have real instances here; the others are on record only. */
const LIVE_TENANTS = [
  'acme-eu',
  'acme-us',
  'borealis',
  'cobalt-retail',
  'delta-freight',
  'evergreen',
  'fjord-media',
  'harbor-health',
];

export interface ApiServer {
  url: string;
  /** The bootstrap key of the environment: an operator. */
  key: string;
  viewerKey: string;
  adminKey: string;
  db: Database;
  fleet: Fleet;
  /** What went wrong without anybody expecting it. */
  errors: unknown[];
  /** Resolves once the task has one of these statuses; looks again after every commit. */
  untilTask(taskId: string, ...statuses: string[]): Promise<string>;
  untilPlan(planId: string, ...statuses: string[]): Promise<string>;
  /** Every bulk action is worked off. */
  untilBulksEnded(): Promise<string>;
  close(): Promise<void>;
}

/** The program as people reach it, over a database of its own that is filled like the demo; only the pages are missing. */
export async function startApiServer(): Promise<ApiServer> {
  const database = await createTestDatabase();
  const connection = connect(database.url, 20);
  const { db } = connection;
  const fleet = await Fleet.start({
    version: 'v1',
    tenants: LIVE_TENANTS.map((tenantId) => ({ tenantId, instances: 2 })),
  });
  await seedDemo(db);
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
  const viewer = await createApiKey(db, {
    name: 'reader',
    role: 'viewer',
    createdBy: 'test',
    expiresAt: null,
  });
  const admin = await createApiKey(db, { name: 'keeper', role: 'admin', createdBy: 'test', expiresAt: null });

  const errors: unknown[] = [];
  const log = pino({ level: process.env.TEST_LOG ?? 'silent' });
  log.error = (what: unknown) => void errors.push(what);
  const waiting = new Set<() => void>();
  const metrics = createMetrics(db);
  const transition = createTaskMachine({ instrumentation: [metrics.transitions] });
  const news = new News(connection.sql, log);
  await news.start();
  const committer = createCommitter(db, (stored) => {
    metrics.committed(stored);
    news.publish(stored.planIds);
    for (const look of waiting) look();
    void executor.kick();
  });
  const settings = new LiveSettings(db, {});
  const allow = parseTargetAllow('127.0.0.1');
  const targets = createTargetDispatcher({ allow });
  const secretBox = createSecretBox([randomBytes(32)]);
  const executor = new Executor({
    url: database.url,
    db,
    committer,
    mode: 'local',
    slots: 20,
    layers: settings.layers,
    transition,
    checkpoints: postgresCheckpoints(db),
    http: targets,
    log: pino({ level: 'silent' }),
    secretsOf: async () => ({}),
    stepEnded: metrics.stepEnded,
  });
  await executor.start();

  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const baseUrl = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const sessionSecret = randomBytes(32).toString('base64');
  const auth = createAuth({ db, sessionSecret, baseUrl, log: () => {} });
  const authenticate = createAuthenticate({ auth, db, apiKey: key });
  const snapshots = new Snapshots(db, log);
  const statusPages = new StatusPages(db);
  const budgets = new Budgets({ db, log });
  const deps: ApiDeps = {
    db,
    snapshots,
    statusPages,
    budgets,
    committer,
    layers: settings.layers,
    transition,
    http: targets,
    secretsOf: async () => ({}),
    secretBox,
    log,
    executorRole: () => executor.role,
    executorKick: () => void executor.kick(),
    settingsChanged: () => settings.refresh(),
    tell: () => {},
    publicUrl: baseUrl,
    commandRefused: metrics.refused,
    checkTarget: (url) => checkTarget(url, allow),
    notify: (to, sending) =>
      sendNotification({ secretBox, http: targets, publicUrl: baseUrl, timeoutMillis: 300_000 }, to, sending),
  };
  const door = createFrontDoor({
    env: { mode: 'production' },
    authenticate,
    authHandler: createAuthHandler({
      auth,
      db,
      baseUrl,
      authenticate,
      audit: ({ action, subject, address }) => recordAudit(db, { actor: subject, action, target: address }),
    }),
    trpc: createCallHandler(deps, authenticate, budgets),
    metrics: metrics.render,
    openApi: () => openApiDocument(baseUrl),
    readiness: async () => ({ ready: true, checks: { database: 'ok' } }),
    next: async (_request, response) => void response.writeHead(404).end(),
    onError: (error) => errors.push(error),
  });
  http.on('request', (request, response) => void door(request, response));
  const sockets = new Sockets(http, {
    db,
    news,
    statusPages,
    budgets,
    authenticate,
    publicUrl: undefined,
    log,
    sending: (planId, events) => snapshots.follow(planId, events),
  });

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
    viewerKey: viewer.key,
    adminKey: admin.key,
    db,
    fleet,
    errors,
    untilTask,
    untilPlan,
    untilBulksEnded,
    close: async () => {
      await sockets.close();
      await news.stop();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await executor.stop(0);
      await fleet.close();
      await connection.close();
      await database.drop();
    },
  };
}
