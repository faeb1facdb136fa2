import type { Logger } from 'pino';
import type { Database } from '@/db/client';
import { removeOldBudgets } from '@/db/queries/budgets';
import { removeOldBindings } from '@/db/queries/requests';
import { removeOldDeliveries, removeOldEvents, removeUnnamedSnapshots } from '@/db/queries/retention';
import { removeOldImports } from '@/db/queries/tenant-imports';
import type { JobKind } from './jobs';

/** At once; each batch is a statement of its own, so that nothing else waits long. */
const BATCH = 5000;
/** A snapshot has up to a megabyte. */
const SNAPSHOT_BATCH = 500;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Every night: what ended longer ago than `days` keeps its summary, tasks, snapshots and audit, and loses its events.
 * Snapshots that no task and no tenant names go as well, and what imports are taken back by.
 */
export function retentionJob(deps: {
  db: Database;
  log: Logger;
  days: number;
  batch?: number;
}): JobKind<object> {
  return {
    queue: 'retention',
    concurrency: 1,
    expireInSeconds: 60 * 60,
    cron: '17 3 * * *',
    run: async (_data, signal) => {
      let events = 0;
      while (!signal.aborted) {
        const removed = await removeOldEvents(deps.db, deps.days, deps.batch ?? BATCH);
        if (removed === null) break;
        events += removed;
      }
      const deliveries = await removeOldDeliveries(deps.db, deps.days);
      let snapshots = 0;
      for (let after: string | null = BEFORE_ALL; after !== null && !signal.aborted; ) {
        const { removed, last } = await removeUnnamedSnapshots(deps.db, after, deps.batch ?? SNAPSHOT_BATCH);
        snapshots += removed;
        after = last;
      }
      const imports = await removeOldImports(deps.db, deps.days);
      await removeOldBudgets(deps.db);
      await removeOldBindings(deps.db);
      if (events + deliveries + snapshots + imports > 0)
        deps.log.info(
          { events, deliveries, snapshots, imports, days: deps.days },
          'Removed what is older than the retention allows',
        );
    },
  };
}
