import type { Logger } from 'pino';
import type { Database } from '@/db/client';
import { nodesGone } from '@/db/queries/nodes';
import type { PlanQueue } from '../queue/plan-queue';
import type { Standing } from '../standing';

interface SucceedDeps {
  liveness: Database;
  queue: PlanQueue;
  standing: Standing;
  log: Logger;
  /** Tells the other processes that a plan waits for a driver. */
  offered?(): void;
  /** There are fewer now, and plans to take. */
  handedOn(): Promise<void>;
}

/** Hands on what processes drive that are gone. */
export class SucceedTheGone {
  constructor(private readonly deps: SucceedDeps) {}

  async runOnce(): Promise<void> {
    const { liveness, queue, standing, log, offered, handedOn } = this.deps;
    if (!standing.role.executing) return;
    const gone = await nodesGone(liveness);
    if (gone.length === 0) return;
    const left = await queue.ofNodes(gone);
    log.warn(
      { nodes: gone, plans: left.map(({ planId }) => planId) },
      'Taking over from processes that are gone',
    );
    await queue.giveOn(left);
    offered?.();
    await handedOn();
  }
}
