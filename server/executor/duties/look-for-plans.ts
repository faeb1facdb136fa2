import type { Database } from '@/db/client';
import { plansInHand } from '@/db/queries/execution';
import type { Committer } from '@/server/commands/commit-transition';
import type { Drives } from '../drives';
import type { PlanQueue } from '../queue/plan-queue';
import type { Standing } from '../standing';
import { startScheduled } from '../supervise';

interface LookDeps {
  db: Database;
  committer: Committer;
  queue: PlanQueue;
  drives: Drives;
  standing: Standing;
  /** Takes what was offered. */
  take(): Promise<void>;
}

/** Starts what is to start by itself, and offers what the rows say nobody drives. */
export class LookForPlans {
  constructor(private readonly deps: LookDeps) {}

  async runOnce(): Promise<void> {
    const { db, committer, queue, drives, standing, take } = this.deps;
    if (!standing.mayTake) return;
    const found = await plansInHand(db);
    if (found.some(({ due }) => due)) await startScheduled({ db, committer });
    await queue.offer(drives.undriven(found));
    await take();
  }
}
