import type { Logger } from 'pino';
import type { Dispatcher as HttpDispatcher } from 'undici';
import { plansInHand, releaseLeakedHolds } from '@/db/queries/execution';
import type { TaskMachine } from '@/domain/task-transition';
import { GroupCommit } from '@/server/commands/group-commit';
import { DatabaseClock } from '@/server/executor/database-clock';
import { Drives } from '@/server/executor/drives';
import type { PlanJob, PlanQueue } from '@/server/executor/queue/plan-queue';
import { Slots } from '@/server/executor/slots';
import { createSecretBox } from '@/server/security/secrets';
import { RunLost } from '@/server/steps/run-lost';
import type { Connections, Io } from './io';
import { isLost } from './lost-answer';
import type { TargetClient } from './targets';

export interface ProcessDeps {
  io: Io;
  connections: Connections;
  queue: PlanQueue;
  client: TargetClient;
  transition: TaskMachine;
  slots: number;
  /** Looks at the tenants once more before a plan completes. */
  looksAgain: boolean;
  /** Database time that this process counts on from an answer. */
  monotonic(): number;
  /** Lets time pass while somebody waits. */
  waited(millis: number): void | Promise<void>;
  /** What must never happen. */
  crashed(error: unknown): void;
}

/**
 * A server process as far as plans are concerned: what `Executor` does around the real drivers, without timers, locks and
 * connections of its own.
 */
export class SimulatedProcess {
  readonly drives: Drives;
  #draining = false;
  #takes = false;
  #wanted = false;
  #sweeping = false;
  #beating = false;

  constructor(private readonly deps: ProcessDeps) {
    const { io, connections, queue, client, transition, waited } = deps;
    this.drives = new Drives(
      queue,
      {
        ...connections,
        clock: new DatabaseClock(deps.monotonic),
        layers: () => ({}),
        transition,
        delay: async (millis, stopped) => {
          stopped.throwIfAborted();
          await io.perform('wait', () => waited(millis));
          stopped.throwIfAborted();
        },
        gather: () => Promise.resolve(),
        nodeId: this.nodeId,
        slots: new Slots(deps.slots),
        group: new GroupCommit(connections.committer, () => Promise.resolve()),
        http: client as unknown as HttpDispatcher,
        log: listening((error) => this.#failed(error)),
        secretsOf: async () => ({ named: {} }),
        secretBox: createSecretBox([Buffer.alloc(32, 7)]),
        draining: () => this.#draining,
        ...(deps.looksAgain && { lookAgain: () => io.perform('read', () => []) }),
      },
      () => this.take(),
    );
  }

  get io(): Io {
    return this.deps.io;
  }

  get nodeId(): string {
    return `node-${this.io.actor.index}`;
  }

  /** It was told to go down, and has handed everything on. */
  get isDown(): boolean {
    return this.#draining && this.drives.size === 0;
  }

  /** There may be something to do for what it drives. */
  kick(): void {
    void this.drives.kick('all');
  }

  /** Somebody has to drive these. */
  offer(planIds: readonly string[]): void {
    void this.#guarded(() => this.deps.queue.offer(planIds.filter((planId) => !this.drives.has(planId))));
    this.take();
  }

  /** A plan may wait for a driver. */
  take(): void {
    this.#wanted = true;
    if (this.#takes) return;
    this.#takes = true;
    void this.#guarded(() => this.#takeAll()).finally(() => {
      this.#takes = false;
    });
  }

  /** As `Executor` does: offers what the rows say has to be driven, and takes one of what there is. */
  async #takeAll(): Promise<void> {
    const { connections, queue } = this.deps;
    while (this.#wanted && !this.#draining) {
      this.#wanted = false;
      const found = await plansInHand(connections.db);
      await queue.offer(this.drives.undriven(found));
      const jobs = await queue.take(1);
      for (const job of jobs) this.drives.begin(job);
      this.#wanted ||= jobs.length > 0;
    }
  }

  /** It was handed a plan that another process has as well. */
  begin(job: PlanJob): void {
    this.drives.begin(job);
  }

  /** A second has passed: what is done every second. */
  tick(): void {
    this.beat();
    this.take();
    for (const driver of this.drives.drivers) void driver.tick();
  }

  heartbeat(): void {
    for (const driver of this.drives.drivers) void driver.heartbeat();
  }

  /** Says what it drives, and drops what is given to others by now. */
  beat(): void {
    if (this.#beating) return;
    this.#beating = true;
    void this.#guarded(async () => {
      const { jobs } = this.drives;
      const ours = await this.deps.queue.beat(jobs);
      const gone = jobs.filter((job) => !ours.includes(job));
      if (gone.length > 0)
        this.drives.abort(
          'The plan was given to another process.',
          gone.map(({ planId }) => planId),
        );
    }).finally(() => {
      this.#beating = false;
    });
  }

  /** Gives back leaked tenants. */
  sweep(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    void this.#guarded(async () => {
      await this.io.perform('sweep', () => {});
      await releaseLeakedHolds(this.deps.connections.db);
    }).finally(() => {
      this.#sweeping = false;
    });
  }

  /** Stages under way may reach their boundary, nothing else begins; the plans are handed on. */
  goDown(): void {
    this.#draining = true;
    for (const driver of this.drives.drivers) driver.drain();
  }

  /** Lets go of everything it holds in memory; whatever it asks for after its death never happens. */
  bury(): void {
    this.io.actor.dead = true;
    this.drives.abort('The process is gone.');
  }

  /** What found no answer is repeated with the next tick. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const expected = error instanceof RunLost || isLost(error) || isStop(error);
    if (!expected && !this.io.actor.dead) this.deps.crashed(error);
  }
}

/** The task came to rest under the process that had it, just before this one took it over. */
const isStop = (error: unknown) => error instanceof Error && error.name === 'RunRefused';

/** A log that nobody reads: it only hands on what went wrong. */
function listening(failed: (error: unknown) => void): Logger {
  const hear = (what: unknown) => {
    const error = (what as { err?: unknown } | null)?.err;
    if (error !== undefined) failed(error);
  };
  return { info: () => {}, debug: () => {}, warn: hear, error: hear } as unknown as Logger;
}
