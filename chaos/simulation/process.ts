import pino from 'pino';
import type { Dispatcher as HttpDispatcher } from 'undici';
import { activeTasks, hurriedTasks, readOutlook, readRuns, releaseLeakedHolds } from '@/db/queries/execution';
import type { TaskMachine } from '@/domain/task-transition';
import { admitRound } from '@/server/executor/admission';
import { DatabaseClock } from '@/server/executor/database-clock';
import type { Dispatch } from '@/server/executor/dispatch/dispatcher';
import { type LiveRun, writeHeartbeats } from '@/server/executor/heartbeats';
import type { AdmissionDeps } from '@/server/executor/plan-deps';
import { renumber } from '@/server/executor/renumber';
import { runTask } from '@/server/executor/run-task';
import { settlePlans } from '@/server/executor/settle';
import { RunLost } from '@/server/steps/run-lost';
import type { Connections, Io } from './io';
import { isLost } from './lost-answer';
import type { TargetClient } from './targets';

const silent = pino({ level: 'silent' });

export interface ProcessDeps {
  io: Io;
  connections: Connections;
  client: TargetClient;
  transition: TaskMachine;
  /** Database time that this process counts on from an answer. */
  monotonic(): number;
  /** Lets time pass while somebody waits. */
  waited(millis: number): void;
  /** Takes over at once what it admits, as a process does that executes alone. */
  claims: boolean;
  /** Hands admitted runs to some process. */
  deliver(runs: readonly Dispatch[]): void;
  /** What must never happen. */
  crashed(error: unknown): void;
}

/**
 * A server process as far as runs are concerned: what `Executor` does around the real admission, settlement and runs,
 * without timers, locks and connections of its own.
 */
export class SimulatedProcess {
  readonly running = new Map<string, AbortController>();
  /** The engine takes it for dead: its runs are handed to others. */
  presumedDead = false;
  readonly #clock: DatabaseClock;
  readonly #sessions = new Map<string, LiveRun>();
  #passing = false;
  #wanted = false;
  #beating = false;
  #sweeping = false;

  constructor(private readonly deps: ProcessDeps) {
    this.#clock = new DatabaseClock(deps.monotonic);
  }

  get io(): Io {
    return this.deps.io;
  }

  /** There may be something to admit or to settle. */
  kick(): void {
    this.#wanted = true;
    if (this.#passing) return;
    this.#passing = true;
    void this.#passes();
  }

  async #passes(): Promise<void> {
    while (this.#wanted) {
      await this.io.perform('pass', () => {
        this.#wanted = false;
      });
      await this.#guarded(() => this.#pass());
    }
    this.#passing = false;
  }

  async #pass(): Promise<void> {
    const deps = this.#admissionDeps;
    await this.#hurry();
    const outlook = await readOutlook(deps.db);
    if (this.deps.claims) deps.claimFor = this.#nodeId;
    const rounds = await admitRound(deps, outlook);
    const ends = await Promise.allSettled(rounds.map(({ done }) => done));
    const admitted = ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []));
    // What was claimed for this process is nobody else's.
    for (const one of admitted) if (one.claimed) this.begin(one);
    this.deps.deliver(admitted.filter(({ claimed }) => !claimed));
    if (admitted.length > 0) this.#wanted = true;
    await settlePlans(deps, outlook.unsettled);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  /** Ends the steps under way whose task somebody does not want to wait for. */
  async #hurry(): Promise<void> {
    if (this.#sessions.size === 0) return;
    for (const asked of await hurriedTasks(this.deps.connections.db))
      this.#sessions.get(asked.taskId)?.session.stop(asked);
  }

  get #nodeId(): string {
    return `node-${this.io.actor.index}`;
  }

  get #admissionDeps(): AdmissionDeps {
    const { connections, transition } = this.deps;
    return { db: connections.db, committer: connections.committer, layers: () => ({}), transition };
  }

  /** A delivery: what it says is looked up in the rows. One that is here already is not begun again. */
  begin(dispatch: Dispatch): void {
    if (this.running.has(dispatch.taskId)) return;
    const abort = new AbortController();
    this.running.set(dispatch.taskId, abort);
    void this.#run(dispatch, abort);
  }

  async #run(dispatch: Dispatch, abort: AbortController): Promise<void> {
    const { connections, client, transition, waited } = this.deps;
    const { taskId } = dispatch;
    try {
      await runTask(
        {
          db: connections.db,
          committer: connections.committer,
          checkpoints: connections.checkpoints,
          clock: this.#clock,
          layers: () => ({}),
          transition,
          delay: async (millis, stopped) => {
            stopped.throwIfAborted();
            await this.io.perform('wait', () => waited(millis));
            stopped.throwIfAborted();
          },
          readRun: async (id) => (await readRuns(connections.db, [id])).get(id) ?? null,
          nodeId: this.#nodeId,
          http: client as unknown as HttpDispatcher,
          log: silent,
          secretsOf: async () => ({}),
          draining: () => false,
          began: (session) => this.#sessions.set(taskId, { session, abort }),
        },
        dispatch,
        abort.signal,
      );
    } catch (error) {
      // Fenced, aborted or without an answer: the run is left for whoever takes it next.
      if (!(error instanceof RunLost) && !isLost(error) && !isStop(error)) this.deps.crashed(error);
    } finally {
      this.#sessions.delete(taskId);
      this.running.delete(taskId);
      this.kick();
    }
  }

  heartbeat(): void {
    if (this.#beating) return;
    this.#beating = true;
    void this.#guarded(() =>
      writeHeartbeats(this.deps.connections.committer, this.#sessions.values()),
    ).finally(() => {
      this.#beating = false;
    });
  }

  /** Gives back leaked tenants and hands over what the rows call running and `isRun` does not know. */
  sweep(isRun: (taskId: string) => boolean, underNewNumbers: boolean): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    void this.#guarded(async () => {
      const { db } = this.deps.connections;
      await this.io.perform('sweep', () => {});
      await releaseLeakedHolds(db);
      const lost = (await activeTasks(db)).filter((one) => !isRun(one.taskId));
      if (lost.length > 0)
        this.deps.deliver(underNewNumbers ? await renumber(this.deps.connections, lost) : lost);
    }).finally(() => {
      this.#sweeping = false;
    });
  }

  /** What found no answer is repeated with the next look. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isLost(error)) this.deps.crashed(error);
      this.#wanted = true;
      if (!this.#passing) this.kick();
    }
  }
}

/** The task came to rest under the process that had it, just before this one took it over. */
const isStop = (error: unknown) => error instanceof Error && error.name === 'RunRefused';
