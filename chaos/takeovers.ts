import type { Beat } from '@/db/testing/beats';
import type { CommittedEvent } from './check/history';
import type { ChaosDatabase } from './nodes/database';

export type Cause = 'kill' | 'freeze';

/** A task that a node ran when it died or froze. */
interface Orphan {
  taskId: string;
  /** Milliseconds since 1970; this machine's clock is the database's. */
  at: number;
  cause: Cause;
}

export interface Takeover {
  taskId: string;
  cause: Cause;
  seconds: number;
  /** The same as those who could have taken over lived it, if that was less: the most beats of one of them meanwhile. */
  lived: number;
  /** How many that could have taken over were lost as well while it waited; the last one's end is what counts. */
  successorsLost: number;
  /** Another node was lost between the end of the first and the recovery. */
  disturbed: boolean;
}

/**
 * A takeover must be over by then, counted from the last end of a node that may have had the task (SPEC 7), in the
 * seconds that the others lived: how long the machine stood still says nothing of them.
 */
export const TAKEOVER_SECONDS = 20;
/**
 * A run passes on when its last sign of life is 7 s old, and a node that is well gives one every 3 s: no sooner than
 * this can anybody else have it, or lose it again.
 */
const PASSED_ON_MS = 4000;

/** The runs of a silent node are given to others not before this; nobody finds them sooner. */
const NOTED_WITHIN_MS = 8000;
/** A statement under way may still be carried out for a moment after its sender is gone. */
const LAST_WORDS_MS = 1500;

/** Measures how long it takes until somebody goes on with the tasks of a node that died or froze. */
export class Takeovers {
  readonly #orphans: Orphan[] = [];
  /** When nodes died, froze or lost their database, in order. */
  readonly #ends: number[] = [];
  readonly #noting = new Set<Promise<void>>();

  constructor(private readonly database: ChaosDatabase) {}

  /** Notes which tasks the process ran. */
  note(pid: number, at: number, cause: Cause): void {
    this.#ends.push(at);
    const noting = this.#note(pid, at, cause).catch(() => {});
    this.#noting.add(noting);
    void noting.finally(() => this.#noting.delete(noting));
  }

  /** Notes that a node has lost its database: what it was just given it can no more begin than a frozen one. */
  noteCutOff(at: number): void {
    this.#ends.push(at);
  }

  /** Looks in the event table, whose times are the database's, for who went on and when. */
  async measure(
    events: readonly CommittedEvent[],
    beats: readonly Beat[] | null = null,
  ): Promise<Takeover[]> {
    await Promise.all(this.#noting);
    const byTask = new Map<string, CommittedEvent[]>();
    for (const event of events) {
      if (event.taskId === null) continue;
      const known = byTask.get(event.taskId);
      if (known) known.push(event);
      else byTask.set(event.taskId, [event]);
    }
    return this.#orphans.flatMap(({ taskId, at, cause }) => {
      const after = (byTask.get(taskId) ?? []).filter((event) => event.at.getTime() > at);
      const recovered = after.findIndex((event) => event.kind === 'TaskRecovered');
      const event = after[recovered];
      if (!event) return [];
      // It came to rest with its node's last words, or its node went on by itself: nobody had to take it over.
      const wentOn = after
        .slice(0, recovered)
        .some(
          (one) =>
            !['RUNNING', 'ROLLING_BACK'].includes(one.status) ||
            (one.actor === 'executor' && one.at.getTime() > at + LAST_WORDS_MS),
        );
      if (wentOn) return [];
      const lost = this.#successorsLost(at, event.at.getTime());
      const from = lost.at(-1) ?? at;
      const seconds = (event.at.getTime() - from) / 1000;
      const most = beats ? mostBeats(beats, from, event.at.getTime()) : seconds;
      const disturbed = this.#ends.some((end) => end > at && end < event.at.getTime());
      return [
        { taskId, cause, seconds, lived: Math.min(seconds, most), successorsLost: lost.length, disturbed },
      ];
    });
  }

  /**
   * Whoever was given the task may have died before saying so, and the next wait begins. Only what came too late is
   * excused by that, by the earliest ends that can have been in its way.
   */
  #successorsLost(orphanedAt: number, recoveredAt: number): number[] {
    const lost: number[] = [];
    let from = orphanedAt;
    while (recoveredAt - from > TAKEOVER_SECONDS * 1000) {
      const next = this.#ends.find((at) => at > from + PASSED_ON_MS && at < recoveredAt - PASSED_ON_MS);
      if (next === undefined) break;
      lost.push(next);
      from = next;
    }
    return lost;
  }

  async #note(pid: number, at: number, cause: Cause): Promise<void> {
    const rows = await this.database.patiently(
      ({ sql }) => sql<{ taskId: string }[]>`
        select t.task_id from task t join node n on n.node_id = t.node_id
        where n.pid = ${pid} and t.status in ('RUNNING', 'ROLLING_BACK')`,
      NOTED_WITHIN_MS,
    );
    for (const row of rows ?? []) this.#orphans.push({ taskId: row.taskId, at, cause });
  }
}

/** The most beats that one node had between two moments. */
function mostBeats(beats: readonly Beat[], from: number, to: number): number {
  const counts = new Map<string, number>();
  for (const { nodeId, at } of beats)
    if (at.getTime() > from && at.getTime() <= to) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}
