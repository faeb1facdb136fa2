import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import pino from 'pino';
import { afterAll, afterEach, beforeEach } from 'vitest';
import { plan } from '@/db/schema/run';
import { testDatabase } from '@/db/testing/test-database';
import { TOPICS } from '@/domain/view/news';
import { Jobs } from '@/server/jobs/jobs';
import { News } from '@/server/realtime/news';
import { createSecretBox } from '@/server/security/secrets';
import { parseTargetAllow } from '@/server/security/target-allow';
import { createTargetDispatcher } from '@/server/security/target-guard';
import { Notifier, type NotifierDeps } from '../notifier';
import { mailtoOf } from '../webhook-address';
import { createWebhook, type WebhookWrite } from '../webhooks';
import { Receiver } from './receiver';

const log = pino({ level: 'silent' });

/** A database with a plan whose events are stored, nodes that look for them, and a receiver of webhooks. */
export class NotificationWorld {
  readonly secretBox = createSecretBox([randomBytes(32)]);
  readonly http = createTargetDispatcher({ allow: parseTargetAllow('127.0.0.1') });
  readonly connection = testDatabase();
  receiver!: Receiver;
  planId = '';
  #number = 0;
  #nodes: { stop(): Promise<void> }[] = [];

  /** For the tests of a file: another plan and receiver for each. */
  static forTests(): NotificationWorld {
    const world = new NotificationWorld();
    afterAll(() => world.http.close());
    beforeEach(async () => {
      world.receiver = await Receiver.start();
      world.planId = await world.aPlan();
    });
    afterEach(async () => {
      await Promise.all(world.#nodes.splice(0).map((node) => node.stop()));
      await world.receiver.close();
      await world.connection.sql`delete from webhook`;
    });
    return world;
  }

  get db() {
    return this.connection.db;
  }

  async aPlan(name = 'Amber <rollout>'): Promise<string> {
    this.#number += 1;
    const id = `PLN-${this.#number}`;
    await this.db.insert(plan).values({
      planId: id,
      number: this.#number,
      name,
      status: 'RUNNING',
      maxConcurrency: 10,
      settings: { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null },
      unitId: 'router',
      unitName: 'Router',
      version: 'amber',
      playbookId: 'standard',
      playbookVersion: 1,
      playbook: { stages: [] },
      createdBy: 'op',
    });
    return id;
  }

  /** Stores an event the way a commit does: numbered under the plan's lock, in one statement. */
  async store(kind: string, payload: object, tenantId: string | null = null, planId = this.planId) {
    await this.db.execute(sql`
      with seq as (update plan set plan_seq = plan_seq + 1 where plan_id = ${planId} returning plan_seq)
      insert into event (plan_id, plan_seq, task_id, tenant_id, sequence_id, kind, status, actor, at, message, payload, commit_id)
      select ${planId}, plan_seq, ${tenantId && `${planId}.1`}, ${tenantId}, plan_seq, ${kind}, 'FAILED', 'executor', clock_timestamp(), 'message',
        ${JSON.stringify(payload)}::text::jsonb, ${randomUUID()} from seq`);
  }

  /** What a node is made of; it looks when it is asked. */
  notifier(jobs: NotifierDeps['jobs'], options: Partial<NotifierDeps> = {}): Notifier {
    return new Notifier({
      db: this.db,
      jobs,
      log,
      secretBox: this.secretBox,
      http: this.http,
      publicUrl: new URL('https://switchyard.example.com'),
      // An attempt that a busy machine is late to answer would count as failed.
      timeoutMillis: 300_000,
      patience: { attempts: 3, delaySeconds: () => 0 },
      ...options,
    });
  }

  async startNode(options: Partial<NotifierDeps> = {}): Promise<News> {
    const jobs = new Jobs(this.connection.url, log);
    const news = new News(this.connection.sql, log);
    const notifier = this.notifier(jobs, options);
    await jobs.start([notifier.kind]);
    notifier.start(news);
    this.#nodes.push({
      stop: async () => {
        await notifier.stop();
        await news.stop();
        await jobs.stop(0);
      },
    });
    return news;
  }

  /** A webhook that is told each thing at once, of every topic. */
  aWebhook(path: string, input: Partial<WebhookWrite & { secret: string }> = {}) {
    return createWebhook(this.db, this.secretBox, {
      ...{ kind: 'webhook', name: path, url: this.receiver.url + path, format: 'json', own: null },
      ...{ topics: [...TOPICS], digestSeconds: 0, quiet: null, enabled: true, createdBy: 'op' },
      ...input,
    });
  }

  /** The same by e-mail. */
  anEmail(recipients: string[], input: Partial<WebhookWrite> = {}) {
    return createWebhook(this.db, this.secretBox, {
      ...{ kind: 'email', name: 'Mail', url: mailtoOf(recipients), format: 'json', own: null },
      ...{ topics: [...TOPICS], digestSeconds: 0, quiet: null, enabled: true, createdBy: 'op' },
      ...input,
    });
  }

  /** Makes due what waits for its message, as if its time had come. */
  async timePasses(): Promise<void> {
    await this.connection.sql`update webhook_event set due_at = clock_timestamp()`;
  }
}

export const failed = (code = 'HTTP_500') => ({
  failure: {
    errorType: 'BUSINESS',
    code,
    message: 'instance said {"password":"hunter2"}',
    step: 'send',
    instance: 'a-1',
    retryable: false,
    at: '2026-01-01T00:00:00Z',
  },
  failedStage: 'Config',
  completedStages: 0,
});

/** Waits for what an attempt stores after the receiver answered. */
export function stored(count: number) {
  let ended = 0;
  let changed = () => {};
  return {
    attempted: () => {
      ended += 1;
      changed();
    },
    all: async () => {
      while (ended < count)
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
    },
  };
}
