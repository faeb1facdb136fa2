import { hostname } from 'node:os';
import type { Database } from '@/db/client';
import { beatNode } from '@/db/queries/nodes';
import type { DatabaseClock } from '../database-clock';
import type { Drives } from '../drives';
import type { PlanQueue } from '../queue/plan-queue';
import type { Standing } from '../standing';

interface BeatDeps {
  nodeId: string;
  slots: number;
  /** For beats and the like, which must not wait behind what runs. */
  liveness: Database;
  queue: PlanQueue;
  drives: Drives;
  clock: DatabaseClock;
  standing: Standing;
  /** Told when what keeps plans from getting on is on record, and when it is over. */
  troubled?(): void;
}

/** Says that this process lives and drives what it drives, and hears which plans still are its. */
export class Beat {
  /** The trouble that the last beat told of. */
  #told = '{}';

  constructor(private readonly deps: BeatDeps) {}

  async runOnce(): Promise<void> {
    const { nodeId, slots, liveness, queue, drives, clock, standing, troubled } = this.deps;
    const asked = performance.now();
    await standing.enter();
    const { executing } = standing.role;
    const { jobs, trouble } = drives;
    const [{ sharing, now }, ours] = await Promise.all([
      beatNode(liveness, { nodeId, host: hostname(), pid: process.pid, executing, slots, trouble }),
      queue.beat(jobs),
    ]);
    clock.sync(now);
    standing.nodes = sharing;
    const told = JSON.stringify(trouble);
    if (told !== this.#told) troubled?.();
    this.#told = told;
    standing.confirmed = asked;
    const gone = jobs.filter((job) => !ours.includes(job));
    if (gone.length > 0)
      drives.abort(
        'The plan was given to another process.',
        gone.map(({ planId }) => planId),
      );
  }
}
