import { randomUUID } from 'node:crypto';
import { isConnectionLoss, isPassing } from '@/db/connection-loss';
import type { Commit, CommitResult } from './commit';
import type { Committer } from './commit-transition';

/** How many changes one statement carries before no more are added: enough to share its fixed cost, few enough to be prompt. */
const MAX_CHANGES = 64;

interface Waiting {
  commit: Commit;
  commitId: string;
  resolve(result: CommitResult): void;
  reject(error: unknown): void;
}

export interface StreamOptions {
  /** Names what drives the plan: the statement refuses everything else of it. */
  planEpoch: number;
  /** Fires when the plan is driven here no more: what waits is given up. */
  signal: AbortSignal;
  /** Told what keeps a statement from being carried out, and for how long already; null when one was. */
  trouble(error: unknown, millis: number): void;
  /** Told when a statement was refused because somebody else drives the plan. */
  fenced(): void;
  /** Waits a moment before a statement that met a lock or took too long is sent again; rejects when the signal fires. */
  pause(): Promise<void>;
  /** Waits for what else this turn of the loop brings. */
  gather(): Promise<void>;
}

/**
 * Everything that the driver of a plan writes, one statement at a time: what comes while one is under way is stored
 * together by the next (group commit). Each change stands for itself, as if it had been sent alone: what is refused does
 * not touch the others, and when the database refuses a whole statement each is sent again by itself. One that met a
 * lock or the time limit wrote nothing, and is sent again as it is.
 */
export class CommitStream implements Committer {
  readonly #queue: Waiting[] = [];
  #sending = false;

  constructor(
    private readonly committer: Committer,
    private readonly options: StreamOptions,
  ) {}

  get wasCommitted(): Committer['wasCommitted'] {
    return this.committer.wasCommitted;
  }

  readonly commitTransition: Committer['commitTransition'] = (commit, commitId = randomUUID()) =>
    new Promise((resolve, reject) => {
      this.#queue.push({ commit, commitId, resolve, reject });
      if (this.#sending) return;
      this.#sending = true;
      void this.options.gather().then(() => this.#sendAll());
    });

  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#send(this.#take());
      // What the answers set off comes together.
      await this.options.gather();
    }
    this.#sending = false;
  }

  /** What can share a statement, in its order; no task and no entry of the plan twice. */
  #take(): Waiting[] {
    const [first, ...rest] = this.#queue.splice(0);
    if (!first) return [];
    if (!shares(first.commit)) {
      this.#queue.push(...rest);
      return [first];
    }
    const batch = [first];
    const taken = new Set(namesOf(first.commit));
    for (const [index, waiting] of rest.entries()) {
      const names = namesOf(waiting.commit);
      // What stands alone also stays behind what came before it.
      if (taken.size >= MAX_CHANGES || !shares(waiting.commit)) {
        this.#queue.push(...rest.slice(index));
        break;
      }
      if (names.some((name) => taken.has(name))) this.#queue.push(waiting);
      else {
        for (const name of names) taken.add(name);
        batch.push(waiting);
      }
    }
    return batch;
  }

  async #send(batch: Waiting[]): Promise<void> {
    const [first] = batch;
    if (!first) return;
    try {
      if (batch.length === 1) return first.resolve(await this.#store(first.commit, first.commitId));
      const result = await this.#store(together(batch), randomUUID());
      for (const { commitId, resolve } of batch) resolve({ ...result, commitId });
    } catch (error) {
      // Looked up by whoever made them, where no answer came.
      if (batch.length === 1 || isConnectionLoss(error) || this.options.signal.aborted)
        for (const { reject } of batch) reject(error);
      else for (const one of batch) await this.#send([one]);
    }
  }

  async #store(commit: Commit, commitId: string): Promise<CommitResult> {
    const { planEpoch, signal, trouble, fenced, pause } = this.options;
    const began = performance.now();
    for (;;) {
      signal.throwIfAborted();
      try {
        const result = await this.committer.commitTransition({ ...commit, planEpoch }, commitId);
        trouble(null, 0);
        if (result.fenced) fenced();
        return result;
      } catch (error) {
        trouble(error, performance.now() - began);
        if (!isPassing(error)) throw error;
        await pause();
      }
    }
  }
}

/** Changes of tasks that stand for themselves; an entry of the plan only says what their choice knew. */
const shares = ({ atomic, audit, bulk, create, plans }: Commit): boolean =>
  !(
    atomic ||
    audit ||
    bulk ||
    create ||
    plans.some(({ state, events, driver, rests }) => state || events.length || driver || rests)
  );

const namesOf = ({ plans, tasks }: Commit): string[] => [
  ...tasks.map(({ taskId }) => taskId),
  ...plans.map(({ planId }) => planId),
];

const together = (batch: readonly Waiting[]): Commit => ({
  atomic: false,
  plans: batch.flatMap(({ commit }) => commit.plans),
  tasks: batch.flatMap(({ commit, commitId }) => commit.tasks.map((task) => ({ ...task, commitId }))),
});
