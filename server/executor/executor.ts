import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import DataLoader from 'dataloader';
import type { Logger } from 'pino';
import type { Dispatcher as HttpDispatcher } from 'undici';
import type { Database } from '@/db/client';
import {
  activeTasks,
  hurriedTasks,
  type RunMaterial,
  readOutlook,
  readRuns,
  releaseLeakedHolds,
} from '@/db/queries/execution';
import { beatNode, type ExecutorMode, forgetNode, readExecutor, rememberMode } from '@/db/queries/nodes';
import type { TenantLeft } from '@/domain/events';
import { effectiveSetting } from '@/domain/settings';
import { planIdOf } from '@/domain/task';
import type { TaskMachine } from '@/domain/task-transition';
import { workOffBulks } from '@/server/commands/bulk';
import type { Committer } from '@/server/commands/commit-transition';
import { withLogContext } from '@/server/logging';
import type { BaseLayers } from '@/server/settings/live-settings';
import { RunLost } from '@/server/steps/run-lost';
import { type Admitting, admitRound } from './admission';
import type { AdmissionDeps } from './admission-deps';
import { AnswerStreak, SILENCE_LIMIT_MS } from './answer-streak';
import type { CheckpointStore } from './checkpoints/checkpoint-store';
import { dropLeakedData } from './checkpoints/drop-leaked';
import { DatabaseClock } from './database-clock';
import { type Dispatch, type Dispatcher, RunLeft } from './dispatch/dispatcher';
import { LocalDispatcher } from './dispatch/local';
import { PgBossDispatcher } from './dispatch/pg-boss';
import { type LiveRun, writeHeartbeats } from './heartbeats';
import { LastLook } from './last-look';
import { ExecutorLock } from './leadership';
import { renumber } from './renumber';
import { Fenced } from './run-session';
import { runTask } from './run-task';
import { settlePlans } from './settle';
import { startScheduled } from './supervise';

const TICK_MS = 1000;
const NODE_BEAT_MS = 1000;
/** Who does not want to wait for a stage is heard within a second, also from another node. */
const HURRY_MS = 400;
const LEAKED_DATA_MS = 10 * 60_000;

export interface ExecutorOptions {
  url: string;
  db: Database;
  committer: Committer;
  mode: ExecutorMode;
  slots: number;
  layers(): BaseLayers;
  transition: TaskMachine;
  http: HttpDispatcher;
  checkpoints: CheckpointStore;
  log: Logger;
  secretsOf(tenantId: string): Promise<Record<string, string>>;
  /** Who of a plan's completed tenants runs something else by now; without it nobody is looked at again. */
  lookAgain?(planId: string): Promise<TenantLeft[]>;
  stepEnded?(type: string, ok: boolean, seconds: number): void;
}

export type ExecutorRole =
  | { executing: true; mode: ExecutorMode }
  | { executing: false; mode: ExecutorMode; because: string };

/**
 * Runs admitted tasks in this process while it holds the executor's lock; without the lock it only watches, and takes
 * over when it gets it. What is to be done is recomputed from the rows each time: `kick` is only a hint.
 */
export class Executor {
  readonly nodeId = randomUUID();
  readonly #clock = new DatabaseClock();
  readonly #sessions = new Map<string, LiveRun>();
  /** Runs that begin together are read together. */
  readonly #materials: DataLoader<string, RunMaterial | null>;
  readonly #lock: ExecutorLock;
  readonly #timers: NodeJS.Timeout[] = [];
  #dispatcher: Dispatcher | null = null;
  #role: ExecutorRole;
  #draining = false;
  readonly #answers = new AnswerStreak();
  #lastHeartbeat = performance.now();
  #hurrying = false;
  readonly #lastLook: LastLook | null;
  #wanted = false;
  #passing: Promise<void> | null = null;
  readonly #admitting = new Set<Admitting>();
  /** A hint or a look left out plans whose admission was under way. */
  #passedBy = false;
  #ticking: Promise<void> | null = null;

