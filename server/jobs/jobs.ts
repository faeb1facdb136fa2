import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { nodePostgresOf } from '@/db/hosts';

/** One kind of asynchronous work that is not a task run. What is to be done is in our rows; a job is only a hint. */
export interface JobKind<Data extends object> {
  queue: string;
  /** At once, in each process. */
  concurrency: number;
  /** A process that has not ended a job by then is taken for dead, and the job goes to another. */
  expireInSeconds: number;
  /** Also started by the clock, once for all processes (UTC). */
  cron?: string;
  /** Throws when the job is to be tried again a little later. May be called again for what is done. */
  run(data: Data, signal: AbortSignal): Promise<void>;
}

export interface JobToSend<Data extends object> {
  /** Derived from what it is about, so that sending twice makes one job. */
  id: string;
  data: Data;
  startAfterSeconds?: number;
}

/** A job that fails for a reason of our own (no database, a restart) is tried again; its own outcome is in our rows. */
const RETRY_LIMIT = 50;
const RETRY_DELAY_SECONDS = 2;
const POLL_SECONDS = 2;

/**
 * Runs everything asynchronous besides what drives plans: any process may do any job, each job is done by one of them,
 * and the jobs of a dead process go to another.
 */
export class Jobs {
  readonly #boss: PgBoss;
  #started = false;

  constructor(
    url: string,
    private readonly log: Logger,
  ) {
    this.#boss = new PgBoss({
      ...nodePostgresOf(url),
      application_name: 'switchyard jobs',
      max: 2,
      // The migration did.
      createSchema: false,
      useListenNotify: true,
      schedule: true,
      superviseIntervalSeconds: 10,
    });
    this.#boss.on('error', (error) =>
      log.warn(
        { err: error },
        'The job queue reported an error; it goes on by itself once the database answers',
      ),
    );
  }

  /** Begins to work on these kinds of jobs. */
  // biome-ignore lint/suspicious/noExplicitAny: a list of kinds with data of their own, each tied together by JobKind
  async start(kinds: readonly JobKind<any>[]): Promise<void> {
    await this.#boss.start();
    this.#started = true;
    for (const kind of kinds) await this.#work(kind);
  }

  /** Sends jobs that are not there yet. */
  async send<Data extends object>(
    { queue }: Pick<JobKind<Data>, 'queue'>,
    jobs: readonly JobToSend<Data>[],
  ): Promise<void> {
    if (jobs.length === 0) return;
    await this.#boss.insert(
      queue,
      jobs.map(({ id, data, startAfterSeconds }) => ({
        id,
        data,
        ...(startAfterSeconds ? { startAfter: startAfterSeconds } : {}),
      })),
    );
  }

  /** What is under way may end within the grace period; the rest is taken up by another process, or after the restart. */
  async stop(graceMillis: number): Promise<void> {
    if (!this.#started) return;
    this.#started = false;
    await this.#boss.stop({ graceful: true, timeout: Math.max(graceMillis, 1000) });
  }

  async #work<Data extends object>(kind: JobKind<Data>): Promise<void> {
    await this.#boss.createQueue(kind.queue, {
      notify: true,
      expireInSeconds: kind.expireInSeconds,
      retryLimit: RETRY_LIMIT,
      retryDelay: RETRY_DELAY_SECONDS,
      // A finished job keeps its id taken for this long, so that a late second sending of it does nothing.
      deleteAfterSeconds: 60 * 60,
    });
    await this.#boss.work<Data>(
      kind.queue,
      {
        batchSize: kind.concurrency,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: POLL_SECONDS,
        notifyPollingIntervalSeconds: POLL_SECONDS,
      },
      async (jobs) => {
        const ends = await Promise.allSettled(jobs.map((job) => kind.run(job.data, job.signal)));
        const failed = ends.find((end) => end.status === 'rejected');
        if (!failed) return;
        this.log.warn(
          { err: failed.reason, queue: kind.queue },
          `A ${kind.queue} job did not finish; it is tried again in ${RETRY_DELAY_SECONDS} s`,
        );
        // The whole batch comes again; what was done finds so in its rows.
        throw failed.reason;
      },
    );
    if (kind.cron) await this.#boss.schedule(kind.queue, kind.cron, null, { tz: 'UTC' });
  }
}
