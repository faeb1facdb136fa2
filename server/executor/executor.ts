import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Dispatcher as HttpDispatcher } from 'undici';
import type { Database } from '@/db/client';
import { forgetNode } from '@/db/queries/nodes';
import type { TenantLeft } from '@/domain/events';
import type { PlanTrouble } from '@/domain/plan';
import type { TaskMachine } from '@/domain/task-transition';
import type { Committer } from '@/server/commands/commit-transition';
import { GroupCommit } from '@/server/commands/group-commit';
import type { SecretsOf } from '@/server/security/open-secrets';
import type { SecretBox } from '@/server/security/secrets';
import type { BaseLayers } from '@/server/settings/live-settings';
import type { CheckpointStore } from './checkpoints/checkpoint-store';
import { DatabaseClock } from './database-clock';
import { Drives } from './drives';
import { Beat } from './duties/beat';
import { LookAfterPlans } from './duties/look-after-plans';
import { LookForPlans } from './duties/look-for-plans';
import { Repeated } from './duties/repeated';
import { SucceedTheGone } from './duties/succeed-the-gone';
import { DropLeakedData, ReleaseLeakedHolds } from './duties/sweep-leaks';
import { TakePlans } from './duties/take-plans';
import { NodeLock } from './node-lock';
import type { PlanQueue } from './queue/plan-queue';
import { Slots } from './slots';
import { type ExecutorRole, SILENCE_LIMIT_MS, Standing } from './standing';
import type { MeasureWave } from './wave-measuring';

const TICK_MS = 1000;
/** What was aborted and has not ended by then waits for an answer that never comes. */
const LET_GO_MS = 5000;
const LEAKED_HOLDS_MS = 5000;
const LEAKED_DATA_MS = 10 * 60_000;

export interface ExecutorOptions {
  url: string;
  db: Database;
  committer: Committer;
  /** Stores what plans write together, and ends a statement soon that waits for a lock or hangs; without it the committer. */
  together?: Pick<Committer, 'commitTransition'>;
  queue: PlanQueue;
  /** For beats and the like, which must not wait behind what runs. */
  liveness: Database;
  slots: number;
  layers(): BaseLayers;
  transition: TaskMachine;
  http: HttpDispatcher;
  checkpoints: CheckpointStore;
  log: Logger;
  secretsOf: SecretsOf;
  secretBox: SecretBox;
  /** Who of a plan's completed tenants runs something else by now; without it nobody is looked at again. */
  lookAgain?(planId: string): Promise<TenantLeft[]>;
  /** Measures a wave that has a gate. */
  measureWave?: MeasureWave;
  stepEnded?(type: string, ok: boolean, seconds: number): void;
  /** Told when what keeps plans from getting on is on record, and when it is over. */
  troubled?(): void;
  /** Tells the other processes that a plan waits for a driver. */
  offered?(): void;
}

/** Drives plans in this process: takes those that wait for a driver, and does what a process has to do beside them. */
export class Executor {
  readonly nodeId = randomUUID();
  readonly #drives: Drives;
  readonly #standing: Standing;
  readonly #lock: NodeLock;
  readonly #taking: Repeated;
  readonly #looking: Repeated;
  readonly #beating: Repeated;
  readonly #succeeding: Repeated;
  readonly #leaked: Repeated;
  readonly #duties: Repeated[];

