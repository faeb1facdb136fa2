import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import next from 'next';
import type { Logger } from 'pino';
import { connect, type Database } from '@/db/client';
import { startEmbeddedPostgres } from '@/db/embedded/launcher';
import { migrate } from '@/db/migrate';
import { recordAudit } from '@/db/queries/audit';
import { createTaskMachine } from '@/domain/task-transition';
import { createCallHandler } from '@/server/api/handle-calls';
import { openApiDocument } from '@/server/api/openapi';
import type { ApiDeps } from '@/server/api/trpc';
import { createAuth } from '@/server/auth/auth';
import { createAuthHandler } from '@/server/auth/handler';
import { readInvite } from '@/server/auth/members';
import { createAuthenticate } from '@/server/auth/principal';
import { ensureFirstAdmin, issueSetupLink, setupLinkState, setupNeeded } from '@/server/auth/setup';
import { resolveShare } from '@/server/auth/shares';
import { createCommitter } from '@/server/commands/commit-transition';
import type { CheckpointStore } from '@/server/executor/checkpoints/checkpoint-store';
import { postgresCheckpoints } from '@/server/executor/checkpoints/postgres';
import { redisCheckpoints } from '@/server/executor/checkpoints/redis';
import { Executor } from '@/server/executor/executor';
import { hurries, leavesWork } from '@/server/executor/work-left';
import { Jobs } from '@/server/jobs/jobs';
import { retentionJob } from '@/server/jobs/retention';
import { createMetrics } from '@/server/metrics/metrics';
import { Notifier } from '@/server/notifications/notifier';
import { sendNotification } from '@/server/notifications/sender';
import { News } from '@/server/realtime/news';
import { Snapshots } from '@/server/realtime/snapshots';
import { Sockets } from '@/server/realtime/sockets';
import { StatusPages } from '@/server/realtime/status-pages';
import { publishRuntime } from '@/server/runtime';
import { Budgets } from '@/server/security/budgets';
import { SecretsCheck } from '@/server/security/check-secrets';
import { createSecretsLoader } from '@/server/security/open-secrets';
import { deriveKey, loadSecretKeys } from '@/server/security/secret-key';
import { createSecretBox } from '@/server/security/secrets';
import { checkTarget, createTargetDispatcher } from '@/server/security/target-guard';
import { logEvents } from '@/server/telemetry/log-events';
import { observeCommits } from '@/server/telemetry/observe-commits';
import { createTracing } from '@/server/telemetry/tracing';
import type { Env } from './env';
import { driftJob } from './fleet/check-drift';
import { lookAgain } from './fleet/look-again';
import { createFrontDoor } from './http';
import { ReadinessCheck } from './readiness';
import { LiveSettings } from './settings/live-settings';

const CONSOLE_CONNECTIONS = 12;
const EXECUTOR_CONNECTIONS = 8;

export interface RunningServer {
  url: URL;
  /** Where the first administrator sets up the console; null when there is an account. */
  setupLink: URL | null;
  db: Database;
  /** Resolves when something the server cannot live without has ended. */
  failed: Promise<Error>;
  /** Stages under way may reach their boundary within the grace period. */
  stop(graceMillis: number): Promise<void>;
}

/**
 * Puts the whole program together: database, executor, API, sockets and console in one process.
 * `say` tells a person what is happening; `log` is for machines.
 */
