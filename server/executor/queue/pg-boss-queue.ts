import { sql } from 'drizzle-orm';
import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Database } from '@/db/client';
import { nodePostgresOf } from '@/db/hosts';
import type { PlanJob, PlanQueue } from './plan-queue';

const QUEUE = 'drive';
/** The engine takes a plan from a process that was silent for this long; it allows no less. */
const HANDED_ON_AFTER_SECONDS = 10;
/** The engine's longest. A plan that is driven for longer is handed on once, and goes on from its checkpoints. */
const EXPIRE_SECONDS = 24 * 60 * 60;
/** A plan may outlive any number of nodes. */
const RETRY_LIMIT = 1_000_000_000;

/** For the driver's pool: a way to the database that has gone silent must not keep a beat waiting for ever. */
const PATIENCE = { connectionTimeoutMillis: 5000, query_timeout: 5000, keepAlive: true };

/** One job of pg-boss for each plan that somebody drives or has to drive. */
export class PgBossQueue implements PlanQueue {
  readonly #boss: PgBoss;
  #started = false;

  constructor(
    url: string,
    private readonly db: Database,
    log: Logger,
  ) {
    this.#boss = new PgBoss({
      ...PATIENCE,
      ...nodePostgresOf(url),
      application_name: 'switchyard drive',
      max: 3,
      // The migration did.
      createSchema: false,
      schedule: false,
      superviseIntervalSeconds: 1,
      monitorIntervalSeconds: 1,
    });
    this.#boss.on('error', (error) => log.warn({ err: error }, 'The job engine reported an error'));
  }

  async start(): Promise<void> {
    if (this.#started) return;
    await this.#boss.start();
    this.#started = true;
    await this.#boss.createQueue(QUEUE, {
      // One for each key that waits or is at work.
      policy: 'exclusive',
      heartbeatSeconds: HANDED_ON_AFTER_SECONDS,
      expireInSeconds: EXPIRE_SECONDS,
      retryLimit: RETRY_LIMIT,
      retryDelay: 0,
      deleteAfterSeconds: 60,
    });
  }

  async offer(planIds: readonly string[]): Promise<void> {
    if (planIds.length === 0) return;
    await this.#boss.insert(
      QUEUE,
      planIds.map((planId) => ({ data: { planId }, singletonKey: planId })),
    );
  }

  async survey(sinceMillis: number): Promise<{ plans: number; waiting: number; left: number }> {
    const [row] = await this.db.execute<{ plans: number; waiting: number; left: number }>(sql`
      select count(*) as plans, count(*) filter (where state < 'active') as waiting,
        count(*) filter (where state < 'active' and created_on <= clock_timestamp() - ${sinceMillis} * interval '1 ms') as left
      from pgboss.job where name = ${QUEUE} and policy = 'exclusive' and state <= 'active'`);
    return row ?? { plans: 0, waiting: 0, left: 0 };
  }

  async take(most: number): Promise<PlanJob[]> {
    const jobs = await this.#boss.fetch<{ planId: string }>(QUEUE, {
      batchSize: most,
      includeMetadata: true,
    });
    return jobs.map(({ id, retryCount, data }) => ({ planId: data.planId, id, retryCount }));
  }

  async beat(jobs: readonly PlanJob[]): Promise<PlanJob[]> {
    if (jobs.length === 0) return [];
    await this.#boss.touch(QUEUE, [...jobs]);
    const rows = await this.db.execute<{ id: string; retryCount: number }>(sql`
      select id, retry_count from pgboss.job where name = ${QUEUE} and state = 'active' and id in ${jobs.map(({ id }) => id)}`);
    return jobs.filter((job) =>
      rows.some(({ id, retryCount }) => id === job.id && retryCount === job.retryCount),
    );
  }

  async finish(job: PlanJob): Promise<void> {
    await this.#boss.complete(QUEUE, job);
  }

  async giveOn(jobs: readonly PlanJob[]): Promise<void> {
    if (jobs.length > 0) await this.#boss.fail(QUEUE, [...jobs]);
  }

  async ofNodes(nodeIds: readonly string[]): Promise<PlanJob[]> {
    if (nodeIds.length === 0) return [];
    const rows = await this.db.execute<PlanJob & Record<string, unknown>>(sql`
      select p.plan_id, j.id, j.retry_count from plan p
      join pgboss.job j on j.name = ${QUEUE} and j.singleton_key = p.plan_id and j.state = 'active'
      where p.awake and p.driver in ${[...nodeIds]}`);
    return [...rows];
  }

  async stop(): Promise<void> {
    if (this.#started) await this.#boss.stop({ graceful: true, timeout: 2000 });
  }
}
