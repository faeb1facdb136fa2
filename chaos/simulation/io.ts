import type { Database } from '@/db/client';
import type { Committer } from '@/server/commands/commit-transition';
import type { CheckpointStore } from '@/server/executor/checkpoints/checkpoint-store';
import type { Actor, Operation, Scheduler } from './scheduler';

/** What one process reaches the outside world with; every use is an operation of the scheduler. */
export interface Connections {
  db: Database;
  committer: Committer;
  checkpoints: CheckpointStore;
}

/** What a process hears of the commits it made. */
export interface News {
  /** Plans that nobody had to drive before. */
  woken(planIds: readonly string[]): void;
  /** One was refused, because somebody else drives the plan. */
  fenced(): void;
}

/** One actor's way to the scheduler. */
export class Io {
  constructor(
    private readonly scheduler: Scheduler,
    readonly actor: Actor,
  ) {}

  perform<T>(kind: Operation, effect: () => T | Promise<T>): Promise<T> {
    return this.scheduler.perform(this.actor, kind, effect);
  }
}