export async function startServer(
  env: Env,
  log: Logger,
  say: (line: string) => void,
): Promise<RunningServer> {
  const closing: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    for (const close of closing.reverse())
      await close().catch((error: unknown) => log.warn({ err: error }, 'Closing failed'));
  };
  try {
    return await start();
  } catch (error) {
    await closeAll();
    throw error;
  }

  async function start(): Promise<RunningServer> {
    const database = await openDatabase();
    await migrate(database.url);
    const connection = connect(database.url, CONSOLE_CONNECTIONS);
    closing.push(connection.close);
    const { db } = connection;
    // Its own, so that no rush at the console keeps a run from storing what it did.
    const executing = connect(database.url, EXECUTOR_CONNECTIONS, { byKeys: true });
    closing.push(executing.close);

    const keys = await loadSecretKeys(env);
    const [key] = keys;
    if (!key) throw new Error('There is no secret key.');
    const secretBox = createSecretBox(keys);
    const baseUrl = env.publicUrl ?? new URL(`http://${reachable(env.host)}:${env.port}`);
    const auth = createAuth({
      db,
      sessionSecret: deriveKey(key, 'session').toString('base64'),
      baseUrl,
      log: (level, message) => log[level](message),
    });
    const authenticate = createAuthenticate({ auth, db, ...(env.apiKey ? { apiKey: env.apiKey } : {}) });
    if (env.admin) await ensureFirstAdmin(db, env.admin);

    const news = new News(connection.sql, log);
    const metrics = createMetrics(db);
    const transition = createTaskMachine({ instrumentation: [metrics.transitions] });
    const settings = new LiveSettings(db, env.tuning);
    await settings.refresh();
    const checkpoints = await openCheckpoints(db);
    // What is not dropped now is found by the sweep.
    const dropData = (tasks: Parameters<CheckpointStore['drop']>[0]) =>
      checkpoints
        .drop(tasks)
        .catch((error: unknown) => log.warn({ err: error }, 'Stage data was not dropped'));
    const tracing = createTracing(process.env, { db, seed: deriveKey(key, 'traces') });
    if (tracing) closing.push(() => tracing.stop());
    const logged = logEvents(log);
    const committer = observeCommits(
      createCommitter(executing.db, (stored) => {
        metrics.committed(stored);
        news.publish(stored.planIds);
        if (leavesWork(stored.events)) void executor.kick(stored.planIds);
        if (hurries(stored.events)) void executor.hurry();
        if (stored.dropped.length > 0) void dropData(stored.dropped);
      }),
      (groups) => {
        logged(groups);
        tracing?.stored(groups);
      },
    );
    const targets = createTargetDispatcher({ allow: env.targetAllow });
    const jobs = new Jobs(database.url, log);
    closing.push(() => jobs.stop(1000));
    const sender = { secretBox, http: targets, publicUrl: baseUrl, timeoutMillis: 10_000 };
    const notifier = new Notifier({ db, jobs, log, ...sender, attempted: metrics.notified });
    const secretsOf = createSecretsLoader(db, secretBox);
    const secretsCheck = new SecretsCheck({ db, box: secretBox, log });
    await secretsCheck.report();
    const executor = new Executor({
      url: database.url,
      db: executing.db,
      committer,
      mode: env.dispatcher,
      slots: env.executorSlots,
      layers: settings.layers,
      transition,
      checkpoints,
      http: targets,
      log,
      secretsOf,
      lookAgain: (planId) => lookAgain({ db, http: targets, layers: settings.layers, secretsOf }, planId),
      stepEnded: metrics.stepEnded,
    });
    news.subscribe((plans, own) => {
      if (!own || plans === 'all') void executor.kick(plans);
      // Somebody may have changed them on another node.
      if (plans === 'all')
        settings
          .refresh()
          .catch((error: unknown) => log.warn({ err: error }, 'Settings were not read again'));
    });

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
      secretsOf,
      secretBox,
      log,
      executorRole: () => executor.role,
      executorKick: () => news.publishAll(),
      settingsChanged: async () => {
        await settings.refresh();
        news.publishAll();
      },
      tell: (what) => news.publish([what]),
      publicUrl: baseUrl,
      commandRefused: metrics.refused,
      checkTarget: (url) => checkTarget(url, env.targetAllow),
      notify: (to, sending) => sendNotification(sender, to, sending),
    };
    publishRuntime({
      authenticate,
      setupNeeded: () => setupNeeded(db),
      setupLinkState: (token) => setupLinkState(db, token),
      readInvite: (token) => readInvite(db, token),
      publicStatus: async (token) => {
        const open = await resolveShare(db, token, { countView: true });
        return open && statusPages.read(open);
      },
    });

    const http = createServer();
    const console_ = next({
      dev: env.mode === 'development',
      dir: process.cwd(),
      httpServer: http,
      hostname: env.host,
      port: env.port,
    });
    await console_.prepare();
    closing.push(() => console_.close());
    const own = connect(database.url, 1);
    closing.push(own.close);
    const readiness = new ReadinessCheck({
      own,
      pools: { console: connection, executor: executing },
      executor: () => {
        const { role } = executor;
        return role.executing ? `executing (${role.mode})` : role.because;
      },
      // Not a reason to be taken out: every node would be, and all but some tenants' tasks can go on.
      secrets: () => secretsCheck.state(),
    });
    const door = createFrontDoor({
      env,
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
      readiness: () => readiness.read(),
      next: console_.getRequestHandler(),
      onError: (error, request) => log.error({ err: error, ...request }, 'A request failed'),
    });
    http.on('request', (request, response) => void door(request, response));
    const sockets = new Sockets(http, {
      db,
      news,
      statusPages,
      budgets,
      authenticate,
      publicUrl: env.publicUrl,
      log,
      sending: (planId, events) => snapshots.follow(planId, events),
    });
    await news.start();
    closing.push(() => news.stop());
    await jobs.start([
      notifier.kind,
      retentionJob({ db, log, days: env.retentionDays }),
      driftJob({ db, log, http: targets, layers: settings.layers, secretsOf }),
    ]);
    notifier.start(news);
    closing.push(() => notifier.stop());
    await executor.start();
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(env.port, env.host, resolve);
    });
    closing.push(async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    });
    closing.push(() => sockets.close());

    const url = new URL(`http://${reachable(env.host)}:${(http.address() as AddressInfo).port}`);
    return {
      url,
      setupLink: await issueSetupLink(db, env.publicUrl ?? url),
      db,
      failed: database.failed,
      stop: async (graceMillis) => {
        await executor.stop(graceMillis);
        await closeAll();
      },
    };
  }

  async function openCheckpoints(db: Database): Promise<CheckpointStore> {
    const store =
      env.checkpointStore === 'redis' && env.redisUrl
        ? await redisCheckpoints(env.redisUrl, (error) =>
            log.warn({ err: error }, 'The checkpoint store has a problem'),
          )
        : postgresCheckpoints(db);
    closing.push(() => store.close());
    return store;
  }

  async function openDatabase(): Promise<{ url: string; failed: Promise<Error> }> {
    if (env.databaseUrl) return { url: env.databaseUrl, failed: new Promise(() => {}) };
    const postgres = await startEmbeddedPostgres({ dataDir: path.join(env.dataDir, 'postgres'), log: say });
    closing.push(() => postgres.stop());
    return { url: postgres.url, failed: postgres.died };
  }
}

/** A host as a URL may name it: every address is reached as this machine, and IPv6 stands in brackets. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