  constructor(private readonly options: ExecutorOptions) {
    this.#role = { executing: false, mode: options.mode, because: 'It is starting.' };
    const { lookAgain, log } = options;
    this.#lastLook = lookAgain ? new LastLook(lookAgain, log, (planId) => void this.kick([planId])) : null;
    this.#materials = new DataLoader(
      async (taskIds) => {
        const found = await readRuns(options.db, taskIds);
        return taskIds.map((taskId) => found.get(taskId) ?? null);
      },
      { cache: false, batchScheduleFn: (read) => setImmediate(read) },
    );
    this.#lock = new ExecutorLock(options.url, options.mode === 'local' ? 'exclusive' : 'shared', () => {
      options.log.error('The executor lock is lost: execution stops until it is back.');
      void this.#standDown('The connection that holds the executor lock was lost.');
    });
  }

  get role(): ExecutorRole {
    return this.#role;
  }

  /** Resolves when the first attempt to take over was made: the process then executes or stands by. */
  async start(): Promise<void> {
    await this.#beat();
    await this.#tick();
    this.#every(TICK_MS, () => this.#tick());
    // Apart from the tick, which may itself be waiting for an answer that never comes.
    this.#every(TICK_MS, async () => void this.#silent());
    this.#every(NODE_BEAT_MS, () => this.#beat());
    this.#every(LEAKED_DATA_MS, () => this.#dropLeakedData());
    this.#every(TICK_MS, () => this.#heartbeatIfDue());
    this.#every(HURRY_MS, () => this.hurry());
  }

  /**
   * There may be something to do: looks soon, and only once for many hints. Resolves when the rows were looked at after
   * this hint; at once where this process does not execute, or where these plans are being admitted from: that is
   * followed by a look anyway.
   */
  async kick(planIds: readonly string[] | 'all' = 'all'): Promise<void> {
    if (planIds !== 'all' && this.#admitsFrom(planIds)) {
      this.#passedBy = true;
      return;
    }
    this.#wanted = true;
    if (!this.#role.executing || this.#draining) return;
    this.#passing ??= this.#pass().finally(() => {
      this.#passing = null;
      if (this.#wanted && this.#role.executing && !this.#draining) void this.kick();
    });
    await this.#passing;
  }

  /** Stages under way may reach their boundary within the grace period; the rest is handed over. */
  async stop(graceMillis: number): Promise<void> {
    this.#draining = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#ticking;
    await this.#passing;
    await Promise.allSettled([...this.#admitting].map(({ done }) => done));
    await this.#dispatcher?.stop(graceMillis);
    this.#dispatcher = null;
    await this.#lock.release();
    await forgetNode(this.options.db, this.nodeId).catch(() => {});
  }

  #every(millis: number, work: () => Promise<void>): void {
    this.#timers.push(setInterval(() => void work(), millis));
  }

  async #tick(): Promise<void> {
    if (this.#ticking || this.#draining) return;
    this.#ticking = this.#takeOverOrSweep()
      .catch((error: unknown) =>
        this.options.log.warn({ err: error }, 'The sweep did not finish; it is repeated'),
      )
      .finally(() => {
        this.#ticking = null;
      });
    await this.#ticking;
  }

  async #takeOverOrSweep(): Promise<void> {
    if (this.#silent()) return;
    if (!this.#role.executing && !(await this.#takeOver())) return;
    await this.#sweep();
    void this.kick();
  }

  /** Whether the database is silent for so long that others may have taken over; then nothing more is sent. */
  #silent(): boolean {
    if (!this.#answers.isSilent) return false;
    this.#abortAll(`The database gave no answer for ${SILENCE_LIMIT_MS / 1000} s.`);
    return true;
  }

  async #takeOver(): Promise<boolean> {
    const { db, mode, log } = this.options;
    if (!(await this.#lock.tryTake())) {
      const other = (await readExecutor(db)).mode;
      const because =
        other && other !== mode
          ? `This database is executed with DISPATCHER=${other}. Start this process with that setting to take part; until then it only serves the console.`
          : 'Another process executes. This one only serves the console and takes over when the other is gone.';
      if (this.#role.executing || this.#role.because !== because) log.info(because);
      this.#role = { executing: false, mode, because };
      return false;
    }
    await rememberMode(db, mode, this.nodeId);
    this.#dispatcher = mode === 'local' ? new LocalDispatcher() : this.#pgBoss();
    await this.#dispatcher.start((dispatch, signal) => this.#run(dispatch, signal));
    this.#role = { executing: true, mode };
    log.info({ mode, slots: this.options.slots }, 'This process executes');
    await this.#beat();
    await this.#dropLeakedData();
    return true;
  }

  #pgBoss(): Dispatcher {
    const { url, db, slots, log } = this.options;
    return new PgBossDispatcher(url, db, slots, log, () => this.#answers.isSteady);
  }

  async #standDown(because: string): Promise<void> {
    if (!this.#role.executing) return;
    this.#role = { executing: false, mode: this.options.mode, because };
    this.#abortAll(because);
    const dispatcher = this.#dispatcher;
    this.#dispatcher = null;
    await dispatcher
      ?.stop(0)
      .catch((error: unknown) =>
        this.options.log.warn({ err: error }, 'The dispatcher did not stop cleanly'),
      );
  }

  #abortAll(because: string): void {
    for (const { abort } of this.#sessions.values()) abort.abort(new RunLost(because));
  }

  /** Finds what the rows say is running and nobody runs, and tenants that nobody holds any more. */
  async #sweep(): Promise<void> {
    const { db, log } = this.options;
    const dispatcher = this.#dispatcher;
    if (!dispatcher) return;
    const released = await releaseLeakedHolds(db);
    if (released.length > 0) log.warn({ tenants: released }, 'Gave back tenants that no task held any more');
    const lost = await dispatcher.lost(await activeTasks(db));
    if (lost.length === 0) return;
    log.info({ tasks: lost.map((one) => one.taskId) }, 'Recovering tasks that nobody runs');
    await dispatcher.dispatch(dispatcher.mode === 'local' ? lost : await renumber(this.options, lost));
  }

  async #dropLeakedData(): Promise<void> {
    if (!this.#role.executing) return;
    const { db, checkpoints, log } = this.options;
    try {
      const tasks = await dropLeakedData(db, checkpoints);
      if (tasks.length > 0) log.warn({ tasks }, 'Dropped stage data that nothing pointed at any more');
    } catch (error) {
      log.warn({ err: error }, 'Leaked stage data was not looked for; it is tried again');
    }
  }

  async #pass(): Promise<void> {
    const { db, committer, layers, transition, mode, log } = this.options;
    const deps: AdmissionDeps = { db, committer, layers, transition };
    if (mode === 'local') deps.claimFor = this.nodeId;
    if (this.#lastLook) deps.lastLook = this.#lastLook;
    try {
      while (this.#wanted && !this.#draining) {
        this.#wanted = false;
        const dispatcher = this.#dispatcher;
        if (!dispatcher) return;
        const outlook = await readOutlook(db);
        if (outlook.due) await startScheduled(deps, outlook.stopped);
        if (outlook.bulks && (await workOffBulks(deps))) this.#wanted = true;
        const underWay = [...this.#admitting];
        this.#passedBy ||= underWay.length > 0;
        for (const admitting of await admitRound(deps, outlook, underWay))
          void this.#dispatch(admitting, dispatcher);
        await settlePlans(deps, outlook.unsettled);
      }
    } catch (error) {
      log.warn({ err: error }, 'Admission did not finish; it is repeated');
    }
  }

  #admitsFrom(planIds: readonly string[]): boolean {
    if (this.#admitting.size === 0) return false;
    const underWay = new Set([...this.#admitting].map((one) => one.planId));
    return planIds.every((planId) => underWay.has(planId));
  }

  /** Apart from the pass: where one plan's lock is waited for, the others go on. */
  async #dispatch(admitting: Admitting, dispatcher: Dispatcher): Promise<void> {
    this.#admitting.add(admitting);
    try {
      const admitted = await admitting.done;
      await dispatcher.dispatch(admitted);
      this.#wanted ||= admitted.length > 0 || this.#passedBy;
      this.#passedBy = false;
    } catch (error) {
      this.options.log.warn({ err: error }, 'Admission did not finish; it is repeated');
    } finally {
      this.#admitting.delete(admitting);
      if (this.#wanted) void this.kick();
    }
  }

  async #run(dispatch: Dispatch, signal: AbortSignal): Promise<void> {
    const abort = new AbortController();
    const taken = AbortSignal.any([signal, abort.signal]);
    const { options } = this;
    const planId = planIdOf(dispatch.taskId);
    await withLogContext({ taskId: dispatch.taskId, planId }, async () => {
      try {
        const end = await runTask(
          {
            db: options.db,
            committer: options.committer,
            clock: this.#clock,
            layers: options.layers,
            transition: options.transition,
            delay: (millis, until) => sleep(millis, undefined, { signal: until }),
            nodeId: this.nodeId,
            readRun: (taskId) => this.#materials.load(taskId),
            http: options.http,
            checkpoints: options.checkpoints,
            log: options.log,
            secretsOf: options.secretsOf,
            draining: () => this.#draining,
            began: (session) => this.#sessions.set(dispatch.taskId, { session, abort }),
            ...(options.stepEnded ? { stepEnded: options.stepEnded } : {}),
          },
          dispatch,
          taken,
        );
        if (end === 'left') throw new RunLeft(dispatch.taskId);
      } catch (error) {
        // Fenced: another process has it. Anything else that ends a run early leaves it for whoever takes it next.
        if (error instanceof Fenced)
          options.log.info({ reason: error.message }, 'Another process took the task over');
        else if (taken.aborted) throw new RunLeft(String(taken.reason?.message ?? taken.reason));
        else throw error;
      } finally {
        this.#sessions.delete(dispatch.taskId);
        void this.kick([planId]);
      }
    }).catch((error: unknown) => {
      if (!(error instanceof RunLeft))
        options.log.error({ err: error, taskId: dispatch.taskId }, 'A run ended early; it is recovered');
      throw error;
    });
  }

  /** Ends the steps of those who were asked not to wait for their stage; also by itself, more than twice a second. */
  async hurry(): Promise<void> {
    if (this.#hurrying || this.#sessions.size === 0) return;
    this.#hurrying = true;
    try {
      for (const asked of await hurriedTasks(this.options.db))
        this.#sessions.get(asked.taskId)?.session.stop(asked);
    } catch (error) {
      this.options.log.warn(
        { err: error },
        'Who does not want to wait was not looked for; it is tried again',
      );
    } finally {
      this.#hurrying = false;
    }
  }

  /** How often is looked up each time: the settings page may have changed it. */
  async #heartbeatIfDue(): Promise<void> {
    const { value: seconds } = effectiveSetting(this.options.layers(), 'heartbeatSeconds');
    const now = performance.now();
    // Half a tick early is nearer than half a tick late.
    if (now - this.#lastHeartbeat < seconds * 1000 - TICK_MS / 2) return;
    this.#lastHeartbeat = now;
    await this.#heartbeats();
  }

  async #heartbeats(): Promise<void> {
    try {
      await writeHeartbeats(this.options.committer, this.#sessions.values());
    } catch (error) {
      this.options.log.warn({ err: error }, 'The heartbeat could not be stored');
    }
  }

  async #beat(): Promise<void> {
    const { db, mode, slots, log } = this.options;
    const { executing } = this.#role;
    try {
      await beatNode(db, { nodeId: this.nodeId, host: hostname(), pid: process.pid, mode, executing, slots });
      this.#answers.answered();
    } catch (error) {
      log.warn({ err: error }, 'The database did not take this node’s beat');
    }
  }
}
