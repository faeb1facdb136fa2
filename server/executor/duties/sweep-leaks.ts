import type { Logger } from 'pino';
import type { Database } from '@/db/client';
import { releaseLeakedHolds } from '@/db/queries/execution';
import type { CheckpointStore } from '../checkpoints/checkpoint-store';
import { dropLeakedData } from '../checkpoints/drop-leaked';
import type { Standing } from '../standing';

interface SweepDeps {
  db: Database;
  standing: Standing;
  log: Logger;
}

/** Gives back tenants that no task holds any more. */
export class ReleaseLeakedHolds {
  constructor(private readonly deps: SweepDeps) {}

  async runOnce(): Promise<void> {
    const { db, standing, log } = this.deps;
    if (!standing.role.executing) return;
    const released = await releaseLeakedHolds(db);
    if (released.length > 0) log.warn({ tenants: released }, 'Gave back tenants that no task held any more');
  }
}

/** Forgets stage data that nothing points at any more. */
export class DropLeakedData {
  constructor(private readonly deps: SweepDeps & { checkpoints: CheckpointStore }) {}

  async runOnce(): Promise<void> {
    const { db, standing, log, checkpoints } = this.deps;
    if (!standing.role.executing) return;
    const tasks = await dropLeakedData(db, checkpoints);
    if (tasks.length > 0) log.warn({ tasks }, 'Dropped stage data that nothing pointed at any more');
  }
}
