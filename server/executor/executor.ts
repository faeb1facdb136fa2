import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Dispatcher as HttpDispatcher } from 'undici';
import type { Database } from '@/db/client';
import { plansInHand, releaseLeakedHolds } from '@/db/queries/execution';
import { beatNode, forgetNode, nodesGone } from '@/db/queries/nodes';
import type { TenantLeft } from '@/domain/events';
import type { PlanTrouble } from '@/domain/plan';
import { effectiveSetting } from '@/domain/settings';
import type { TaskMachine } from '@/domain/task-transition';
import type { Committer } from '@/server/commands/commit-transition';
import { GroupCommit } from '@/server/commands/group-commit';
import type { SecretsOf } from '@/server/security/open-secrets';
import type { SecretBox } from '@/server/security/secrets';
import type { BaseLayers } from '@/server/settings/live-settings';
import type { CheckpointStore } from './checkpoints/checkpoint-store';
import { dropLeakedData } from './checkpoints/drop-leaked';
import { DatabaseClock } from './database-clock';
import { Drives } from './drives';
import { Repeated } from './duties/repeated';
import { NodeLock } from './node-lock';
import type { PlanQueue } from './queue/plan-queue';
import { Slots } from './slots';
import { startScheduled } from './supervise';

const TICK_MS = 1000;
/**
 * A process whose beat is not confirmed for this long stops sending, a tick later at most: before the engine takes its
 * plans away, which it does 10 s after the last confirmed beat (SPEC 7).
 */
const SILENCE_LIMIT_MS = 8000;
/** What was aborted and has not ended by then waits for an answer that never comes. */
const LET_GO_MS = 5000;
const LEAKED_HOLDS_MS = 5000;
const LEAKED_DATA_MS = 10 * 60_000;
/** Plans taken at a time. */
const MOST_TAKEN = 50;
/** With others about, whoever drives its share leaves what else there is to them for so long. */
const YIELD_MS = 500;

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
  stepEnded?(type: string, ok: boolean, seconds: number): void;
  /** Told when what keeps plans from getting on is on record, and when it is over. */
  troubled?(): void;
  /** Tells the other processes that a plan waits for a driver. */
  offered?(): void;
}

export type ExecutorRole = { executing: true } | { executing: false; because: string };

/** Drives plans in this process: takes those that wait for a driver, and does what a process has to do beside them. */
export class Executor {
  readonly nodeId = randomUUID();
  readonly #clock = new DatabaseClock();
  readonly #drives: Drives;
  readonly #lock: NodeLock;
  readonly #duties: Repeated[];
  readonly #beating: Repeated;
  readonly #taking: Repeated;
  readonly #looking: Repeated;
  #role: ExecutorRole = { executing: false, because: 'It is starting.' };
  #draining = false;
  /** How many processes share the plans. */
  #nodes = 1;
  /** The others are having their chance. */
  #yielding: NodeJS.Timeout | null = null;
  /** The trouble that the last beat told of. */
  #told = '{}';
  #lastHeartbeat = performance.now();
  /** When the last beat that the database confirmed was sent, by this process's own clock. */
  #confirmed = performance.now();

