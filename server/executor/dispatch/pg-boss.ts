import { sql } from 'drizzle-orm';
import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Database } from '@/db/client';
import { jobIdOf } from '@/server/jobs/job-id';
import { DEAD_AFTER_SECONDS } from '../answer-streak';
import type { Dispatch, Dispatcher, RunHandler } from './dispatcher';

const QUEUE = 'run';
/**
 * The engine hands a job to another node when its node was silent for this long. It allows no less; nodes that are sure
 * of it find a dead one sooner, by its beats.
 */
const HEARTBEAT_SECONDS = 10;
const HEARTBEAT_REFRESH_SECONDS = 3;
/** The engine's longest expiry: a run may be paused inside a long bake, its liveness is the heartbeat. */
const EXPIRE_SECONDS = 24 * 60 * 60;
/** A task may outlive many nodes; what ends it is its own state, not the engine's patience. */
const RETRY_LIMIT = 100;

/** Lets pg-boss hand runs to any node and take them back from the dead or frozen (SPEC 7). */
export class PgBossDispatcher implements Dispatcher {
  readonly mode = 'pg-boss';
  readonly #boss: PgBoss;
  readonly #aborts = new Set<AbortController>();

  constructor(
    url: string,
    private readonly db: Database,
    private readonly slots: number,
    private readonly log: Logger,
    /** Whether a node without a beat may be taken for dead. */
    private readonly judges: () => boolean,
  ) {
    this.#boss = new PgBoss({
      connectionString: url,
      application_name: 'switchyard pg-boss',
      max: 4,
      useListenNotify: true,
      superviseIntervalSeconds: 1,
      monitorIntervalSeconds: 1,
    });
    this.#boss.on('error', (error) => this.log.warn({ err: error }, 'The job engine reported an error'));
  }

  async start(handler: RunHandler): Promise<void> {
    await this.#boss.start();
    await this.#boss.createQueue(QUEUE, {
      notify: true,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: EXPIRE_SECONDS,
      retryLimit: RETRY_LIMIT,
      retryDelay: 0,
      deleteAfterSeconds: 60 * 60,
    });
    await this.#boss.work<Dispatch>(
      QUEUE,
      {
        localConcurrency: this.slots,
        batchSize: 1,
        pollingIntervalSeconds: 0.5,
        notifyPollingIntervalSeconds: 2,
        heartbeatRefreshSeconds: HEARTBEAT_REFRESH_SECONDS,
      },
      async (jobs) => {
        for (const job of jobs) {
          const abort = new AbortController();
          this.#aborts.add(abort);
          try {
            await handler(job.data, AbortSignal.any([job.signal, abort.signal]));
          } finally {
            this.#aborts.delete(abort);
          }
        }
      },
    );
  }

  async dispatch(runs: readonly Dispatch[]): Promise<void> {
    if (runs.length === 0) return;
    await this.#boss.insert(
      QUEUE,
      runs.map((run) => ({ id: jobId(run), data: run })),
    );
  }

  async lost(active: readonly Dispatch[]): Promise<Dispatch[]> {
    if (active.length === 0) return [];
    const ids = active.map(jobId);
    const since = sql`clock_timestamp() - make_interval(secs => ${DEAD_AFTER_SECONDS})`;
    // A job that was just fetched has a beat of its own, though its task still names the node that had it before.
    const dead = sql`coalesce(job.heartbeat_on, job.started_on) < ${since} and coalesce(n.beat_at, '-infinity') < ${since}`;
    const rows = await this.db.execute<{ id: string }>(sql`
      select job.id from pgboss.job left join task t on t.task_id = job.data->>'taskId' left join node n on n.node_id = t.node_id
      where job.name = ${QUEUE} and job.id in ${ids}
        and (job.state in ('created', 'retry') or (job.state = 'active' and not (${this.judges()} and ${dead})))`);
    const alive = new Set(rows.map((row) => row.id));
    return active.filter((_, index) => !alive.has(ids[index] ?? ''));
  }

  async stop(graceMillis: number): Promise<void> {
    const abortLate = setTimeout(() => {
      for (const abort of this.#aborts) abort.abort(new Error('The process is going down.'));
    }, graceMillis);
    try {
      // A job whose handler throws is offered to the other nodes at once.
      await this.#boss.stop({ graceful: true, timeout: graceMillis + 2000 });
    } finally {
      clearTimeout(abortLate);
    }
  }
}

const jobId = ({ taskId, run }: Dispatch): string => jobIdOf(taskId, run);
