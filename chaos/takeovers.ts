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

/** The end of a node, or of what it was for the others. */
interface End {
  at: number;
  cause: Cause;
}

export interface Takeover {
  taskId: string;
  /** Of the end that it is counted from. */
  cause: Cause;
  /** What it is held to. */
  limit: number;
  seconds: number;
  /** The same as those who could have taken over lived it, if that was less: the most beats of one of them meanwhile. */
  lived: number;
  /** How many that could have taken over were lost as well while it waited; the last one's end is what counts. */
  successorsLost: number;
  /** Another node was lost between the end of the first and the recovery. */
  disturbed: boolean;
}

/**
 * A takeover must be over by then, counted from the last end of a node that may have had the plan (SPEC 7), in the
 * seconds that the others lived: how long the machine stood still says nothing of them.
 */
export const TAKEOVER_SECONDS: Readonly<Record<Cause, number>> = { kill: 3, freeze: 15 };
/**
 * A dead node's plans pass on within about a second, as soon as its lock is free; a frozen one's when its last beat is
 * 10 s old. No sooner than this can anybody else have them, or lose them again.
 */
const PASSED_ON_MS: Readonly<Record<Cause, number>> = { kill: 0, freeze: 8000 };

/** What a node ran is looked up in the rows while they still name it. */
const NOTED_WITHIN_MS = 8000;
/** A statement under way may still be carried out for a moment after its sender is gone. */
const LAST_WORDS_MS = 1500;

/** Measures how long it takes until somebody goes on with the tasks of a node that died or froze. */
export class Takeovers {
  readonly #orphans: Orphan[] = [];
  /** When nodes died, froze or lost their database, in order. */
  readonly #ends: End[] = [];
  /** When the database, or somebody's way to it, was in trouble: then nobody is held to the shorter limit. */
  readonly #troubles: { from: number; to: number }[] = [];
  /** When somebody else held a plan: then nobody could take it over. */
  readonly #locked: { planId: string; from: number; to: number }[] = [];
  readonly #noting = new Set<Promise<void>>();

  constructor(private readonly database: ChaosDatabase) {}

  /** Notes which tasks the process ran. */
  note(pid: number, at: number, cause: Cause): void {
    this.#ends.push({ at, cause });
    const noting = this.#note(pid, at, cause).catch(() => {});
    this.#noting.add(noting);
    void noting.finally(() => this.#noting.delete(noting));
  }

  /** Notes that a node has lost its database: what it was just given it can no more begin than a frozen one. */
  noteCutOff(at: number): void {
    this.#ends.push({ at, cause: 'freeze' });
  }

  noteTrouble(from: number, to: number): void {
    this.#troubles.push({ from, to });
  }

  noteLocked(planId: string, from: number, to: number): void {
    this.#locked.push({ planId, from, to });
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
      const recoveredAt = event.at.getTime();
      const meanwhile = ({ from, to }: { from: number; to: number }) => from < recoveredAt && to > at;
      if (this.#locked.some((one) => taskId.startsWith(`${one.planId}.`) && meanwhile(one))) return [];
      const lost = this.#successorsLost({ at, cause }, recoveredAt);
      const last = lost.at(-1) ?? { at, cause };
      const seconds = (recoveredAt - last.at) / 1000;
      const most = beats ? mostBeats(beats, last.at, recoveredAt) : seconds;
      const disturbed = this.#ends.some((end) => end.at > at && end.at < recoveredAt);
      const limit = TAKEOVER_SECONDS[this.#troubles.some(meanwhile) ? 'freeze' : last.cause];
      const lived = Math.min(seconds, most);
      return [{ taskId, cause: last.cause, limit, seconds, lived, successorsLost: lost.length, disturbed }];
    });
  }

  /**
   * Whoever was given the task may have died before saying so, and the next wait begins. Only what came too late is
   * excused by that, by the earliest ends that can have been in its way.
   */
  #successorsLost(orphaned: End, recoveredAt: number): End[] {
    const lost: End[] = [];
    let from = orphaned;
    while (recoveredAt - from.at > TAKEOVER_SECONDS[from.cause] * 1000) {
      const earliest = from.at + PASSED_ON_MS[from.cause];
      const next = this.#ends.find(
        ({ at, cause }) => at > earliest && at < recoveredAt - PASSED_ON_MS[cause],
      );
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
