import { randomUUID } from 'node:crypto';
import { isConnectionLoss, isPassing } from '@/db/connection-loss';
import type { Commit, CommitResult } from './commit';
import { shares, takeBatch, together, type Waiting } from './commit-batch';
import type { Committer } from './commit-transition';
import type { GroupCommit, Member } from './group-commit';

/** How many changes of one plan alone a statement carries at most. */
const MOST_CHANGES = 64;

export interface StreamOptions extends Omit<Member, 'storeAlone'> {
  /** Told what keeps a statement from being carried out, and for how long already; null when one was. */
  trouble(error: unknown, millis: number): void;
  /** Waits a moment before a statement that met a lock or took too long is sent again; rejects when the signal fires. */
  pause(): Promise<void>;
  /** Waits for what else this turn of the loop brings. */
  gather(): Promise<void>;
}

/**
 * Everything that the driver of a plan writes. Changes that stand for themselves are stored together with those of other
 * plans; what does not, and what could not be stored so, is the plan's own business: one statement at a time, and
 * everything else of the plan behind it. Each change stands for itself, as if it had been sent alone: what is refused does
 * not touch the others, and when the database refuses a whole statement each is sent again by itself. One that met a
 * lock or the time limit wrote nothing, and is sent again as it is.
 */
export class CommitStream implements Committer {
  #queue: Waiting[] = [];
  #sending = false;
  /** The plan, as the statements that it shares know it. */
  readonly #member: Member;

  constructor(
    private readonly committer: Committer,
    private readonly group: GroupCommit,
    private readonly options: StreamOptions,
  ) {
    this.#member = { ...options, storeAlone: (waiting) => this.#storeAlone(waiting) };
  }

  get wasCommitted(): Committer['wasCommitted'] {
    return this.committer.wasCommitted;
  }

  readonly commitTransition: Committer['commitTransition'] = (commit, commitId = randomUUID()) =>
    new Promise((resolve, reject) => {
      const waiting = { commit, commitId, resolve, reject };
      if (this.#sending || !shares(commit)) this.#storeAlone([waiting]);
      else this.group.add(this.#member, waiting);
    });

  /** For what somebody waits for: it does not wait for a statement of other plans. */
  get promptly(): Committer {
    const { wasCommitted } = this;
    const commitTransition: Committer['commitTransition'] = (commit, commitId = randomUUID()) =>
      new Promise((resolve, reject) => this.#storeAlone([{ commit, commitId, resolve, reject }]));
    return { wasCommitted, commitTransition };
  }

  #storeAlone(waiting: readonly Waiting[]): void {
    this.#queue.push(...waiting);
    if (this.#sending) return;
    this.#sending = true;
    void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    await this.options.gather();
    while (this.#queue.length > 0) {
      const { batch, rest } = takeBatch(this.#queue, MOST_CHANGES);
      this.#queue = rest;
      await this.#send(batch);
      // What the answers set off comes together.
      await this.options.gather();
    }
    this.#sending = false;
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
    const { planId, epoch, signal, trouble, fenced, pause } = this.options;
    const began = performance.now();
    for (;;) {
      signal.throwIfAborted();
      try {
        const result = await this.committer.commitTransition(
          { ...commit, epochs: { [planId]: epoch } },
          commitId,
        );
        trouble(null, 0);
        if (result.fenced?.includes(planId)) fenced();
        return result;
      } catch (error) {
        trouble(error, performance.now() - began);
        if (!isPassing(error)) throw error;
        await pause();
      }
    }
  }
}