  constructor(private readonly options: ExecutorOptions) {
    const { log } = options;
    this.#drives = new Drives(
      options.queue,
      {
        ...options,
        clock: this.#clock,
        delay: (millis, until) => sleep(millis, undefined, { signal: until }),
        gather: nextTurn,
        patience: (until) => sleep(LET_GO_MS, undefined, { signal: until }),
        nodeId: this.nodeId,
        slots: new Slots(options.slots),
        group: new GroupCommit(options.together ?? options.committer, nextTurn),
        draining: () => this.#draining,
      },
      () => void this.#looking.runOnce(),
    );
    this.#lock = new NodeLock(options.url, this.nodeId, () => {
      log.error(
        'The lock that tells that this process lives is lost: it drops its plans until it has it again.',
      );
      this.#standBy('The connection that tells that this process lives was lost.');
    });
    const every = (name: string, millis: number, work: () => Promise<void>) =>
      new Repeated(name, millis, work, log);
    this.#beating = every('The beat', TICK_MS, () => this.#beat());
    this.#taking = every('Taking plans', TICK_MS, () => this.#take());
    this.#looking = every('Looking for plans to drive', TICK_MS, () => this.#lookForPlans());
    this.#duties = [
      this.#beating,
      this.#looking,
      // Apart from the beat, which may itself be waiting for an answer that never comes.
      every('Listening for silence', TICK_MS, () => this.#stopIfSilent()),
      every('Looking after the plans', TICK_MS, () => this.#tick()),
      every('Looking for processes that are gone', TICK_MS, () => this.#succeed()),
      every('Giving back leaked tenants', LEAKED_HOLDS_MS, () => this.#releaseHolds()),
      every('Looking for leaked stage data', LEAKED_DATA_MS, () => this.#dropLeakedData()),
    ];
  }

  get role(): ExecutorRole {
    return this.#role;
  }

  /** What keeps plans that are driven here from getting on, by plan. */
  get trouble(): Record<string, PlanTrouble> {
    return this.#drives.trouble;
  }

  /** Resolves when the first attempt to execute was made. */
  async start(): Promise<void> {
    await this.#beating.runOnce();
    await this.#succeed();
    await this.#looking.runOnce();
    for (const duty of this.#duties) duty.start();
    await this.#dropLeakedData().catch(() => {});
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
    if (!this.#role.executing || this.#draining || planIds.length === 0) return;
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
    this.#draining = true;
    await Promise.all([this.#taking, ...this.#duties].map((duty) => duty.stop()));
    await this.#drives.drain(graceMillis);
    await this.options.queue.stop();
    await this.#lock.release();
    await forgetNode(this.options.liveness, this.nodeId).catch(() => {});
  }

  /** Says that this process lives and drives what it drives, and hears which plans still are its. */
  async #beat(): Promise<void> {
    const { liveness, queue, slots } = this.options;
    const asked = performance.now();
    await this.#enter();
    const { executing } = this.#role;
    const jobs = this.#drives.jobs;
    const { trouble } = this;
    const [{ sharing, now }, ours] = await Promise.all([
      beatNode(liveness, {
        ...{ nodeId: this.nodeId, host: hostname(), pid: process.pid, executing, slots },
        trouble,
      }),
      queue.beat(jobs),
    ]);
    this.#clock.sync(now);
    this.#nodes = sharing;
    const told = JSON.stringify(trouble);
    if (told !== this.#told) this.options.troubled?.();
    this.#told = told;
    this.#confirmed = asked;
    const gone = jobs.filter((job) => !ours.includes(job));
    if (gone.length > 0)
      this.#drives.abort(
        'The plan was given to another process.',
        gone.map(({ planId }) => planId),
      );
  }

  async #enter(): Promise<void> {
    const { queue, log, slots } = this.options;
    await this.#lock.take();
    if (!this.#lock.held)
      return this.#standBy('The connection that tells that this process lives is not back yet.');
    if (this.#role.executing) return;
    await queue.start();
    this.#role = { executing: true };
    log.info({ slots }, 'This process executes');
  }

  #standBy(because: string): void {
    this.#role = { executing: false, because };
    this.#drives.abort(because);
  }

  /** The database is silent for so long that others may have taken over: then nothing more is sent. */
  get #isSilent(): boolean {
    return performance.now() - this.#confirmed > SILENCE_LIMIT_MS;
  }

  async #stopIfSilent(): Promise<void> {
    if (this.#isSilent) this.#drives.abort(`The database gave no answer for ${SILENCE_LIMIT_MS / 1000} s.`);
  }

  /** Starts what is to start by itself, and offers what the rows say nobody drives. */
  async #lookForPlans(): Promise<void> {
    if (!this.#mayTake) return;
    const { db, queue, committer } = this.options;
    const found = await plansInHand(db);
    if (found.some(({ due }) => due)) await startScheduled({ db, committer });
    await queue.offer(this.#drives.undriven(found));
    await this.#taking.runOnce();
  }

  /** Takes its share of the plans; beyond that, one at a time of those that nobody took who drives less. */
  async #take(): Promise<void> {
    if (!this.#mayTake) return;
    const { queue } = this.options;
    const others = this.#nodes > 1;
    let most = MOST_TAKEN;
    if (others) {
      const { plans, waiting, left } = await queue.survey(YIELD_MS);
      const share = Math.ceil(plans / this.#nodes) - this.#drives.size;
      most = Math.min(Math.max(share, left > 0 ? 1 : 0), MOST_TAKEN);
      if (most === 0 && waiting > 0)
        this.#yielding ??= setTimeout(() => {
          this.#yielding = null;
          void this.#taking.runOnce();
        }, YIELD_MS).unref();
    }
    const jobs = most > 0 ? await queue.take(most) : [];
    for (const job of jobs) this.#drives.begin(job);
    if (others && jobs.length > 0) setImmediate(() => void this.#taking.runOnce());
  }

  get #mayTake(): boolean {
    return this.#role.executing && !this.#draining && !this.#isSilent;
  }

  async #tick(): Promise<void> {
    const { value: seconds } = effectiveSetting(this.options.layers(), 'heartbeatSeconds');
    const now = performance.now();
    // Half a tick early is nearer than half a tick late.
    const beats = now - this.#lastHeartbeat >= seconds * 1000 - TICK_MS / 2;
    if (beats) this.#lastHeartbeat = now;
    for (const driver of this.#drives.drivers) {
      if (beats) void driver.heartbeat();
      void driver.tick();
    }
  }

  /** Hands on what processes drive that are gone. */
  async #succeed(): Promise<void> {
    const { liveness, queue, log, offered } = this.options;
    if (!this.#role.executing) return;
    const gone = await nodesGone(liveness);
    if (gone.length === 0) return;
    const left = await queue.ofNodes(gone);
    log.warn(
      { nodes: gone, plans: left.map(({ planId }) => planId) },
      'Taking over from processes that are gone',
    );
    await queue.giveOn(left);
    offered?.();
    // One less has a share.
    await this.#beating.runOnce();
    await this.#looking.runOnce();
  }

  async #releaseHolds(): Promise<void> {
    if (!this.#role.executing) return;
    const released = await releaseLeakedHolds(this.options.db);
    if (released.length > 0)
      this.options.log.warn({ tenants: released }, 'Gave back tenants that no task held any more');
  }

  async #dropLeakedData(): Promise<void> {
    if (!this.#role.executing) return;
    const { db, checkpoints, log } = this.options;
    const tasks = await dropLeakedData(db, checkpoints);
    if (tasks.length > 0) log.warn({ tasks }, 'Dropped stage data that nothing pointed at any more');
  }
}
