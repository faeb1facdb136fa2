import { isConnectionLoss } from '@/db/connection-loss';
import type { Commit, CommitResult } from './commit';
import { takeBatch, together, type Waiting } from './commit-batch';
import type { Committer } from './commit-transition';

/** How many changes one statement carries at most: enough to share its fixed cost, few enough to be prompt. */
const MOST_CHANGES = 128;
/** So few are not worth two statements: each has its price, whatever it carries. */
const FEW_CHANGES = 16;
/** So many answers are given in one turn of the loop: what each sets off takes up to a millisecond. */
const AT_A_TIME = 2;

/** A plan that is driven here, as the statements that it shares with others know it. */
export interface Member {
  readonly planId: string;
  /** Names what drives the plan: the statement refuses everything else of it. */
  readonly epoch: number;
  /** Fires when the plan is driven here no more: what waits is given up. */
  readonly signal: AbortSignal;
  /** Told when a statement was refused because somebody else drives the plan. */
  fenced(): void;
  /** What could not be stored together with others; nothing of it is written. */
  storeAlone(waiting: readonly Waiting[]): void;
}

interface Shared extends Waiting {
  member: Member;
}

/**
 * What the drivers of this process write, together: one statement at a time for all plans, so that its fixed cost and its
 * flush to disk are paid once for many (group commit, as in DeWitt et al., Implementation Techniques for Main Memory
 * Database Systems, 1984). It carries half of what is under way, and the database works on it while this process does on
 * the other.
 * No plan can hold up another: one whose row somebody holds is left out by the statement, one that meets a lock or the
 * time limit elsewhere, or that the database refuses, is sent again by each plan alone.
 */
export class GroupCommit {
  #queue: Shared[] = [];
  #sending = false;

  constructor(
    /** Ends a statement soon that waits or hangs. */
    private readonly committer: Pick<Committer, 'commitTransition'>,
    /** Waits for what else this turn of the loop brings. */
    private readonly gather: () => Promise<void>,
  ) {}

  /** The commit must stand for itself: see `shares` in ./commit-batch. */
  add(member: Member, waiting: Waiting): void {
    this.#queue.push({ ...waiting, member });
    if (this.#sending) return;
    this.#sending = true;
    void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    await this.gather();
    for (let sent = this.#send(0); sent !== null; ) {
      const { batch, answer } = sent;
      const stored = await answer;
      // The database goes on with what waits, before what it answered sets anything off here.
      const next = this.#send(batch.length);
      for (let first = 0; first < batch.length; first += AT_A_TIME) {
        deliver(batch.slice(first, first + AT_A_TIME), stored);
        await this.gather();
      }
      sent = next ?? this.#send(0);
    }
    this.#sending = false;
  }

  /** Null where nothing waits. */
  #send(answered: number): { batch: Shared[]; answer: Promise<CommitResult | Failed> } | null {
    const batch = this.#take(answered);
    return batch.length > 0 ? { batch, answer: this.#store(batch) } : null;
  }

  /** Half of what waits here and what `answered` will bring anew; of plans that are still driven here. */
  #take(answered: number): Shared[] {
    for (const { member, reject } of this.#queue) if (member.signal.aborted) reject(member.signal.reason);
    const waiting = this.#queue.filter(({ member }) => !member.signal.aborted);
    const half = Math.ceil((waiting.length + answered) / 2);
    const { batch, rest } = takeBatch(waiting, Math.min(MOST_CHANGES, Math.max(FEW_CHANGES, half)));
    this.#queue = rest;
    return batch;
  }

  /** Never rejects: an error is an answer like any other. */
  async #store(batch: readonly Shared[]): Promise<CommitResult | Failed> {
    const epochs = Object.fromEntries(batch.map(({ member }) => [member.planId, member.epoch]));
    const commit: Commit = { ...together(batch), epochs, skipLocked: true };
    try {
      return await this.committer.commitTransition(commit);
    } catch (error) {
      return { error };
    }
  }
}

interface Failed {
  error: unknown;
}

function deliver(batch: readonly Shared[], stored: CommitResult | Failed): void {
  const again = new Map<Member, Waiting[]>();
  for (const shared of batch) {
    const { member, commitId, resolve, reject } = shared;
    // Looked up by whoever made them, where no answer came.
    if ('error' in stored && (isConnectionLoss(stored.error) || member.signal.aborted)) reject(stored.error);
    else if ('error' in stored || stored.locked?.includes(member.planId))
      again.set(member, [...(again.get(member) ?? []), shared]);
    else {
      if (stored.fenced?.includes(member.planId)) member.fenced();
      resolve({ ...stored, commitId });
    }
  }
  for (const [member, waiting] of again) member.storeAlone(waiting);
}
