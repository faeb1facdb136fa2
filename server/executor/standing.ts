import type { Logger } from 'pino';
import type { Drives } from './drives';
import type { NodeLock } from './node-lock';
import type { PlanQueue } from './queue/plan-queue';

/**
 * A process whose beat is not confirmed for this long stops sending, a tick later at most: before the engine takes its
 * plans away, which it does 10 s after the last confirmed beat (SPEC 7).
 */
export const SILENCE_LIMIT_MS = 8000;

export type ExecutorRole = { executing: true } | { executing: false; because: string };

/** How this process stands among those that execute: whether it may drive plans, and how many share them. */
export class Standing {
  role: ExecutorRole = { executing: false, because: 'It is starting.' };
  /** The process goes down: nothing new is taken. */
  draining = false;
  /** How many processes share the plans. */
  nodes = 1;
  /** When the last beat that the database confirmed was sent, by this process's own clock. */
  confirmed = performance.now();

  constructor(
    private readonly deps: { lock: NodeLock; queue: PlanQueue; drives: Drives; log: Logger; slots: number },
  ) {}

  /** The database is silent for so long that others may have taken over: then nothing more is sent. */
  get isSilent(): boolean {
    return performance.now() - this.confirmed > SILENCE_LIMIT_MS;
  }

  get mayTake(): boolean {
    return this.role.executing && !this.draining && !this.isSilent;
  }

  /** Executes as long as it holds the lock that tells that it lives. */
  async enter(): Promise<void> {
    const { lock, queue, log, slots } = this.deps;
    await lock.take();
    if (!lock.held) return this.standBy('The connection that tells that this process lives is not back yet.');
    if (this.role.executing) return;
    await queue.start();
    this.role = { executing: true };
    log.info({ slots }, 'This process executes');
  }

  standBy(because: string): void {
    this.role = { executing: false, because };
    this.deps.drives.abort(because);
  }
}
