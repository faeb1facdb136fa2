import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database } from '@/db/client';
import type { AttemptResult } from '@/db/schema/notify';
import { jobIdOf } from '@/server/jobs/job-id';
import type { JobKind, Jobs } from '@/server/jobs/jobs';
import { Coalesced, type Plans } from '@/server/realtime/coalesced';
import type { News } from '@/server/realtime/news';
import type { MessageFacts } from './facts';
import { type Message, messageOf } from './message';
import { quietNow } from './quiet';
import { type SenderDeps, sendNotification } from './sender';
import { findWebhook } from './webhooks';

/** When a notification is tried again, and for how long. */
export interface Patience {
  attempts: number;
  /** How long to wait after so many failed attempts. */
  delaySeconds(failed: number): number;
}

/** 10 s, 30 s, 90 s … at most an hour apart; the last attempt comes about five hours after the first. */
const PATIENCE: Patience = {
  attempts: 10,
  delaySeconds: (failed) => Math.min(3600, 10 * 3 ** (failed - 1)),
};

/** Many commits of a moment make one look. */
const COALESCE_MS = 300;
/** Looked without any hint: a hint is only a hint. */
const LOOK_MS = 10_000;
const PARALLEL = 10;

export interface NotifierDeps extends SenderDeps {
  db: Database;
  jobs: Pick<Jobs, 'send'>;
  log: Logger;
  patience?: Patience;
  /** Told of every attempt, for metrics. */
  attempted?(outcome: 'delivered' | 'failed' | 'gaveUp', seconds: number): void;
}

interface DeliveryJob {
  deliveryId: string;
  /** Attempts made before this one: with the delivery it names the job. */
  failed: number;
}

type Delivery = {
  webhookId: string;
  topic: Message['topic'];
  count: number;
  payload: MessageFacts;
  left: string[] | null;
};

/**
 * Makes messages from stored events and carries them out. The rows decide: which events were looked at, which wait for
 * their message, which deliveries are open, how often each was tried. Hints, timers and jobs only wake it up, on any process.
 */
export class Notifier {
  readonly kind: JobKind<DeliveryJob>;
  readonly #hints: Coalesced;
  #timer: NodeJS.Timeout | undefined;
  #due: NodeJS.Timeout | undefined;
  #unsubscribe = () => {};

  constructor(private readonly deps: NotifierDeps) {
    this.kind = {
      queue: 'notification',
      concurrency: PARALLEL,
      expireInSeconds: Math.ceil(deps.timeoutMillis / 1000) + 30,
      run: (job) => this.#deliver(job),
    };
    const failed = (error: unknown) =>
      deps.log.warn({ err: error }, 'Notifications were not looked for; the next look does it');
    this.#hints = new Coalesced(COALESCE_MS, (plans) => this.look(plans), failed);
  }

  /** Looks for news from now on; the job queue must have been started with {@link kind}. */
  start(news: News): void {
    this.#unsubscribe = news.subscribe((plans) => this.#hints.hint(plans));
    this.#timer = setInterval(() => this.#hints.hint('all'), LOOK_MS);
    this.#hints.hint('all');
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#hints.stop();
    // A look that was under way may have set it.
    clearTimeout(this.#due);
  }

  /** Looks once at what is new and at what is due, and hands every open delivery to the job queue. */
  async look(planIds: Plans): Promise<void> {
    const { db, jobs } = this.deps;
    const only = planIds === 'all' ? null : sql`array[${sql.join([...planIds], sql`, `)}]::text[]`;
    const [kept] = await db.execute<{ n: number }>(sql`select collect_notifications(${only}) as n`);
    // Between hints only what was just kept can be due; the regular look also finds what a crash left behind.
    if (planIds !== 'all' && !kept?.n) return;
    const quiet = JSON.stringify(await quietNow(db));
    await db.execute(sql`select make_notifications(${quiet}::text::jsonb)`);
    const open = await db.execute<{ id: string; failed: number }>(sql`
      select delivery_id as id, attempts as failed from webhook_delivery
      where delivered_at is null and gave_up_at is null order by created_at limit 1000`);
    await jobs.send(
      this.kind,
      open.map(({ id, failed }) => this.#job(id, failed)),
    );
    await this.#lookWhenDue();
  }

  /** What is due before the next regular look has one of its own. */
  async #lookWhenDue(): Promise<void> {
    const [next] = await this.deps.db.execute<{ millis: number | null }>(sql`
      select (extract(epoch from min(due_at) - clock_timestamp()) * 1000)::int as millis
      from webhook_event where due_at > clock_timestamp()`);
    clearTimeout(this.#due);
    if (this.#timer && next?.millis != null && next.millis < LOOK_MS)
      this.#due = setTimeout(() => this.#hints.hint('all'), next.millis);
  }

  #job(deliveryId: string, failed: number) {
    const { delaySeconds } = this.deps.patience ?? PATIENCE;
    return {
      id: jobIdOf(deliveryId, failed),
      data: { deliveryId, failed },
      startAfterSeconds: failed === 0 ? 0 : delaySeconds(failed),
    };
  }

  /** One attempt. A crash between sending and storing sends again: receivers tell by the delivery's id. */
  async #deliver({ deliveryId, failed }: DeliveryJob): Promise<void> {
    const { db, jobs, log } = this.deps;
    const [delivery] = await db.execute<Delivery>(sql`
      select webhook_id, topic, count, payload, results->-1->'left' as left from webhook_delivery
      where delivery_id = ${deliveryId} and attempts = ${failed} and delivered_at is null and gave_up_at is null`);
    const to = delivery && (await findWebhook(db, delivery.webhookId));
    if (!delivery || !to) return;
    const { topic, count, payload, left } = delivery;
    const message = messageOf(topic, count, payload, this.deps.publicUrl);
    const result = to.enabled
      ? await sendNotification(this.deps, to, { deliveryId, message, left: left ?? undefined })
      : switchedOff();
    const { attempts } = this.deps.patience ?? PATIENCE;
    const over = !result.ok && (failed + 1 >= attempts || result.final === true);
    const outcome = result.ok ? 'delivered' : over ? 'gaveUp' : 'failed';
    const stored = await this.#store(deliveryId, failed, result, outcome);
    if (!stored) return;
    this.deps.attempted?.(outcome, result.millis / 1000);
    if (outcome === 'failed') await jobs.send(this.kind, [this.#job(deliveryId, failed + 1)]);
    if (outcome === 'gaveUp')
      log.warn(
        { webhookId: to.webhookId, webhook: to.name, deliveryId, attempts: failed + 1, reason: result.error },
        'A notification was given up. Look at its delivery log, and test it.',
      );
  }

  async #store(
    deliveryId: string,
    failed: number,
    result: AttemptResult,
    outcome: 'delivered' | 'failed' | 'gaveUp',
  ): Promise<boolean> {
    const rows = await this.deps.db.execute(sql`
      update webhook_delivery set attempts = attempts + 1, last_status = ${result.status}, last_error = ${result.error},
        results = results || ${JSON.stringify([result])}::text::jsonb,
        delivered_at = case when ${outcome === 'delivered'} then clock_timestamp() end,
        gave_up_at = case when ${outcome === 'gaveUp'} then clock_timestamp() end
      where delivery_id = ${deliveryId} and attempts = ${failed} and delivered_at is null and gave_up_at is null
      returning 1`);
    return rows.length > 0;
  }
}

function switchedOff(): AttemptResult {
  const error = 'The notification was switched off before this could be delivered.';
  return { at: new Date().toISOString(), ok: false, status: null, error, millis: 0, final: true };
}