  constructor(private readonly options: ExecutorOptions) {
    const { nodeId } = this;
    const { log, queue, db, committer, checkpoints, slots, liveness } = options;
    const clock = new DatabaseClock();
    const drives = new Drives(
      queue,
      {
        ...options,
        clock,
        delay: (millis, until) => sleep(millis, undefined, { signal: until }),
        gather: nextTurn,
        patience: (until) => sleep(LET_GO_MS, undefined, { signal: until }),
        nodeId,
        slots: new Slots(slots),
        group: new GroupCommit(options.together ?? committer, nextTurn),
        draining: () => standing.draining,
      },
      () => void this.#looking.runOnce(),
    );
    this.#drives = drives;
    this.#lock = new NodeLock(options.url, nodeId, () => {
      log.error(
        'The lock that tells that this process lives is lost: it drops its plans until it has it again.',
      );
      standing.standBy('The connection that tells that this process lives was lost.');
    });
    const standing = new Standing({ lock: this.#lock, queue, drives, log, slots });
    this.#standing = standing;

    const every = (name: string, millis: number, duty: { runOnce(): Promise<void> }) =>
      new Repeated(name, millis, () => duty.runOnce(), log);
    const shared = { ...options, nodeId, drives, standing, clock };
    this.#taking = every(
      'Taking plans',
      TICK_MS,
      new TakePlans({ queue, drives, standing, again: () => void this.#taking.runOnce() }),
    );
    this.#looking = every(
      'Looking for plans to drive',
      TICK_MS,
      new LookForPlans({ db, committer, queue, drives, standing, take: () => this.#taking.runOnce() }),
    );
    this.#beating = every('The beat', TICK_MS, new Beat(shared));
    const handedOn = async () => {
      // One less has a share.
      await this.#beating.runOnce();
      await this.#looking.runOnce();
    };
    this.#succeeding = every(
      'Looking for processes that are gone',
      TICK_MS,
      new SucceedTheGone({ ...shared, liveness, handedOn }),
    );
    this.#leaked = every(
      'Looking for leaked stage data',
      LEAKED_DATA_MS,
      new DropLeakedData({ db, standing, log, checkpoints }),
    );
    this.#duties = [
      this.#beating,
      this.#looking,
      // Apart from the beat, which may itself be waiting for an answer that never comes.
      every('Listening for silence', TICK_MS, { runOnce: async () => this.#stopIfSilent() }),
      every('Looking after the plans', TICK_MS, new LookAfterPlans(drives, TICK_MS)),
      this.#succeeding,
      every('Giving back leaked tenants', LEAKED_HOLDS_MS, new ReleaseLeakedHolds({ db, standing, log })),
      this.#leaked,
    ];
  }

  get role(): ExecutorRole {
    return this.#standing.role;
  }

  /** What keeps plans that are driven here from getting on, by plan. */
  get trouble(): Record<string, PlanTrouble> {
    return this.#drives.trouble;
  }

  /** Resolves when the first attempt to execute was made. */
  async start(): Promise<void> {
    await this.#beating.runOnce();
    await this.#succeeding.runOnce();
    await this.#looking.runOnce();
    for (const duty of this.#duties) duty.start();
    await this.#leaked.runOnce();
  }

  /**
   * There may be something to do for these plans. Resolves when those that are driven here were looked at; with 'all' also
   * when it was looked for plans that wait for a driver.
   */
  async kick(planIds: readonly string[] | 'all' = 'all'): Promise<void> {
    if (planIds === 'all') await this.#looking.runOnce();
    await this.#drives.kick(planIds);
  }

  /** Somebody has to drive these; here, or wherever there is more room. */
  async offer(planIds: readonly string[]): Promise<void> {
    const { role, draining } = this.#standing;
    if (!role.executing || draining || planIds.length === 0) return;
    const { queue, log, offered } = this.options;
    try {
      await queue.offer(planIds.filter((planId) => !this.#drives.has(planId)));
      offered?.();
    } catch (error) {
      // Found in the rows within a second.
      log.warn({ err: error }, 'A plan was not offered; it is looked for again');
    }
    await this.#taking.runOnce();
  }

  /** Another process offers a plan: takes it if its share is larger, else after those had their chance who drive less. */
  async heard(): Promise<void> {
    await this.#taking.runOnce();
  }

  /** Stages under way may reach their boundary within the grace period; the plans are handed on. */
  async stop(graceMillis: number): Promise<void> {
    this.#standing.draining = true;
    await Promise.all([this.#taking, ...this.#duties].map((duty) => duty.stop()));
    await this.#drives.drain(graceMillis);
    await this.options.queue.stop();
    await this.#lock.release();
    await forgetNode(this.options.liveness, this.nodeId).catch(() => {});
  }

  #stopIfSilent(): void {
    if (this.#standing.isSilent)
      this.#drives.abort(`The database gave no answer for ${SILENCE_LIMIT_MS / 1000} s.`);
  }
}
