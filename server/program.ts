import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { connect, type Database } from '@/db/client';
import { LimitedDatabases } from '@/db/limited';
import { countRefused, recordAccess } from '@/db/queries/access-records';
import { createTaskMachine } from '@/domain/task-transition';
import { createCallHandler } from '@/server/api/handle-calls';
import { openApiDocument } from '@/server/api/openapi';
import { restDocument } from '@/server/api/rest/document';
import { createRestHandler } from '@/server/api/rest/handle-rest';
import type { ApiDeps } from '@/server/api/trpc';
import { createAuth } from '@/server/auth/auth';
import { createAuthenticate } from '@/server/auth/authenticate';
import { createAuthHandler } from '@/server/auth/handler';
import { readInvite } from '@/server/auth/members';
import { openSingleSignOn } from '@/server/auth/oidc/open';
import { endOidcSessions } from '@/server/auth/oidc/sessions';
import { passkeyParty, secondFactorsOf } from '@/server/auth/passkeys';
import { readReset } from '@/server/auth/resets';
import { ensureFirstAdmin, setupLinkState, setupNeeded } from '@/server/auth/setup';
import { resolveShare } from '@/server/auth/shares';
import { type CommitListener, createCommitter } from '@/server/commands/commit-transition';
import { PlanLanes } from '@/server/commands/plan-lanes';
import type { CheckpointStore } from '@/server/executor/checkpoints/checkpoint-store';
import { postgresCheckpoints } from '@/server/executor/checkpoints/postgres';
import { redisCheckpoints } from '@/server/executor/checkpoints/redis';
import { Executor } from '@/server/executor/executor';
import { PgBossQueue } from '@/server/executor/queue/pg-boss-queue';
import { Jobs } from '@/server/jobs/jobs';
import { retentionJob } from '@/server/jobs/retention';
import { createMetrics } from '@/server/metrics/metrics';
import { Notifier } from '@/server/notifications/notifier';
import { sendNotification } from '@/server/notifications/sender';
import { News } from '@/server/realtime/news';
import { Snapshots } from '@/server/realtime/snapshots';
import { Sockets } from '@/server/realtime/sockets';
import { StatusPages } from '@/server/realtime/status-pages';
import { createAuditSigner } from '@/server/security/audit-signer';
import { Budgets } from '@/server/security/budgets';
import { SecretsCheck } from '@/server/security/check-secrets';
import { createClientOf } from '@/server/security/client';
import { createSecretsLoader } from '@/server/security/open-secrets';
import { deriveKey, loadSecretKeys, sessionSecretsOf } from '@/server/security/secret-key';
import { createSecretBox } from '@/server/security/secrets';
import { checkTarget, createTargetDispatcher } from '@/server/security/target-guard';
import { logEvents } from '@/server/telemetry/log-events';
import { pushMetrics } from '@/server/telemetry/metrics-push';
import { observeCommits } from '@/server/telemetry/observe-commits';
import { createTracing } from '@/server/telemetry/tracing';
import type { Env } from './env';
import { driftJob } from './fleet/check-drift';
import { lookAgain } from './fleet/look-again';
import { measureWave } from './fleet/measure-wave';
import { createFrontDoor } from './http';
import { POOLS } from './pools';
import { ReadinessCheck } from './readiness';
import type { Runtime } from './runtime';
import { LiveSettings } from './settings/live-settings';

const NOTIFICATION_MILLIS = 10_000;

/** What a program is made of that is not the same everywhere. */
export interface ProgramParts {
  env: Env;
  log: Logger;
  /** Of a database that is migrated. */
  databaseUrl: string;
  /** Where people reach it. */
  baseUrl: URL;
  /** Its requests and sockets are answered, and it is closed in the end; whoever gave it listens. */
  http: Server;
  /** What answers a request for a page. */
  pages: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Told of every commit of this process, after the program itself. */
  committed?: CommitListener;
}

/** The parts of a running program that others hold on to. */
export interface Program {
  db: Database;
  executor: Executor;
  api: ApiDeps;
  realtime: { news: News; sockets: Sockets };
  jobs: Jobs;
  /** What pages ask on the server. */
  runtime: Runtime;
  /** Begins to execute and to send. */
  start(): Promise<void>;
  /** Stages under way may reach their boundary within the grace period. */
  stop(graceMillis: number): Promise<void>;
}

/**
 * Puts the program together: commands, executor, API, sockets and jobs, over one database. The server, the tests of the
 * API and whoever else wants the whole of it make the same with other parts. Throws when a part cannot be made; what was
 * open by then is closed.
 */
