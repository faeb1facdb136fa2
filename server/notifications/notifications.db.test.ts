import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import pino from 'pino';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plan } from '@/db/schema/run';
import { testDatabase } from '@/db/testing/test-database';
import { Jobs } from '@/server/jobs/jobs';
import { News } from '@/server/realtime/news';
import { createSecretBox } from '@/server/security/secrets';
import { parseTargetAllow } from '@/server/security/target-allow';
import { createTargetDispatcher } from '@/server/security/target-guard';
import { Notifier, type NotifierDeps } from './notifier';
import { Receiver, signatureHolds } from './testing/receiver';
import { createWebhook, listDeliveries, listWebhooks, updateWebhook, type WebhookWrite } from './webhooks';

const log = pino({ level: 'silent' });
const secretBox = createSecretBox([randomBytes(32)]);
const http = createTargetDispatcher({ allow: parseTargetAllow('127.0.0.1') });

const connection = testDatabase();
let receiver: Receiver;
let planId: string;
let number = 0;
const nodes: { stop(): Promise<void> }[] = [];

afterAll(async () => {
  await http.close();
});
beforeEach(async () => {
  receiver = await Receiver.start();
  planId = await aPlan();
});
afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
  await receiver.close();
  await connection.sql`delete from webhook`;
});

async function aPlan(): Promise<string> {
  number += 1;
  const id = `PLN-${number}`;
  await connection.db.insert(plan).values({
    planId: id,
    number,
    name: 'Amber <rollout>',
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
async function store(kind: string, payload: object, tenantId: string | null = null): Promise<void> {
  await connection.db.execute(sql`
    with seq as (update plan set plan_seq = plan_seq + 1 where plan_id = ${planId} returning plan_seq)
    insert into event (plan_id, plan_seq, task_id, tenant_id, sequence_id, kind, status, actor, at, message, payload, commit_id)
    select ${planId}, plan_seq, ${tenantId && `${planId}.1`}, ${tenantId}, plan_seq, ${kind}, 'FAILED', 'executor', clock_timestamp(), 'message',
      ${JSON.stringify(payload)}::text::jsonb, ${randomUUID()} from seq`);
}

const failed = (code = 'HTTP_500') => ({
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

async function startNode(options: Partial<NotifierDeps> = {}): Promise<News> {
  const jobs = new Jobs(connection.url, log);
  const news = new News(connection.sql, log);
  const notifier = new Notifier({
    db: connection.db,
    jobs,
    log,
    secretBox,
    http,
    publicUrl: new URL('https://switchyard.example.com'),
    // An attempt that a busy machine is late to answer would count as failed.
    timeoutMillis: 300_000,
    patience: { attempts: 3, delaySeconds: () => 0 },
    ...options,
  });
  await jobs.start([notifier.kind]);
  notifier.start(news);
  nodes.push({
    stop: async () => {
      await notifier.stop();
      await news.stop();
      await jobs.stop(0);
    },
  });
  return news;
}

const aWebhook = (path: string, input: Partial<WebhookWrite> = {}) =>
  createWebhook(connection.db, secretBox, {
    name: path,
    url: receiver.url + path,
    format: 'json',
    topics: ['planFinished', 'planHalted', 'taskFailed', 'approvalNeeded'],
    enabled: true,
    createdBy: 'op',
    ...input,
  });

/** Waits for what an attempt stores after the receiver answered. */
function stored(count: number) {
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

describe('a notification', () => {
  it('reaches every webhook that wants it, signed with its secret, and says nothing of what was sent or answered', async () => {
    const news = await startNode();
    const all = await aWebhook('/all');
    const plans = await aWebhook('/plans', { topics: ['planFinished'] });
    await aWebhook('/off', { enabled: false });
    await store('TaskFailed', failed(), 'acme');
    await store('TaskPaused', { by: 'executor', heldBy: 'approval', currentStage: 'Approve' }, 'acme');
    await store('TaskPaused', { by: 'op', heldBy: 'operator', currentStage: 'Config' }, 'acme');
    await store('PlanHalted', { by: 'policy', reason: '3 tenants failed.' });
    await store('PlanPartiallyFailed', { failed: 1, completed: 4 });
    news.publish([planId]);
    await receiver.until(5);

    const bodies = receiver.at('/all').map(({ body }) => JSON.parse(body));
    expect(bodies.map(({ topic, text }) => [topic, text]).sort()).toEqual([
      [
        'approvalNeeded',
        `acme waits for an approval in stage Approve. It belongs to ${planId} (Amber <rollout>).`,
      ],
      ['planFinished', `${planId} (Amber <rollout>) finished with failures: 1 failed, 4 switched.`],
      [
        'planHalted',
        `${planId} (Amber <rollout>) was halted by policy: 3 tenants failed. No further tenant starts until somebody resumes the plan.`,
      ],
      [
        'taskFailed',
        `acme failed in stage Config at a-1: BUSINESS HTTP_500. It belongs to ${planId} (Amber <rollout>).`,
      ],
    ]);
    expect(receiver.at('/plans').map(({ body }) => JSON.parse(body).kind)).toEqual(['PlanPartiallyFailed']);
    expect(receiver.at('/off')).toEqual([]);
    for (const one of receiver.at('/all')) {
      expect(signatureHolds(one, all.secret)).toBe(true);
      expect(signatureHolds(one, plans.secret)).toBe(false);
      expect(signatureHolds({ ...one, body: `${one.body} ` }, all.secret)).toBe(false);
    }
    expect(receiver.received.map(({ body }) => body).join()).not.toContain('hunter2');
    expect(new Set(receiver.received.map(({ headers }) => headers['switchyard-delivery'])).size).toBe(5);
    expect(bodies[0].url).toBe(`https://switchyard.example.com/plans/${planId}`);
  });

  it('is written for Slack where that is wanted', async () => {
    const news = await startNode();
    await aWebhook('/slack', { format: 'slack' });
    await store('PlanCompleted', { completed: 5 });
    news.publish([planId]);
    await receiver.until(1);
    const [one] = receiver.received;
    const { text, blocks } = JSON.parse(one?.body ?? '');
    expect(text).toBe(`${planId} (Amber <rollout>) completed: 5 tenants switched.`);
    expect(blocks[0].text).toEqual({
      type: 'mrkdwn',
      text: `${planId} (Amber &lt;rollout&gt;) completed: 5 tenants switched.`,
    });
  });

  it('is tried again until it is taken', async () => {
    const ends = stored(3);
    const news = await startNode({ attempted: ends.attempted });
    receiver.answer = (_one, times) => (times < 3 ? 500 : 200);
    await aWebhook('/flaky');
    await store('PlanCompleted', { completed: 1 });
    news.publish([planId]);
    await ends.all();
    expect(new Set(receiver.received.map(({ headers }) => headers['switchyard-delivery'])).size).toBe(1);
    const [delivery] = (await listDeliveries(connection.db, { limit: 10 })).items;
    expect(delivery).toMatchObject({ attempts: 3, lastStatus: 200, lastError: null, gaveUpAt: null });
    expect(delivery?.deliveredAt).toBeInstanceOf(Date);
    expect(delivery?.results.map(({ ok, status }) => [ok, status])).toEqual([
      [false, 500],
      [false, 500],
      [true, 200],
    ]);
  });

  it('is given up after the limit, in words that say why', async () => {
    const ends = stored(6);
    const news = await startNode({ attempted: ends.attempted });
    receiver.answer = () => 500;
    await aWebhook('/broken');
    await aWebhook('/metadata', { url: 'http://169.254.169.254/latest' });
    await store('PlanCompleted', { completed: 1 });
    news.publish([planId]);
    await ends.all();
    const { items: deliveries } = await listDeliveries(connection.db, { limit: 10 });
    expect(deliveries.map(({ attempts, gaveUpAt }) => [attempts, gaveUpAt !== null])).toEqual([
      [3, true],
      [3, true],
    ]);
    expect(deliveries.map(({ lastError }) => lastError).sort()).toEqual([
      expect.stringContaining('169.254.169.254:80 was not called'),
      'The receiver answered 500.',
    ]);
    expect(receiver.received).toHaveLength(3);
    expect(
      (await listWebhooks(connection.db, secretBox, { limit: 10 })).items.map(
        ({ lastDelivery }) => lastDelivery?.state,
      ),
    ).toEqual(['gaveUp', 'gaveUp']);
  });

  it('is sent once although several nodes look, and again looked for after a crash', async () => {
    const news = [await startNode(), await startNode(), await startNode()];
    await aWebhook('/one');
    for (let count = 0; count < 20; count += 1) {
      await store('TaskFailed', failed(`E${count}`), 'acme');
      for (const one of news) one.publish([planId]);
    }
    await receiver.until(20);
    // Looking everything through once more finds nothing: what was looked at is remembered with the deliveries.
    const [again] = await connection.db.execute<{ n: number }>(sql`select collect_notifications(null) as n`);
    expect(again?.n).toBe(0);
    expect(receiver.received).toHaveLength(20);
    expect(new Set(receiver.received.map(({ body }) => JSON.parse(body).eventId)).size).toBe(20);
    expect((await listDeliveries(connection.db, { limit: 10 })).total).toBe(20);
  });

  it('is delivered by whoever comes next when the process that made it is gone', async () => {
    await aWebhook('/later');
    await store('PlanCompleted', { completed: 1 });
    await connection.db.execute(sql`select collect_notifications(null)`);
    await startNode();
    await receiver.until(1);
  });

  it('tells a new or reopened webhook nothing of the past', async () => {
    const news = await startNode();
    await store('PlanFailed', { reason: 'before' });
    const { webhook } = await aWebhook('/new');
    await updateWebhook(connection.db, secretBox, webhook.webhookId, { enabled: false });
    await store('PlanFailed', { reason: 'while it was off' });
    await connection.db.execute(sql`select collect_notifications(null)`);
    await updateWebhook(connection.db, secretBox, webhook.webhookId, { enabled: true });
    await store('PlanFailed', { reason: 'now' });
    news.publish([planId]);
    await receiver.until(1);
    expect(receiver.received.map(({ body }) => JSON.parse(body).details.reason)).toEqual(['now']);
  });
});