export async function createProgram(parts: ProgramParts): Promise<Program> {
  const { env, log, databaseUrl, baseUrl } = parts;
  const closing: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    for (const close of closing.reverse())
      await close().catch((error: unknown) => log.warn({ err: error }, 'Closing failed'));
  };
  try {
    return await create();
  } catch (error) {
    await closeAll();
    throw error;
  }

  async function create(): Promise<Program> {
    const pool = (use: keyof typeof POOLS) => {
      const opened = connect(databaseUrl, POOLS[use].max, POOLS[use]);
      closing.push(opened.close);
      return opened;
    };
    const connection = pool('console');
    const { db } = connection;
    const commanding = pool('commands');
    const executing = pool('executor');
    const liveness = pool('liveness');

    const limited = new LimitedDatabases(databaseUrl, POOLS.console);
    closing.push(() => limited.close());

    const keys = await loadSecretKeys(env);
    const [key] = keys;
    if (!key) throw new Error('There is no secret key.');
    const secretBox = createSecretBox(keys);
    const auditSigner = createAuditSigner(keys);
    const { passwordLogin } = env;
    const say = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => log[level](message);
    const sso = env.oidc && openSingleSignOn({ db, settings: env.oidc, secretBox, passwordLogin, log: say });
    if (sso) closing.push(sso.close);
    else await endOidcSessions(db);
    const auth = createAuth({
      db,
      sessionSecrets: sessionSecretsOf(keys),
      baseUrl,
      sessions: env.sessions,
      oidc: sso?.oidc,
      log: say,
    });
    const settings = new LiveSettings(db, env.tuning);
    await settings.refresh();
    const authenticate = createAuthenticate({
      auth,
      db,
      sessions: env.sessions,
      sso: sso?.check,
      ...(env.apiKey ? { apiKey: env.apiKey } : {}),
      apiKeyOn: () => settings.environmentKeyOn,
      unknownKey: (address) =>
        void countRefused(db, { action: 'key.unknown', address, subject: 'a key' }).catch((error: unknown) =>
          log.warn({ err: error }, 'A refusal could not be counted'),
        ),
    });
    if (env.admin) await ensureFirstAdmin(db, env.admin);

    const news = new News(connection.sql, log);
    const metrics = createMetrics(db);
    const transition = createTaskMachine({ instrumentation: [metrics.transitions] });
    const checkpoints = await openCheckpoints(db);
    // What is not dropped now is found by the sweep.
    const dropData = (tasks: Parameters<CheckpointStore['drop']>[0]) =>
      checkpoints
        .drop(tasks)
        .catch((error: unknown) => log.warn({ err: error }, 'Stage data was not dropped'));
    const tracing = createTracing(process.env, { db, seed: deriveKey(key, 'traces') });
    if (tracing) closing.push(() => tracing.stop());
    const pushed = pushMetrics(process.env, { log, read: metrics.read });
    if (pushed) closing.push(() => pushed.stop());
    const logged = logEvents(log);
    const committerOn = (over: Database, of: 'drivers' | 'people' = 'drivers') =>
      observeCommits(
        createCommitter(over, (stored) => {
          metrics.committed(stored);
          news.publish([...stored.plans.keys(), ...stored.waiting]);
          void executor.offer(stored.woken);
          // A driver knows what it stores.
          const heard = of === 'people' ? stored.plans.keys() : [];
          void executor.kick([...heard, ...stored.waiting]);
          if (stored.dropped.length > 0) void dropData(stored.dropped);
          parts.committed?.(stored);
        }),
        (groups) => {
          logged(groups);
          tracing?.stored(groups);
        },
      );
    const targets = createTargetDispatcher({ allow: env.targetAllow });
    const jobs = new Jobs(databaseUrl, log);
    closing.push(() => jobs.stop(1000));
    const { mail } = env;
    const sender = { secretBox, http: targets, mail, publicUrl: baseUrl, timeoutMillis: NOTIFICATION_MILLIS };
    const notifier = new Notifier({ db, jobs, log, ...sender, attempted: metrics.notified });
    const secretsOf = createSecretsLoader(db, secretBox);
    const secretsCheck = new SecretsCheck({ db, box: secretBox, log });
    await secretsCheck.report();
    const executor = new Executor({
      url: databaseUrl,
      db: executing.db,
      liveness: liveness.db,
      committer: committerOn(executing.db),
      together: committerOn(pool('together').db),
      queue: new PgBossQueue(databaseUrl, liveness.db, log),
      offered: () => news.offer(),
      troubled: () => news.publish(['executor']),
      slots: env.executorSlots,
      layers: settings.layers,
      transition,
      checkpoints,
      http: targets,
      log,
      secretsOf,
      secretBox,
      lookAgain: (planId) => lookAgain({ db, http: targets, layers: settings.layers, secretsOf }, planId),
      measureWave: (wave, signal) => measureWave({ db, http: targets, secretsOf }, wave, signal),
      stepEnded: metrics.stepEnded,
    });
    news.onOffer(() => void executor.heard());
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
    const lanes = new PlanLanes();
    const api: ApiDeps = {
      db,
      limited,
      snapshots,
      statusPages,
      budgets,
      committer: lanes.around(committerOn(commanding.db, 'people')),
      lanes,
      layers: settings.layers,
      transition,
      http: targets,
      secretsOf,
      secretBox,
      auditSigner,
      log,
      executorRole: () => executor.role,
      executorKick: () => news.publishAll(),
      settingsChanged: async () => {
        await settings.refresh();
        news.publishAll();
      },
      tell: (what) => news.publish([what]),
      publicUrl: baseUrl,
      environmentKey: () => (env.apiKey === undefined ? 'none' : settings.environmentKeyOn ? 'on' : 'off'),
      commandRefused: metrics.refused,
      signIn: { passwords: passwordLogin, singleSignOn: env.oidc?.name ?? null },
      checkTarget: (url) => checkTarget(url, env.targetAllow),
      mailFrom: mail?.from.address ?? null,
      notify: (to, sending) => sendNotification(sender, to, sending),
    };
    const runtime: Runtime = {
      authenticate,
      // The first one may come from the provider, so that nobody is led away from the button.
      setupNeeded: async () => !env.oidc && (await setupNeeded(db)),
      setupLinkState: async (token) => (passwordLogin ? setupLinkState(db, token) : 'done'),
      readInvite: async (token) => (passwordLogin ? readInvite(db, token) : null),
      readReset: async (token) => (passwordLogin ? readReset(db, token) : null),
      secondFactorsOf: (userId) => secondFactorsOf(db, userId),
      passkeyOrigin: (passwordLogin && passkeyParty(baseUrl)?.origin) || null,
      signIn: { passwords: passwordLogin, singleSignOn: env.oidc?.name ?? null },
      publicStatus: async (token, look) => {
        const open = await resolveShare(db, token, look);
        return open && statusPages.read(open);
      },
      publicUrl: baseUrl,
    };

    const own = connect(databaseUrl, 1);
    closing.push(own.close);
    const readiness = new ReadinessCheck({
      own,
      pools: { console: connection, commands: commanding, executor: executing },
      executor: () => {
        const { role } = executor;
        return role.executing ? 'executing' : role.because;
      },
      trouble: () => executor.trouble,
      // Not a reason to be taken out: every node would be, and all but some tenants' tasks can go on.
      secrets: () => secretsCheck.state(),
    });
    const clientOf = createClientOf(env.trustedProxies);
    const door = createFrontDoor({
      env,
      authenticate,
      clientOf,
      authHandler: createAuthHandler({
        auth,
        db,
        baseUrl,
        authenticate,
        audit: (event) => recordAccess(db, event),
        ...{ sso: sso?.signOn(auth, baseUrl), passwordLogin },
      }),
      trpc: createCallHandler(api, authenticate, budgets),
      rest: createRestHandler({ api, authenticate, budgets, news, document: restDocument(baseUrl) }),
      metrics: metrics.render,
      openApi: () => openApiDocument(baseUrl),
      readiness: () => readiness.read(),
      next: parts.pages,
      onError: (error, request) => log.error({ err: error, ...request }, 'A request failed'),
    });
    parts.http.on('request', (request, response) => void door(request, response));
    const sockets = new Sockets(parts.http, {
      db,
      limited,
      news,
      statusPages,
      budgets,
      authenticate,
      clientOf,
      publicUrl: env.publicUrl,
      othersUpgrade: env.mode === 'development',
      log,
      sending: (planId, events) => snapshots.follow(planId, events),
    });
    closing.push(() => news.stop());
    closing.push(() => notifier.stop());
    closing.push(async () => {
      parts.http.closeAllConnections();
      await new Promise((resolve) => parts.http.close(resolve));
    });
    closing.push(() => sockets.close());

    return {
      db,
      executor,
      api,
      realtime: { news, sockets },
      jobs,
      runtime,
      start: async () => {
        await news.start();
        await jobs.start([
          notifier.kind,
          retentionJob({ db, log, stageData: checkpoints, auditSigner, days: env.retentionDays }),
          driftJob({ db, log, http: targets, layers: settings.layers, secretsOf }),
        ]);
        notifier.start(news);
        await executor.start();
      },
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
}
